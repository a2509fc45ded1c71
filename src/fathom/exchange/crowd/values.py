"""What each asset is worth to the crowd: walks that revert to a slow drift, jump, and are now calm and now wild.

Every pair's fair value is a quotient of two assets' values, so pairs move together and cross rates agree. The walks
step on a fixed grid of model time and look at nothing else: they are the same whoever asks, and whenever.

Pure. Imports: listing, parameters. Imported by: pit, crowd.
"""

from collections.abc import Sequence
from math import exp, sqrt
from random import Random
from typing import Final

from fathom.exchange.crowd.parameters import FACTORS, AssetStyle, WalkStyle, asset_style
from fathom.exchange.listing import PAIRS, Pair

STEP_NS: Final = 250_000_000  # Of model time.
STEP_S: Final = STEP_NS / 1e9
YEAR_S: Final = 31_557_600.0
# Volatility has two states; these factors and lives make the mean square about 1.
CALM: Final = 0.65
WILD: Final = 1.85
CALM_S: Final = 1200.0
WILD_S: Final = 300.0
DRIFT_SHARE: Final = 0.4  # Of the volatility: what never reverts.
DAY_S: Final = 86_400.0


class Walk:
    """One log value, from 0 on."""

    __slots__ = ("_calm_sd", "_deviation", "_drift", "_drift_sd", "_jump_sd", "_jump_u", "_keep", "_rng", "log", "wild")

    def __init__(self, rng: Random, style: WalkStyle) -> None:
        self._rng = rng
        sd = style.volatility * sqrt(STEP_S / YEAR_S)
        self._calm_sd = sd
        self._drift_sd = sd * DRIFT_SHARE
        self._keep = exp(-STEP_S / style.reverting_s)
        self._jump_u = 1.0 - style.jumps_per_day * STEP_S / DAY_S
        self._jump_sd = style.jump_size
        self._drift = 0.0
        self._deviation = 0.0
        self.log = 0.0
        self.wild = rng.random() < WILD_S / (WILD_S + CALM_S)

    def step(self) -> None:
        """Walk on by one step of the grid."""
        rng = self._rng
        chance = rng.random()
        if chance < STEP_S / (WILD_S if self.wild else CALM_S):
            self.wild = not self.wild
        sd = self._calm_sd * (WILD if self.wild else CALM)
        self._deviation = self._deviation * self._keep + rng.gauss(0.0, sd)
        if chance > self._jump_u:
            self._deviation += rng.gauss(0.0, self._jump_sd)
        self._drift += rng.gauss(0.0, self._drift_sd)
        self.log = self._drift + self._deviation


class _Valued:
    """One asset: its own walk, and so much of a factor's."""

    __slots__ = ("beta", "factor", "own")

    def __init__(self, own: Walk, style: AssetStyle, factor: Walk | None) -> None:
        self.own = own
        self.beta = style.beta
        self.factor = factor


class Values:
    """The assets' log values against where they started, at one moment of model time."""

    def __init__(self, *, seed: int, assets: Sequence[str]) -> None:
        self._factors = {name: Walk(Random(f"{seed}/{name}"), style) for name, style in FACTORS.items()}
        self._assets: dict[str, _Valued] = {}
        for asset in dict.fromkeys(assets):
            style = asset_style(asset)
            walk = Walk(Random(f"{seed}/{asset}"), style.own)
            self._assets[asset] = _Valued(walk, style, self._factors.get(style.factor))
        self._walks = [*self._factors.values(), *(valued.own for valued in self._assets.values())]
        self._steps = 0

    def advance(self, model_ns: int) -> None:
        """Walk up to this model time, counted from the start. An earlier one changes nothing."""
        while self._steps < model_ns // STEP_NS:
            self._steps += 1
            for walk in self._walks:
                walk.step()

    def log(self, asset: str) -> float:
        """Return the log of the asset's value against its start."""
        valued = self._assets[asset]
        return valued.own.log if valued.factor is None else valued.own.log + valued.beta * valued.factor.log

    def volatility(self, base: str, quote: str) -> float:
        """Return how far the quotient of two values typically walks in the square root of a second, as a share."""
        square = 0.0
        for style in (asset_style(base), asset_style(quote)):
            factor = FACTORS.get(style.factor)
            square += style.own.volatility**2
            if factor is not None and self._assets[base].factor is not self._assets[quote].factor:
                square += (style.beta * factor.volatility) ** 2
        return sqrt(square / YEAR_S)

    def wild(self, asset: str) -> bool:
        """Tell whether the asset's factor, or where it has none itself, moves wildly now."""
        valued = self._assets[asset]
        return valued.own.wild if valued.factor is None else valued.factor.wild


def start_ticks(pair: Pair, *, listed: Sequence[Pair]) -> float:
    """Return the pair's fair value at the start: by its assets' values in USD where those are known.

    So that BTC/EUR is BTC/USD by EUR/USD from the first moment on. `listed` goes before the table.
    """
    usd = {one.base: float(one.reference_price) for one in (*PAIRS, *listed) if one.quote == "USD"} | {"USD": 1.0}
    base, quote = usd.get(pair.base), usd.get(pair.quote)
    price = float(pair.reference_price) if base is None or quote is None else base / quote
    return price * 10.0**pair.price_precision


def usd_values(*, listed: Sequence[Pair]) -> dict[str, float]:
    """Return what one of each asset is about worth in USD: sizes are drawn in USD."""
    known = {one.base: float(one.reference_price) for one in (*PAIRS, *listed) if one.quote == "USD"} | {"USD": 1.0}
    for one in listed:
        if one.base not in known and one.quote in known:
            known[one.base] = float(one.reference_price) * known[one.quote]
    return known
