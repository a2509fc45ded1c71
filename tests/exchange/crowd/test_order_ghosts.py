from random import Random

from crowd_venue import T0, Levels, book, client_of, limit, queues, venue_of
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.exchange.crowd.order_ghosts import EventKind, OrderEvent, OrderGhosts
from fathom.exchange.crowd.stage import Stage

PAIR = "BTC/USD"
LOTS = 10**6


def event(kind: EventKind, order_id: str, price_ticks: int, lots: int, queued_ns: int = 0) -> OrderEvent:
    return OrderEvent(kind, order_id, price_ticks, lots * LOTS, queued_ns)


BIDS = [event("add", "a", 1000, 5, 1), event("add", "b", 1000, 3, 2), event("add", "c", 998, 1, 3)]
ASKS = [event("add", "x", 1001, 2, 1), event("add", "y", 1003, 4, 2)]


def test_each_order_rests_as_itself() -> None:
    venue = venue_of(PAIR)
    ghosts = OrderGhosts(Stage(venue, PAIR), depth=10)
    ghosts.replace(bids=BIDS, asks=ASKS, now_ns=T0)
    assert queues(venue, PAIR) == (
        [(1000, 5 * LOTS), (1000, 3 * LOTS), (998, LOTS)],
        [(1001, 2 * LOTS), (1003, 4 * LOTS)],
    )
    assert (ghosts.queues("buy"), ghosts.queues("sell")) == queues(venue, PAIR)
    ghosts.withdraw(T0)
    assert queues(venue, PAIR) == ([], [])


def test_events_change_the_queues() -> None:
    venue = venue_of(PAIR)
    ghosts = OrderGhosts(Stage(venue, PAIR), depth=10)
    ghosts.replace(bids=BIDS, asks=ASKS, now_ns=T0)
    ghosts.change(
        bids=[event("modify", "a", 1000, 2), event("add", "d", 1000, 7, 5), event("delete", "c", 998, 1)],
        asks=[event("delete", "x", 1001, 2), event("modify", "nobody", 1001, 2), event("delete", "nobody", 1001, 2)],
        now_ns=T0,
    )
    assert queues(venue, PAIR) == (
        [(1000, 2 * LOTS), (1000, 3 * LOTS), (1000, 7 * LOTS)],
        [(1003, 4 * LOTS)],
    )
    # One that grows keeps its place, too: the venue lines up what is behind it anew.
    ghosts.change(bids=[event("modify", "b", 1000, 9)], asks=[], now_ns=T0)
    assert queues(venue, PAIR)[0] == [(1000, 2 * LOTS), (1000, 9 * LOTS), (1000, 7 * LOTS)]
    # A new price is a delete and an add; an add and a delete come to nothing.
    ghosts.change(
        bids=[event("delete", "a", 1000, 2), event("add", "a", 999, 2, 7), event("add", "e", 997, 1, 8),
              event("delete", "e", 997, 1), event("add", "f", 996, 4, 8), event("modify", "f", 996, 1, 8)],
        asks=[], now_ns=T0,
    )  # fmt: skip
    assert queues(venue, PAIR)[0] == [(1000, 9 * LOTS), (1000, 7 * LOTS), (999, 2 * LOTS), (996, LOTS)]


def test_levels_that_come_back_are_queued_by_their_times() -> None:
    venue = venue_of(PAIR)
    ghosts = OrderGhosts(Stage(venue, PAIR), depth=2)
    ghosts.replace(bids=[*BIDS, event("add", "d", 997, 2, 4)], asks=ASKS, now_ns=T0)
    assert queues(venue, PAIR)[0] == [(1000, 5 * LOTS), (1000, 3 * LOTS), (998, LOTS)], "cut to two levels"
    ghosts.change(
        bids=[
            event("delete", "c", 998, 1),
            event("add", "g", 997, 3, 6),
            event("add", "d", 997, 2, 4),
            event("add", "f", 997, 1, 5),
        ],
        asks=[],
        now_ns=T0,
    )
    assert queues(venue, PAIR)[0][2:] == [(997, 2 * LOTS), (997, LOTS), (997, 3 * LOTS)]


