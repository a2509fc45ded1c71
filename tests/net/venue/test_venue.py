from dataclasses import FrozenInstanceError, replace

import pytest

from fathom.domain import LocalError
from fathom.net.venue.venue import Venue, is_loopback_host

KRAKEN = Venue(
    name="kraken",
    rest="https://api.kraken.com",
    ws_public="wss://ws.kraken.com/v2",
    ws_private="wss://ws-auth.kraken.com/v2",
    ws_level3="wss://ws-l3.kraken.com/v2",
)
LOCAL = Venue(
    name="local",
    rest="http://127.0.0.1:8420/",
    ws_public="ws://localhost:8421/v2",
    ws_private="ws://[::1]:8422/v2",
    ws_level3="ws://127.0.0.1:8423/v2",
)


def test_it_gives_each_url_by_its_name() -> None:
    assert [KRAKEN.url(name) for name in ("rest", "public", "private", "level3")] == [
        KRAKEN.rest,
        KRAKEN.ws_public,
        KRAKEN.ws_private,
        KRAKEN.ws_level3,
    ]
    assert LOCAL.rest == "http://127.0.0.1:8420"
    with pytest.raises(FrozenInstanceError):
        KRAKEN.name = "other"  # type: ignore[misc]  # That it cannot be is what is tested.


def test_an_endpoint_nobody_knows_is_one_sentence() -> None:
    with pytest.raises(LocalError, match="no level3 endpoint of kraken is known"):
        replace(KRAKEN, ws_level3=None).url("level3")


def test_it_is_on_this_machine_only_if_every_part_is() -> None:
    assert LOCAL.is_loopback
    assert replace(LOCAL, ws_level3=None).is_loopback
    assert not KRAKEN.is_loopback
    assert not replace(LOCAL, ws_private="wss://ws-auth.kraken.com/v2").is_loopback
    assert not is_loopback_host("localhost.example.org")
    assert not is_loopback_host("")


@pytest.mark.parametrize(
    ("field", "url", "says"),
    [
        ("rest", "ftp://api.kraken.com", "begins with https://"),
        ("rest", "api.kraken.com", "begins with https://"),
        ("rest", "https://", "begins with https://"),
        ("rest", "https://api.kraken.com:port", "begins with https://"),
        ("rest", "https://[::1", "begins with https://"),
        ("rest", "https://api.kraken.com?x=1", "begins with https://"),
        ("rest", "https://x y", "begins with https://"),
        ("rest", 5, "begins with https://"),
        ("ws_public", "https://ws.kraken.com/v2", "begins with wss://"),
        ("ws_private", "ws://ws-auth.kraken.com/v2", "has no TLS"),
        ("ws_level3", "ws://10.0.0.7:8423/v2", "has no TLS"),
        ("rest", "http://exchange:8420", "plain_allowed = true"),
    ],
)
def test_what_is_no_url_of_an_endpoint_is_refused(field: str, url: object, says: str) -> None:
    with pytest.raises(LocalError, match=says) as caught:
        replace(KRAKEN, **{field: url})  # type: ignore[arg-type]  # On purpose.
    assert caught.value.field == field


def test_a_password_in_an_url_is_refused_and_not_quoted() -> None:
    with pytest.raises(LocalError) as caught:
        replace(KRAKEN, rest="https://me:hunter2@api.kraken.com")
    assert "hunter2" not in str(caught.value)


def test_without_tls_only_where_somebody_allowed_it() -> None:
    allowed = replace(KRAKEN, rest="http://exchange:8420", plain_allowed=True)
    assert allowed.rest == "http://exchange:8420"
