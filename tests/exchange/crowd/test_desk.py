from crowd_venue import T0, book, client_of, limit, tape, trades, venue_of
from msgspec import structs

from fathom.exchange.crowd.desk import Desk, open_house

PAIR = "BTC/USD"
LOTS = 10**7


def test_a_house_account_is_opened_once() -> None:
    venue = venue_of(PAIR)
    account = open_house(venue, "house-noise")
    assert account.house
    assert len(account.number) == 16
    assert open_house(venue, "house-noise") is account


def test_orders_rest_and_are_pulled() -> None:
    venue = venue_of(PAIR)
    desk, house = Desk(venue, PAIR), open_house(venue, "house-noise")
    order = desk.rest(house, "buy", price_ticks=1000, qty_lots=LOTS, now_ns=T0)
    assert order is not None
    assert book(venue, PAIR)[0] == [(1000, LOTS)]
    assert desk.shrink(order, lots=LOTS // 2, now_ns=T0)
    assert book(venue, PAIR)[0] == [(1000, LOTS // 2)]
    assert desk.pull(order, now_ns=T0)
    assert desk.pull(order, now_ns=T0), "twice is as good"
    assert book(venue, PAIR)[0] == []
    assert not desk.shrink(order, lots=LOTS, now_ns=T0)
    assert not house.orders


def test_what_is_taken_is_counted() -> None:
    venue = venue_of(PAIR)
    desk, maker, taker = Desk(venue, PAIR), open_house(venue, "maker"), open_house(venue, "taker")
    for price_ticks in (1000, 1001):
        desk.rest(maker, "sell", price_ticks=price_ticks, qty_lots=LOTS, now_ns=T0)
    assert desk.take(taker, "buy", price_ticks=1000, qty_lots=5 * LOTS, now_ns=T0) == LOTS
    assert desk.take(taker, "buy", price_ticks=1000, qty_lots=LOTS, now_ns=T0) == 0
    assert desk.take(taker, "buy", price_ticks=None, qty_lots=LOTS // 2, now_ns=T0) == LOTS // 2
    assert [trade.ord_type for trade in trades(tape(venue))] == ["limit", "market"]
    assert book(venue, PAIR)[1] == [(1001, LOTS // 2)]
    assert desk.refused == 0


def test_a_trade_of_nobodys_is_told() -> None:
    venue = venue_of(PAIR)
    desk = Desk(venue, PAIR)
    desk.print_trade("sell", price_ticks=1000, qty_lots=LOTS, at_market=True, now_ns=T0)
    desk.print_trade("buy", price_ticks=1001, qty_lots=LOTS, at_market=False, now_ns=T0)
    told = trades(tape(venue))
    assert [(trade.side, trade.price_ticks, trade.ord_type) for trade in told] == [
        ("sell", 1000, "market"),
        ("buy", 1001, "limit"),
    ]
    assert told[0].trade_id < told[1].trade_id
    assert venue.markets[PAIR].last_ticks == 1001
    venue.bank.check()


def test_a_refusal_is_counted() -> None:
    venue = venue_of(PAIR)
    desk, house = Desk(venue, PAIR), open_house(venue, "house-noise")
    venue.set_pair(structs.replace(desk.pair, status="cancel_only"), now_ns=T0)
    assert desk.rest(house, "buy", price_ticks=1000, qty_lots=LOTS, now_ns=T0) is None
    assert desk.take(house, "buy", price_ticks=1000, qty_lots=LOTS, now_ns=T0) == 0
    assert desk.refused == 2


def test_clearing_pulls_the_house_and_takes_clients() -> None:
    venue = venue_of(PAIR)
    desk, alice = Desk(venue, PAIR), client_of(venue)
    maker, taker = open_house(venue, "maker"), open_house(venue, "taker")
    for price_ticks in (1003, 1002, 1001, 1000):
        desk.rest(maker, "buy", price_ticks=price_ticks, qty_lots=LOTS, now_ns=T0)
    high, low = (
        limit(venue, alice, PAIR, "buy", price_ticks=price_ticks, qty_lots=3 * LOTS) for price_ticks in (1003, 1001)
    )
    desk.clear("buy", house_ticks=1001, client_ticks=1002, taker=taker, now_ns=T0)
    assert high.status == "filled"
    assert low.is_open
    assert book(venue, PAIR)[0] == [(1001, 3 * LOTS), (1000, LOTS)]
    assert [trade.qty_lots for trade in trades(tape(venue))] == [3 * LOTS]
    desk.clear("sell", house_ticks=5000, client_ticks=5000, taker=taker, now_ns=T0)  # Nothing is there.
    venue.bank.check()
