"""Who signed a request: key, signature, nonce and second factor are checked in this order."""

from random import Random
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.exchange.access import ApiKey, Keyring, api_sign, make_key_pair, read_fields
from fathom.exchange.core import Rules
from fathom.exchange.doors import HttpRequest

SECOND_NS = 1_000_000_000
PATH = "/0/private/Balance"
KEY, SECRET = make_key_pair(Random(1))
MAY = frozenset({"query-funds"})


def keyring_of(*, otp: str | None = None, nonce_window: int = 0, rules: Rules | None = None) -> Keyring:
    keyring = Keyring(seed=1, rules=rules)
    keyring.add(
        "alice", key=KEY, secret=SECRET, permissions=MAY, label="a", otp=otp, nonce_window=nonce_window, now_ns=0
    )
    return keyring


def signed(fields: dict[str, object], *, key: str = KEY, secret: str = SECRET, peer: str = "1.2.3.4") -> HttpRequest:
    body = urlencode(fields).encode()
    signature = api_sign(PATH, nonce=str(fields.get("nonce", "")), body=body, secret=secret)
    return HttpRequest(method="POST", path=PATH, headers={"api-key": key, "api-sign": signature}, body=body, peer=peer)


def asked(keyring: Keyring, request: HttpRequest, *, now_ns: int = 0) -> ApiKey | str:
    return keyring.authenticate(request, fields=read_fields(request.body) or {}, now_ns=now_ns)


def test_a_signed_request_is_its_keys() -> None:
    keyring = keyring_of()
    key = asked(keyring, signed({"nonce": 5}), now_ns=7)
    assert key is keyring.get(KEY)
    assert isinstance(key, ApiKey)
    assert (key.account, key.nonces.highest, key.last_used_ns) == ("alice", 5, 7)


OTHER_SECRET = make_key_pair(Random(2))[1]
REFUSED = [
    (signed({"nonce": 5}, key="unknown", secret=OTHER_SECRET), "EAPI:Invalid key"),
    (signed({"nonce": 0}, secret=OTHER_SECRET), "EAPI:Invalid signature"),  # Before the nonce.
    (signed({"nonce": 0, "otp": "x"}), "EAPI:Invalid nonce"),  # Before the second factor.
    (signed({"nonce": "x"}), "EAPI:Invalid nonce"),
    (signed({"nonce": "-1"}), "EAPI:Invalid nonce"),
    (signed({"nonce": "\u0663"}), "EAPI:Invalid nonce"),  # A digit, but none of ours.
    (signed({"nonce": 2**64}), "EAPI:Invalid nonce"),
    (signed({"nonce": "1" * 5000}), "EAPI:Invalid nonce"),
    (signed({}), "EAPI:Invalid nonce"),
    (signed({"nonce": 5}), "EGeneral:Invalid arguments:otp"),
    (signed({"nonce": 5, "otp": "wrong"}), "EGeneral:Invalid arguments:otp"),
    (HttpRequest(method="POST", path=PATH, body=b"nonce=5"), "EAPI:Invalid key"),
    (HttpRequest(method="POST", path=PATH, headers={"api-key": KEY}, body=b"nonce=5"), "EAPI:Invalid signature"),
]


@pytest.mark.parametrize(("request_", "error"), REFUSED)
def test_what_is_refused(request_: HttpRequest, error: str) -> None:
    assert asked(keyring_of(otp="right"), request_) == error


def test_the_second_factor_passes() -> None:
    assert isinstance(asked(keyring_of(otp="right"), signed({"nonce": 5, "otp": "right"})), ApiKey)


def test_a_nonce_is_good_once() -> None:
    keyring = keyring_of()
    assert isinstance(asked(keyring, signed({"nonce": 5})), ApiKey)
    assert asked(keyring, signed({"nonce": 5})) == "EAPI:Invalid nonce"
    assert isinstance(asked(keyring, signed({"nonce": 6})), ApiKey)


def test_a_wrong_signature_uses_no_nonce_up() -> None:
    keyring = keyring_of()
    assert asked(keyring, signed({"nonce": 9}, secret=OTHER_SECRET)) == "EAPI:Invalid signature"
    assert isinstance(asked(keyring, signed({"nonce": 5})), ApiKey)


def test_a_nonce_window_lets_late_ones_pass() -> None:
    keyring = keyring_of(nonce_window=10)
    answers = [asked(keyring, signed({"nonce": nonce})) for nonce in (100, 95, 95, 80)]
    assert [isinstance(answer, ApiKey) for answer in answers] == [True, True, False, False]


def test_a_json_body_may_have_its_nonce_as_a_number() -> None:
    body = b'{"nonce": 5, "x": 1.0}'
    request = HttpRequest(
        method="POST",
        path=PATH,
        headers={"api-key": KEY, "api-sign": api_sign(PATH, nonce="5", body=body, secret=SECRET)},
        body=body,
    )
    assert isinstance(asked(keyring_of(), request), ApiKey)


def test_too_many_errors_lock_the_address_out() -> None:
    keyring = keyring_of(rules=Rules(lockout_errors_max=3))
    for _ in range(3):
        assert asked(keyring, signed({"nonce": 1}, key="x")) == "EAPI:Invalid key"
    assert asked(keyring, signed({"nonce": 5})) == "EGeneral:Temporary lockout"
    assert isinstance(asked(keyring, signed({"nonce": 5}, peer="5.6.7.8")), ApiKey)
    assert isinstance(asked(keyring, signed({"nonce": 6}), now_ns=900 * SECOND_NS), ApiKey)


def test_keys_are_new_and_permissions_known() -> None:
    keyring = keyring_of()
    with pytest.raises(LocalError, match="key"):
        keyring.add("bob", key=KEY, secret=SECRET, permissions=MAY, label="", now_ns=0)
    with pytest.raises(LocalError, match="permissions: fly"):
        keyring.add("bob", key="k", secret=SECRET, permissions=frozenset({"fly"}), label="", now_ns=0)
    assert len(keyring.keys()) == 1


def test_a_removed_key_takes_its_tokens_along() -> None:
    keyring = keyring_of()
    key = keyring.get(KEY)
    assert key is not None
    token = keyring.make_token(key, now_ns=0)
    keyring.bind(token)
    assert keyring.remove(KEY)
    assert not keyring.remove(KEY)
    assert keyring.token(token, now_ns=0) is None
    assert asked(keyring, signed({"nonce": 5})) == "EAPI:Invalid key"


def test_tokens_of_an_account_can_be_revoked() -> None:
    keyring = keyring_of()
    key = keyring.get(KEY)
    assert key is not None
    first, second = keyring.make_token(key, now_ns=0), keyring.make_token(key, now_ns=0)
    assert keyring.token(first, now_ns=0) is key
    assert keyring.revoke_tokens("bob") == 0
    assert keyring.revoke_tokens("alice") == 2
    keyring.unbind(second)
    assert keyring.token(second, now_ns=0) is None
    assert (keyring.token_life_s, keyring.revoke_tokens()) == (900, 0)


@given(st.dictionaries(st.sampled_from(["api-key", "api-sign", "x"]), st.text() | st.just(KEY)), st.binary())
def test_any_headers_and_body_are_refused_without_a_right_signature(headers: dict[str, str], body: bytes) -> None:
    request = HttpRequest(method="POST", path=PATH, headers=headers, body=body)
    assert isinstance(asked(keyring_of(), request), str)
