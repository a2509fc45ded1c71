from collections.abc import Iterable, Iterator
from decimal import Decimal
from random import Random

import msgspec
import pytest

from fathom.domain import (
    EXACT,
    AccountSeen,
    AccountWanted,
    AlgoEnded,
    AlgoWanted,
    AmendApproved,
    AmendWanted,
    BalancesSeen,
    BracketWanted,
    CancelApproved,
    Component,
    Entry,
    Event,
    FrameReceived,
    InstrumentChanged,
    OrderAbsent,
    OrderAccepted,
    OrderApproved,
    OrderLookupWanted,
    OrderTraded,
    OrderWanted,
    RunStarted,
    RunStopped,
    Side,
    TimerFired,
    TimerWanted,
)
from fathom.engine import Arrival, Engine, Nowhere, replay, run
from fathom.execution import Execution
from fathom.market import Book, FrameMarket, Market
from fathom.orders import ORDER_NEWS, Order, OrderTable
from fathom.portfolio import Portfolio
from fathom.risk import Limits, Risk
from fathom.sim import LATENCY_NS, BookVenue, Fees, Playback, RecordedFrame, merged, shifted
from fathom.sim.playback import PENDING_MAX
from fathom.strategy import Every, Host, OnBook, OnTrades, View, Wake, Want, make_strategy
from market_feed import BTC, ETH, T0, Feed, S, instrument_frame, kinds, market_of, status_frame, two_sided

MS = 1_000_000
HEARTBEAT = b'{"channel":"heartbeat"}'
STARTED = RunStarted("r", "paper", b"{}", "0")


def beats(*times_ns: int) -> list[RecordedFrame]:
    return [RecordedFrame(T0 + time_ns, "public", HEARTBEAT) for time_ns in times_ns]


def order(order_id: str, price_ticks: int = 1000, qty_lots: int = 5) -> OrderWanted:
    return OrderWanted(order_id, "BTC/USD", "buy", "limit", qty_lots, price_ticks)


def entry(event: Event, time_ns: int) -> Entry:
    return Entry(1, 1, time_ns, "risk", event)


class Stage:
    """A playback whose log is the test: arrivals are stepped through the market, and performed."""

    def __init__(
        self,
        frames: Iterable[RecordedFrame],
        *feeds: Feed,
        openings: Iterable[Event] = (),
        latency_ns: int = LATENCY_NS,
    ) -> None:
        self.market = market_of(*feeds)
        self.venue = BookVenue(self.market, Fees())
        self.world = Playback(frames, self.venue, openings=openings, latency_ns=latency_ns)
        self.engine = Engine([self.market], Nowhere())

    def next(self) -> tuple[int, Event] | None:
        """Play one arrival; return when it came, from the first frame on, and what it was."""
        arrival = self.world.next_arrival()
        if arrival is None:
            return None
        for one in self.engine.step(arrival.event, time_ns=arrival.time_ns):
            self.world.perform(one)
        return arrival.time_ns - T0, arrival.event

    def rest(self) -> list[tuple[int, str]]:
        """Play to the end; return when what kind came."""
        return [(time_ns, type(event).__name__) for time_ns, event in iter(self.next, None)]

    def say(self, event: Event) -> None:
        """Perform what risk or a strategy says, now."""
        self.world.perform(entry(event, self.world.now_ns))


# -- What comes when ----------------------------------------------------------------------------------------------


def test_frames_come_in_order_and_then_the_end() -> None:
    stage = Stage(beats(0, 5, 5, 9))
    assert stage.rest() == [
        (0, "FrameReceived"),
        (5, "FrameReceived"),
        (5, "FrameReceived"),
        (9, "FrameReceived"),
        (9, "RunStopped"),
    ]
    assert stage.next() is None
    assert (stage.world.frames_played, stage.world.now_ns) == (4, T0 + 9)


def test_a_recording_of_nothing_ends_at_once() -> None:
    stage = Stage([], openings=[STARTED])
    assert [event for _, event in iter(stage.next, None)] == [STARTED, RunStopped("the recording ended")]


