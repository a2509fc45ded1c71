"""What a trade costs: Kraken's schedule by the volume of the last 30 days, in USD.

Rates are ints of 10^-8: 0.25 % is 250,000. Fees are rounded half up, from the gross amount.

Pure. Imports: listing. Imported by: bank, rest.
"""

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from fathom.exchange.listing import Pair

RATE_ONE: Final = 100_000_000
VOLUME_DAYS: Final = 30
STABLE: Final = frozenset({"USDT", "USDC", "USD", "EUR", "GBP"})


class Tier(Struct, frozen=True):
    """One row of a schedule."""

    volume_usd: int  # From this volume on.
    maker_rate: int
    taker_rate: int


class Schedule:
    """The rows of one schedule, lowest volume first; the first starts at 0."""

    __slots__ = ("_volumes", "counts", "tiers")

    def __init__(self, rows: Sequence[tuple[int, str, str]], *, counts: bool) -> None:
        self.counts = counts  # Whether such trades count for the volume.
        self.tiers = tuple(Tier(volume, _rate(maker), _rate(taker)) for volume, maker, taker in rows)
        self._volumes = [tier.volume_usd for tier in self.tiers]

    def tier(self, volume_usd: int) -> Tier:
        """Return the tier that holds at the volume, in whole USD rounded down."""
        return self.tiers[bisect_right(self._volumes, volume_usd) - 1]

    def next_tier(self, volume_usd: int) -> Tier | None:
        """Return the tier above; None at the top."""
        place = bisect_right(self._volumes, volume_usd)
        return self.tiers[place] if place < len(self.tiers) else None


def _rate(percent: str) -> int:
    return int(Decimal(percent) * (RATE_ONE // 100))


# From a volume on, in USD: maker, taker, in per cent.
SPOT: Final = Schedule(
    (
        (0, "0.25", "0.40"),
        (10_000, "0.20", "0.35"),
        (50_000, "0.14", "0.24"),
        (100_000, "0.12", "0.22"),
        (250_000, "0.10", "0.20"),
        (500_000, "0.08", "0.18"),
        (1_000_000, "0.06", "0.16"),
        (2_500_000, "0.04", "0.14"),
        (5_000_000, "0.02", "0.12"),
        (10_000_000, "0.00", "0.10"),
    ),
    counts=True,
)
# Where the base is a stablecoin or government money: flat. Such trades count for nobody's volume. The first row is
# Kraken's, the steps above it are plausible.
STABLE_AND_FX: Final = Schedule(
    (
        (0, "0.20", "0.20"),
        (50_000, "0.16", "0.16"),
        (100_000, "0.12", "0.12"),
        (250_000, "0.08", "0.08"),
        (500_000, "0.04", "0.04"),
        (1_000_000, "0.02", "0.02"),
    ),
    counts=False,
)


def schedule_of(pair: Pair) -> Schedule:
    """Return the schedule that the pair's trades pay by."""
    return schedule_of_base(pair.base)


def schedule_of_base(base: str) -> Schedule:
    """Return the schedule that trades of an asset pay by."""
    return STABLE_AND_FX if base in STABLE else SPOT


def fee_of(gross_units: int, rate: int) -> int:
    """Return the fee on the amount, half up."""
    return (gross_units * rate + RATE_ONE // 2) // RATE_ONE


def fee_most(gross_units: int, rate: int) -> int:
    """Return the fee rounded up: what to keep aside for it."""
    return -(-gross_units * rate // RATE_ONE)
