"""AddOrder, AddOrderBatch: each type of order, as clients write it, and each refusal of the door's own."""

from decimal import Decimal
from typing import Any

import pytest
from rest_venue import SECOND_NS, START_NS, RestVenue, fixture, recorded_line, shape

from fathom.exchange.core import Order

LIMIT = {"pair": "XBTUSD", "type": "buy", "ordertype": "limit", "volume": "0.01", "price": "9000"}
S = START_NS // SECOND_NS


def order_of(venue: RestVenue, order_id: str) -> Order:
    order = venue.venue.find_order(venue.account(), order_id=order_id)
    assert order is not None
    return order


def test_a_limit_order(venue: RestVenue) -> None:
    result = venue.ask("AddOrder", **LIMIT)
    recorded = fixture("Kraken.Net", "Endpoints", "Spot", "Trading", "PlaceOrder.txt")
    assert result["descr"] == {"order": "buy 0.01000000 XBTUSD @ limit 9000.0"}
    assert shape(result["txid"]) == shape(recorded["txid"])
    order = order_of(venue, result["txid"][0])
    assert (order.symbol, order.side, order.qty_lots, order.limit_ticks) == ("BTC/USD", "buy", 1_000_000, 90_000)
    assert order.resting


# What is asked, the description, and what the order has.
PLACED: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"ordertype": "market"}, "market", {"status": "filled"}),
    ({"pair": "BTC/USD", "price": 9000}, "limit 9000.0", {"limit_ticks": 90_000}),
    ({"price": "-10%"}, "limit 9000.1", {"limit_ticks": 90_001}),
    ({"price": "-1000"}, "limit 9000.1", {"limit_ticks": 90_001}),
    ({"price": "#1000"}, "limit 9000.1", {"limit_ticks": 90_001}),
    ({"type": "sell", "price": "#1000"}, "limit 11000.1", {"limit_ticks": 110_001}),
    ({"ordertype": "stop-loss", "price": "11000"}, "stop loss 11000.0", {}),
    ({"ordertype": "stop-loss", "price": "+10%"}, "stop loss +10.0000%", {}),
    ({"ordertype": "stop-loss", "price": "#10%"}, "stop loss +10.0000%", {}),
    ({"ordertype": "take-profit", "price": "#10%"}, "take profit -10.0000%", {}),
    ({"type": "sell", "ordertype": "stop-loss", "price": "#500"}, "stop loss -500.0", {}),
    (
        {"ordertype": "stop-loss-limit", "price": "11000", "price2": "11100"},
        "stop loss 11000.0 -> limit 11100.0",
        {"limit_ticks": 111_000},
    ),
    (
        {"ordertype": "stop-loss-limit", "price": "11000", "price2": "+100"},
        "stop loss 11000.0 -> limit 11100.0",
        {"limit_ticks": 111_000},
    ),
    (
        {"ordertype": "take-profit-limit", "price": "-1000", "price2": "-1%"},
        "take profit -1000.0 -> limit 8910.1",
        {"limit_ticks": 89_101},
    ),
    ({"ordertype": "trailing-stop", "price": "+5%"}, "trailing stop +5.0000%", {}),
    ({"type": "sell", "ordertype": "trailing-stop", "price": "+100"}, "trailing stop +100.0", {}),
    (
        {"type": "sell", "ordertype": "trailing-stop-limit", "price": "+100", "price2": "-5"},
        "trailing stop +100.0 -> limit -5.0",
        {"limit_offset": Decimal(-5), "limit_price_type": "quote"},
    ),
    ({"ordertype": "iceberg", "volume": "1", "displayvol": "0.1"}, "limit 9000.0", {"display_lots": 10_000_000}),
    ({"oflags": "post,fcib"}, "limit 9000.0", {"post_only": True, "fee_in_base": True}),
    ({"oflags": "nompp"}, "limit 9000.0", {"post_only": False, "fee_in_base": False}),
    ({"timeinforce": "IOC", "price": "9000"}, "limit 9000.0", {"time_in_force": "ioc", "is_open": False}),
    ({"timeinforce": "GTD", "expiretm": "+60"}, "limit 9000.0", {"expire_ns": START_NS + 60 * SECOND_NS}),
    ({"expiretm": S + 60}, "limit 9000.0", {"time_in_force": "gtd", "expire_ns": START_NS + 60 * SECOND_NS}),
    ({"starttm": "+30"}, "limit 9000.0", {"effective_ns": START_NS + 30 * SECOND_NS, "resting": False}),
    ({"starttm": "0", "expiretm": "0"}, "limit 9000.0", {"effective_ns": None, "expire_ns": None}),
    ({"leverage": "2"}, "limit 9000.0 with 2:1 leverage", {"leverage": 2}),
    ({"leverage": "5:1"}, "limit 9000.0 with 5:1 leverage", {"leverage": 5}),
    ({"leverage": "none", "reduce_only": "False"}, "limit 9000.0", {"leverage": 0, "reduce_only": False}),
    ({"userref": "-7"}, "limit 9000.0", {"userref": -7}),
    ({"userref": 0, "cl_ord_id": "mine"}, "limit 9000.0", {"userref": None, "cl_ord_id": "mine"}),
    ({"stptype": "cancel-both"}, "limit 9000.0", {"stp_type": "cancel_both"}),
    ({"deadline": "2026-01-05T12:00:30Z"}, "limit 9000.0", {"is_open": True}),
    ({"asset_class": "", "broker": "AA00", "unknown": 1}, "limit 9000.0", {"is_open": True}),
]


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(("fields", "terms", "wanted"), PLACED)
def test_each_type_of_order(
    venue: RestVenue, fields: dict[str, Any], terms: str, wanted: dict[str, Any], as_json: bool
) -> None:
    venue.take("buy", "0.1")  # The last price is 10000.1 from now on.
    result = venue.ask("AddOrder", **(LIMIT | fields), as_json=as_json)
    assert result["descr"]["order"].partition(" @ ")[2] == terms
    order = order_of(venue, result["txid"][0])
    assert {name: getattr(order, name) for name in wanted} == wanted


