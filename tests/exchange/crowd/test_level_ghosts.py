from random import Random

from crowd_venue import T0, Levels, book, client_of, limit, venue_of
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.exchange.crowd.level_ghosts import LevelGhosts
from fathom.exchange.crowd.stage import Stage

PAIR = "BTC/USD"
LOTS = 10**6
BIDS = [(1000, 5 * LOTS), (999, 2 * LOTS), (997, LOTS)]
ASKS = [(1001, LOTS), (1002, 4 * LOTS), (1004, 3 * LOTS)]


def test_a_snapshot_replaces_everything() -> None:
    venue = venue_of(PAIR)
    ghosts = LevelGhosts(Stage(venue, PAIR), depth=3)
    ghosts.replace(bids=BIDS, asks=ASKS, now_ns=T0)
    assert book(venue, PAIR) == (BIDS, ASKS)
    ghosts.replace(bids=[(1002, LOTS)], asks=[(1003, LOTS)], now_ns=T0)
    assert book(venue, PAIR) == ([(1002, LOTS)], [(1003, LOTS)])
    assert (ghosts.levels("buy"), ghosts.levels("sell")) == book(venue, PAIR)
    ghosts.withdraw(T0)
    assert book(venue, PAIR) == ([], [])


def test_updates_set_levels_and_cut_to_the_depth() -> None:
    venue = venue_of(PAIR)
    ghosts = LevelGhosts(Stage(venue, PAIR), depth=3)
    ghosts.replace(bids=BIDS, asks=ASKS, now_ns=T0)
    ghosts.change(bids=[(999, 0), (998, LOTS)], asks=[(1003, 7 * LOTS), (1002, LOTS)], now_ns=T0)
    assert book(venue, PAIR) == (
        [(1000, 5 * LOTS), (998, LOTS), (997, LOTS)],
        [(1001, LOTS), (1002, LOTS), (1003, 7 * LOTS)],
    )
    # The same price twice: the last one counts. A level that is not there goes without a word.
    ghosts.change(bids=[(1000, 0), (1000, 9 * LOTS), (500, 0)], asks=[], now_ns=T0)
    assert book(venue, PAIR)[0][0] == (1000, 9 * LOTS)


def test_ghosts_never_trade_with_each_other() -> None:
    venue = venue_of(PAIR)
    ghosts = LevelGhosts(Stage(venue, PAIR), depth=10)
    ghosts.replace(bids=BIDS, asks=ASKS, now_ns=T0)
    # Both sides move up in one message, and then down with the other side's levels untold.
    ghosts.change(bids=[(1002, LOTS)], asks=[(1001, 0), (1002, 0), (1003, LOTS)], now_ns=T0)
    assert book(venue, PAIR) == ([(1002, LOTS), *BIDS], [(1003, LOTS), (1004, 3 * LOTS)])
    ghosts.change(bids=[], asks=[(999, LOTS)], now_ns=T0)
    assert book(venue, PAIR) == ([(997, LOTS)], [(999, LOTS), (1003, LOTS), (1004, 3 * LOTS)])
    # And one that is crossed in itself: its asks stay.
    ghosts.replace(bids=BIDS, asks=[(999, LOTS)], now_ns=T0)
    assert book(venue, PAIR) == ([(997, LOTS)], [(999, LOTS)])
    assert not venue.markets[PAIR].trades


def test_what_a_client_took_is_missing_until_it_is_told_again() -> None:
    venue = venue_of(PAIR)
    ghosts, alice = LevelGhosts(Stage(venue, PAIR), depth=10), client_of(venue)
    ghosts.replace(bids=BIDS, asks=ASKS, now_ns=T0)
    assert limit(venue, alice, PAIR, "buy", price_ticks=1002, qty_lots=3 * LOTS, ioc=True).status == "filled"
    assert book(venue, PAIR)[1] == [(1002, 2 * LOTS), (1004, 3 * LOTS)]
    ghosts.change(bids=[(996, LOTS)], asks=[], now_ns=T0)
    assert book(venue, PAIR)[1] == [(1002, 2 * LOTS), (1004, 3 * LOTS)]
    ghosts.change(bids=[], asks=[(1001, LOTS), (1002, 4 * LOTS)], now_ns=T0)
    assert book(venue, PAIR)[1] == ASKS


