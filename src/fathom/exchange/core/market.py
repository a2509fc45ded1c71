"""One pair's market: its two sides, its last trades, the orders that wait for a price.

Pure. Imports: book, events, watch, listing. Imported by: core, feeds, rest, crowd.
"""

from collections import deque
from typing import Final

from fathom.exchange.core.book import Side
from fathom.exchange.core.events import MarketMode, SystemStatus, TradeDone
from fathom.exchange.core.watch import Watch
from fathom.exchange.listing import Listing, Pair
from fathom.protocol.messages import OrderSide, TriggerReference

TRADES_MAX: Final = 1_000  # Kept for those who ask; older ones are forgotten.


class Market:
    """One pair as it stands. Only `core` changes it."""

    __slots__ = (
        "_cost_divisor",
        "_cost_factor",
        "_listing",
        "asks",
        "bids",
        "cost_least",
        "index_ticks",
        "last_ticks",
        "last_trade_ns",
        "mode",
        "next_trade_id",
        "open_counts",
        "pair",
        "queued_ns",
        "suspended",
        "trades",
        "watch_index",
        "watch_last",
    )

    def __init__(self, listing: Listing, pair: Pair) -> None:
        self._listing = listing
        self.bids = Side("buy")
        self.asks = Side("sell")
        self.last_ticks: int | None = None
        self.last_trade_ns = 0
        self.index_ticks: int | None = None  # None: the feed is down, or the pair has none.
        self.next_trade_id = 1
        self.trades: deque[TradeDone] = deque(maxlen=TRADES_MAX)
        self.watch_last = Watch()  # Orders that wait for the last price, and for the index.
        self.watch_index = Watch()
        self.open_counts: dict[str, int] = {}  # Open orders, by the client's name.
        self.suspended: list[str] = []  # Scheduled orders whose time came while nothing could begin.
        self.queued_ns = 0  # The last place that was given in a queue; no two are the same.
        self.mode: MarketMode = "online"
        self.set_pair(pair, system="online")

    def set_pair(self, pair: Pair, *, system: SystemStatus) -> None:
        """Take the pair's rules as they are now."""
        self.pair = pair
        self.mode = _mode(pair, system)
        # Price times quantity, as ints, must reach this.
        self.cost_least: int = int(pair.cost_min.scaleb(pair.price_precision + pair.qty_precision))
        exponent = self._listing.asset(pair.quote).decimals - pair.price_precision - pair.qty_precision
        self._cost_factor: int = 10 ** max(exponent, 0)
        self._cost_divisor: int = 10 ** max(-exponent, 0)

    def set_system(self, system: SystemStatus) -> None:
        """Take the engine's state; the stricter of it and the pair's counts."""
        self.mode = _mode(self.pair, system)

    def side(self, side: OrderSide) -> Side:
        """Return the side on which such an order rests."""
        return self.bids if side == "buy" else self.asks

    def opposite(self, side: OrderSide) -> Side:
        """Return the side from which such an order takes."""
        return self.asks if side == "buy" else self.bids

    def reference_ticks(self, reference: TriggerReference) -> int | None:
        """Return the price that triggers look at: the last one while the index feed is down; None before any trade."""
        if reference == "index" and self.index_ticks is not None:
            return self.index_ticks
        return self.last_ticks

    def starting_ticks(self, reference: TriggerReference) -> int:
        """Return the price that an offset counts from; before any trade what the pair cost when it was listed."""
        ticks = self.reference_ticks(reference)
        if ticks is None:
            ticks = int(self.pair.reference_price.scaleb(self.pair.price_precision))
        return max(ticks, 1)

    def cost_units_most(self, price_lots: int) -> int:
        """Return the sum of prices times quantities in units of quote, rounded up."""
        return -(-price_lots * self._cost_factor // self._cost_divisor)

    def lots_for(self, cost_units: int, price_ticks: int) -> int:
        """Return how many lots an amount of quote buys at a price, rounded down."""
        return cost_units * self._cost_divisor // (self._cost_factor * price_ticks)

    def next_queued_ns(self, now_ns: int) -> int:
        """Return the next place in the queues: the time, or just after the last one given."""
        self.queued_ns = now_ns if now_ns > self.queued_ns else self.queued_ns + 1
        return self.queued_ns


# The first of these that holds, of the engine or of the pair.
_STRICTEST: Final[tuple[MarketMode, ...]] = (
    "delisted",
    "maintenance",
    "cancel_only",
    "post_only",
    "limit_only",
    "reduce_only",
)


def _mode(pair: Pair, system: SystemStatus) -> MarketMode:
    status = "maintenance" if pair.status == "work_in_progress" else pair.status
    for mode in _STRICTEST:
        if mode in {status, system}:
            return mode
    return "online"