def test_a_conditional_close(venue: RestVenue) -> None:
    close = {"close[ordertype]": "stop-loss-limit", "close[price]": "8000", "close[price2]": "7900"}
    result = venue.ask("AddOrder", **LIMIT, **close)
    assert result["descr"]["close"] == "close position @ stop loss 8000.0 -> limit 7900.0"
    nested = {"close": {"ordertype": "take-profit", "price": "+5%"}}
    result = venue.ask("AddOrder", **LIMIT, **nested, as_json=True)
    assert result["descr"]["close"] == "close position @ take profit +5.0000%"


@pytest.mark.parametrize(
    ("order_type", "price", "price2", "close"),
    [
        ("limit", "+10%", "", "limit 11000.1"),  # Of the last price, 10000.1.
        ("limit", "#500", "", "limit 10500.1"),
        ("stop-loss-limit", "9000", "-10", "stop loss 9000.0 -> limit 8990.0"),
        ("stop-loss-limit", "-10%", "-10%", "stop loss -10.0000% -> limit 8100.1"),
        ("trailing-stop-limit", "+5%", "-1%", "trailing stop +5.0000% -> limit -1.0000%"),
    ],
)
def test_relative_prices_of_a_conditional_close(
    venue: RestVenue, order_type: str, price: str, price2: str, close: str
) -> None:
    venue.take("buy", "0.1")
    fields = {"close[ordertype]": order_type, "close[price]": price, "close[price2]": price2}
    result = venue.ask("AddOrder", **LIMIT, **fields)
    assert result["descr"]["close"] == f"close position @ {close}"


