import msgspec

from fathom.domain import Finding


def test_it_goes_through_json_as_it_is() -> None:
    finding = Finding(group="key", check="age", level="warning", found="the key is old", advice="make a new one")
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding
    assert Finding(group="key", check="age", level="ok", found="the key is new").advice == ""
