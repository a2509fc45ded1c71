"""The order in which things come: frames, requests, answers, timers; and that nothing comes before its time."""

from collections.abc import Iterable, Iterator
from random import Random

import pytest

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    BookMoved,
    BookQuarantined,
    BookTrusted,
    CancelApproved,
    CancelRejected,
    Entry,
    Event,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    RunStarted,
    RunStopped,
    TimerFired,
    TimerWanted,
    TradesSeen,
    VenueStatusChanged,
)
from fathom.sim.stepped import LatencyModel, Window
from market_feed import BTC, T0, S
from step_stage import MS, Does, Recording, approval, buys, played, step_market, step_venue, still

SEEDS = 60
ORDER_ENDS = (OrderAccepted, OrderTraded, OrderFilled, OrderCanceled, OrderRejected)


def run(recording: Recording, does: Does, **options: object) -> list[Entry]:
    market = step_market(recording)
    if BookMoved in does.hears or BookTrusted in does.hears:
        market.want(BTC.symbol, "frame")
    if TradesSeen in does.hears:
        market.want_trades(BTC.symbol)
    venue = step_venue(market)
    return played(market, venue, [does], end_ns=recording.now_ns + S, **options)  # type: ignore[arg-type]


def at_trust(*said: Event) -> Does:
    """Says this when the book comes to be trusted first."""
    left = [said]

    def script(entry: Entry) -> Iterable[Event]:
        return left.pop() if isinstance(entry.event, BookTrusted) and left else ()

    return Does(script, hears=(BookTrusted,))