def test_the_openings_come_first_even_if_the_end_is_asked_for_before() -> None:
    stage = Stage(beats(0, 1), openings=[STARTED, BalancesSeen(())])
    stage.world.stop("enough")
    stage.world.stop("twice")
    assert stage.world.stopping
    assert [event for _, event in iter(stage.next, None)] == [STARTED, BalancesSeen(()), RunStopped("enough")]


@pytest.mark.parametrize("latency_ns", [0, 7, 3 * LATENCY_NS])
def test_the_latency_is_a_setting(latency_ns: int) -> None:
    feed = two_sided()
    stage = Stage([RecordedFrame(T0, "public", feed.snapshot()), *beats(S)], feed, latency_ns=latency_ns)
    stage.next()
    stage.say(OrderApproved(order("a-1")))
    assert stage.next() == (2 * latency_ns, OrderAccepted("a-1", "PAPER-00000001"))


def test_a_request_takes_its_time_and_so_does_its_answer() -> None:
    feed = two_sided()
    frames = [RecordedFrame(T0, "public", feed.snapshot()), *beats(1, LATENCY_NS, 2 * LATENCY_NS, 3 * LATENCY_NS)]
    stage = Stage(frames, feed)
    stage.next()
    stage.say(OrderApproved(order("a-1")))
    assert stage.next() == (1, FrameReceived("public", HEARTBEAT))
    assert stage.venue.resting_symbols == set()
    assert stage.next() == (LATENCY_NS, FrameReceived("public", HEARTBEAT))  # Its answer is under way.
    assert stage.venue.resting_symbols == {"BTC/USD"}
    assert stage.next() == (2 * LATENCY_NS, OrderAccepted("a-1", "PAPER-00000001"))  # Before the frame of that time.
    assert kinds([event for _, event in iter(stage.next, None)]) == ["FrameReceived", "FrameReceived", "RunStopped"]


def test_an_order_meets_the_book_of_when_it_arrives() -> None:
    feed = two_sided()
    first = feed.snapshot()
    early = RecordedFrame(T0 + LATENCY_NS - 1, "public", feed.update(asks=[(1001, 0), (1002, 7)]))
    late = RecordedFrame(T0 + LATENCY_NS, "public", feed.update(asks=[(1002, 0)]))
    stage = Stage([RecordedFrame(T0, "public", first), early, late], feed)
    stage.next()
    stage.say(OrderApproved(order("a-1", 1002)))
    traded = [event for _, event in iter(stage.next, None) if isinstance(event, OrderTraded)]
    assert [(one.price_ticks, one.qty_lots) for one in traded] == [(1002, 5)]


def test_requests_arrive_in_the_order_they_were_sent() -> None:
    feed = two_sided()
    stage = Stage([RecordedFrame(T0, "public", feed.snapshot())], feed)
    stage.next()
    stage.say(OrderApproved(order("a-1")))
    stage.say(AmendApproved(AmendWanted("a-1", 990, 5)))
    stage.say(CancelApproved("a-1"))
    stage.say(CancelApproved("a-1"))
    answers = [event for _, event in iter(stage.next, None)]
    assert kinds(answers) == ["OrderAccepted", "OrderAmended", "OrderCanceled", "CancelRejected", "RunStopped"]


def test_market_moves_fill_what_rests_a_latency_later() -> None:
    feed = two_sided()
    frames = [RecordedFrame(T0, "public", feed.snapshot())]
    feed.time_ns += S
    frames.append(RecordedFrame(T0 + S, "public", feed.trades(("sell", 1000, 2))))
    frames.append(RecordedFrame(T0 + 2 * S, "public", feed.update(asks=[(1000, 3)])))
    stage = Stage(frames, feed)
    stage.next()
    stage.say(OrderApproved(order("a-1", 1000, 5)))
    assert stage.rest() == [
        (2 * LATENCY_NS, "OrderAccepted"),
        (S, "FrameReceived"),
        (S + LATENCY_NS, "OrderTraded"),
        (2 * S, "FrameReceived"),
        (2 * S + LATENCY_NS, "OrderTraded"),
        (2 * S + LATENCY_NS, "OrderFilled"),
        (2 * S + LATENCY_NS, "RunStopped"),
    ]


