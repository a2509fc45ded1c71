"""Orders and fills as REST tells them, against the exchange: the same that the stream told."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec import structs

from fathom.domain import ForeignOrderSeen, ForeignTraded, Instrument, RemoteError, VenueFill, VenueOrder
from fathom.net.client import Account
from fathom.protocol import decode, rest
from fathom.protocol.messages import ExecutionsMessage, InstrumentMessage
from fathom.protocol.translate import fills_since, foreign_news, pair_names, pairs_told, rest_fill, rest_order
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
        self.names = pair_names(ask(self.stage, rest.AssetPairs()))
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

    def rest_orders(self, order_id: str = "") -> list[VenueOrder]:
        rows = ask(self.stage, rest.OpenOrders()).open | ask(self.stage, rest.ClosedOrders()).closed
        return [
            rest_order(name, info, order_id=order_id, names=self.names, instruments=self.instruments)
            for name, info in rows.items()
        ]

    def rest_fills(self, order_id: str = "") -> list[VenueFill]:
        fills = [
            rest_fill(name, info, order_id=order_id, names=self.names, instruments=self.instruments)
            for name, info in ask(self.stage, fills_since(0)).trades.items()
        ]
        return fills[::-1]


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_and_its_fills_are_as_the_stream_told_them(name: str) -> None:
    told = Told()
    heard = told.orders[told.place(**ORDERS[name])]
    (order,) = told.rest_orders()
    # The stream says why a post-only order ended in other words than REST, or not at all.
    assert structs.replace(order, reason="") == structs.replace(heard, reason="")
    fills = told.rest_fills()
    assert [structs.replace(fill, time_ns=0) for fill in fills] == [
        structs.replace(fill, time_ns=0) for fill in told.fills
    ]
    assert all(abs(one.time_ns - other.time_ns) < 1_000_000 for one, other in zip(fills, told.fills, strict=True))


def test_ours_have_our_id() -> None:
    told = Told()
    told.place(**ORDERS["filled"])
    assert {one.order_id for one in (*told.rest_orders("mm-7"), *told.rest_fills("mm-7"))} == {"mm-7"}


PAIR = Instrument(
    symbol="BTC/USD", base="BTC", quote="USD", price_precision=1, qty_precision=8, cost_precision=5, qty_lots_min=1,
    cost_min=Decimal(1),
)  # fmt: skip
KNOWN: dict[str, Any] = {
    "order_id": "",
    "names": {"XXBTZUSD": "BTC/USD", "XBTUSD": "BTC/USD"},
    "instruments": {"BTC/USD": PAIR},
}
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


def test_an_order_that_is_done_with_and_not_filled_was_cancelled() -> None:
    order = rest_order("O1", INFO, **KNOWN)
    assert (order.status, order.filled_lots, order.qty_lots) == ("canceled", 20_000_000, 50_000_000)
    cash = structs.replace(INFO, oflags="fciq,viqc", vol=Decimal(20_000))
    assert rest_order("O1", cash, **KNOWN).status == "filled"


def test_a_fee_is_in_quote_or_in_base() -> None:
    assert rest_fill("T1", TRADE, **KNOWN).fee_asset == "USD"
    assert rest_fill("T1", TRADE, **KNOWN, fee_in_base=True).fee_asset == "BTC"


@pytest.mark.parametrize(
    "wrong", [{"type": None}, {"ordertype": "reincarnated"}, {"price": "0.01"}, {"pair": "ETHUSD"}]
)
def test_an_order_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    info = structs.replace(INFO, descr=structs.replace(INFO.descr, **wrong))
    with pytest.raises(RemoteError):
        rest_order("O1", info, **KNOWN)


def test_fills_that_were_added_up_are_refused() -> None:
    with pytest.raises(RemoteError, match="price"):
        rest_fill("T1", structs.replace(TRADE, price=Decimal("90000.01234")), **KNOWN)


def test_the_question_lets_in_what_happened_at_the_moment_and_each_fill_by_itself() -> None:
    second = 1_000_000_000
    assert fills_since(10 * second + 5).start == "9"
    assert (fills_since(0).start, fills_since(0).ofs, fills_since(0, page=2).ofs) == ("0", None, 100)
    assert fills_since(0).consolidate_taker is False
