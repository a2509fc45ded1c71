"""A run whose log a test writes by hand: a verified market, and the statistics of what is said."""

from decimal import Decimal

from fathom.domain import (
    BalancesSeen,
    Entry,
    Event,
    FrameReceived,
    InstrumentChanged,
    Liquidity,
    OrderAccepted,
    OrderApproved,
    OrderTraded,
    OrderWanted,
    Side,
)
from fathom.portfolio import Statistics
from market_feed import BTC, ETH, T0, Feed, House, market_of, two_sided

FREE = Decimal(0)


class Run:
    """BTC/USD at 100 (a tick is 0.1, a lot 0.01) and ETH/USD at 10 (ticks of 0.01)."""

    def __init__(self, **balances: str) -> None:
        self.feeds = {"BTC/USD": two_sided(BTC), "ETH/USD": two_sided(ETH)}
        self.market = market_of(*self.feeds.values())
        self.house = House(self.market)
        self.statistics = Statistics(self.market, quote="USD")
        self.observers = [self.statistics.observe]
        self.fills = 0
        self._followed(len(self.house.entries))
        self.say(InstrumentChanged(BTC), InstrumentChanged(ETH))
        for feed in self.feeds.values():
            self.say(FrameReceived("public", feed.snapshot()))
        if balances:
            self.say(BalancesSeen(tuple((asset, Decimal(amount)) for asset, amount in balances.items())))

    def at(self, seconds: float) -> "Run":
        """Move the log's time on to so much after its start."""
        self.house.time_ns = T0 + round(seconds * 1e9)
        return self

    def say(self, *events: Event) -> None:
        """Sequence events; market and statistics hear them."""
        for event in events:
            before = len(self.house.entries)
            self.house.step(event)
            self._followed(before)

    def mid(self, symbol: str, ticks: int) -> None:
        """Move a book's mid."""
        fresh: Feed = two_sided(self.feeds[symbol].instrument, mid=ticks)
        self.say(FrameReceived("public", fresh.snapshot()))

    def order(
        self, order_id: str, side: Side = "buy", *, qty_lots: int = 10, price_ticks: int = 1000, symbol: str = "BTC/USD"
    ) -> OrderWanted:
        """Want an order, have it approved and accepted."""
        wanted = OrderWanted(order_id, symbol, side, "limit", qty_lots, price_ticks)
        self.say(wanted, OrderApproved(wanted), OrderAccepted(order_id, f"V-{order_id}"))
        return wanted

    def fill(
        self,
        order_id: str,
        side: Side = "buy",
        *,
        qty_lots: int = 10,
        price_ticks: int = 1000,
        symbol: str = "BTC/USD",
        liquidity: Liquidity = "maker",
        fee: str = "0",
    ) -> OrderTraded:
        """Fill a part of an order."""
        self.fills += 1
        traded = OrderTraded(
            order_id, f"T{self.fills}", symbol, side, price_ticks, qty_lots, liquidity, Decimal(fee), "USD"
        )
        self.say(traded)
        return traded

    def _followed(self, before: int) -> None:
        for entry in self.house.entries[before:]:
            self._show(entry)

    def _show(self, entry: Entry) -> None:
        for observe in self.observers:
            observe(entry)
