"""Requests by name, from texts as a command line has them."""

from decimal import Decimal

import pytest

from fathom.domain import LocalError
from fathom.protocol import rest
from fathom.protocol.rest.registry import REQUESTS


def test_every_request_is_known_by_krakens_name() -> None:
    assert len(rest.ENDPOINTS) == len(REQUESTS) == 59
    assert rest.ENDPOINTS["OpenOrders"] is rest.OpenOrders
    assert rest.ENDPOINTS["Earn/Allocate"] is rest.EarnAllocate


@pytest.mark.parametrize(
    ("name", "params", "built"),
    [
        ("Time", {}, rest.Time()),
        ("Ticker", {"pair": "BTC/USD, ETH/USD"}, rest.Ticker(pair=("BTC/USD", "ETH/USD"))),
        ("OHLC", {"pair": "XBTUSD", "interval": "5"}, rest.OHLC(pair="XBTUSD", interval=5)),
        ("OpenOrders", {"trades": "True", "userref": "-5"}, rest.OpenOrders(trades=True, userref=-5)),
        (
            "TradesHistory",
            {"type": "any position", "ledgers": "no"},
            rest.TradesHistory(type="any position", ledgers=False),
        ),
        (
            "WalletTransfer",
            {"asset": "XBT", "from": "Spot Wallet", "to": "Futures Wallet", "amount": ".5"},
            rest.WalletTransfer(asset="XBT", source="Spot Wallet", target="Futures Wallet", amount=Decimal("0.5")),
        ),
        ("Earn/Strategies", {"lock_type": "flex,instant"}, rest.EarnStrategies(lock_type=("flex", "instant"))),
        ("CancelOrderBatch", {"orders": "OA,mine"}, rest.CancelOrderBatch(orders=("OA", "mine"))),
    ],
)
def test_values_are_typed_by_their_annotations(
    name: str, params: dict[str, str], built: rest.RestRequest[object]
) -> None:
    assert rest.build_request(name, params) == built


def test_prices_are_amounts_or_relative() -> None:
    params = {"pair": "BTC/USD", "ordertype": "limit", "type": "buy", "volume": "1.50"}
    for text, price in (("25000.10", Decimal("25000.10")), ("-1.5%", "-1.5%"), ("+5", "+5"), ("#10", "#10")):
        built = rest.build_request("AddOrder", params | {"price": text})
        assert isinstance(built, rest.AddOrder)
        assert built.price == price
        assert type(built.price) is type(price)
    with pytest.raises(LocalError, match="price: 'cheap' is neither a price nor a relative one"):
        rest.build_request("AddOrder", params | {"price": "cheap"})


def test_a_close_in_brackets_or_as_json() -> None:
    params = {"pair": "BTC/USD", "ordertype": "market", "type": "buy", "volume": "1"}
    close = rest.Close(ordertype="stop-loss-limit", price=Decimal("22000.5"), price2="-1")
    bracketed = {"close[ordertype]": "stop-loss-limit", "close[price]": "22000.5", "close[price2]": "-1"}
    json = {"close": '{"ordertype":"stop-loss-limit","price":22000.5,"price2":"-1"}'}
    for said in (bracketed, json):
        built = rest.build_request("AddOrder", params | said)
        assert isinstance(built, rest.AddOrder)
        assert built.close == close


def test_a_batch_as_json() -> None:
    orders = (
        '[{"ordertype":"limit","type":"buy","volume":"1.50","price":100.10,"reduce_only":true,'
        '"close":{"ordertype":"limit","price":"9"},"userref":null},{"ordertype":"market","type":"sell","volume":2}]'
    )
    built = rest.build_request("AddOrderBatch", {"pair": "BTC/USD", "orders": orders})
    assert isinstance(built, rest.AddOrderBatch)
    assert built.orders == (
        rest.Ticket(
            ordertype="limit",
            type="buy",
            volume=Decimal("1.50"),
            price=Decimal("100.10"),
            reduce_only=True,
            close=rest.Close(ordertype="limit", price=Decimal(9)),
        ),
        rest.Ticket(ordertype="market", type="sell", volume=Decimal(2)),
    )


@pytest.mark.parametrize(
    ("name", "params", "said"),
    [
        ("OpenOrder", {}, "endpoint: there is no OpenOrder: did you mean OpenOrders"),
        ("openorders", {}, "did you mean OpenOrders"),
        ("Xyzzy", {}, "endpoint: there is no Xyzzy$"),
        ("Ticker", {"pairs": "X"}, r"pairs: Ticker has no such parameter: did you mean pair\?"),
        ("Time", {"pair": "X"}, "pair: Time has no such parameter$"),
        ("Depth", {"zzz": "1"}, "zzz: Depth has no such parameter: it has pair, count, asset_class"),
        ("Depth", {}, "pair: Depth needs it: write pair="),
        ("Depth", {"pair": "XBTUSD", "count": "many"}, "count: 'many' is not a whole number"),
        ("Depth", {"pair[x]": "1"}, r"pair\[...\]: Depth takes pair as one value"),
        ("Depth", {"pair[x": "1"}, r"pair\[x: Depth has no such parameter"),
        ("OHLC", {"pair": "XBTUSD", "interval": "2"}, "interval: '2' is not one of 1, 5, 15"),
        ("OpenOrders", {"trades": "maybe"}, "trades: 'maybe' is not true or false"),
        ("WithdrawInfo", {"asset": "XBT", "key": "k", "amount": "1,5"}, "amount: '1,5' is not an amount"),
        ("WithdrawInfo", {"asset": "XBT", "key": "k", "amount": "-1"}, "amount: '-1' is not an amount"),
        ("AddOrderBatch", {"pair": "XBTUSD", "orders": "["}, "orders: must be JSON"),
        ("AddOrderBatch", {"pair": "XBTUSD", "orders": "{}"}, "orders: must be a list of tables as JSON"),
        ("AddOrderBatch", {"pair": "XBTUSD", "orders": '[{"typ":"buy"}]'}, "typ: orders has no such .* mean type"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(name: str, params: dict[str, str], said: str) -> None:
    with pytest.raises(LocalError, match=said):
        rest.build_request(name, params)


def test_parameters_are_named_as_kraken_does() -> None:
    assert list(rest.parameters(rest.WalletTransfer)) == ["asset", "from", "to", "amount"]