def test_an_order_expires_at_its_time_between_two_frames() -> None:
    feed = two_sided()
    frames = [RecordedFrame(T0, "public", feed.snapshot()), *beats(500 * MS, 900 * MS)]
    stage = Stage(frames, feed)
    stage.next()
    wanted = OrderWanted("a-1", "BTC/USD", "buy", "limit", 5, 990, "gtd", expire_ns=T0 + 300 * MS)
    stage.world.perform(entry(OrderApproved(wanted), T0))
    assert stage.rest() == [
        (40 * MS, "OrderAccepted"),
        (320 * MS, "OrderCanceled"),
        (500 * MS, "FrameReceived"),
        (900 * MS, "FrameReceived"),
        (900 * MS, "RunStopped"),
    ]


def test_what_the_reconciler_asks_is_answered_a_way_and_back_later() -> None:
    feed = two_sided()
    stage = Stage([RecordedFrame(T0, "public", feed.snapshot()), *beats(100 * MS)], feed)
    stage.next()
    stage.world.perform(entry(AccountWanted("start", 0), T0))
    stage.world.perform(entry(OrderLookupWanted("a-1"), T0))
    came = stage.next()
    assert came is not None
    assert came == (40 * MS, AccountSeen(T0 + 20 * MS, "paper", (), (), (), ()))
    assert stage.next() == (40 * MS, OrderAbsent("a-1"))


def test_orders_of_an_old_precision_end() -> None:
    feed = two_sided()
    finer = msgspec.structs.replace(BTC, price_precision=2)
    frames = [RecordedFrame(T0, "public", feed.snapshot()), RecordedFrame(T0 + S, "public", instrument_frame(finer))]
    stage = Stage(frames, feed, openings=[STARTED])
    stage.next()
    stage.next()
    stage.say(OrderApproved(order("a-1")))
    assert [kind for _, kind in stage.rest()] == ["OrderAccepted", "FrameReceived", "OrderCanceled", "RunStopped"]


def test_timers_fire_when_they_are_due_and_not_after_the_end() -> None:
    stage = Stage(beats(0, 10, 20))
    stage.next()
    for at_ns in (15, 10, 3, 99):
        stage.say(TimerWanted("a", str(at_ns), T0 + at_ns))
    arrivals = list(iter(stage.next, None))
    assert [(time_ns, event.timer) for time_ns, event in arrivals if isinstance(event, TimerFired)] == [
        (3, "3"),
        (10, "10"),
        (15, "15"),
    ]
    assert arrivals[-1] == (20, RunStopped("the recording ended"))


def test_the_end_waits_for_answers_and_drains_what_it_sets_off() -> None:
    feed = two_sided()
    stage = Stage([RecordedFrame(T0, "public", feed.snapshot())], feed)
    stage.next()
    stage.say(OrderApproved(order("a-1")))
    assert stage.next() == (2 * LATENCY_NS, OrderAccepted("a-1", "PAPER-00000001"))
    stopped = stage.next()
    assert stopped is not None
    assert isinstance(stopped[1], RunStopped)
    stage.say(CancelApproved("a-1"))
    assert stage.rest() == [(4 * LATENCY_NS, "OrderCanceled")]


def test_a_stop_plays_no_more_frames() -> None:
    stage = Stage(beats(0, 1, 2))
    stage.next()
    stage.world.stop("ctrl-c")
    assert list(iter(stage.next, None)) == [(0, RunStopped("ctrl-c"))]
    assert stage.world.frames_played == 1