def test_a_market_order_by_cash(venue: RestVenue) -> None:
    result = venue.ask("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="100", oflags="viqc")
    assert result["descr"]["order"] == "buy 100.00000000 XBTUSD @ market"
    order = order_of(venue, result["txid"][0])
    assert order.status == "filled"
    assert 99_0000 < order.cum_cost_units <= 100_0000


@pytest.mark.parametrize("validate", ["true", "True", True])
def test_a_validated_order_has_no_id(venue: RestVenue, validate: object) -> None:
    result = venue.ask("AddOrder", **LIMIT, validate=validate)
    assert result == {"descr": {"order": "buy 0.01000000 XBTUSD @ limit 9000.0"}}
    assert not venue.account().orders


def test_a_volume_of_nothing_closes_a_position(venue: RestVenue) -> None:
    venue.ask("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="0.2", leverage="2")
    result = venue.ask("AddOrder", pair="XBTUSD", type="sell", ordertype="market", volume="0", leverage="2")
    assert result["descr"]["order"] == "sell 0.20000000 XBTUSD @ market with 2:1 leverage"
    assert not venue.account().positions


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"pair": "nope"}, "EQuery:Unknown asset pair"),
    ({"pair": ""}, "EGeneral:Invalid arguments:pair"),
    ({"ordertype": ""}, "EGeneral:Invalid arguments:ordertype"),
    ({"ordertype": "limitless"}, "EGeneral:Invalid arguments:ordertype"),
    ({"type": "hold"}, "EGeneral:Invalid arguments:type"),
    ({"volume": ""}, "EGeneral:Invalid arguments:volume"),
    ({"volume": "much"}, "EGeneral:Invalid arguments:volume"),
    ({"volume": "-1"}, "EGeneral:Invalid arguments:volume"),
    ({"volume": "0"}, "EGeneral:Invalid arguments:volume"),
    ({"volume": "0.00000001"}, "EOrder:Order minimum not met"),
    ({"price": ""}, "EGeneral:Invalid arguments:price"),
    ({"price": "cheap"}, "EGeneral:Invalid arguments:price"),
    ({"price": "-1000%"}, "EGeneral:Invalid arguments:price"),
    ({"price": "9000.05"}, "EOrder:Invalid price"),
    ({"ordertype": "stop-loss-limit"}, "EGeneral:Invalid arguments:price2"),
    ({"ordertype": "trailing-stop", "price": "100"}, "EGeneral:Invalid arguments:price"),
    ({"ordertype": "trailing-stop-limit", "price": "+1", "price2": "5"}, "EGeneral:Invalid arguments:price2"),
    ({"trigger": "mark"}, "EGeneral:Invalid arguments:trigger"),
    ({"leverage": "much"}, "EGeneral:Invalid arguments:leverage"),
    ({"leverage": "99"}, "EGeneral:Invalid arguments:leverage"),
    ({"oflags": "post,hurry"}, "EGeneral:Invalid arguments:oflags"),
    ({"oflags": "fcib,fciq"}, "EGeneral:Invalid arguments:oflags"),
    ({"oflags": "viqc"}, "EGeneral:Invalid arguments:oflags"),
    ({"timeinforce": "gtc"}, "EGeneral:Invalid arguments:timeinforce"),
    ({"timeinforce": "GTD"}, "EGeneral:Invalid arguments:expiretm"),
    ({"expiretm": "+4"}, "EGeneral:Invalid arguments:expiretm"),
    ({"expiretm": S - 1}, "EGeneral:Invalid arguments:expiretm"),
    ({"stptype": "cancel_newest"}, "EGeneral:Invalid arguments:stptype"),
    ({"userref": 2**31}, "EGeneral:Invalid arguments:userref"),
    ({"userref": 5, "cl_ord_id": "mine"}, "EGeneral:Invalid arguments:cl_ord_id"),
    ({"cl_ord_id": "x" * 19}, "EGeneral:Invalid arguments:cl_ord_id"),
    ({"deadline": "2026-01-05T12:00:01.5Z"}, "EGeneral:Invalid arguments:deadline"),
    ({"deadline": "2026-01-05T12:01:01Z"}, "EGeneral:Invalid arguments:deadline"),
    ({"deadline": "2026-01-05T11:59:59Z"}, "EService:Deadline elapsed"),
    ({"close[ordertype]": "limit"}, "EGeneral:Invalid arguments:close[price]"),
    ({"close[ordertype]": "market", "close[price]": "1"}, "EGeneral:Invalid arguments:ordertype"),
    ({"close[ordertype]": "stop-loss-limit", "close[price]": "1"}, "EGeneral:Invalid arguments:close[price2]"),
    ({"close": "limit"}, "EGeneral:Invalid arguments:close"),
    ({"volume": "1000"}, "EOrder:Insufficient funds"),
    ({"reduce_only": "maybe"}, "EGeneral:Invalid arguments:reduce_only"),
    ({"validate": "maybe"}, "EGeneral:Invalid arguments:validate"),
]


