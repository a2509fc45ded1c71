"""One fault as asked for: what happens, when, how often, and to whom.

Pure. Imports: nothing. Imported by: faults.
"""

from decimal import Decimal
from typing import Final

from msgspec import Struct

_SECOND_NS: Final = 1_000_000_000


class FaultSpec(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One table of a fault file. None is: not said. Which kind takes which key stands in `kinds`."""

    kind: str
    # When: seconds of the venue's clock after the start, or after the control API added it.
    at_s: float | None = None
    for_s: float | None = None
    # How often, of what matches.
    count: int | None = None  # At most so many.
    every: int | None = None  # Each n-th.
    share: float | None = None  # With this probability.
    # What it hits.
    channel: str | None = None
    symbol: str | None = None  # v2's name, also for v1.
    role: str | None = None  # The host: public, private, level3.
    door: str | None = None  # rest or websocket.
    method: str | None = None  # As any door spells it: add_order is AddOrder is addOrder.
    account: str | None = None
    peer: str | None = None  # The client's IP address.
    # Of some kinds alone.
    delay_s: float | None = None
    s: float | None = None
    code: int | None = None
    status: int | str | None = None  # Of HTTP, of the engine, or of a pair.
    text: str | None = None
    bare: bool | None = None
    bits: int | None = None
    skip: int | None = None
    below: Decimal | None = None
    cycle: tuple[tuple[str, float], ...] | None = None
    price_precision: int | None = None
    qty_precision: int | None = None


def seconds_ns(seconds: float) -> int:
    """Return the seconds as written, in ns: 0.1 is 100,000,000, not a binary neighbour of it."""
    return int(Decimal(str(seconds)) * _SECOND_NS)
