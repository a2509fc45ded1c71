"""A stage for one strategy: the real engine with market, risk, host and a venue on paper, over made-up markets.

The markets are seeded, with true checksums. An unkind stage also denies, rejects, loses answers, and drops the line.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.domain import (
    AmendApproved,
    AmendDenied,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    BalancesSeen,
    CancelApproved,
    Component,
    Entry,
    Event,
    Instrument,
    LinkDropped,
    OrderAbsent,
    OrderApproved,
    OrderDenied,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    RunStarted,
    RunStopped,
    Side,
)
from fathom.engine import Arrival, Engine, replay, run
from fathom.market import FrameMarket, Market
from fathom.orders import ORDER_NEWS, OrderTable
from fathom.portfolio import Portfolio
from fathom.risk import Limits, Risk
from fathom.sim import BookVenue, Fees, Playback, RecordedFrame, Request
from fathom.strategy import Host, Strategy
from market_feed import BTC, ETH, T0, Feed, S, two_sided

MS = 1_000_000
ETHBTC = msgspec.structs.replace(
    ETH, symbol="ETH/BTC", quote="BTC", price_precision=5, price_increment_ticks=1, cost_min=Decimal("0.0001")
)
# As much as the checks of risk ever let through: what a test looks at is the strategy's own bound.
WIDE = Limits(
    position_share_max=Decimal(1),
    order_value_max=Decimal(100_000),
    open_orders_max=200,
    daily_loss_share_max=Decimal(1),
    drawdown_share_max=Decimal(1),
    collar_share_max=Decimal(1),
    spread_share_max=Decimal(1),
    volatility_share_max=Decimal(1),
    orders_minute_max=100_000,
    amends_minute_max=100_000,
    rejections_max=1_000_000,
    book_age_s_max=3_600,
)
BALANCES: Mapping[str, Decimal] = {"BTC": Decimal(5), "ETH": Decimal(50), "USD": Decimal(5_000)}
CHEAP = Fees(maker_share=Decimal("0.0001"), taker_share=Decimal("0.0005"))
STARTED = RunStarted("r", "paper", b"{}", "0")
Make = Callable[[], Strategy]


class Moody:
    """Risk, that now and then refuses for no reason at all."""

    name = "risk"
    hears = Risk.hears

    def __init__(self, risk: Risk, seed: int, share: float) -> None:
        self._risk = risk
        self._random = Random(seed)
        self._share = share

    def handle(self, entry: Entry) -> Iterable[Event]:
        event = entry.event
        if isinstance(event, OrderWanted) and self._random.random() < self._share:
            return [OrderDenied(event.order_id, "mood", "not today")]
        if isinstance(event, AmendWanted) and self._random.random() < self._share:
            return [AmendDenied(event.order_id, "mood", "not today")]
        return self._risk.handle(entry)


class Unkind(BookVenue):
    """A venue that rejects at random, and whose answers come late or not at all before they do."""

    def __init__(self, market: Market, fees: Fees, seed: int, share: float) -> None:
        super().__init__(market, fees)
        self._random = Random(seed)
        self._share = share

    def request(self, request: Request) -> list[Event]:
        if isinstance(request, CancelApproved) or self._random.random() >= self._share:
            return super().request(request)
        mood = self._random.random()
        if isinstance(request, AmendApproved):
            if mood < 0.5:
                return [AmendRejected(request.amend.order_id, "EGeneral:Temporary lockout")]
            return [AnswerOverdue(request.amend.order_id), *super().request(request)]
        order_id = request.order.order_id
        if mood < 0.4:
            return [OrderRejected(order_id, "EGeneral:Temporary lockout")]
        if mood < 0.6:
            return [AnswerOverdue(order_id), OrderAbsent(order_id)]
        return [AnswerOverdue(order_id), *super().request(request)]


class Kept:
    """A log that keeps each entry, with its bytes."""

    def __init__(self) -> None:
        self.entries: list[tuple[Entry, bytes]] = []

    def append(self, entry: Entry) -> None:
        self.entries.append((entry, msgspec.msgpack.encode(entry)))

    def commit(self) -> None:
        pass


class Audited:
    """A playback, with somebody who follows the orders and the positions at every step."""

    def __init__(self, world: Playback, market: Market, *, drops: Random | None) -> None:
        self.world = world
        self.orders = OrderTable()
        self.portfolio = Portfolio(market, quote="USD")
        self.positions: list[tuple[str, int]] = []  # After each fill.
        self._market = market
        self._drops = drops
        self._stopped = False

    def next_arrival(self) -> Arrival | None:
        if self._drops is not None and not self._stopped and self._drops.random() < 0.002:
            return Arrival(self.world.now_ns, LinkDropped("public", "cut"))
        arrival = self.world.next_arrival()
        self._stopped |= arrival is not None and isinstance(arrival.event, RunStopped)
        return arrival

    def perform(self, entry: Entry) -> None:
        self.world.perform(entry)
        event = entry.event
        if isinstance(event, ORDER_NEWS):
            self.orders.apply(event)
        self.portfolio.apply(event)
        if isinstance(event, OrderTraded):
            self.positions.append((event.symbol, self.portfolio.positions[event.symbol].qty_lots))
        if isinstance(event, OrderApproved | AmendApproved):
            symbol = event.order.symbol if isinstance(event, OrderApproved) else ""
            assert not symbol or self._market.books[symbol].trusted, f"an order on a book that does not verify: {event}"


class Played:
    """What a run left behind."""

    def __init__(self, log: Kept, audit: Audited, strategy: Any, market: Market) -> None:
        self.log = log
        self.audit = audit
        self.strategy = strategy
        self.market = market

    def said(self, *kinds: type) -> list[Any]:
        """The events of these kinds, in order."""
        return [entry.event for entry, _ in self.log.entries if isinstance(entry.event, kinds)]

    def at(self, kind: type) -> list[tuple[int, Any]]:
        """When, in ns from the start, what of a kind was said."""
        return [(entry.time_ns - T0, entry.event) for entry, _ in self.log.entries if isinstance(entry.event, kind)]

    def position(self, symbol: str) -> int:
        """What was bought less what was sold, in lots."""
        position = self.audit.portfolio.positions.get(symbol)
        return 0 if position is None else position.qty_lots

    def extremes(self, symbol: str) -> tuple[int, int]:
        """The least and the most that was ever held, from nothing at the start."""
        seen = [0, *(lots for name, lots in self.audit.positions if name == symbol)]
        return min(seen), max(seen)


def play(
    make: Make,
    frames: Sequence[RecordedFrame],
    *,
    instruments: Sequence[Instrument] = (BTC,),
    level3: Mapping[str, int] | None = None,
    balances: Mapping[str, Decimal] = BALANCES,
    limits: Limits = WIDE,
    fees: Fees = CHEAP,
    seed: int | None = None,
    latency_ns: int = 20 * MS,
) -> Played:
    """Run one strategy over frames; check what is true of every run. With a seed the world is unkind."""
    share = 0.0 if seed is None else 0.1

    def build() -> tuple[Market, Strategy, list[Component]]:
        market = FrameMarket(instruments, depths={one.symbol: 10 for one in instruments}, level3=level3)
        strategy = make()
        risk = Moody(Risk(limits, market=market, quote="USD"), seed or 0, share)
        host = Host(strategy, market=market, quote="USD")
        host.ask()
        return market, strategy, [market, risk, host]

    market, strategy, components = build()
    venue = BookVenue(market, fees) if seed is None else Unkind(market, fees, seed, share)
    openings = (STARTED, BalancesSeen(tuple(sorted(balances.items()))))
    world = Playback(frames, venue, openings=openings, latency_ns=latency_ns)
    log, audit = Kept(), Audited(world, market, drops=None if seed is None else Random(seed))
    run(Engine(components, log), audit)
    played = Played(log, audit, strategy, market)
    # True of every run: nothing is open at the end, here or at the venue, and the journal replays to the same bytes.
    assert audit.orders.open() == []
    assert world.cancel_everything() == 0
    replayed = replay(log.entries, lambda _: build()[2])
    assert replayed.agrees, replayed.difference
    assert replayed.entries == len(log.entries)
    return played


def random_markets(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test of a seed over a few random markets, unkind ones."""
    return settings(max_examples=6, deadline=None)(given(seed=st.integers(1, 10**9))(test))


