"""What one run of the exchange is made of.

Pure. Imports: bank, core. Imported by: exchange, samples, the front door.
"""

from msgspec import Struct

from fathom.exchange.bank import Tier
from fathom.exchange.core import Rules


class Settings(Struct, frozen=True, kw_only=True):
    """One run. The same settings, and nobody who trades, give the same tape byte for byte."""

    seed: int = 1
    start_ns: int  # Where the venue's clock starts.
    symbols: tuple[str, ...] | None = None  # The pairs that are listed; None for all.
    speed: float = 1.0  # How much faster than life the market moves. The clock stays the clock.
    rate: float | None = None  # Actions of the market a second over all pairs; None: what the pairs' parameters say.
    ladder_slots_max: int | None = None  # Resting orders of the market a side of a pair; None: as deep as in life.
    tier: Tier = "pro"  # Of the sample accounts.
    rules: Rules = Rules()
    market: bool = True  # False: nobody but the clients.
