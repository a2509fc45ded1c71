import pytest

from fathom.domain import LocalError
from fathom.net.venue.venues import KRAKEN, KRAKEN_BETA, VENUES


def test_kraken_is_where_its_documents_say() -> None:
    assert (KRAKEN.rest, KRAKEN.ws_public) == ("https://api.kraken.com", "wss://ws.kraken.com/v2")
    assert (KRAKEN.ws_private, KRAKEN.ws_level3) == ("wss://ws-auth.kraken.com/v2", "wss://ws-l3.kraken.com/v2")
    assert not KRAKEN.is_loopback


def test_the_beta_has_hosts_of_its_own_but_one_that_nobody_knows() -> None:
    assert KRAKEN_BETA.ws_public == "wss://beta-ws.kraken.com/v2"
    assert KRAKEN_BETA.ws_private == "wss://beta-ws-auth.kraken.com/v2"
    assert KRAKEN_BETA.rest == KRAKEN.rest
    with pytest.raises(LocalError, match="no level3 endpoint of kraken-beta is known"):
        KRAKEN_BETA.url("level3")


def test_each_is_found_by_its_name() -> None:
    assert VENUES == {"kraken": KRAKEN, "kraken-beta": KRAKEN_BETA}