@pytest.mark.parametrize(("fields", "error"), REFUSED)
def test_what_is_refused(venue: RestVenue, fields: dict[str, Any], error: str) -> None:
    assert venue.refusal("AddOrder", **(LIMIT | fields)) == error
    assert not venue.account().orders


# -- Batches -------------------------------------------------------------------------------------------------


def entries(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    plain = {name: value for name, value in LIMIT.items() if name != "pair"}
    return [plain | change for change in changes]


def test_a_batch(venue: RestVenue) -> None:
    close = {"close": {"ordertype": "stop-loss", "price": "5000"}}
    result = venue.ask(
        "AddOrderBatch", pair="XBTUSD", orders=entries({}, {"type": "sell", "price": "11000"} | close), as_json=True
    )
    recorded = recorded_line("rest-trading.jsonl", "get_add_order_batch_json")
    assert shape(result["orders"][0]) == shape(recorded["orders"][0])
    assert [row["descr"]["order"] for row in result["orders"]] == [
        "buy 0.01000000 XBTUSD @ limit 9000.0",
        "sell 0.01000000 XBTUSD @ limit 11000.0",
    ]
    assert result["orders"][1]["close"] == "close position @ stop loss 5000.0"
    assert len(venue.account().orders) == 2


def test_a_batch_as_a_form(venue: RestVenue) -> None:
    fields = {
        f"orders[{place}][{name}]": value
        for place, entry in enumerate(entries({}, {}))
        for name, value in entry.items()
    }
    assert len(venue.ask("AddOrderBatch", pair="XBTUSD", **fields)["orders"]) == 2


def test_an_order_that_fails_later_says_so_in_its_place(venue: RestVenue) -> None:
    result = venue.ask("AddOrderBatch", pair="XBTUSD", orders=entries({}, {"volume": "100"}, {}), as_json=True)
    assert result["orders"][1] == {"error": "EOrder:Insufficient funds"}
    assert len(venue.account().orders) == 2


def test_a_validated_batch_has_no_ids(venue: RestVenue) -> None:
    result = venue.ask("AddOrderBatch", pair="XBTUSD", orders=entries({}, {}), validate=True, as_json=True)
    assert [list(row) for row in result["orders"]] == [["descr"], ["descr"]]
    assert not venue.account().orders


BATCHES_REFUSED: list[tuple[Any, str]] = [
    (entries({}), "EGeneral:Invalid arguments:orders"),
    (entries(*[{}] * 16), "EGeneral:Invalid arguments:orders"),
    ("x", "EGeneral:Invalid arguments:orders"),
    ([1, 2], "EGeneral:Invalid arguments:orders"),
    (entries({}, {"price": ""}), "EGeneral:Invalid arguments:price"),
    (entries({}, {"volume": "0.00000001"}), "EOrder:Order minimum not met"),
]


@pytest.mark.parametrize(("orders", "error"), BATCHES_REFUSED)
def test_which_batches_are_refused_whole(venue: RestVenue, orders: Any, error: str) -> None:
    assert venue.refusal("AddOrderBatch", pair="XBTUSD", orders=orders, as_json=True) == error
    assert not venue.account().orders


@pytest.mark.parametrize(
    ("method", "fields", "points"),
    [
        ("AddOrder", {**LIMIT, "price": "x"}, "1"),
        ("AddOrder", {**LIMIT, "pair": "NOPAIR"}, "0"),
        ("AddOrderBatch", {"pair": "XBTUSD", "orders": [{**LIMIT, "type": "x"}, LIMIT, LIMIT]}, "1.5"),
    ],
)
def test_what_is_refused_for_its_form_pays_its_fixed_part(
    venue: RestVenue, method: str, fields: dict[str, Any], points: str
) -> None:
    before = venue.venue.rates.count(venue.account(), "BTC/USD", venue.now_ns)
    venue.refusal(method, **fields, as_json=True)
    count = venue.venue.rates.count(venue.account(), "BTC/USD", venue.now_ns)
    assert count - before == Decimal(points)
