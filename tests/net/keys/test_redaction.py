import json
from base64 import b64decode
from random import Random
from urllib.parse import quote, urlencode

import pytest
from key_samples import some_key, some_secret

from fathom.net.keys.redaction import SCRUBBED, SECRETS_MAX, TEXT_MAX, TOKENS_MAX, Redactor
from fathom.net.keys.secret import Secret

SECRET = some_secret("a")  # Has + and / in it, which a URL and JSON spell otherwise.
OTP = "hunter-2+2"


def scrubbed(text: str) -> str:
    return Redactor([Secret(SECRET), Secret(OTP)]).scrub(text)


def test_other_texts_stay_as_they_are() -> None:
    text = f"error: EAPI:Invalid key with {some_key('a')} at https://api.kraken.com/0/private/AddOrder?x=%2B " * 20
    assert scrubbed(text) == text
    assert Redactor().scrub(SECRET) == SECRET


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        urlencode({"secret": SECRET}),
        json.dumps({"secret": SECRET, "otp": OTP}),
        json.dumps(SECRET).replace("/", "\\/"),
        repr(b64decode(SECRET)),
        b64decode(SECRET).hex(),
        urlencode({"otp": OTP}),
        f"otp={OTP}&nonce=1",
        SECRET[:40] + "...",
        "..." + SECRET[30:],
        f"x{SECRET[5:25]}y",
        SECRET[:50] + "\n" + SECRET[50:],
    ],
    ids=range(13),
)
def test_a_secret_is_found_in_every_form(form: str) -> None:
    text = scrubbed(f"before {form} after")
    assert SCRUBBED in text
    assert text.startswith("before ")
    assert text.endswith(" after")
    for part in (OTP, quote(OTP, safe="")):
        assert part not in text
    for spelled in (SECRET, quote(SECRET, safe=""), repr(b64decode(SECRET))):
        assert not any(spelled[at : at + 12] in text for at in range(len(spelled) - 11))


def test_a_short_password_is_scrubbed_as_a_word_alone() -> None:
    redactor = Redactor([Secret("on")])
    assert redactor.scrub("the connection is on, otp=on") == f"the connection is {SCRUBBED}, otp={SCRUBBED}"


def test_it_learns_and_forgets_the_oldest_token_but_no_key() -> None:
    redactor = Redactor([Secret(SECRET)])
    tokens = [some_key(f"token {number}") for number in range(TOKENS_MAX + 1)]
    for token in tokens:
        redactor.learn_token(Secret(token))
        redactor.learn_token(Secret(token))
    text = redactor.scrub(" ".join([SECRET, *tokens]))
    assert text == " ".join([SCRUBBED, tokens[0], *[SCRUBBED] * TOKENS_MAX])
    for number in range(SECRETS_MAX):
        redactor.learn(Secret(some_secret(f"key {number}")))
    assert redactor.scrub(SECRET) == SECRET
    assert redactor.scrub(some_secret("key 0")) == SCRUBBED
    assert repr(redactor) == f"<redactor of {SECRETS_MAX + TOKENS_MAX} secrets>"


def test_nothing_is_no_secret() -> None:
    assert Redactor([Secret(""), Secret(" \n")]).scrub("a b") == "a b"


def test_a_very_long_text_is_cut_and_no_secret_is_left_at_the_edge() -> None:
    for shift in range(0, len(SECRET), 7):
        text = "x " * (TEXT_MAX // 2 - 40) + " " * shift + SECRET + "y " * 100
        shown = scrubbed(text)
        assert len(shown) <= TEXT_MAX + len(SCRUBBED)
        assert not any(SECRET[at : at + 12] in shown for at in range(len(SECRET) - 11))


def test_long_runs_of_letters_are_looked_through_without_end_effects() -> None:
    chance = Random(7)
    for _ in range(200):
        before, after = (chance.randbytes(chance.randrange(30)).hex() for _ in range(2))
        start = chance.randrange(0, 60)
        end = chance.randrange(start + 12, 89)
        before, after = f"{before}!", f"!{after}"
        text = scrubbed(before + SECRET[start:end] + after)
        assert text.startswith(before)
        assert text.endswith(after)
        assert SCRUBBED in text