def test_what_would_trade_with_a_new_order_is_gone() -> None:
    venue = venue_of(PAIR)
    ghosts = OrderGhosts(Stage(venue, PAIR), depth=10)
    ghosts.replace(bids=BIDS, asks=ASKS, now_ns=T0)
    ghosts.change(bids=[event("add", "d", 1002, 1, 9)], asks=[event("delete", "x", 1001, 2)], now_ns=T0)
    ghosts.change(bids=[], asks=[event("add", "z", 999, 1, 10)], now_ns=T0)
    assert queues(venue, PAIR) == ([(998, LOTS)], [(999, LOTS), (1003, 4 * LOTS)])
    assert not venue.markets[PAIR].trades


def test_clients_stand_in_the_queue_and_are_passed_through() -> None:
    venue = venue_of(PAIR)
    ghosts, alice = OrderGhosts(Stage(venue, PAIR), depth=10), client_of(venue)
    ghosts.replace(bids=BIDS, asks=ASKS, now_ns=T0)
    bid = limit(venue, alice, PAIR, "buy", price_ticks=1000, qty_lots=9 * LOTS)
    ghosts.change(bids=[event("add", "d", 1000, 1, 5), event("modify", "a", 1000, 4)], asks=[], now_ns=T0)
    assert [order.account.name for order in venue.markets[PAIR].bids.level(1000)] == [
        "ghost",
        "ghost",
        "alice",
        "ghost",
    ]
    limit(venue, alice, PAIR, "sell", price_ticks=1000, qty_lots=6 * LOTS, ioc=True)
    ghosts.change(bids=[event("modify", "b", 1000, 1)], asks=[], now_ns=T0)
    assert [price for price, _ in queues(venue, PAIR)[0]] == [1000, 1000, 1000, 998], "b had just that much left"
    gone = [event("delete", name, 1000, 1) for name in ("a", "b", "d")]
    ghosts.change(bids=gone, asks=[event("add", "z", 999, 1, 10)], now_ns=T0)
    assert bid.status == "filled"
    assert book(venue, PAIR) == ([(998, LOTS)], [(999, LOTS), (1001, 2 * LOTS), (1003, 4 * LOTS)])
    venue.bank.check()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_the_queues_are_the_recorded_ones(seed: int) -> None:
    """A plain list of orders a side, which the recording tells of truthfully, without a depth to fall out of."""
    rng = Random(seed)
    venue = venue_of(PAIR)
    ghosts = OrderGhosts(Stage(venue, PAIR), depth=1000)
    sides: dict[str, list[tuple[str, int, int]]] = {"buy": [], "sell": []}
    for step in range(150):
        events: dict[str, list[OrderEvent]] = {"buy": [], "sell": []}
        for _ in range(rng.randint(1, 4)):
            side = rng.choice(("buy", "sell"))
            orders = sides[side]
            busy = {event.order_id for event in events[side]}
            free = [order for order in orders if order[0] not in busy]
            if free and rng.random() < 0.55:
                order = rng.choice(free)
                name, price, lots = order
                place = orders.index(order)
                if rng.random() < 0.5:
                    events[side].append(event("delete", name, price, lots))
                    del orders[place]
                else:
                    lots = rng.randint(1, 9)
                    events[side].append(event("modify", name, price, lots))
                    orders[place] = (name, price, lots)
            else:
                name = f"{step}-{side}-{len(events[side])}"
                price = rng.randint(990, 999) if side == "buy" else rng.randint(1000, 1009)
                lots = rng.randint(1, 9)
                events[side].append(event("add", name, price, lots, step))
                orders.append((name, price, lots))
        ghosts.change(bids=events["buy"], asks=events["sell"], now_ns=T0)
        bids: Levels = [(price, lots * LOTS) for _, price, lots in sorted(sides["buy"], key=lambda row: -row[1])]
        asks: Levels = [(price, lots * LOTS) for _, price, lots in sorted(sides["sell"], key=lambda row: row[1])]
        assert queues(venue, PAIR) == (bids, asks)
