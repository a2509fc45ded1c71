"""Session tokens: 43 characters, 900 s to their first use, then as long as a connection lives."""

from base64 import b64decode
from random import Random

import pytest

from fathom.exchange.access import ApiKey, Tokens, tokens

SECOND_NS = 1_000_000_000


@pytest.fixture
def all_tokens() -> Tokens:
    return Tokens(random=Random(1), life_s=900)


@pytest.fixture
def key() -> ApiKey:
    return new_key("k")


def new_key(text: str) -> ApiKey:
    return ApiKey(key=text, secret="", account="a", label="", permissions=frozenset(), created_ns=0, modified_ns=0)


def test_a_token_looks_like_krakens(all_tokens: Tokens, key: ApiKey) -> None:
    text = all_tokens.make(key, now_ns=0)
    assert len(text) == 43
    assert len(b64decode(text + "=")) == 32
    assert text != all_tokens.make(key, now_ns=0)
    assert Tokens(random=Random(1), life_s=900).make(key, now_ns=0) == text


def test_it_is_good_for_900_seconds(all_tokens: Tokens, key: ApiKey) -> None:
    text = all_tokens.make(key, now_ns=5)
    assert all_tokens.find(text, now_ns=5 + 900 * SECOND_NS - 1) is key
    assert all_tokens.find(text, now_ns=5 + 900 * SECOND_NS) is None
    assert all_tokens.find("no token", now_ns=5) is None


def test_a_connection_keeps_it_good(all_tokens: Tokens, key: ApiKey) -> None:
    text = all_tokens.make(key, now_ns=0)
    all_tokens.bind(text)
    all_tokens.bind(text)
    all_tokens.unbind(text)
    assert all_tokens.find(text, now_ns=5000 * SECOND_NS) is key
    all_tokens.unbind(text)
    assert all_tokens.find(text, now_ns=5000 * SECOND_NS) is None
    assert all_tokens.find(text, now_ns=800 * SECOND_NS) is key  # Until its time is over a new connection may use it.


def test_tokens_of_one_key_are_revoked_whatever_uses_them(all_tokens: Tokens, key: ApiKey) -> None:
    other = new_key("other")
    mine, theirs = all_tokens.make(key, now_ns=0), all_tokens.make(other, now_ns=0)
    all_tokens.bind(mine)
    assert all_tokens.revoke(key) == 1
    assert all_tokens.find(mine, now_ns=0) is None
    assert all_tokens.find(theirs, now_ns=0) is other
    assert all_tokens.revoke() == 1


def test_what_is_unknown_may_be_bound_and_unbound(all_tokens: Tokens) -> None:
    all_tokens.bind("x")
    all_tokens.unbind("x")


def test_the_oldest_unused_are_forgotten(all_tokens: Tokens, key: ApiKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "TOKENS_MAX", 3)
    used, unused, third = (all_tokens.make(key, now_ns=0) for _ in range(3))
    all_tokens.bind(used)
    fourth = all_tokens.make(key, now_ns=1)
    assert all_tokens.find(unused, now_ns=1) is None
    assert all(all_tokens.find(text, now_ns=1) is key for text in (used, third, fourth))
    last = all_tokens.make(key, now_ns=2000 * SECOND_NS)  # All that are expired go at once.
    assert all_tokens.find(used, now_ns=2000 * SECOND_NS) is key
    assert all_tokens.find(last, now_ns=2000 * SECOND_NS) is key
    assert all_tokens.find(third, now_ns=1) is None
