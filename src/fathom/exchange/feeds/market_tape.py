"""One market as all its feeds share it: the book's tape, trades since the last publication, and what is kept of them.

Statistics, candles and spreads are kept whether anybody listens or not: REST shows them at any time.

Pure. Imports: core, listing, the other tapes. Imported by: feeds.
"""

from collections import deque
from itertools import islice
from typing import Final

from msgspec import Struct

from fathom.exchange.core import Market, QueueMoved, TradeDone
from fathom.exchange.feeds.book_tape import BookTape
from fathom.exchange.feeds.candles import Candles
from fathom.exchange.feeds.day_stats import DayStats, rescale
from fathom.exchange.feeds.pair_texts import PairTexts
from fathom.exchange.feeds.ticker_view import TickerView
from fathom.exchange.listing import Pair

SPREADS_MAX: Final = 200  # REST's Spread answers about so many (rest.md); the oldest go.

Best = tuple[int, int, int, int]  # Best bid and its quantity, best ask and its quantity; 0 for none.


class Spread(Struct, frozen=True, gc=False):
    """The best prices from one time on; 0 for none."""

    time_ns: int
    bid_ticks: int
    ask_ticks: int


class MarketTape:
    """What happened in one market, up to the last publication and since."""

    __slots__ = (
        "best",
        "best_moved",
        "book",
        "candles",
        "last_lots",
        "market",
        "pair",
        "spreads",
        "stats",
        "texts",
        "trades",
    )

    def __init__(self, market: Market, *, now_ns: int) -> None:
        self.market = market
        self.pair: Pair = market.pair
        self.texts = PairTexts(self.pair)
        self.book = BookTape(market, self.texts)
        self.stats = DayStats()
        self.candles = Candles()
        self.trades: list[TradeDone] = []  # Since the last publication.
        self.last_lots = 0
        self.spreads: deque[Spread] = deque(maxlen=SPREADS_MAX)
        self.best: Best = self._best()
        self.best_moved = False  # Since the last publication: a price or a quantity.
        self._note_spread(now_ns)

    def moved(self, event: QueueMoved) -> None:
        """Take in a change of the book."""
        (self.book.bids if event.side == "buy" else self.book.asks).moves.append(event)

    def traded(self, event: TradeDone) -> None:
        """Take in a trade."""
        self.trades.append(event)
        self.last_lots = event.qty_lots
        self.stats.add(event.price_ticks, event.qty_lots, time_ns=event.time_ns)
        self.candles.add(event.price_ticks, event.qty_lots, time_ns=event.time_ns)

    def gather(self, *, now_ns: int) -> None:
        """Sum up what happened since the last publication."""
        book = self.book
        if not (book.bids.moves or book.asks.moves):
            return
        book.gather()
        best = self._best()
        self.best_moved = best != self.best
        if self.best_moved:
            prices_moved = best[0] != self.best[0] or best[2] != self.best[2]
            self.best = best
            if prices_moved:
                self._note_spread(now_ns)

    def clear(self) -> None:
        """Begin anew after a publication."""
        self.book.clear()
        self.trades = []
        self.best_moved = False

    def change_pair(self, market: Market, pair: Pair) -> None:
        """Go on at the pair's new precisions, with the past re-scaled and the book as it stands now."""
        price_power = pair.price_precision - self.pair.price_precision
        qty_power = pair.qty_precision - self.pair.qty_precision
        self.stats.rescale(price_power=price_power, qty_power=qty_power)
        self.candles.rescale(price_power=price_power, qty_power=qty_power)
        self.last_lots = rescale(self.last_lots, power=qty_power)
        for index, spread in enumerate(self.spreads):
            bid_ticks = rescale(spread.bid_ticks, power=price_power)
            ask_ticks = rescale(spread.ask_ticks, power=price_power)
            self.spreads[index] = Spread(spread.time_ns, bid_ticks, ask_ticks)
        self.market, self.pair = market, pair
        self.texts = PairTexts(pair)
        self.book = BookTape(market, self.texts)
        self.best = self._best()

    def view(self, *, now_ns: int) -> TickerView:
        """Return the market at a glance."""
        bid_ticks, bid_lots, ask_ticks, ask_lots = self.best
        return TickerView(
            pair=self.pair,
            bid_ticks=bid_ticks,
            bid_lots=bid_lots,
            ask_ticks=ask_ticks,
            ask_lots=ask_lots,
            last_ticks=self._last_ticks(),
            last_lots=self.last_lots,
            day=self.stats.day(now_ns=now_ns),
            today=self.stats.today(now_ns=now_ns),
            time_ns=now_ns,
        )

    def last_trades(self, count: int) -> list[TradeDone]:
        """Return the last trades, oldest first."""
        trades = self.market.trades
        return list(islice(trades, max(0, len(trades) - count), None))

    def _last_ticks(self) -> int:
        if self.market.last_ticks is not None:
            return self.market.last_ticks
        bid_ticks, _, ask_ticks, _ = self.best
        if bid_ticks and ask_ticks:
            return (bid_ticks + ask_ticks) // 2
        return int(self.pair.reference_price.scaleb(self.pair.price_precision))

    def _best(self) -> Best:
        bids, asks = self.market.bids, self.market.asks
        bid_ticks, ask_ticks = bids.best(), asks.best()
        return (
            bid_ticks or 0,
            0 if bid_ticks is None else bids.lots(bid_ticks),
            ask_ticks or 0,
            0 if ask_ticks is None else asks.lots(ask_ticks),
        )

    def _note_spread(self, time_ns: int) -> None:
        self.spreads.append(Spread(time_ns, self.best[0], self.best[2]))
