"""What is said of a difference, and the words that its files share.

Pure. Imports: lives. Imported by: its neighbours.
"""

from typing import Literal

from msgspec import Struct

from fathom.run.comparing.lives import Life

Reason = Literal[
    "missed fill", "queue", "latency", "price", "fee", "rejection", "limit", "only in A", "only in B"
]  # fmt: skip
REASONS: tuple[Reason, ...] = Reason.__args__  # type: ignore[attr-defined]  # Of a Literal.
What = Literal["decision", "time", "fills", "fee", "end", "order"]


class Bounds(Struct, frozen=True):
    """What is near. `within_ns`: partners, and what may follow from what; `latency_ns`: no difference of time."""

    within_ns: int
    latency_ns: int


class Finding(Struct, frozen=True):
    """One difference. `follows`: it may be the consequence of an earlier one, for somebody decided it."""

    reason: Reason
    what: What
    time_ns: int
    detail: str
    follows: bool


def apart(a_ns: int, b_ns: int) -> int:
    """Return how far two times are apart."""
    return abs(a_ns - b_ns)


def ended_by(life: Life) -> str:
    """Return who ended it: empty while it is open, `filled`, `strategy`, `risk`, or the `venue` unasked."""
    if life.end in {"open", "filled"}:
        return "" if life.end == "open" else "filled"
    if life.end == "denied":
        return "risk"
    if life.end == "rejected" or not life.canceled_by:
        return "venue"
    return "risk" if life.canceled_by == "risk" else "strategy"