def test_everything_can_be_cancelled_past_the_log() -> None:
    feed = two_sided()
    stage = Stage([RecordedFrame(T0, "public", feed.snapshot())], feed)
    stage.next()
    stage.say(OrderApproved(order("a-1")))
    stage.next()
    assert (stage.world.cancel_everything(), stage.world.cancel_everything()) == (1, 0)


def test_what_is_under_way_is_bounded() -> None:
    stage = Stage(beats(0))
    stage.next()
    wanted = entry(TimerWanted("a", "t", T0 + 1), T0)
    for _ in range(PENDING_MAX):
        stage.world.perform(wanted)
    with pytest.raises(AssertionError, match="are on their way"):
        stage.world.perform(wanted)


def test_recordings_merge_by_time_and_can_be_moved() -> None:
    first, second = beats(0, 4), beats(1, 3)
    assert [one.time_ns - T0 for one in merged([first, second])] == [0, 1, 3, 4]
    assert [one.time_ns for one in shifted(second, start_ns=70)] == [70, 72]
    assert [one.frame for one in shifted(second, start_ns=70)] == [HEARTBEAT, HEARTBEAT]
    assert list(shifted([], start_ns=70)) == []


# -- The whole house ----------------------------------------------------------------------------------------------

FRAMES = 2_500
LIMITS = Limits(position_share_max=Decimal("0.10"), order_value_max=Decimal(60), open_orders_max=8)
WIDE = Limits(
    position_share_max=Decimal(1),
    volatility_share_max=Decimal(1),
    collar_share_max=Decimal("0.5"),
    spread_share_max=Decimal("0.5"),
    daily_loss_share_max=Decimal(1),
    drawdown_share_max=Decimal(1),
    orders_minute_max=10_000,
)
BALANCES = BalancesSeen((("BTC", Decimal(1)), ("ETH", Decimal(5)), ("USD", Decimal(2_000))))


def street(seed: int) -> list[RecordedFrame]:
    """A living market of two pairs: walking books, trades, and now and then something that must not be trusted."""
    random = Random(seed)
    feeds = [two_sided(BTC, depth=10), two_sided(ETH, depth=25)]
    mids = [1000, 1000]
    frames = [RecordedFrame(T0, "public", feed.snapshot()) for feed in feeds]
    time_ns = T0
    for _ in range(FRAMES):
        time_ns += random.randint(1, 40 * MS)
        which = random.randint(0, 1)
        feed, step = feeds[which], feeds[which].instrument.price_increment_ticks
        feed.time_ns = time_ns - random.randint(0, 3 * MS)
        frames.append(RecordedFrame(time_ns, "public", _frame(random, feed, mids, which, step)))
        if b'"checksum":1,' in frames[-1].frame:  # The books part; somebody subscribes again.
            time_ns += 50 * MS
            frames.append(RecordedFrame(time_ns, "public", feed.snapshot()))
    return frames


def _frame(random: Random, feed: Feed, mids: list[int], which: int, step: int) -> bytes:
    kind = random.random()
    if kind < 0.15:
        side: Side = random.choice(["buy", "sell"])
        best = min(feed.asks) if side == "buy" else max(feed.bids)
        return feed.trades(*((side, best, random.randint(1, 12)) for _ in range(random.randint(1, 3))))
    if kind < 0.16:
        return status_frame(random.choice(["online", "online", "post_only"]))
    mids[which] = max(200, mids[which] + random.choice([-2, -1, 0, 0, 1, 2]) * step)
    mid = mids[which] // step * step
    bids = {mid - n * step: random.randint(1, 30) for n in random.sample(range(1, 15), 6)}
    asks = {mid + n * step: random.randint(1, 30) for n in random.sample(range(1, 15), 6)}
    bids |= {price_ticks: 0 for price_ticks in feed.bids if price_ticks >= mid}
    asks |= {price_ticks: 0 for price_ticks in feed.asks if price_ticks <= mid}
    return feed.update(bids=bids.items(), asks=asks.items(), crc=1 if random.random() < 0.005 else None)