def at_most_one_open(played: Played, side: Side) -> bool:
    """Whether never two orders of a side were open at once, by what risk approved and the venue ended."""
    table = OrderTable()
    for entry, _ in played.log.entries:
        if isinstance(entry.event, ORDER_NEWS):
            table.apply(entry.event)
            if len([one for one in table.open() if one.side == side]) > 1:
                return False
    return True


class Street:
    """Books that a test moves, and the frames that tell of it."""

    def __init__(self, *feeds: Feed) -> None:
        self.feeds = {feed.instrument.symbol: feed for feed in feeds or (two_sided(),)}
        self.now_ns = T0
        self.frames: list[RecordedFrame] = []
        for feed in self.feeds.values():
            self._tell(feed.snapshot())

    def wait(self, seconds: float) -> "Street":
        """Let time pass, with a heartbeat at its end so that it does."""
        self.now_ns += int(seconds * S)
        self._tell(b'{"channel":"heartbeat"}')
        return self

    def move(self, mid: int, *, symbol: str = "BTC/USD", qty_lots: int = 50, bid_lots: int = 0) -> "Street":
        """Put five levels a side about a mid, in ticks."""
        feed = self.feeds[symbol]
        step = feed.instrument.price_increment_ticks
        bids = {mid - n * step: bid_lots or qty_lots for n in range(1, 6)}
        asks = {mid + n * step: qty_lots for n in range(1, 6)}
        gone_bids = {price_ticks: 0 for price_ticks in feed.bids if price_ticks not in bids}
        gone_asks = {price_ticks: 0 for price_ticks in feed.asks if price_ticks not in asks}
        self._tell(feed.update(bids=(bids | gone_bids).items(), asks=(asks | gone_asks).items()))
        return self

    def trade(self, side: Side, price_ticks: int, qty_lots: int, *, symbol: str = "BTC/USD") -> "Street":
        """Let the market trade."""
        self._tell(self.feeds[symbol].trades((side, price_ticks, qty_lots)))
        return self

    def flaw(self, *, symbol: str = "BTC/USD") -> "Street":
        """Break a book: its checksum is wrong."""
        feed = self.feeds[symbol]
        self._tell(feed.update(bids=[(max(feed.bids), 7)], crc=1))
        return self

    def heal(self, *, symbol: str = "BTC/USD") -> "Street":
        """Let the book verify again."""
        self._tell(self.feeds[symbol].snapshot())
        return self

    def _tell(self, frame: bytes) -> None:
        for feed in self.feeds.values():
            feed.time_ns = self.now_ns
        self.frames.append(RecordedFrame(self.now_ns, "public", frame))