def told(entries: list[Entry], *kinds: type) -> list[tuple[int, Event]]:
    return [((entry.time_ns - T0) // MS, entry.event) for entry in entries if isinstance(entry.event, kinds)]


def test_an_order_takes_the_way_there_and_its_answer_the_way_back() -> None:
    recording = still().levels([(998, 11)], after_ns=500 * MS)
    entries = run(recording, at_trust(approval("a-1", "buy", None, 5, order_type="market")))
    assert [(ms, type(event).__name__) for ms, event in told(entries, *ORDER_ENDS)] == [
        (40, "OrderAccepted"),
        (40, "OrderTraded"),
        (40, "OrderFilled"),
    ]


def test_it_meets_the_book_as_the_venue_had_it_when_it_came() -> None:
    # At 10 ms the best ask goes at the venue; we hear of it at 60 ms, and the order is there at 20.
    recording = still(late_ns=50 * MS).levels([], [(1001, 0)], after_ns=10 * MS).levels([(990, 1)], after_ns=500 * MS)
    entries = run(recording, at_trust(approval("a-1", "buy", None, 5, order_type="market")), begin_ns=T0 + 50 * MS)
    ((_, fill),) = told(entries, OrderTraded)
    assert isinstance(fill, OrderTraded)
    assert fill.price_ticks == 1002


def test_a_resting_order_is_filled_by_a_trade_through_it_and_told_after_the_way_back() -> None:
    recording = still().trade("sell", 998, 20, after_ns=200 * MS).levels([(997, 3)], after_ns=S)
    entries = run(recording, at_trust(buys("a-1", 999)))
    fills = told(entries, OrderTraded)
    assert [(ms, event.price_ticks, event.qty_lots, event.liquidity) for ms, event in fills] == [  # type: ignore[union-attr]
        (220, 999, 5, "maker")
    ]


def test_a_cancel_that_comes_too_late_finds_nothing() -> None:
    recording = still().trade("sell", 998, 20, after_ns=200 * MS).levels([(997, 3)], after_ns=S)

    def script(entry: Entry) -> Iterator[Event]:
        if isinstance(entry.event, BookTrusted):
            yield buys("a-1", 999)
        if isinstance(entry.event, TradesSeen):
            yield CancelApproved("a-1")

    entries = run(recording, Does(script, hears=(BookTrusted, TradesSeen)))
    names = [type(event).__name__ for _, event in told(entries, *ORDER_ENDS)]
    assert names == ["OrderAccepted", "OrderTraded", "OrderFilled"]
    assert "CancelRejected" in [type(entry.event).__name__ for entry in entries]


def test_the_run_ends_when_the_recording_does_though_nobody_heard_of_its_last_frames() -> None:
    """The venue has been there: what is asked for at the end comes to it later than that."""
    recording = still().levels([(998, 11)], after_ns=500 * MS)

    def script(entry: Entry) -> Iterator[Event]:
        if isinstance(entry.event, RunStarted):
            yield buys("a-1", 999)
        if isinstance(entry.event, RunStopped):
            yield CancelApproved("a-1")

    entries = run(recording, Does(script, hears=(RunStarted, RunStopped)))
    assert [(ms, type(event).__name__) for ms, event in told(entries, OrderAccepted, RunStopped, OrderCanceled)] == [
        (40, "OrderAccepted"),
        (500, "RunStopped"),
        (540, "OrderCanceled"),
    ]


def test_a_cancel_in_the_nanosecond_of_a_fill_comes_too_late() -> None:
    recording = still().trade("sell", 998, 20, after_ns=200 * MS).levels([(997, 3)], after_ns=S)

    def script(entry: Entry) -> Iterator[Event]:
        if isinstance(entry.event, BookTrusted):
            yield buys("a-1", 999)
            yield TimerWanted("risk", "x", T0 + 180 * MS)
        if isinstance(entry.event, TimerFired):
            yield CancelApproved("a-1")

    entries = run(recording, Does(script, hears=(BookTrusted, TimerFired)))
    assert [(ms, type(event).__name__) for ms, event in told(entries, *ORDER_ENDS, CancelRejected)] == [
        (40, "OrderAccepted"),
        (220, "OrderTraded"),
        (220, "OrderFilled"),
        (220, "CancelRejected"),
    ]


def test_an_amend_in_the_nanosecond_of_a_fill_counts_it() -> None:
    recording = still().trade("sell", 998, 3, after_ns=200 * MS).levels([(997, 3)], after_ns=S)
    recording.trade("sell", 998, 20)

    def script(entry: Entry) -> Iterator[Event]:
        if isinstance(entry.event, BookTrusted):
            yield buys("a-1", 999, 8)
            yield TimerWanted("risk", "x", T0 + 180 * MS)
        if isinstance(entry.event, TimerFired):
            yield AmendApproved(AmendWanted("a-1", 999, 4))

    fills = told(run(recording, Does(script, hears=(BookTrusted, TimerFired))), OrderTraded)
    assert [event.qty_lots for _, event in fills] == [3, 1]  # type: ignore[union-attr]


def test_who_is_not_answered_leaves_no_trace() -> None:
    recording = still()
    for step in range(100):
        recording.levels([(999, 10 + step % 3)])
    heard: list[int] = []

    def script(entry: Entry) -> Iterable[Event]:
        heard.append(entry.seq)
        return ()

    entries = run(recording, Does(script, hears=(BookMoved,)))
    assert len(heard) == 100
    assert len(entries) < 15  # The openings, the first book, fees and the end.


def test_a_timer_fires_at_its_time_before_the_frame_of_that_time() -> None:
    recording = still().levels([(999, 11)], after_ns=100 * MS)
    order: list[str] = []

    def script(entry: Entry) -> Iterable[Event]:
        order.append(f"{type(entry.event).__name__} {(entry.time_ns - T0) // MS}")
        return [TimerWanted("risk", "x", T0 + 100 * MS)] if isinstance(entry.event, RunStarted) else ()

    run(recording, Does(script, hears=(RunStarted, TimerFired, BookMoved)))
    assert order == ["RunStarted 0", "TimerFired 100", "BookMoved 100"]


def test_a_book_that_does_not_verify_is_quarantined_until_a_snapshot() -> None:
    recording = still().doubt().levels([(999, 12)]).wait(S)
    recording.snapshot([(999, 5)], [(1001, 5)])
    entries = run(recording, Does(lambda _: (), hears=()))
    assert [(ms, type(event)) for ms, event in told(entries, BookTrusted, BookQuarantined)] == [
        (0, BookTrusted),
        (100, BookQuarantined),
        (1200, BookTrusted),
    ]


def test_in_maintenance_nothing_is_taken_and_the_log_says_so() -> None:
    recording = still().levels([(999, 11)], after_ns=S).levels([(999, 12)], after_ns=S)
    window = [Window(T0 + 10 * MS, T0 + 500 * MS)]
    entries = run(recording, at_trust(buys("a-1", 999)), maintenance=window)
    assert [(ms, event.status) for ms, event in told(entries, VenueStatusChanged)] == [
        (10, "maintenance"),
        (500, "online"),
    ]  # type: ignore[union-attr]
    ((_, refused),) = told(entries, OrderRejected)
    assert refused == OrderRejected("a-1", "EService:Unavailable")


def test_the_switch_ends_what_is_open_once_no_market_was_trusted_for_so_long() -> None:
    recording = still().levels([(999, 11)]).doubt().levels([(5, 1)], after_ns=10 * S, verdict=2)
    entries = run(recording, at_trust(buys("a-1", 999)), switch_ns=3 * S)
    ((ms, ended),) = told(entries, OrderCanceled)
    assert (ms, ended) == (3_220, OrderCanceled("a-1", "Dead man's switch"))


def test_it_ends_with_what_was_on_its_way() -> None:
    recording = still().levels([(999, 11)], after_ns=S)

    def script(entry: Entry) -> Iterable[Event]:
        match entry.event:
            case BookMoved():
                return [buys("a-1", 999)]
            case RunStopped():
                return [CancelApproved("a-1")]
            case _:
                return ()

    market = step_market(recording)
    market.want(BTC.symbol, "frame")
    entries = played(market, step_venue(market), [Does(script, hears=(BookMoved, RunStopped))], end_ns=recording.now_ns)
    names = [type(event).__name__ for _, event in told(entries, *ORDER_ENDS)]
    assert names == ["OrderAccepted", "OrderCanceled"]


def random_recording(seed: int, *, steps: int, late_ns: int = 0) -> Recording:
    random, recording = Random(seed), still(late_ns=late_ns)
    for _ in range(steps):
        if random.random() < 0.2:
            recording.trade(random.choice(["buy", "sell"]), 1000 + random.choice([-1, 1]), random.randrange(1, 15))
        else:
            side, place = random.random() < 0.5, random.randrange(3)
            level = [(999 - place if side else 1001 + place, random.randrange(1, 20))]
            recording.levels(level if side else [], [] if side else level)
    return recording


def busy(seed: int) -> Does:
    """Rests, amends, takes and cancels at random, as a function of what it has seen so far."""
    random, open_ids = Random(seed), []

    def script(entry: Entry) -> Iterable[Event]:
        what = random.random()
        if what < 0.3:
            order_id = f"a-{entry.seq}-{len(open_ids)}"
            open_ids.append(order_id)
            return [
                approval(
                    order_id, random.choice(["buy", "sell"]), 1000 + random.randrange(-3, 4), random.randrange(1, 9)
                )
            ]
        if what < 0.4 and open_ids:
            return [AmendApproved(AmendWanted(random.choice(open_ids), 1000 + random.randrange(-3, 4), 5))]
        return [CancelApproved(random.choice(open_ids))] if what < 0.5 and open_ids else []

    return Does(script, hears=(BookMoved, TradesSeen))


def test_cutting_the_data_after_a_time_changes_nothing_before_it() -> None:
    for seed in range(15):
        whole = random_recording(seed, steps=300)
        cut_ns = T0 + Random(seed).randrange(5, 25) * S
        cut = random_recording(seed, steps=300)
        kept = [piece for piece in cut._pieces if int.from_bytes(piece[:8], "little") <= cut_ns]
        cut._pieces = kept
        full = [one for one in run(whole, busy(seed)) if one.time_ns < cut_ns]
        short = [one for one in run(cut, busy(seed)) if one.time_ns < cut_ns]
        assert len(full) > 40
        assert short == full


def test_the_same_run_says_the_same() -> None:
    first, second = (run(random_recording(3, steps=400), busy(3)) for _ in range(2))
    assert first == second
    assert sum(isinstance(entry.event, OrderTraded) for entry in first) > 10


def test_a_run_that_begins_within_a_recording_finds_its_book_there() -> None:
    recording = still().levels([(999, 11)], after_ns=S).levels([(999, 12)], after_ns=S)
    market = step_market(recording)
    market.steppers[BTC.symbol].skip_to(T0 + S + 1)
    entries = played(
        market, step_venue(market), [Does(lambda _: (), hears=())], begin_ns=T0 + S + 1, end_ns=recording.now_ns
    )
    assert [(entry.cause_seq, entry.time_ns) for entry in entries if isinstance(entry.event, BookTrusted)] == [
        (1, T0 + S + 1)
    ]


def odd(seed: int) -> Does:
    """Asks for anything, at times of its own or as the market wakes it, and most of all at the end."""
    random, asks, busily = Random(seed), list[str](), busy(seed)
    hears = random.choice([(), (BookMoved,), (TradesSeen,), (BookMoved, TradesSeen)])

    def script(entry: Entry) -> Iterator[Event]:
        event = entry.event
        if isinstance(event, RunStarted | TimerFired):
            yield TimerWanted("risk", "x", entry.time_ns + random.choice([1, MS, 700 * MS, 5 * S]))
            yield from busily.handle(entry)
        elif isinstance(event, RunStopped):
            yield from (CancelApproved(order_id) for order_id in asks)
            yield from (buys(f"z-{n}", 998 + n) for n in range(4))
        elif isinstance(event, OrderAccepted):
            asks.append(event.order_id)
        elif isinstance(event, hears):
            yield from busily.handle(entry)

    return Does(script, hears=(RunStarted, TimerFired, RunStopped, OrderAccepted, *hears))


ENDINGS = (OrderFilled, OrderCanceled, OrderRejected)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_is_asked_for_whoever_hears_of_the_market_and_however_long_it_takes(seed: int) -> None:
    random = Random(seed)
    recording = random_recording(seed, steps=random.randrange(3, 120), late_ns=random.choice([0, 1, 5 * MS, 300 * MS]))
    if random.random() < 0.3:
        recording.wait(random.choice([MS, 5 * S]))
    does = odd(seed)
    market = step_market(recording, model=random.randrange(3))
    if BookMoved in does.hears:
        market.want(BTC.symbol, random.choice(["frame", "top"]))
    if TradesSeen in does.hears:
        market.want_trades(BTC.symbol)
    ways = random.choice([(0,), (1,), (20 * MS,), (0, 80 * MS), (0, 0, 0, 4 * S)])
    end_ns = recording.now_ns + random.choice([-S, 0, MS, 10 * S])
    latency = LatencyModel(out_ns=ways, back_ns=ways, seed=seed)
    entries = played(market, step_venue(market), [does], end_ns=end_ns, latency=latency)
    times = [entry.time_ns for entry in entries]
    assert times == sorted(times)
    taken = [entry.event.order_id for entry in entries if isinstance(entry.event, OrderAccepted)]
    ended = [entry.event.order_id for entry in entries if isinstance(entry.event, ENDINGS)]
    assert len(taken) == len(set(taken))
    assert len(ended) == len(set(ended))
    wanted = [entry.event.order for entry in entries if isinstance(entry.event, OrderApproved)]
    left = {order.order_id: max(order.qty_lots, 5) for order in wanted}  # Amends are to five.
    for entry in entries:
        if isinstance(entry.event, OrderTraded):
            assert entry.event.order_id in taken
            left[entry.event.order_id] -= entry.event.qty_lots
    assert min(left.values(), default=0) >= 0
    assert sum(isinstance(entry.event, RunStopped) for entry in entries) == 1
