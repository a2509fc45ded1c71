"""Names of pairs: those of WebSocket v1 are refused here, with what to write, before REST refuses them."""

import pytest

from fathom.domain import LocalError
from fathom.protocol import rest
from fathom.protocol.rest.names import check_pair, check_pairs


@pytest.mark.parametrize("name", ["BTC/USD", "XBTUSD", "XXBTZUSD", "DOGE/USD", "ETH/BTC", "SOLUSD", "AAPLx/USD", None])
def test_names_that_rest_takes(name: str | None) -> None:
    check_pair("pair", name)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [("XBT/USD", "BTC/USD"), ("XDG/USD", "DOGE/USD"), ("ETH/XBT", "ETH/BTC"), ("XDG/XBT", "DOGE/BTC")],
)
def test_names_of_websocket_v1(name: str, symbol: str) -> None:
    with pytest.raises(LocalError, match=f"pair: {name} is a name of WebSocket v1.*: write {symbol}"):
        check_pair("pair", name)
    with pytest.raises(LocalError, match=f"write {symbol}"):
        check_pairs("pair", ("SOL/USD", name))


@pytest.mark.parametrize("name", ["", "BTC USD", "BTC/USD\n", "ÄTC/USD", "x" * 41])
def test_what_can_be_no_name(name: str) -> None:
    with pytest.raises(LocalError, match="is not the name of a pair: write one such as BTC/USD"):
        check_pair("pair", name)


@pytest.mark.parametrize(
    "name", [name for name, kind in rest.ENDPOINTS.items() if {"pair", "symbol"} & set(rest.parameters(kind))]
)
def test_every_request_that_names_a_pair_is_checked(name: str) -> None:
    kind = rest.ENDPOINTS[name]
    field = "pair" if "pair" in rest.parameters(kind) else "symbol"
    needed = {
        "AddOrder": {"ordertype": "limit", "type": "buy", "volume": "1"},
        "AddOrderBatch": {"orders": "[]"},
        "AmendOrder": {"txid": "O"},
        "EditOrder": {"txid": "O"},
    }
    with pytest.raises(
        LocalError, match="XBT/EUR is a name of WebSocket v1, which REST no longer takes: write BTC/EUR"
    ):
        rest.build_request(name, {field: "XBT/EUR"} | needed.get(name, {}))