def living(
    seed: int, *instruments: Instrument, count: int = 1_200, step_ms: int = 60, pull: float = 0.0, jump: int = 2
) -> list[RecordedFrame]:
    """A market of random walks: books, trades, and now and then a book that must not be trusted.

    `pull` draws each mid back to its start; `jump` is the most increments that it moves at a time. The pair of two
    others' assets follows them, and parts from them by chance.
    """
    random = Random(seed)
    street = Street(*(two_sided(one, mid=10_000 if one is ETHBTC else 1_000) for one in instruments or (BTC,)))
    mids = {symbol: 10_000 if symbol == "ETH/BTC" else 1_000 for symbol in street.feeds}
    for _ in range(count):
        street.now_ns += random.randint(1, 2 * step_ms) * MS
        symbol = random.choice(list(street.feeds))
        feed = street.feeds[symbol]
        step = feed.instrument.price_increment_ticks
        kind = random.random()
        if kind < 0.3:
            side: Side = random.choice(["buy", "sell"])
            best = min(feed.asks) if side == "buy" else max(feed.bids)
            street.trade(side, best + (1 if side == "buy" else -1) * random.choice([0, 0, step]), 5, symbol=symbol)
        elif kind < 0.31:
            street.flaw(symbol=symbol)
            street.now_ns += random.randint(1, 3_000) * MS
            street.heal(symbol=symbol)
        elif kind < 0.34:
            street.heal(symbol=symbol)
        else:
            drift = random.randint(-jump, jump) * step - int((mids[symbol] - 1_000) * pull)
            mids[symbol] = max(300, mids[symbol] + drift // step * step)
            if symbol == "ETH/BTC":
                fair = 100_000 * (mids["ETH/USD"] / 100) / (mids["BTC/USD"] / 10)
                mids[symbol] = int(fair * random.choice([1, 1, 1, 0.985, 1.015]))
            street.move(mids[symbol] // step * step, symbol=symbol, qty_lots=random.randint(1, 40))
    for symbol in street.feeds:
        street.heal(symbol=symbol)
    return street.wait(3).frames
