from decimal import Decimal

import pytest
from crowd_venue import T0, book, queues, tape, trades, venue_of

from fathom.exchange.crowd import RecordedTrade
from fathom.exchange.crowd.scene import Scene
from fathom.exchange.crowd.stage import Stage
from fathom.protocol.messages import Book, Level, Level3Book, Level3Order, Trade

PAIR = "BTC/USD"
STAMP = "2023-10-06T17:35:55.440295Z"


def level(price: str, qty: str) -> Level:
    return Level(price=Decimal(price), qty=Decimal(qty))


def levels_book(bids: list[Level], asks: list[Level]) -> Book:
    return Book(symbol=PAIR, bids=tuple(bids), asks=tuple(asks), checksum=0)


def order(order_id: str, price: str, qty: str, *, kind: str | None = None, stamp: str = STAMP) -> Level3Order:
    return Level3Order(
        order_id=order_id, limit_price=Decimal(price), order_qty=Decimal(qty), timestamp=stamp, event=kind
    )


def orders_book(bids: list[Level3Order], asks: list[Level3Order]) -> Level3Book:
    return Level3Book(symbol=PAIR, checksum=0, bids=tuple(bids), asks=tuple(asks))


SNAPSHOT = levels_book([level("100.0", "1.00000000")], [level("100.5", "2")])
ORDERS = orders_book([order("a", "100.0", "1e-05")], [order("x", "100.5", "2")])


def test_levels_are_played_from_the_snapshot_on() -> None:
    venue = venue_of(PAIR)
    scene = Scene(Stage(venue, PAIR))
    update = levels_book([level("99.9", "1")], [])
    assert not scene.book(update, snapshot=False, depth=10, now_ns=T0)
    assert scene.book(SNAPSHOT, snapshot=True, depth=10, now_ns=T0)
    assert not scene.level3(ORDERS, snapshot=True, depth=10, now_ns=T0), "the pair plays as levels"
    assert scene.book(update, snapshot=False, depth=10, now_ns=T0)
    assert book(venue, PAIR) == ([(1000, 10**8), (999, 10**8)], [(1005, 2 * 10**8)])
    scene.withdraw(T0)
    assert book(venue, PAIR) == ([], [])
    assert scene.level3(ORDERS, snapshot=True, depth=10, now_ns=T0), "it begins anew"


def test_orders_are_played_from_the_snapshot_on() -> None:
    venue = venue_of(PAIR)
    scene = Scene(Stage(venue, PAIR))
    update = orders_book(
        [order("b", "100.0", "1", kind="add"), order("c", "99", "1", kind="grow")],
        [order("x", "100.5", "1", kind="modify", stamp="yesterday")],
    )
    assert not scene.level3(update, snapshot=False, depth=10, now_ns=T0)
    assert scene.level3(ORDERS, snapshot=True, depth=10, now_ns=T0)
    assert not scene.book(SNAPSHOT, snapshot=True, depth=10, now_ns=T0)
    assert scene.level3(update, snapshot=False, depth=10, now_ns=T0)
    assert queues(venue, PAIR) == ([(1000, 1000), (1000, 10**8)], [(1005, 10**8)])


@pytest.mark.parametrize(("count", "told", "kept"), [(10, None, 10), (25, None, 25), (11, None, 12), (11, 10, 10)])
def test_the_depth_is_as_told_or_as_the_snapshot_shows(count: int, told: int | None, kept: int) -> None:
    venue = venue_of(PAIR)
    scene = Scene(Stage(venue, PAIR))
    asks = [level(str(101 + place), "1") for place in range(count)]
    scene.book(levels_book([level("99", "1")], asks), snapshot=True, depth=told, now_ns=T0)
    scene.book(levels_book([], [level("100", "1")]), snapshot=False, depth=told, now_ns=T0)
    assert len(book(venue, PAIR)[1]) == kept


def test_trades_are_told_with_who_took_and_how() -> None:
    venue = venue_of(PAIR)
    scene = Scene(Stage(venue, PAIR))
    scene.trade(
        Trade(symbol=PAIR, side="sell", price=Decimal("100.0"), qty=Decimal("0.5"), ord_type="market", trade_id=7,
              timestamp=STAMP),
        T0,
    )  # fmt: skip
    scene.past_trade(RecordedTrade(T0, PAIR, Decimal(101), Decimal(1)), T0)
    first, second = trades(tape(venue))
    assert (first.side, first.price_ticks, first.qty_lots, first.ord_type) == ("sell", 1000, 5 * 10**7, "market")
    assert (second.side, second.price_ticks, second.qty_lots) == ("buy", 1010, 10**8)


def test_numbers_that_the_pair_cannot_say_are_left_out_and_counted() -> None:
    venue = venue_of(PAIR)
    scene = Scene(Stage(venue, PAIR))
    odd = levels_book([level("99.95", "1"), level("99.9", "0.000000001"), level("99.8", "1")], [level("-1", "1")])
    scene.book(odd, snapshot=True, depth=10, now_ns=T0)
    assert scene.unfit == 2
    assert book(venue, PAIR) == ([(998, 10**8)], [])
