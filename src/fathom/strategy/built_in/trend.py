"""Trend: buys what breaks out or turns upwards, sized by volatility, and holds it until that ends.

What it believes: that what moves goes on moving, long enough to pay for the many times when it does not. It loses a
little at each false start, and most of them are false; in a market that goes nowhere it does nothing but pay.

Pure. Imports: domain, orders, strategy/api, strategy/view, desk, following, lawful, signals. Imported by:
strategy/catalog.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from fathom.domain import AmendDenied, Candle, Instrument, OrderDenied
from fathom.orders import Order
from fathom.strategy.api import Want
from fathom.strategy.built_in.desk import NS_PER_SECOND, Desk
from fathom.strategy.built_in.following import step_towards, there
from fathom.strategy.built_in.lawful import check_above_zero, floor_qty, lots_for, lots_of
from fathom.strategy.built_in.signals import average, channel, true_range
from fathom.strategy.params import Search
from fathom.strategy.view import View
from fathom.strategy.wakes import OnCandle, Wake

Signal = Literal["donchian", "crossing"]


class TrendParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds. Lengths are in candles."""

    symbol: str
    risk_quote: Decimal  # What it loses, about, where the stop is hit at its price: sets the size.
    position_qty_max: Decimal  # Base quantity that is never exceeded, however calm the market.
    signal: Signal = "donchian"
    candle_s: Annotated[int, Meta(ge=1, le=86_400)] = 300
    entry_n: Annotated[int, Meta(ge=2, le=400), Search(10, 100, log=True)] = 20  # `donchian`: beyond so many, in.
    exit_n: Annotated[int, Meta(ge=1, le=400), Search(5, 50, log=True)] = 10  # `donchian`: beyond so many, out.
    fast_n: Annotated[int, Meta(ge=1, le=400), Search(3, 50, log=True)] = 10  # `crossing`: the quick average ...
    slow_n: Annotated[int, Meta(ge=2, le=400), Search(20, 200, log=True)] = 40  # ... and the slow one.
    atr_n: Annotated[int, Meta(ge=1, le=400), Search(5, 50, log=True)] = 14  # Of the average true range.
    stop_atr: Annotated[float, Meta(ge=0.1, le=100), Search(1, 6)] = 3.0  # True ranges from the best close: out.
    shorts: bool = False  # Also sell what falls; on spot only out of what the account holds.
    slippage_max: Annotated[int, Meta(ge=0, le=100_000)] = 10  # Price increments beyond the best.

    def __post_init__(self) -> None:
        check_above_zero(self, "risk_quote", "position_qty_max")
        if self.fast_n >= self.slow_n:
            raise ValueError(f"fast_n must be below slow_n: {self.fast_n} is not below {self.slow_n}")


class Trend:
    """Decides at each closed candle how much to hold, and then follows that, an order at a time."""

    def __init__(self, name: str, params: TrendParams) -> None:
        self.name = name
        self.params = params
        self.stance = 0  # 1: long, -1: short.
        self.target_qty = Decimal(0)  # With its sign; fixed at the entry.
        self._best_close = 0  # Of this trade, in ticks: what the stop trails.
        self._stopped = 0  # The direction that was stopped out of: not again until the signal has turned.
        self._desk = Desk()
        self._looks = False  # Whether a timer is set.

    def wakes(self) -> Sequence[Wake]:
        """The candles; while something is still to be traded, it looks each second besides."""
        params = self.params
        keep = max(params.entry_n, params.exit_n, params.slow_n, params.atr_n) + 2
        return (OnCandle(params.symbol, params.candle_s, keep=keep),)

    def on_candle(self, symbol: str, interval_s: int, candle: Candle, view: View) -> Iterable[Want]:
        """Decide, and begin."""
        instrument = view.instrument(symbol)
        if instrument is not None:
            self._decide(view.candles(symbol, interval_s), instrument)
        return self._follow(view)

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        """Go on with what is not yet held, or not yet sold."""
        self._looks = False
        return self._follow(view)

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        """Take in the answer; the next look goes on."""
        self._desk.on_order(order, view)
        return ()

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Take in the refusal."""
        self._desk.on_denied(denied, view)
        return ()

    def _decide(self, candles: Sequence[Candle], instrument: Instrument) -> None:
        wanted = self._signal(candles)
        atr = true_range(candles, self.params.atr_n)
        close = candles[-1].close_ticks
        if wanted != self._stopped:
            self._stopped = 0
        if self.stance != 0:
            better = max if self.stance > 0 else min
            self._best_close = better(self._best_close, close)
            gone_back = (self._best_close - close) * self.stance
            if atr is not None and gone_back > self.params.stop_atr * atr:
                self._stopped = self.stance
                self.stance, self.target_qty = 0, Decimal(0)
                return
        if wanted == self.stance:
            return
        if wanted == 0 or (wanted < 0 and not self.params.shorts):
            self.stance, self.target_qty = 0, Decimal(0)
        elif wanted != self._stopped and atr is not None and candles[-1].whole:  # A candle with a gap begins nothing.
            size = self._size_lots(atr, instrument)
            self.stance, self.target_qty = (wanted, wanted * instrument.qty(size)) if size else (0, Decimal(0))
            self._best_close = close
        else:
            self.stance, self.target_qty = 0, Decimal(0)

    def _signal(self, candles: Sequence[Candle]) -> int:
        """Return 1, -1 or 0: up, down, nothing."""
        params, close = self.params, candles[-1].close_ticks
        if params.signal == "crossing":
            fast, slow = average(candles, params.fast_n), average(candles, params.slow_n)
            if fast is None or slow is None or fast == slow:
                return 0
            return 1 if fast > slow else -1
        before = candles[:-1]
        wide, narrow = channel(before, params.entry_n), channel(before, params.exit_n)
        if wide is not None and close > wide[1]:
            return 1
        if wide is not None and close < wide[0]:
            return -1
        if narrow is None or (self.stance > 0 and close < narrow[0]) or (self.stance < 0 and close > narrow[1]):
            return 0
        return self.stance

    def _size_lots(self, atr: float, instrument: Instrument) -> int:
        """Return how many lots lose `risk_quote` over `stop_atr` true ranges: fewer, the wilder the market."""
        distance = max(int(self.params.stop_atr * atr), instrument.price_increment_ticks)
        most_lots = lots_of(instrument, self.params.position_qty_max)
        return floor_qty(instrument, min(most_lots, lots_for(instrument, self.params.risk_quote, price_ticks=distance)))

    def _follow(self, view: View) -> Iterator[Want]:
        params, instrument = self.params, view.instrument(self.params.symbol)
        if instrument is None:
            return
        target_lots = lots_of(instrument, abs(self.target_qty))
        target_lots = target_lots if self.target_qty >= 0 else -target_lots
        yield from step_towards(view, self._desk, params.symbol, target_lots, slippage=params.slippage_max)
        at_rest = there(view, params.symbol, target_lots) and not self._desk.waits(view, params.symbol)
        if not (at_rest or self._looks):
            self._looks = True
            yield view.timer("look", at_ns=view.now_ns + NS_PER_SECOND)
