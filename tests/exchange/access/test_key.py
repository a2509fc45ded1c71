"""A key pair looks like Kraken's; a key does what its permissions say."""

from base64 import b64decode
from random import Random

import pytest

from fathom.exchange.access import PERMISSIONS, ApiKey, make_key_pair


def test_a_key_pair_is_of_the_right_length_and_hangs_on_the_seed() -> None:
    key, secret = make_key_pair(Random(1))
    assert (len(key), len(secret), len(b64decode(secret))) == (56, 88, 64)
    assert make_key_pair(Random(1)) == (key, secret)
    assert make_key_pair(Random(2)) != (key, secret)


@pytest.mark.parametrize(
    ("asked", "may"),
    [((), True), (("query-funds",), True), (("modify-trades",), False), (("modify-trades", "query-funds"), True)],
)
def test_one_permission_of_those_asked_for_is_enough(asked: tuple[str, ...], may: bool) -> None:
    assert key_with("query-funds").may(*asked) is may


def test_the_secret_shows_in_no_repr() -> None:
    key = key_with(*PERMISSIONS)
    assert "hidden" not in repr(key)


def key_with(*permissions: str) -> ApiKey:
    return ApiKey(
        key="k",
        secret="hidden",
        account="alice",
        label="",
        permissions=frozenset(permissions),
        otp="hidden",
        created_ns=0,
        modified_ns=0,
    )
