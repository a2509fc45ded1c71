"""What a person watches of a run: counts and replicas, fed by the log.

Imports: domain, market, orders, portfolio. Imported by: ui/screen, run.
"""

from collections import Counter, deque
from decimal import Decimal
from typing import Final

from fathom.domain import (
    AmendDenied,
    BookFlawed,
    BookQuarantined,
    Entry,
    FrameReceived,
    FrameUnknown,
    OrderCanceled,
    OrderDenied,
    OrderRejected,
    OrderTraded,
    TradesSeen,
    TradingHalted,
)
from fathom.market import Market
from fathom.orders import OrderTable
from fathom.portfolio import Portfolio

NEWS_MAX: Final = 8  # Lines kept; older ones scroll away, the journal has them all.
QUIET: Final = {"ioc: nothing more to take", "User requested"}  # Everyday ends, not worth a line.


class Watch:
    """One account's run so far."""

    def __init__(self, market: Market, *, quote: str) -> None:
        self.market = market
        self.orders = OrderTable()
        self.portfolio = Portfolio(market, quote=quote)
        self.counts: Counter[str] = Counter()
        self.entries = 0
        self.frames = 0
        self.time_ns = 0
        self.first_ns: int | None = None
        self.equity_first: Decimal | None = None
        self.halted = ""
        self.news: deque[str] = deque(maxlen=NEWS_MAX)
        self.news_told = 0  # All there ever were.

    def observe(self, entry: Entry) -> None:
        """Take one entry in."""
        self.entries += 1
        self.time_ns = entry.time_ns
        if self.first_ns is None:
            self.first_ns = entry.time_ns
        event = entry.event
        if isinstance(event, FrameReceived):
            self.frames += 1
            return
        self.counts[type(event).__name__] += 1
        self.orders.apply(event)
        self.portfolio.apply(event)
        if self.equity_first is None and self.portfolio.balances:
            self.equity_first = self.portfolio.equity_quote()
        self._tell(entry)

    @property
    def verified(self) -> int:
        """Book frames whose checksum was verified."""
        return sum(book.counts.verified for book in self.market.books.values())

    @property
    def unverified(self) -> int:
        """Book frames that mismatched, were refused, or carried no checksum."""
        counts = [book.counts for book in self.market.books.values()]
        return sum(one.mismatched + one.refused + one.unchecked for one in counts)

    @property
    def seconds(self) -> float:
        """The log's time since the first entry."""
        return 0.0 if self.first_ns is None else (self.time_ns - self.first_ns) / 1e9

    def remark(self, text: str) -> None:
        """Put something among the news that is in no log."""
        self.news_told += 1
        self.news.append(f"{self.seconds:6.1f}s  {text}")

    def _tell(self, entry: Entry) -> None:
        event = entry.event
        match event:
            case OrderTraded():
                instrument = self.market.instruments[event.symbol]
                verb = "bought" if event.side == "buy" else "sold"
                qty, price = instrument.qty_text(event.qty_lots), instrument.price_text(event.price_ticks)
                base, quote = instrument.base, instrument.quote
                text = (
                    f"{verb} {qty} {base} at {price} {quote} ({event.liquidity}, fee {event.fee:f} {event.fee_asset})"
                )
            case OrderDenied():
                text = f"risk denied {event.order_id}: {event.limit}: {event.detail}"
            case OrderRejected() | OrderCanceled():
                if event.reason in QUIET:
                    return
                text = f"{event.order_id} ended: {event.reason}"
            case AmendDenied():
                text = f"risk denied an amend of {event.order_id}: {event.limit}: {event.detail}"
            case BookFlawed():
                text = f"{event.symbol} is odd: {event.flaw}"
            case FrameUnknown():
                text = f"a frame without a meaning: {event.what}"
            case BookQuarantined():
                text = f"{event.symbol} quarantined: {event.reason}"
            case TradingHalted():
                text = self.halted = f"trading halted by {event.limit}: {event.detail}"
            case TradesSeen():
                self.counts["trades"] += len(event.trades)
                return
            case _:
                return
        self.remark(text)