class Restless:
    """A strategy that does whatever comes to its seeded mind, sane or not."""

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self._random = Random(seed)

    def wakes(self) -> tuple[Wake, ...]:
        return (OnBook("BTC/USD", top_only=False), OnTrades("ETH/USD"), Every(700 * MS))

    def on_book(self, book: Book, view: View) -> Iterator[Want]:
        random = self._random
        bid, ask = book.best_bid_ticks, book.best_ask_ticks
        if bid is None or ask is None:
            return
        for _ in range(random.choice([0, 0, 1, 1, 2, 4])):
            side: Side = random.choice(["buy", "sell"])
            price_ticks, qty_lots = random.randint(bid - 8, ask + 8), random.choice([0, 1, 2, 5, 20, 900])
            match random.randint(0, 6):
                case 0:
                    yield view.market_order(book.symbol, side, qty_lots=qty_lots)
                case 1:
                    yield view.take(book.symbol, side, price_ticks=price_ticks, qty_lots=qty_lots)
                case 2:
                    yield view.bid(book.symbol, price_ticks=price_ticks, qty_lots=qty_lots)
                case 3:
                    yield view.ask(book.symbol, price_ticks=price_ticks, qty_lots=qty_lots, post_only=True)
                case _:
                    orders = view.open_orders()
                    if orders:
                        chosen = random.choice(orders)
                        if random.random() < 0.3:
                            yield view.cancel(chosen)
                        else:
                            yield view.amend(chosen, price_ticks=price_ticks, qty_lots=random.choice([None, qty_lots]))

    def on_trades(self, symbol: str, trades: object, view: View) -> Iterator[Want]:
        book = view.book(symbol)
        if book is not None and book.best_bid_ticks is not None:
            yield view.bid(symbol, price_ticks=book.best_bid_ticks, qty_lots=10, post_only=True)

    def on_timer(self, timer: str, view: View) -> Iterator[Want]:
        if timer == "tick":
            yield view.timer("again", at_ns=view.now_ns + 5 * MS)

    def on_order(self, order: Order, view: View) -> Iterator[Want]:
        if self._random.random() < 0.05 and order.state == "open":
            yield view.cancel(order)


class Schemer:
    """A strategy that has everything carried out by `execution`, and hears how it ended."""

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self._random = Random(seed)
        self.ended: list[AlgoEnded] = []

    def wakes(self) -> tuple[Wake, ...]:
        return (Every(900 * MS),)

    def on_timer(self, timer: str, view: View) -> Iterator[Want]:
        random = self._random
        symbol = random.choice(["BTC/USD", "ETH/USD"])
        book = view.book(symbol)
        if book is None or book.best_bid_ticks is None or book.best_ask_ticks is None:
            return
        bid, ask, step = book.best_bid_ticks, book.best_ask_ticks, book.instrument.price_increment_ticks
        side: Side = random.choice(["buy", "sell"])
        sign, near = (1, bid) if side == "buy" else (-1, ask)
        near = near // step * step
        match random.randint(0, 5):
            case 0:
                yield view.twap(
                    symbol, side, qty_lots=12, duration_ns=4 * S, slices=3, aggressive=random.random() < 0.5
                )
            case 1:
                yield view.iceberg(symbol, side, qty_lots=20, price_ticks=near, show_lots=2)
            case 2:
                worst = near + sign * 6 * step
                until_ns = view.now_ns + 7 * S
                yield view.chase(symbol, side, qty_lots=8, worst_ticks=worst, until_ns=until_ns, then="take")
            case 3 | 4:
                entry = view.take(symbol, side, price_ticks=near + sign * 9 * step, qty_lots=9)
                target, stop = near + sign * 8 * step, near - sign * 8 * step
                at_venue = random.random() < 0.3
                target_ticks = None if at_venue else target
                yield view.bracket(entry, target_ticks=target_ticks, stop_ticks=stop, at_venue=at_venue)
            case _:
                if self.ended:
                    yield view.stop_algo(self.ended[-1].algo_id)

    def on_algo(self, ended: AlgoEnded, view: View) -> Iterator[Want]:
        self.ended.append(ended)
        yield from ()


