"""What `fathom exchange` prints: URLs, keys, and lines to copy."""

import shlex
from pathlib import Path

import pytest

from fathom.exchange import ApiKey, Exchange, Settings
from fathom.run.local_exchange.greeting import greeting
from fathom.run.local_exchange.venue_urls import VenueUrls

URLS = VenueUrls(host="127.0.0.1", tls=False, ports=(8420, 8421, 8422, 8423, 8424))


@pytest.fixture(scope="module")
def keys() -> list[ApiKey]:
    return Exchange(Settings(start_ns=10**18, symbols=("BTC/USD",), market=False), machine_ns=0).samples


def exported(text: str) -> dict[str, str]:
    """What a shell would know after the lines to copy."""
    words = [word for line in text.splitlines() if "export " in line for word in shlex.split(line.split("export ")[1])]
    return dict(word.split("=", 1) for word in words)


def test_every_url_and_every_account_is_there(keys: list[ApiKey]) -> None:
    text = greeting(URLS, keys, authority=None)
    for url in URLS.as_dict().values():
        assert url in text
    for key in keys:
        assert key.key in text
        assert key.secret in text
    lines = text.splitlines()
    says = {key.account: next(line for line in lines if line.split()[:1] == [key.account]) for key in keys}
    assert says["alice"].endswith(" trades")
    assert says["viewer"].endswith(" may only look")
    assert says["treasurer"].endswith(" may withdraw: a bot should refuse this key")
    assert text.endswith("\n")
    assert "TLS" not in text


def test_the_lines_to_copy_say_what_a_client_needs(keys: list[ApiKey]) -> None:
    assert exported(greeting(URLS, keys, authority=None)) == {
        "FATHOM_API_KEY": keys[0].key,
        "FATHOM_API_SECRET": keys[0].secret,
        "FATHOM_REST_URL": "http://127.0.0.1:8420",
        "FATHOM_WS_URL": "ws://127.0.0.1:8421/v2",
        "FATHOM_WS_AUTH_URL": "ws://127.0.0.1:8422/v2",
        "FATHOM_WS_L3_URL": "ws://127.0.0.1:8423/v2",
    }


def test_each_client_is_shown_its_own_urls(keys: list[ApiKey]) -> None:
    text = greeting(URLS, keys, authority=None)
    for client in ("ccxt:", "python-kraken-sdk:", "fathom:"):
        assert f"\n{client}\n" in text
    assert "private='ws://127.0.0.1:8422'" in text  # v1's, which ccxt calls private.


def test_with_tls_it_says_whom_to_trust(keys: list[ApiKey]) -> None:
    path = Path("/some where/fathom-exchange-ca.pem")
    known = exported(greeting(URLS, keys, authority=path))
    assert (known["SSL_CERT_FILE"], known["REQUESTS_CA_BUNDLE"]) == (str(path), str(path))
