import copy
import pickle

import pytest

from fathom.net.keys.secret import SHOWN, Secret, SecretBytes

TEXT = "correct horse"


@pytest.mark.parametrize("secret", [Secret(TEXT), SecretBytes(TEXT.encode())])
def test_every_way_of_showing_it_shows_nothing(secret: Secret | SecretBytes) -> None:
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>20}", f"{secret!r}", "%s" % secret, str([secret])]  # noqa: UP031 - The old way shows, too.
    assert all(SHOWN in text and "horse" not in text for text in shown)


@pytest.mark.parametrize("secret", [Secret(TEXT), SecretBytes(TEXT.encode())])
def test_it_is_not_pickled_and_a_copy_is_itself(secret: Secret | SecretBytes) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(secret, protocol)
    assert copy.copy(secret) is secret
    assert copy.deepcopy({"a": [secret]})["a"][0] is secret


def test_it_can_be_asked_and_compared() -> None:
    assert Secret(TEXT).reveal() == TEXT
    assert Secret(Secret(TEXT)) == Secret(TEXT)
    assert Secret(TEXT) != Secret("incorrect horse")
    assert Secret(TEXT) != TEXT
    with pytest.raises(TypeError):
        hash(Secret(TEXT))
    assert not hasattr(Secret(TEXT), "__dict__")
