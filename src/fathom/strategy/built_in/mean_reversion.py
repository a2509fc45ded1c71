"""Mean reversion: buys what has fallen far below its average, and sells it when it is back.

What it believes: that an excursion is noise and will be undone. When it is news instead, it buys early into a fall; the
stop then makes the loss certain, and without a stop it would be larger.

Pure. Imports: domain, orders, strategy/api, strategy/view, desk, following, lawful, signals. Imported by:
strategy/catalog.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from fathom.domain import AmendDenied, Candle, OrderDenied
from fathom.orders import Order
from fathom.strategy.api import Want
from fathom.strategy.built_in.desk import NS_PER_SECOND, Desk
from fathom.strategy.built_in.following import step_towards
from fathom.strategy.built_in.lawful import check_above_zero, lots_of
from fathom.strategy.built_in.signals import deviation
from fathom.strategy.params import Search
from fathom.strategy.view import View
from fathom.strategy.wakes import Every, OnCandle, Wake


class MeanReversionParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds. Bands are in standard deviations about the average of closes."""

    symbol: str
    order_qty: Decimal  # Base quantity of a trade: all that it ever holds.
    candle_s: Annotated[int, Meta(ge=1, le=86_400)] = 60
    band_n: Annotated[int, Meta(ge=5, le=1_000), Search(10, 200, log=True)] = 20  # Candles of the average.
    entry_z: Annotated[float, Meta(gt=0, le=20), Search(1, 4)] = 2.0
    exit_z: Annotated[float, Meta(ge=0, le=20), Search(0, 1)] = 0.0  # 0: back at the average.
    stop_z: Annotated[float, Meta(gt=0, le=100), Search(3, 8)] = 4.0
    hold_n_max: Annotated[int, Meta(ge=1, le=10_000), Search(10, 500, log=True)] = 60  # Candles, then it gives up.
    shorts: bool = False  # Also sell what has risen far; on spot only out of what the account holds.
    slippage_max: Annotated[int, Meta(ge=0, le=100_000)] = 10  # Price increments beyond the best.

    def __post_init__(self) -> None:
        check_above_zero(self, "order_qty")
        if not self.exit_z < self.entry_z < self.stop_z:
            raise ValueError(f"exit_z, entry_z, stop_z must rise: {self.exit_z}, {self.entry_z}, {self.stop_z} do not")


class MeanReversion:
    """Decides at each closed candle whether to hold its quantity, and then follows that."""

    def __init__(self, name: str, params: MeanReversionParams) -> None:
        self.name = name
        self.params = params
        self.stance = 0  # 1: bought below the band, -1: sold above it.
        self.z: float | None = None  # As of the last candle.
        self._held_n = 0  # Candles since the entry.
        self._wary = False  # After a stop: nothing new until it has been back.
        self._desk = Desk()

    def wakes(self) -> Sequence[Wake]:
        """The candles, and a look each second at what is still to be traded."""
        return (OnCandle(self.params.symbol, self.params.candle_s, keep=self.params.band_n + 1), Every(NS_PER_SECOND))

    def on_candle(self, symbol: str, interval_s: int, candle: Candle, view: View) -> Iterable[Want]:
        """Decide, and begin."""
        self._measure(view.candles(symbol, interval_s))
        self._decide(whole=candle.whole)
        return self._follow(view)

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:
        """Go on with what is not yet held, or not yet sold."""
        return self._follow(view)

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        """Take in the answer; the next look goes on."""
        self._desk.on_order(order, view)
        return ()

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Take in the refusal."""
        self._desk.on_denied(denied, view)
        return ()

    def _measure(self, candles: Sequence[Candle]) -> None:
        """Compare the last close with the band of those before it: it must not widen the band that it breaks."""
        band = deviation(candles[:-1], self.params.band_n)
        self.z = None if band is None or band[1] <= 0 else (candles[-1].close_ticks - band[0]) / band[1]

    def _decide(self, *, whole: bool) -> None:
        params, z = self.params, self.z
        if self.stance != 0:
            self._held_n += 1
            away = None if z is None else -z * self.stance  # How far it still is on the side where we entered.
            if (away is not None and away >= params.stop_z) or self._held_n >= params.hold_n_max:
                self.stance, self._wary = 0, True
            elif away is not None and away <= params.exit_z:
                self.stance = 0
        elif z is None:
            return
        elif self._wary:
            self._wary = abs(z) >= params.entry_z
        elif whole and params.entry_z <= abs(z) < params.stop_z and (z < 0 or params.shorts):
            self.stance, self._held_n = (1 if z < 0 else -1), 0

    def _follow(self, view: View) -> Iterator[Want]:
        params, instrument = self.params, view.instrument(self.params.symbol)
        if instrument is not None:
            target_lots = self.stance * lots_of(instrument, params.order_qty)
            yield from step_towards(view, self._desk, params.symbol, target_lots, slippage=params.slippage_max)
