import pytest
from key_samples import some_key, some_secret

from fathom.domain import LocalError
from fathom.net.keys.secret import Secret
from fathom.net.keys.source import joined

NAMES = ("THE_KEY", "THE_SECRET")


def test_nothing_is_nothing_and_two_parts_are_a_key() -> None:
    assert joined(None, None, Secret("otp"), names=NAMES, place="here") is None
    found = joined(some_key("a"), Secret(some_secret("a")), Secret("otp"), names=NAMES, place="here")
    assert found is not None
    assert (found.key, found.otp_text()) == (some_key("a"), "otp")


def test_half_a_key_is_a_mistake() -> None:
    with pytest.raises(LocalError, match="here has THE_KEY but no THE_SECRET"):
        joined(some_key("a"), None, None, names=NAMES, place="here")
    with pytest.raises(LocalError, match="here has THE_SECRET but no THE_KEY"):
        joined(None, Secret(some_secret("a")), None, names=NAMES, place="here")


def test_a_part_of_the_wrong_form_names_its_place() -> None:
    with pytest.raises(LocalError, match=r"here: secret: .* not base64") as caught:
        joined(some_key("a"), Secret("no, no, no"), None, names=NAMES, place="here")
    assert caught.value.__context__ is None
