from crowd_venue import T0, book, client_of, limit, tape, trades, venue_of

from fathom.exchange.crowd.stage import Stage, open_ghosts

PAIR = "BTC/USD"
LOTS = 10**7


def test_its_accounts_are_the_houses() -> None:
    venue = venue_of(PAIR)
    ghost, taker = open_ghosts(venue)
    assert ghost.house
    assert taker.house
    assert ghost is not taker
    assert open_ghosts(venue) == (ghost, taker)


def test_a_trade_that_concerns_nobody_is_only_told() -> None:
    venue = venue_of(PAIR)
    stage = Stage(venue, PAIR)
    stage.rest("sell", price_ticks=1000, qty_lots=LOTS, now_ns=T0)
    before = book(venue, PAIR)
    tape(venue)
    stage.trade("buy", price_ticks=1005, qty_lots=LOTS, at_market=True, now_ns=T0)
    (told,) = tape(venue)
    assert told == trades([told])[0]
    (trade,) = trades([told])
    assert (trade.side, trade.price_ticks, trade.qty_lots, trade.ord_type) == ("buy", 1005, LOTS, "market")
    assert book(venue, PAIR) == before
    assert venue.markets[PAIR].last_ticks == 1005


def test_a_trade_that_reaches_a_client_goes_through_the_queue() -> None:
    venue = venue_of(PAIR)
    stage, alice = Stage(venue, PAIR), client_of(venue)
    stage.rest("sell", price_ticks=1000, qty_lots=3 * LOTS, now_ns=T0)
    order = limit(venue, alice, PAIR, "sell", price_ticks=1000, qty_lots=2 * LOTS)
    stage.rest("sell", price_ticks=1000, qty_lots=LOTS, now_ns=T0)
    stage.trade("buy", price_ticks=1000, qty_lots=2 * LOTS, at_market=False, now_ns=T0)
    assert order.cum_lots == 0, "ghosts stood before it"
    tape(venue)
    stage.trade("buy", price_ticks=1000, qty_lots=2 * LOTS, at_market=False, now_ns=T0)
    assert order.cum_lots == LOTS
    stage.trade("buy", price_ticks=1003, qty_lots=7 * LOTS, at_market=False, now_ns=T0)
    assert order.cum_lots == 2 * LOTS
    assert [trade.qty_lots for trade in trades(tape(venue))] == [LOTS, LOTS, LOTS, LOTS, 5 * LOTS]
    assert book(venue, PAIR) == ([], [])
    venue.bank.check()


def test_clients_that_the_best_price_went_through_are_taken_in_full() -> None:
    venue = venue_of(PAIR)
    stage, alice = Stage(venue, PAIR), client_of(venue)
    through, at = (
        limit(venue, alice, PAIR, "buy", price_ticks=price, qty_lots=50 * LOTS) for price in (1001, 1000)
    )  # fmt: skip
    stage.reach("sell", price_ticks=1000, now_ns=T0)
    assert through.status == "filled"
    assert at.cum_lots == 0, "at the very price it takes a quantity"
    resting = stage.rest("sell", price_ticks=1000, qty_lots=20 * LOTS, now_ns=T0)
    assert resting is None
    assert at.cum_lots == 20 * LOTS
    stage.reach("buy", price_ticks=1000, now_ns=T0)
    assert at.is_open, "its own side does not take it"
    venue.bank.check()


def test_what_cannot_be_pulled_in_a_maintenance_goes_afterwards() -> None:
    venue = venue_of(PAIR)
    stage = Stage(venue, PAIR)
    ghost = stage.rest("buy", price_ticks=1000, qty_lots=LOTS, now_ns=T0)
    assert ghost is not None
    venue.set_system("maintenance", now_ns=T0)
    stage.pull(ghost, now_ns=T0)
    stage.catch_up(T0)
    assert book(venue, PAIR)[0] == [(1000, LOTS)]
    assert stage.rest("buy", price_ticks=999, qty_lots=LOTS, now_ns=T0) is None
    venue.set_system("online", now_ns=T0)
    stage.catch_up(T0)
    assert book(venue, PAIR)[0] == []


def test_it_knows_who_else_stands_at_a_price() -> None:
    venue = venue_of(PAIR)
    stage, alice = Stage(venue, PAIR), client_of(venue)
    ghost = stage.rest("buy", price_ticks=1000, qty_lots=3 * LOTS, now_ns=T0)
    assert ghost is not None
    assert not stage.shared("buy", price_ticks=1000, lots=3 * LOTS)
    limit(venue, alice, PAIR, "buy", price_ticks=1000, qty_lots=LOTS)
    assert stage.shared("buy", price_ticks=1000, lots=3 * LOTS)
    assert stage.shrink(ghost, lots=LOTS, now_ns=T0)
    assert book(venue, PAIR)[0] == [(1000, 2 * LOTS)]
    assert [order.account.house for order in venue.markets[PAIR].bids.level(1000)] == [True, False]
    stage.pull(ghost, now_ns=T0)
    stage.pull(ghost, now_ns=T0)
    assert book(venue, PAIR)[0] == [(1000, LOTS)]
