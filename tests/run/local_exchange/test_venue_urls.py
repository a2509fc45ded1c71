"""Where the exchange listens, as URLs."""

import json

import pytest

from fathom.run.local_exchange.venue_urls import VenueUrls

PORTS = (8420, 8421, 8422, 8423, 8424)


def test_the_names_that_clients_are_told() -> None:
    urls = VenueUrls(host="127.0.0.1", tls=False, ports=PORTS)
    assert json.loads(urls.json_text()) == {
        "rest": "http://127.0.0.1:8420",
        "ws_public": "ws://127.0.0.1:8421/v2",
        "ws_private": "ws://127.0.0.1:8422/v2",
        "ws_level3": "ws://127.0.0.1:8423/v2",
        "ws_v1": "ws://127.0.0.1:8421",
        "control": "http://127.0.0.1:8424",
    }
    assert urls.ws_v1_private == "ws://127.0.0.1:8422"


def test_tls_is_on_every_port_but_control() -> None:
    urls = VenueUrls(host="127.0.0.1", tls=True, ports=PORTS)
    assert {name: url.split(":")[0] for name, url in urls.as_dict().items()} == {
        "rest": "https",
        "ws_public": "wss",
        "ws_private": "wss",
        "ws_level3": "wss",
        "ws_v1": "wss",
        "control": "http",
    }


def test_an_ipv6_address_stands_in_brackets() -> None:
    assert VenueUrls(host="::1", tls=False, ports=PORTS).rest == "http://[::1]:8420"


@pytest.mark.parametrize(
    ("host", "control"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("127.0.0.7", "127.0.0.7"),
        ("::1", "[::1]"),
        ("0.0.0.0", "127.0.0.1"),
        ("192.168.7.7", "127.0.0.1"),
    ],
)
def test_control_never_leaves_this_machine(host: str, control: str) -> None:
    assert VenueUrls(host=host, tls=False, ports=PORTS).control == f"http://{control}:8424"