def crew(seed: int, *, scheming: bool = False) -> tuple[Market, list[Component]]:
    """All components of a bot, made anew: three strategies in tight limits, or one that schemes in wide ones."""
    market = FrameMarket([BTC, ETH], depths={"BTC/USD": 10, "ETH/USD": 25})
    maker = {"symbol": "ETH/USD", "order_qty": "0.10", "position_qty_max": "0.5", "half_spread": 0, "skew": 2}
    saver = {"symbol": "BTC/USD", "spend_quote": "3", "every_s": 2}
    strategies = [
        make_strategy("market_maker", name="maker", params=maker),
        make_strategy("dca", name="saver", params=saver),
        Restless("restless", seed),
    ]
    if scheming:
        strategies = [Schemer("schemer", seed)]
    risk = Risk(WIDE if scheming else LIMITS, market=market, quote="USD")
    market.want("BTC/USD", "frame")
    market.want("ETH/USD", "top")
    return market, [market, risk, Execution(market), *(Host(one, market=market, quote="USD") for one in strategies)]


class Kept:
    """A log that keeps each entry, with its bytes."""

    def __init__(self) -> None:
        self.entries: list[tuple[Entry, bytes]] = []

    def append(self, entry: Entry) -> None:
        self.entries.append((entry, msgspec.msgpack.encode(entry)))

    def commit(self) -> None:
        pass


class Audited:
    """A playback with an auditor who keeps books of his own, and looks at every step."""

    def __init__(self, world: Playback, market: Market, venue: BookVenue, limits: Limits) -> None:
        self.limits = limits
        self.world = world
        self.venue = venue
        self.market = market
        self.orders = OrderTable()
        self.portfolio = Portfolio(market, quote="USD")
        self.cash = dict(BALANCES.balances)
        self.instruments = {"BTC/USD": BTC, "ETH/USD": ETH}

    def next_arrival(self) -> Arrival | None:
        return self.world.next_arrival()

    def perform(self, entry: Entry) -> None:
        self.world.perform(entry)
        event = entry.event
        if isinstance(event, ORDER_NEWS):
            self.orders.apply(event)
        self.portfolio.apply(event)
        match event:
            case OrderTraded():
                self._book(event)
            case OrderApproved() | AmendApproved():
                assert entry.author == "risk"
                self._within_limits()
            case FrameReceived():
                for book in self.market.books.values():
                    if book.trusted:
                        assert book.spread_ticks is None or book.spread_ticks > 0
            case _:
                pass

    def _book(self, fill: OrderTraded) -> None:
        instrument = self.instruments[fill.symbol]
        cost = Decimal(fill.price_ticks * fill.qty_lots).scaleb(-instrument.price_precision - instrument.qty_precision)
        sign = 1 if fill.side == "buy" else -1
        self.cash[instrument.base] += sign * instrument.qty(fill.qty_lots)
        self.cash["USD"] = EXACT.subtract(self.cash["USD"], sign * cost + fill.fee)
        assert all(held >= Decimal("-0.001") for held in self.cash.values()), self.cash  # Fees are rounded.

    def _within_limits(self) -> None:
        open_orders = self.orders.open()
        assert len(open_orders) <= self.limits.open_orders_max
        for symbol, instrument in self.instruments.items():
            asks = sum(one.left_lots_worst for one in open_orders if one.symbol == symbol and one.side == "sell")
            assert instrument.qty(asks) <= self.cash[instrument.base]
        spend = sum(
            self.instruments[one.symbol].cost(price_ticks=one.price_ticks_worst, qty_lots=one.left_lots_worst)
            for one in open_orders
            if one.side == "buy" and one.price_ticks_worst is not None
        )
        assert spend * (1 + self.limits.fee_share) <= self.cash["USD"]


