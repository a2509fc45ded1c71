"""What a person watches of a run: counts and replicas, fed by the log.

Imports: domain, market, orders, portfolio, news. Imported by: ui/screen, run.
"""

from collections import Counter
from decimal import Decimal

from fathom.domain import (
    Entry,
    FrameReceived,
    TradesSeen,
)
from fathom.market import Market
from fathom.orders import OrderTable
from fathom.portfolio import Portfolio
from fathom.ui.news import News


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
        self.news = News(market)

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
        if isinstance(event, TradesSeen):
            self.counts["trades"] += len(event.trades)
        else:
            self.news.observe(entry, seconds=self.seconds)

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
        self.news.say(text, seconds=self.seconds)
