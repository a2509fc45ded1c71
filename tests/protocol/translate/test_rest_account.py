"""The account as REST tells it, against the exchange: the orders, fills and balances that the stream told too."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec import structs

from fathom.domain import ForeignOrderSeen, ForeignTraded, Instrument, RemoteError, VenueFill, VenueOrder
from fathom.net.client import Account
from fathom.protocol import decode, rest
from fathom.protocol.messages import ExecutionsMessage, InstrumentMessage
from fathom.protocol.translate import (
    RestNames,
    account_seen,
    closed_orders_since,
    fills_since,
    foreign_news,
    pairs_told,
    rest_names,
    venue_balances,
    venue_fill,
    venue_order,
)
from rest_calls import ask
from whole_exchange import Stage

BUY: dict[str, Any] = {"symbol": "BTC/USD", "side": "buy", "order_qty": 0.01}
SELL: dict[str, Any] = {**BUY, "side": "sell"}
ORDERS: dict[str, dict[str, Any]] = {
    "limit": {**BUY, "order_type": "limit", "limit_price": 90000, "cl_ord_id": "mine-1"},
    "iceberg": {**BUY, "order_type": "iceberg", "limit_price": 90000, "display_qty": 0.002},
    "filled": {**BUY, "order_type": "limit", "limit_price": 98000, "cl_ord_id": "mine-1"},
    "partly filled": {**BUY, "order_type": "limit", "limit_price": 98000, "order_qty": 0.05},
    "partly filled, then over": {
        **BUY, "order_type": "limit", "limit_price": 98000, "order_qty": 0.05, "time_in_force": "ioc",
    },
    "market": {**SELL, "order_type": "market"},
    "stop-loss": {**SELL, "order_type": "stop-loss", "triggers": {"price": 90000}},
    "stop-loss-limit": {**SELL, "order_type": "stop-loss-limit", "triggers": {"price": 90000}, "limit_price": 89000},
    "trailing-stop": {**SELL, "order_type": "trailing-stop", "triggers": {"price": 1, "price_type": "pct"}},
    "post-only, refused": {**BUY, "order_type": "limit", "limit_price": 98500, "post_only": True},
}  # fmt: skip


class Told:
    """One exchange with bob's quotes, what alice's stream said of what she did, and her account by REST."""

    def __init__(self) -> None:
        self.stage = Stage()
        bob = self.stage.trader("bob")
        bob.ask("add_order", symbol="BTC/USD", side="sell", order_type="limit", order_qty=0.02, limit_price=98000)
        bob.ask("add_order", symbol="BTC/USD", side="buy", order_type="limit", order_qty=0.02, limit_price=96000)
        self.alice = self.stage.trader()
        self.instruments = self._instruments()
        self.names = rest_names(ask(self.stage, rest.AssetPairs()), ask(self.stage, rest.Assets()))
        self.account = Account()
        self.orders: dict[str, VenueOrder] = {}
        self.fills: list[VenueFill] = []
        self.hear(self.alice.subscribe("executions", snap_orders=True))

    def _instruments(self) -> dict[str, Instrument]:
        public = self.stage.connect("public")
        for frame in public.subscribe("instrument"):
            message = decode(msgspec.json.encode(frame))
            if isinstance(message, InstrumentMessage):
                return {one.instrument.symbol: one.instrument for one in pairs_told(message).changed}
        raise AssertionError("no instruments")

    def hear(self, frames: list[Any]) -> None:
        for frame in frames:
            if frame.get("channel") != "executions":
                continue
            message = decode(msgspec.json.encode(frame))
            assert isinstance(message, ExecutionsMessage), message
            for row in self.account.executions(message):
                for event in foreign_news(row, instruments=self.instruments):
                    if isinstance(event, ForeignTraded):
                        self.fills.append(event.fill)
                    else:
                        assert isinstance(event, ForeignOrderSeen)
                        self.orders[event.order.venue_order_id] = event.order

    def place(self, **order: Any) -> str:
        result, frames = self.alice.ask("add_order", **order)
        self.hear(frames)
        order_id: str = result["order_id"]
        return order_id

    def seen(self, *, ours: dict[str, str] | None = None) -> Any:
        return account_seen(
            as_of_ns=7,
            open_orders=ask(self.stage, rest.OpenOrders()).open,
            closed_orders=ask(self.stage, closed_orders_since(0)).closed,
            fills=ask(self.stage, fills_since(0)).trades,
            balances=ask(self.stage, rest.Balance()),
            names=self.names,
            instruments=self.instruments,
            order_id_of=(ours or {}).get,
            venue_ids={},
        )


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_and_its_fills_are_as_the_stream_told_them(name: str) -> None:
    told = Told()
    order_id = told.place(**ORDERS[name])
    found = told.seen()
    assert found.unread == ()
    (order,) = (*found.seen.orders, *found.seen.closed)
    heard = told.orders[order_id]
    ended = heard.status in {"filled", "canceled", "expired"}
    assert bool(found.seen.closed) == ended
    # The stream says why a post-only order ended in other words than REST, or not at all.
    assert structs.replace(order, reason="") == structs.replace(heard, reason="")
    assert [structs.replace(fill, time_ns=0) for fill in found.seen.fills] == [
        structs.replace(fill, time_ns=0) for fill in told.fills
    ]
    assert all(
        abs(one.time_ns - other.time_ns) < 1_000_000 for one, other in zip(found.seen.fills, told.fills, strict=True)
    )


def test_ours_are_named_by_the_client_id_and_so_are_their_fills() -> None:
    told = Told()
    told.place(**ORDERS["filled"])
    told.place(**ORDERS["iceberg"])
    seen = told.seen(ours={"mine-1": "mm-7"}).seen
    assert [order.order_id for order in seen.closed] == ["mm-7"]
    assert [order.order_id for order in seen.orders] == [""]
    assert {fill.order_id for fill in seen.fills} == {"mm-7"}
    assert (seen.as_of_ns, seen.source) == (7, "venue")


def test_balances_are_by_our_names_and_the_fills_say_how_they_came_about() -> None:
    told = Told()
    before = dict(told.seen().seen.balances)
    told.stage.run(60, every_ms=10_000)  # REST's counter has no room for two looks at once.
    told.place(**ORDERS["market"])
    seen = told.seen().seen
    after, (fill,) = dict(seen.balances), seen.fills
    assert {"BTC", "USD"} <= set(after)
    assert before["BTC"] - after["BTC"] == Decimal("0.01")
    assert fill.cost is not None
    assert after["USD"] - before["USD"] == fill.cost - fill.fee


NAMES = RestNames({"XXBTZUSD": "BTC/USD", "XBTUSD": "BTC/USD"}, {"XXBT": "BTC", "ZUSD": "USD", "XBT.F": "BTC"})
PAIR = Instrument(
    symbol="BTC/USD", base="BTC", quote="USD", price_precision=1, qty_precision=8, cost_precision=5, qty_lots_min=1,
    cost_min=Decimal(1),
)  # fmt: skip
INFO = rest.OrderInfo(
    status="closed",
    descr=rest.OrderDescription(pair="XBTUSD", type="buy", ordertype="limit", price="90000.0", price2="0"),
    vol=Decimal("0.5"),
    vol_exec=Decimal("0.2"),
    opentm=rest.TimeNs(1),
)
TRADE = rest.TradeInfo(
    ordertxid="O1", pair="XXBTZUSD", time=rest.TimeNs(5), type="buy", ordertype="limit", price=Decimal(90000),
    cost=Decimal(18000), fee=Decimal("0.0001"), vol=Decimal("0.2"), maker=True,
)  # fmt: skip


def test_what_is_earning_is_of_its_asset() -> None:
    balances = {"XXBT": Decimal("1.10"), "XBT.F": Decimal("0.05"), "ZUSD": Decimal("2.0000"), "XBT.M": Decimal(1),
                "DOT.S": Decimal(3), "USD.HOLD": Decimal(4)}  # fmt: skip
    assert venue_balances(balances, NAMES) == (
        ("BTC", Decimal("2.15")),
        ("DOT", Decimal(3)),
        ("USD", Decimal("6.0000")),
    )


def test_an_order_that_is_done_with_and_not_filled_was_cancelled() -> None:
    order = venue_order("O1", INFO, "mm-1", NAMES, {"BTC/USD": PAIR})
    assert (order.status, order.filled_lots, order.qty_lots) == ("canceled", 20_000_000, 50_000_000)
    cash = structs.replace(INFO, oflags="fciq,viqc", vol=Decimal(20_000))
    assert venue_order("O1", cash, "", NAMES, {"BTC/USD": PAIR}).status == "filled"


def test_a_fee_in_base_is_told_by_the_order() -> None:
    assert venue_fill("T1", TRADE, "", NAMES, {"BTC/USD": PAIR}).fee_asset == "USD"
    account = account_seen(
        as_of_ns=1, open_orders={}, closed_orders={"O1": structs.replace(INFO, oflags="fcib")}, fills={"T1": TRADE},
        balances={}, names=NAMES, instruments={"BTC/USD": PAIR}, order_id_of=lambda _: None, venue_ids={"O1": "mm-1"},
    )  # fmt: skip
    assert [(fill.fee_asset, fill.order_id) for fill in account.seen.fills] == [("BTC", "mm-1")]


def test_a_strangers_pair_that_was_never_told_is_passed_over_and_ours_are_not() -> None:
    def told(venue_ids: dict[str, str]) -> Any:
        return account_seen(
            as_of_ns=1, open_orders={"O1": INFO}, closed_orders={}, fills={"T1": TRADE}, balances={}, names=NAMES,
            instruments={}, order_id_of=lambda _: None, venue_ids=venue_ids,
        )  # fmt: skip

    account = told({})
    assert (account.seen.orders, account.seen.fills, len(account.unread)) == ((), (), 2)
    with pytest.raises(RemoteError, match="without an instrument row"):
        told({"O1": "mm-1"})


@pytest.mark.parametrize(
    "wrong",
    [{"type": None}, {"ordertype": "reincarnated"}, {"price": "0.01"}],
)
def test_an_order_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    info = structs.replace(INFO, descr=structs.replace(INFO.descr, **wrong))
    with pytest.raises(RemoteError):
        venue_order("O1", info, "", NAMES, {"BTC/USD": PAIR})


def test_the_questions_let_in_what_happened_at_the_moment() -> None:
    second = 1_000_000_000
    assert closed_orders_since(10 * second + 5).start == fills_since(10 * second + 5).start == "9"
    assert (fills_since(0).start, fills_since(0).ofs, fills_since(0, page=2).ofs) == ("0", None, 100)
    assert fills_since(0).consolidate_taker is False
