"""How lively each asset and each pair is: the one table that the random market draws by.

The figures are plausible ones, of the right order for a day of early 2026: nothing was fitted. What a venue's majors
are known for, a touch of one tick and a trade every few seconds, is there; quiet pairs follow from their neighbours.

Pure. Imports: listing. Imported by: values, flow, pit, crowd.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from fathom.exchange.listing import Pair


class WalkStyle(Struct, frozen=True, kw_only=True):
    """How the log of one value walks, in time of the model. Volatilities are a year's, as shares."""

    volatility: float
    reverting_s: float  # The deviation from the slow drift halves about that often.
    jumps_per_day: float = 0.0
    jump_size: float = 0.0  # Standard deviation, as a share.


class AssetStyle(Struct, frozen=True, kw_only=True):
    """One asset's value in USD: so much of a factor that it has in common with others, and its own walk."""

    factor: str  # crypto, dollar, or nothing.
    beta: float
    own: WalkStyle


class PairStyle(Struct, frozen=True, kw_only=True):
    """One pair's participants. Rates are of real time at speed 1; money is in USD."""

    rate_per_s: float  # What the participants do, all together.
    trades_per_min: float
    spread_ticks: float  # Typically.
    ladder_slots: int  # Resting orders a side from the touch to the far end: about as many levels.
    span: float  # Where the ladder ends, as a share of the price.
    level_usd: float  # A typical order near the touch.
    trade_usd: float  # The smallest usual trade; larger ones follow a power law.


_DAY_S: Final = 86_400.0
FACTORS: Final[Mapping[str, WalkStyle]] = {
    "crypto": WalkStyle(volatility=0.42, reverting_s=_DAY_S / 3, jumps_per_day=10, jump_size=0.0022),
    "dollar": WalkStyle(volatility=0.06, reverting_s=_DAY_S / 2, jumps_per_day=2, jump_size=0.0005),
}


def _coin(beta: float, volatility: float, *, jumps_per_day: float = 4, jump_size: float = 0.003) -> AssetStyle:
    own = WalkStyle(volatility=volatility, reverting_s=_DAY_S / 4, jumps_per_day=jumps_per_day, jump_size=jump_size)
    return AssetStyle(factor="crypto", beta=beta, own=own)


STABLE: Final = AssetStyle(factor="", beta=0.0, own=WalkStyle(volatility=0.012, reverting_s=1800.0))
ASSET_ELSE: Final = _coin(1.1, 0.55)
ASSETS: Final[Mapping[str, AssetStyle]] = {
    "USD": AssetStyle(factor="", beta=0.0, own=WalkStyle(volatility=0.0, reverting_s=_DAY_S)),
    "EUR": AssetStyle(factor="dollar", beta=1.0, own=WalkStyle(volatility=0.03, reverting_s=_DAY_S / 2)),
    "GBP": AssetStyle(factor="dollar", beta=0.9, own=WalkStyle(volatility=0.04, reverting_s=_DAY_S / 2)),
    "USDT": STABLE,
    "USDC": STABLE,
    "BTC": _coin(1.0, 0.08, jumps_per_day=1, jump_size=0.001),
    "ETH": _coin(1.25, 0.30),
    "SOL": _coin(1.4, 0.45),
    "XRP": _coin(1.1, 0.50),
    "XMR": _coin(0.6, 0.50),
    "TRX": _coin(0.5, 0.30),
    "ZEC": _coin(0.8, 0.90),
    "SHIB": _coin(1.3, 0.55),
}