def play(seed: int, *, scheming: bool = False) -> tuple[Kept, Audited]:
    market, components = crew(seed, scheming=scheming)
    venue = BookVenue(market, Fees())
    frames = street(seed)
    if scheming:
        frames = [one for one in frames if b'"channel":"status"' not in one.frame]
    world = Playback(frames, venue, openings=(STARTED, BALANCES))
    log, audited = Kept(), Audited(world, market, venue, WIDE if scheming else LIMITS)
    run(Engine(components, log), audited)
    return log, audited


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_whole_house_over_a_living_market(seed: int) -> None:
    log, audited = play(seed)
    counts = audited.orders.counts
    assert counts["fills"] > 50
    assert counts["approved"] > 100
    assert (counts["unknown"], counts["overfilled"]) == (0, 0)
    assert sum(book.counts.verified for book in audited.market.books.values()) > FRAMES // 2
    # Everything ended, here and at the venue, and every order, risk's and the venue's own closes, is accounted for.
    assert audited.orders.open() == []
    assert audited.world.cancel_everything() == 0
    assert counts["filled"] + counts["canceled"] + counts["rejected"] == counts["approved"]
    # The books of the auditor, of the portfolio, and the sum of the fills are the same to the last digit.
    assert audited.portfolio.balances == audited.cash
    # So are those of the venue: it counted for itself.
    venue = {asset: held + audited.venue.balances.get(asset, Decimal(0)) for asset, held in BALANCES.balances}
    assert venue == audited.cash
    # Each thing said has one author, and approvals are risk's.
    for entry, _ in log.entries:
        if isinstance(entry.event, OrderApproved | AmendApproved | CancelApproved):
            assert entry.author == "risk"
        elif isinstance(entry.event, OrderWanted | AmendWanted):
            assert entry.author in {"maker", "saver", "restless"}
        elif isinstance(entry.event, InstrumentChanged):
            assert entry.author == "market"
    # The log run again by a new crew says the same, byte for byte.
    replayed = replay(log.entries, lambda first: crew(seed)[1])
    assert replayed.agrees, replayed.difference
    assert replayed.entries == len(log.entries)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_brackets_and_algorithms_over_a_living_market(seed: int) -> None:
    log, audited = play(seed, scheming=True)
    events = [entry.event for entry, _ in log.entries]
    quantities = {event.algo_id: event.qty_lots for event in events if isinstance(event, AlgoWanted)}
    quantities |= {event.entry.order_id: event.entry.qty_lots for event in events if isinstance(event, BracketWanted)}
    entries = {event.entry.order_id for event in events if isinstance(event, BracketWanted)}
    filled = dict.fromkeys(quantities, 0)
    for event in events:
        if isinstance(event, OrderTraded):
            algo_id = event.order_id.partition(".")[0]
            if algo_id not in entries or event.order_id == algo_id:  # The exits of a bracket give back.
                filled[algo_id] += event.qty_lots
    ends = [event for event in events if isinstance(event, AlgoEnded)]
    assert len({end.algo_id for end in ends}) == len(ends) > 20
    for end in ends:
        assert end.filled_lots == filled[end.algo_id] <= quantities[end.algo_id], end
    assert {end.reason for end in ends} >= {"filled", "stop filled", "target filled"}
    assert sum(end.filled_lots for end in ends) > 100
    counts = audited.orders.counts
    assert (counts["unknown"], counts["overfilled"]) == (0, 0)
    assert {asset: held + audited.venue.balances[asset] for asset, held in BALANCES.balances} == audited.cash
    replayed = replay(log.entries, lambda first: crew(seed, scheming=True)[1])
    assert replayed.agrees, replayed.difference


def test_the_same_seed_is_the_same_log() -> None:
    first, second = play(4)[0], play(4)[0]
    assert [kept for _, kept in first.entries] == [kept for _, kept in second.entries]
    assert [kept for _, kept in play(5)[0].entries] != [kept for _, kept in first.entries]
