import copy
import io
import pickle
import traceback

import msgspec
import pytest
from key_samples import OFFICIAL_SECRET, some_key, some_secret
from rich.console import Console
from rich.traceback import Traceback

from fathom.domain import LocalError
from fathom.net.keys.credentials import Credentials

KEY = some_key("a")
SECRET = some_secret("a")
OTP = "otp-password-7"


def everything_shown(error: BaseException) -> str:
    """What a log, a plain traceback, one with locals and rich's have to say about it."""
    out = io.StringIO()
    Console(file=out, width=300).print(
        Traceback.from_exception(
            type(error), error, error.__traceback__, show_locals=True, locals_max_string=None, locals_max_length=None
        )
    )
    plain = traceback.TracebackException.from_exception(error, capture_locals=True)
    return out.getvalue() + "".join(plain.format()) + repr(error) + str(error) + repr(error.args)


def test_it_signs_as_kraken_does() -> None:
    credentials = Credentials(key=KEY, secret=OFFICIAL_SECRET)
    body = b"nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
    signature = credentials.sign(path="/0/private/AddOrder", nonce="1616492376594", body=body)
    assert signature == "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="
    assert credentials.otp_text() is None


def test_blanks_around_what_was_pasted_do_not_matter() -> None:
    pasted = Credentials(key=f" {KEY}\n", secret=f"{SECRET}\r\n", otp=f"{OTP}\n")
    assert pasted == Credentials(key=KEY, secret=SECRET, otp=OTP)
    assert (pasted.key, pasted.otp_text()) == (KEY, OTP)
    assert [secret.reveal() for secret in pasted.secrets] == [SECRET, OTP]


def test_no_way_of_showing_it_shows_more_than_the_fingerprint() -> None:
    credentials = Credentials(key=KEY, secret=SECRET, otp=OTP)
    shown = [repr(credentials), str(credentials), f"{credentials}", f"{credentials!r:>60}", str({"a": credentials})]
    for text in shown:
        assert credentials.fingerprint in text
        assert KEY not in text
        assert SECRET not in text
        assert OTP not in text
    assert len(credentials.fingerprint) == 8
    assert not hasattr(credentials, "__dict__")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(credentials, protocol)
    with pytest.raises(TypeError):
        msgspec.json.encode(credentials)
    assert copy.deepcopy(credentials) is credentials


def test_two_are_the_same_if_every_part_is() -> None:
    one = Credentials(key=KEY, secret=SECRET, otp=OTP)
    assert one == Credentials(key=KEY, secret=SECRET, otp=OTP)
    assert hash(one) == hash(Credentials(key=KEY, secret=SECRET, otp=OTP))
    for other in (
        Credentials(key=some_key("b"), secret=SECRET, otp=OTP),
        Credentials(key=KEY, secret=some_secret("b"), otp=OTP),
        Credentials(key=KEY, secret=SECRET),
    ):
        assert one != other
    assert one != "one"


@pytest.mark.parametrize(
    ("key", "secret", "otp", "field", "says"),
    [
        (KEY, SECRET[:-3], None, "secret", "not base64"),
        (KEY, SECRET[:-8], None, "secret", "too short"),
        (KEY, KEY, None, "secret", "do not take the key for it"),
        (KEY, f"{SECRET[:20]} {SECRET[20:]}", None, "secret", "not base64"),
        (KEY, f"{SECRET[:20]}\u00e9{SECRET[20:]}", None, "secret", "not base64"),
        (KEY, SECRET * 7, None, "secret", "not base64"),
        (KEY, "", None, "secret", "not base64"),
        (SECRET, KEY, None, "key", "wrong way round"),
        (f"{KEY} {SECRET}", SECRET, None, "key", "one word"),
        ("", SECRET, None, "key", "one word"),
        (KEY, SECRET, f"{OTP}\n{OTP}", "otp", "static password"),
        (KEY, SECRET, " ", "otp", "static password"),
    ],
    ids=range(12),
)
def test_a_wrong_form_is_one_clear_sentence_that_quotes_nothing(
    key: str, secret: str, otp: str | None, field: str, says: str
) -> None:
    parts = [{"key": key, "secret": secret, "otp": otp}]

    def attempt() -> None:
        Credentials(**parts.pop())  # type: ignore[arg-type]  # Here no local holds them: only what is under test may.

    with pytest.raises(LocalError, match=says) as caught:
        attempt()
    assert caught.value.field == field
    assert caught.value.__context__ is None
    error = caught.value
    # The first two frames are of this test, which holds them all: what is under test begins below.
    assert error.__traceback__ is not None
    assert error.__traceback__.tb_next is not None
    error.__traceback__ = error.__traceback__.tb_next.tb_next
    shown = everything_shown(error)
    for part in (SECRET, SECRET[:20], OTP):
        assert part not in shown


def test_an_error_while_signing_shows_nothing_either() -> None:
    credentials = Credentials(key=KEY, secret=SECRET, otp=OTP)
    with pytest.raises(TypeError) as caught:
        credentials.sign(path="/0/private/AddOrder", nonce="1", body="no bytes")  # type: ignore[arg-type]  # On purpose.
    shown = everything_shown(caught.value)
    assert "api_sign" in shown
    for part in (SECRET, OTP, repr(bytes(credentials._signing))[2:20]):
        assert part not in shown
