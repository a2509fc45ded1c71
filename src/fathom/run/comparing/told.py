"""A comparison as plain values: what the tables show and `--json` writes. docs/compare.md defines each.

Pure. Imports: settings. Imported by: comparison, tables.
"""

from msgspec import Struct

from fathom.run.comparing.settings import Setting


class OrderTold(Struct, frozen=True, kw_only=True):
    """One order of one run. Numbers as people read them."""

    order_id: str
    order_type: str
    price: str
    qty: str
    wanted: str  # Times are the log's.
    approved: str | None
    accepted: str | None
    amends: int
    fills: int
    filled: str
    filled_lots: int
    average: str | None
    liquidity: list[str]
    fees: dict[str, str]
    end: str
    ended: str | None
    ended_by: str
    reason: str


class DifferenceTold(Struct, frozen=True, kw_only=True):
    """One order that differs. `number` counts in order of time from 1; `cause` is the number of the first cause."""

    number: int
    time: str
    strategy: str
    symbol: str
    side: str
    reason: str
    what: str
    detail: str
    cause: int | None
    follow: int  # How many follow from this one.
    a: OrderTold | None
    b: OrderTold | None


class RunSide(Struct, frozen=True, kw_only=True):
    """One of the runs. Money in its quote currency, over what was read of it."""

    journal: str
    run_id: str
    mode: str
    version: str
    quote: str
    entries: int
    orders: int  # Compared.
    fills: int
    denied: int
    rejected: int
    profit: float
    fees: float
    equity_first: float | None
    equity_last: float | None


class SymbolTold(Struct, frozen=True, kw_only=True):
    """One strategy in one symbol."""

    strategy: str
    symbol: str
    orders: int  # Pairs and orders without a partner.
    agree: int
    filled_a: str
    filled_b: str
    lots_share: float | None  # What both filled in one order, of what either did; None where nobody did.


class ReasonTold(Struct, frozen=True, kw_only=True):
    """How often one reason was the first cause, and how often it followed from another."""

    reason: str
    first: int
    following: int


class Told(Struct, frozen=True, kw_only=True):
    """The whole comparison."""

    a: RunSide
    b: RunSide
    begins: str
    ends: str
    seconds: float
    within_ms: float
    latency_ms: float
    notes: list[str]
    settings: list[Setting]
    orders: int  # Pairs and orders without a partner, without those next to an end.
    agree: int
    at_edge: int
    orders_share: float | None
    lots_share: float | None  # By value; None where nobody filled anything, or in several quote currencies.
    reasons: list[ReasonTold]
    symbols: list[SymbolTold]
    differences: list[DifferenceTold]

    @property
    def agrees(self) -> bool:
        """Whether no order differs."""
        return not self.differences