# Rate, trades a minute, spread in ticks, ladder slots, span, level USD, trade USD.
_Row = tuple[float, float, float, int, float, float, float]
_ROWS: Final[Mapping[str, _Row]] = {
    "BTC/USD": (26.0, 32.0, 1.0, 1400, 0.045, 9000.0, 150.0),
    "BTC/EUR": (12.0, 14.0, 3.0, 1300, 0.06, 5000.0, 112.0),
    "BTC/GBP": (4.0, 1.6, 110.0, 700, 0.08, 3000.0, 150.0),
    "BTC/USDT": (7.0, 4.0, 4.0, 1200, 0.05, 4000.0, 150.0),
    "BTC/USDC": (5.0, 2.5, 60.0, 900, 0.05, 4000.0, 150.0),
    "ETH/USD": (18.0, 20.0, 1.0, 1400, 0.06, 6000.0, 125.0),
    "ETH/EUR": (8.0, 8.0, 4.0, 1200, 0.08, 3500.0, 100.0),
    "ETH/GBP": (3.0, 1.0, 25.0, 600, 0.08, 2000.0, 125.0),
    "ETH/BTC": (5.0, 3.0, 1.2, 400, 0.12, 5000.0, 150.0),
    "ETH/USDT": (6.0, 3.0, 3.0, 1000, 0.06, 3500.0, 150.0),
    "SOL/USD": (12.0, 14.0, 1.2, 1300, 0.2, 4000.0, 80.0),
    "SOL/EUR": (6.0, 4.0, 2.5, 1000, 0.2, 2500.0, 70.0),
    "XRP/USD": (12.0, 16.0, 12.0, 1300, 0.08, 4000.0, 80.0),
    "XRP/EUR": (7.0, 6.0, 25.0, 1100, 0.1, 2500.0, 70.0),
    "XRP/BTC": (1.5, 0.5, 3.0, 220, 0.25, 1200.0, 100.0),
    "ADA/USD": (6.0, 5.0, 50.0, 1000, 0.1, 2500.0, 70.0),
    "ADA/EUR": (4.0, 2.5, 70.0, 800, 0.12, 1800.0, 60.0),
    "ADA/BTC": (1.2, 0.4, 1.6, 150, 0.4, 1000.0, 80.0),
    "DOGE/USD": (7.0, 7.0, 160.0, 1100, 0.1, 2500.0, 70.0),
    "DOGE/EUR": (4.0, 2.5, 240.0, 800, 0.12, 1800.0, 60.0),
    "DOGE/BTC": (0.8, 0.3, 1.0, 90, 0.6, 1000.0, 80.0),
    "LTC/USD": (4.0, 2.5, 2.0, 800, 0.12, 2500.0, 70.0),
    "LTC/EUR": (2.5, 1.4, 3.0, 700, 0.12, 1800.0, 60.0),
    "LTC/BTC": (1.2, 0.5, 1.5, 250, 0.3, 1500.0, 80.0),
    "DOT/USD": (3.0, 2.0, 8.0, 700, 0.15, 1800.0, 60.0),
    "DOT/EUR": (2.0, 1.0, 12.0, 600, 0.15, 1200.0, 50.0),
    "LINK/USD": (4.0, 3.0, 300.0, 800, 0.12, 2200.0, 70.0),
    "LINK/EUR": (2.5, 1.2, 500.0, 600, 0.15, 1500.0, 60.0),
    "XMR/USD": (4.0, 4.0, 12.0, 800, 0.12, 2500.0, 80.0),
    "XMR/EUR": (3.0, 2.5, 14.0, 700, 0.12, 2000.0, 70.0),
    "OMG/USD": (0.5, 0.15, 350.0, 300, 0.4, 400.0, 30.0),
    "ATOM/USD": (2.5, 1.2, 10.0, 600, 0.15, 1500.0, 60.0),
    "BCH/USD": (3.0, 1.8, 12.0, 700, 0.12, 2000.0, 70.0),
    "BCH/EUR": (2.0, 0.9, 18.0, 500, 0.15, 1400.0, 60.0),
    "XLM/USD": (3.0, 2.5, 40.0, 700, 0.12, 1800.0, 60.0),
    "XLM/EUR": (2.0, 1.0, 60.0, 500, 0.15, 1200.0, 50.0),
    "TRX/USD": (3.0, 1.8, 30.0, 700, 0.12, 2000.0, 60.0),
    "UNI/USD": (2.0, 1.0, 6.0, 500, 0.15, 1400.0, 60.0),
    "ALGO/USD": (1.8, 0.9, 18.0, 500, 0.15, 1200.0, 50.0),
    "MATIC/USD": (1.5, 0.5, 2.0, 350, 0.3, 1000.0, 50.0),
    "MATIC/EUR": (1.0, 0.3, 3.0, 300, 0.3, 700.0, 40.0),
    "MATIC/GBP": (0.5, 0.12, 5.0, 300, 0.35, 500.0, 40.0),
    "AVAX/USD": (3.0, 2.2, 1.5, 500, 0.25, 1800.0, 60.0),
    "USDC/USD": (3.0, 3.0, 1.0, 300, 0.08, 60000.0, 360.0),
    "USDC/EUR": (2.0, 1.0, 2.0, 350, 0.1, 15000.0, 240.0),
    "USDT/USD": (4.0, 6.0, 1.0, 300, 0.08, 60000.0, 360.0),
    "USDT/EUR": (2.5, 2.5, 2.0, 350, 0.1, 20000.0, 240.0),
    "EUR/USD": (3.0, 2.5, 8.0, 600, 0.04, 20000.0, 160.0),
    "GBP/USD": (2.0, 0.8, 12.0, 450, 0.05, 12000.0, 160.0),
    "EUR/GBP": (1.2, 0.4, 12.0, 400, 0.05, 10000.0, 160.0),
    "SHIB/USD": (3.0, 2.0, 1.3, 250, 0.35, 1500.0, 50.0),
    "KSM/USD": (0.8, 0.25, 4.0, 300, 0.35, 600.0, 40.0),
    "ETC/USD": (1.8, 0.9, 12.0, 500, 0.15, 1300.0, 50.0),
    "ZEC/USD": (3.0, 3.0, 25.0, 600, 0.15, 2000.0, 70.0),
}

SPREAD_ELSE: Final = 0.0015  # Of a pair that is not in the table, as a share of its price.


def asset_style(asset: str) -> AssetStyle:
    """Return how the asset's value walks."""
    return ASSETS.get(asset, ASSET_ELSE)


def pair_style(pair: Pair) -> PairStyle:
    """Return how lively the pair is; one that is not in the table is a quiet one."""
    price_ticks = float(pair.reference_price.scaleb(pair.price_precision))
    row = _ROWS.get(pair.symbol, (1.0, 0.4, max(1.0, price_ticks * SPREAD_ELSE), 400, 0.25, 1000.0, 25.0))
    rate_per_s, trades_per_min, spread_ticks, ladder_slots, span, level_usd, trade_usd = row
    return PairStyle(
        rate_per_s=rate_per_s,
        trades_per_min=trades_per_min,
        spread_ticks=spread_ticks,
        ladder_slots=ladder_slots,
        span=span,
        level_usd=level_usd,
        trade_usd=trade_usd,
    )
