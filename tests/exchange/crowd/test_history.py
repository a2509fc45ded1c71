from crowd_venue import T0, book, client_of, limit, tape, trades, venue_of

from fathom.exchange.crowd.history import LEVELS, History
from fathom.exchange.crowd.stage import Stage

PAIR = "BCH/EUR"
LOTS = 10**8


def test_a_thin_book_stands_around_each_trade() -> None:
    venue = venue_of(PAIR)
    history = History(Stage(venue, PAIR))
    for price_ticks, side in ((9054, "buy"), (9045, "sell"), (9045, "sell"), (9046, "buy")):
        history.trade(price_ticks=price_ticks, qty_lots=LOTS, now_ns=T0)
        (trade,) = trades(tape(venue))
        assert (trade.price_ticks, trade.qty_lots, trade.side) == (price_ticks, LOTS, side)
        bids, asks = book(venue, PAIR)
        assert len(bids) == len(asks) == LEVELS
        assert (asks if side == "buy" else bids)[0] == (price_ticks, 2 * LOTS)
        assert bids[0][0] == asks[0][0] - 4, "a two-thousandth of the price"
    history.withdraw(T0)
    assert book(venue, PAIR) == ([], [])


def test_at_the_lowest_prices_there_are_fewer_bids() -> None:
    venue = venue_of(PAIR)
    History(Stage(venue, PAIR)).trade(price_ticks=3, qty_lots=100 * LOTS, now_ns=T0)
    bids, asks = book(venue, PAIR)
    assert [price for price, _ in bids] == [2, 1]
    assert len(asks) == LEVELS


def test_clients_trade_when_the_history_comes_by() -> None:
    venue = venue_of(PAIR)
    history, alice = History(Stage(venue, PAIR)), client_of(venue)
    history.trade(price_ticks=9000, qty_lots=LOTS, now_ns=T0)
    bid = limit(venue, alice, PAIR, "buy", price_ticks=8990, qty_lots=30 * LOTS)
    ask = limit(venue, alice, PAIR, "sell", price_ticks=9010, qty_lots=30 * LOTS)
    history.trade(price_ticks=8980, qty_lots=LOTS, now_ns=T0)
    assert bid.status == "filled"
    assert ask.is_open
    history.trade(price_ticks=9011, qty_lots=LOTS, now_ns=T0)
    assert ask.status == "filled"
    taken = limit(venue, alice, PAIR, "buy", price_ticks=9011, qty_lots=LOTS, ioc=True)
    assert taken.status == "filled"
    venue.bank.check()
