"""The exchange's doors are the protocol's types, so that the sockets need not know who serves."""

from fathom import protocol
from fathom.exchange import doors


def test_they_are_the_same_types() -> None:
    assert sorted(doors.__all__) == ["Conversation", "HttpAnswer", "HttpRequest", "Role", "Upgrade", "Wire"]
    for name in doors.__all__:
        assert getattr(doors, name) is getattr(protocol, name)
