from decimal import Decimal
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AmendWanted,
    Event,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderTraded,
    OrderWanted,
    Side,
)
from fathom.orders import OrderTable
from fathom.risk.room import Room, Terms
from market_feed import BTC, ETH

FEE = Decimal("0.01")


def terms(ticks: int, *, symbol: str = "BTC/USD") -> Terms:
    instrument = BTC if symbol == "BTC/USD" else msgspec.structs.replace(ETH, price_precision=1)
    return Terms(instrument, ticks, Decimal(100), Decimal(1), FEE)


class Kept:
    """An order table and the room beside it."""

    def __init__(self) -> None:
        self.table, self.room = OrderTable(), Room()

    def hold(self, order_id: str, side: Side, lots: int, ticks: int, *, symbol: str = "BTC/USD") -> None:
        order = self.table.apply(OrderApproved(OrderWanted(order_id, symbol, side, "limit", lots, ticks)))
        assert order is not None
        self.room.hold(order, terms(ticks, symbol=symbol))

    def tell(self, event: Event) -> None:
        order = self.table.apply(event)
        if order is not None:
            self.room.follow(order)

    def amend(self, order_id: str, lots: int, ticks: int) -> None:
        order = self.table.apply(AmendApproved(AmendWanted(order_id, ticks, lots)))
        assert order is not None
        self.room.follow(order, terms(ticks, symbol=order.symbol))


def fill(order_id: str, side: Side, lots: int, number: int, *, symbol: str = "BTC/USD") -> OrderTraded:
    return OrderTraded(order_id, f"T{number}", symbol, side, 1000, lots, "maker", Decimal(0), "USD")


def test_a_buy_holds_cost_and_fee_and_a_sale_what_it_sells() -> None:
    kept = Kept()
    kept.hold("a-1", "buy", 100, 900)
    kept.hold("a-2", "sell", 50, 900)  # Asked for less than the mid, it is worth the mid.
    room = kept.room
    assert (room.given["USD"], room.taken["BTC"]) == (Decimal("90.9"), 1)
    assert (room.given["BTC"], room.taken["USD"]) == (Decimal("0.5"), 50)
    assert (room.value, room.value_of("BTC/USD"), room.value_of("ETH/USD")) == (140, 140, 0)
    assert (room.lots("BTC/USD", "buy"), room.lots("BTC/USD", "sell")) == (100, 50)
    assert (room.open, room.open_of("BTC/USD"), room.open_of("ETH/USD")) == (2, 2, 0)


def test_a_filled_order_holds_room_until_its_fills_are_told_but_is_not_open() -> None:
    kept = Kept()
    kept.hold("a-1", "buy", 100, 1000)
    kept.tell(OrderFilled("a-1"))
    assert (kept.room.open, kept.room.lots("BTC/USD", "buy")) == (0, 100)
    kept.tell(fill("a-1", "buy", 60, 1))
    assert kept.room.lots("BTC/USD", "buy") == 40
    kept.tell(fill("a-1", "buy", 40, 2))
    assert (kept.room.lots("BTC/USD", "buy"), kept.room.given["USD"], kept.room.held) == (0, 0, {})


def test_news_of_an_order_that_holds_no_room_changes_nothing() -> None:
    kept = Kept()
    order = kept.table.apply(OrderApproved(OrderWanted("a-1", "BTC/USD", "buy", "limit", 1, 1)))
    assert order is not None
    kept.room.follow(order)
    assert (kept.room.open, kept.room.given) == (0, {})


@given(st.integers(0, 2**32))
def test_the_sums_are_those_over_all_orders(seed: int) -> None:
    random, kept = Random(seed), Kept()
    for number in range(60):
        open_ids = [order.order_id for order in kept.table.open()]
        if not open_ids or random.random() < 0.3:
            symbol = random.choice(["BTC/USD", "ETH/USD"])
            side: Side = random.choice(["buy", "sell"])
            kept.hold(f"a-{number}", side, random.randint(1, 50), random.randint(900, 1100), symbol=symbol)
            continue
        order = kept.table.get(random.choice(open_ids))
        assert order is not None
        match random.randint(0, 5):
            case 0:
                kept.tell(OrderAccepted(order.order_id, f"V-{order.order_id}"))
            case 1:
                kept.tell(fill(order.order_id, order.side, random.randint(1, 20), number, symbol=order.symbol))
            case 2:
                kept.amend(order.order_id, random.randint(1, 50), random.randint(900, 1100))
            case 3:
                answer = (
                    OrderAmended(order.order_id, order.asked.price_ticks, order.asked.qty_lots)
                    if order.asked and random.random() < 0.5
                    else AmendRejected(order.order_id, "no")
                )
                kept.tell(answer)
            case 4:
                kept.tell(OrderFilled(order.order_id))
            case _:
                kept.tell(OrderCanceled(order.order_id, "done"))
        _agrees(kept)


def _agrees(kept: Kept) -> None:
    """Reckon all sums again from the table alone."""
    room, table = kept.room, kept.table
    holding = [*table.open(), *(order for order in table.ended() if order.untold_lots)]
    for symbol, base in (("BTC/USD", "BTC"), ("ETH/USD", "ETH")):
        for side in ("buy", "sell"):
            lots = sum(
                order.left_lots_worst + order.untold_lots
                for order in holding
                if (order.symbol, order.side) == (symbol, side)
            )
            assert room.lots(symbol, side) == lots  # type: ignore[arg-type]  # A side.
            assert (room.taken if side == "buy" else room.given).get(base, 0) == Decimal(lots) / 100
        assert room.open_of(symbol) == len(table.open(symbol))
    spend = sum(
        (
            (order.price_ticks_worst or 0) * (order.left_lots_worst + order.untold_lots)
            for order in holding
            if order.side == "buy"
        ),
        0,
    )
    assert room.given.get("USD", 0) == Decimal(spend) / 1000 * (1 + FEE)
    assert room.open == len(table.open())
    assert room.value == room.value_of("BTC/USD") + room.value_of("ETH/USD")
    assert set(room.held) == {order.order_id for order in holding}