def test_a_client_in_the_queue_keeps_its_place() -> None:
    venue = venue_of(PAIR)
    ghosts, alice = LevelGhosts(Stage(venue, PAIR), depth=10), client_of(venue)

    def places() -> list[int | str]:
        return [
            order.left_lots // LOTS if order.account.house else "alice"
            for order in venue.markets[PAIR].bids.level(1000)
        ]

    ghosts.replace(bids=BIDS, asks=ASKS, now_ns=T0)
    order = limit(venue, alice, PAIR, "buy", price_ticks=1000, qty_lots=LOTS)
    assert places() == [5, "alice"]
    for lots, expected in ((7, [5, "alice", 2]), (6, [5, "alice", 1]), (8, [5, "alice", 1, 2])):
        ghosts.change(bids=[(1000, lots * LOTS)], asks=[], now_ns=T0)
        assert places() == expected
    ghosts.change(bids=[(1000, 3 * LOTS)], asks=[], now_ns=T0)
    assert places() == [3, "alice"], "what goes, goes from the end"
    for lots in range(4, 40):
        ghosts.change(bids=[(1000, lots * LOTS)], asks=[], now_ns=T0)
        assert sum(place for place in places() if isinstance(place, int)) == lots
        assert len(places()) <= 7
    ghosts.change(bids=[(1000, 0)], asks=[], now_ns=T0)
    assert places() == ["alice"]
    assert order.is_open


def test_a_client_that_the_market_moves_through_is_filled() -> None:
    venue = venue_of(PAIR)
    ghosts, alice = LevelGhosts(Stage(venue, PAIR), depth=10), client_of(venue)
    ghosts.replace(bids=BIDS, asks=ASKS, now_ns=T0)
    bid = limit(venue, alice, PAIR, "buy", price_ticks=998, qty_lots=8 * LOTS)
    ask = limit(venue, alice, PAIR, "sell", price_ticks=1003, qty_lots=8 * LOTS)
    ghosts.change(bids=[(1000, 0), (999, 0)], asks=[(998, LOTS)], now_ns=T0)
    assert bid.cum_lots == LOTS, "at its price, so far as the recorded quantity reaches"
    ghosts.change(bids=[(997, 0)], asks=[(997, LOTS)], now_ns=T0)
    assert bid.status == "filled", "through its price, in full"
    ghosts.replace(bids=[(1004, LOTS)], asks=[(1006, LOTS)], now_ns=T0)
    assert ask.status == "filled"
    assert book(venue, PAIR) == ([(1004, LOTS)], [(1006, LOTS)])
    venue.bank.check()


def oracle(levels: Levels, changes: Levels, *, depth: int, bids: bool) -> Levels:
    plain = dict(levels) | dict(changes)
    return sorted(((p, q) for p, q in plain.items() if q), reverse=bids)[:depth]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([5, 10, 25]))
def test_the_book_is_the_recorded_one(seed: int, depth: int) -> None:
    rng = Random(seed)
    venue = venue_of(PAIR)
    ghosts = LevelGhosts(Stage(venue, PAIR), depth=depth)
    bids: Levels = []
    asks: Levels = []
    for step in range(60):
        middle = 1000 + rng.randint(-15, 15)
        new_bids = [(price, LOTS * rng.randint(0, 3)) for price in rng.sample(range(middle - 30, middle), 12)]
        new_asks = [(price, LOTS * rng.randint(0, 3)) for price in rng.sample(range(middle, middle + 30), 12)]
        if step % 20 == 0:
            bids, asks = oracle([], new_bids, depth=depth, bids=True), oracle([], new_asks, depth=depth, bids=False)
            ghosts.replace(bids=bids, asks=asks, now_ns=T0)
        else:
            # A recorded book never crosses: what would be in the way goes in the same message.
            new_bids += [(price, 0) for price, _ in bids if price >= middle]
            new_asks += [(price, 0) for price, _ in asks if price < middle]
            bids = oracle(bids, new_bids, depth=depth, bids=True)
            asks = oracle(asks, new_asks, depth=depth, bids=False)
            ghosts.change(bids=new_bids, asks=new_asks, now_ns=T0)
        assert book(venue, PAIR) == (bids, asks)
    assert not venue.markets[PAIR].trades
