"""The outside of a bot on paper: the venue's market as it is now, and a venue of our own that fills from it.

The venue on paper is the one of the backtests, and its links take as long as the configuration says. It lives in this
process: what rests there is gone when the process ends. After a restart it begins with the balances that the journal
leads to, and tells the reconciler that nothing is open.

Imports: domain, kernel, net, orders, portfolio, sim; market_feed. Imported by: session.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from fathom.domain import (
    AccountSeen,
    AccountWanted,
    AmendApproved,
    CancelApproved,
    Entry,
    Event,
    ForeignCancelWanted,
    FrameReceived,
    Happening,
    InstrumentChanged,
    OrderApproved,
    OrderLookupWanted,
    RunResumed,
    RunStarted,
    TradesSeen,
)
from fathom.kernel import peek
from fathom.net import CollectorTerms, Kraken, Options, Venue, clock_ns, connect
from fathom.orders import OrderTable
from fathom.portfolio import Portfolio
from fathom.run.bot import Bot
from fathom.run.trading.market_feed import MarketFeed
from fathom.run.trading.trader import Performer
from fathom.sim import BookVenue, Request

PENDING_MAX: Final = 100_000  # Requests and answers on their way; more is a bug in a strategy.


class PaperWorld:
    """A real market, and fills of our own."""

    source = "paper"

    def __init__(self, arrive: Callable[[Event], None], bot: Bot, *, venue: Venue) -> None:
        self._arrive = arrive
        self._bot = bot
        self._latency_s = bot.config.latency_ms / 1000
        self._made: BookVenue | None = None
        self._starts = 0  # Of the run: its orders and fills have other names after each.
        self._table = OrderTable()
        self._portfolio = Portfolio(bot.market, quote=bot.config.quote)
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._pushed = 0
        self._handle: asyncio.TimerHandle | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self.tasks: list[asyncio.Task[None]] = []
        self.feed = MarketFeed(arrive)
        self.kraken: Kraken = connect(
            venue, public_only=True, options=Options(collector=CollectorTerms()), tap=self.feed.tap
        )

    def performers(self) -> Mapping[type[Happening], Performer]:
        """Orders go to the venue on paper, and the market's moves fill what rests there."""
        return {
            OrderApproved: self._request,
            AmendApproved: self._request,
            CancelApproved: self._request,
            AccountWanted: self._request,
            OrderLookupWanted: self._request,
            ForeignCancelWanted: self._request,
            TradesSeen: self._traded,
            FrameReceived: self._moved,
            InstrumentChanged: self._changed,
        }

    def seen(self, entry: Entry) -> None:
        """Keep up with the log."""
        event = entry.event
        self._table.apply(event)
        if not isinstance(event, AccountSeen):  # That is the venue's own word.
            self._portfolio.apply(event)
        if isinstance(event, RunStarted | RunResumed):
            self._starts += 1

    async def open(self) -> None:
        """Connect and subscribe."""
        await self.kraken.open()
        self.feed.listen(self.kraken)
        config, candles = self._bot.config, self._bot.market.candles_wanted()
        self.feed.subscribe(self.kraken, config.depths, config.level3, candles)

    def open_orders(self) -> list[str]:
        """Return our ids of what is open, or may be."""
        return [order.order_id for order in self._table.open()]

    async def cancel_everything(self) -> None:
        """Cancel all of it at once."""
        self._venue.cancel_all()

    async def close(self, *, leave_armed: bool) -> str:  # noqa: ARG002 - There is no switch on paper: it ends with us.
        """Say goodbye to the market."""
        for handle in (self._handle, self._expiry):
            if handle is not None:
                handle.cancel()
        await self.kraken.close()
        return ""

    @property
    def _venue(self) -> BookVenue:
        """The venue, with what the account holds when it is needed first."""
        if self._made is None:
            balances = self._portfolio.balances
            ids_begin = f"{self._starts}-"
            self._made = BookVenue(self._bot.market, self._bot.config.fees, balances=balances, ids_begin=ids_begin)
        return self._made

    # -- Inside ----------------------------------------------------------------------------------------------

    def _request(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, Request)
        self._later(lambda: self._at_venue(event))

    def _at_venue(self, request: Request) -> None:
        self._pass_time()
        self._answer(self._venue.request(request))
        self._await_expiry()

    def _await_expiry(self) -> None:
        """Let an order that expires do so even where nothing moves."""
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        if (due_ns := self._venue.due_ns) is not None:
            delay_s = max(0, due_ns - clock_ns()) / 1e9
            self._expiry = asyncio.get_running_loop().call_later(delay_s, self._expire)

    def _expire(self) -> None:
        self._pass_time()
        self._await_expiry()

    def _pass_time(self) -> None:
        self._answer(self._venue.pass_time(clock_ns()))

    def _answer(self, events: Iterable[Event]) -> None:
        for event in events:
            self._later(lambda event=event: self._arrive(event))  # type: ignore[misc]  # The event of this turn.

    def _traded(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, TradesSeen)
        self._pass_time()
        self._answer(self._venue.market_traded(event.symbol, event.trades))

    def _moved(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, FrameReceived)
        channel, _, symbol = peek(event.frame)
        if channel == "book" and self._venue.follows(symbol):
            self._pass_time()
            self._answer(self._venue.book_moved(symbol))

    def _changed(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, InstrumentChanged)
        self._pass_time()
        self._answer(self._venue.instrument_changed(event.instrument))

    def _later(self, act: Callable[[], None]) -> None:
        """Do something once the way is gone; in the order in which it was asked."""
        assert len(self._heap) < PENDING_MAX, "too much is on its way to the venue on paper"
        loop = asyncio.get_running_loop()
        self._pushed += 1
        heapq.heappush(self._heap, (loop.time() + self._latency_s, self._pushed, act))
        if self._handle is None:
            self._handle = loop.call_at(self._heap[0][0], self._due)

    def _due(self) -> None:
        self._handle = None
        loop = asyncio.get_running_loop()
        while self._heap and self._heap[0][0] <= loop.time():
            heapq.heappop(self._heap)[2]()
        if self._heap:
            self._handle = loop.call_at(self._heap[0][0], self._due)
