"""A modest order that every check lets pass, and variants of it."""

from decimal import Decimal

import msgspec

from fathom.domain import OrderWanted
from fathom.risk import Check, Limits, Proposal, SymbolLimits
from market_feed import BTC, T0

# A tick is 0.1 USD, a lot 0.01 BTC, the mid 100 USD: one lot at the mid is worth 1 USD.
WANTED = OrderWanted("a-1", "BTC/USD", "buy", "limit", 100, 1000)
FINE = Proposal(
    instrument=BTC,
    wanted=WANTED,
    price_ticks=1000,
    post_only=False,
    qty_lots=100,
    total_lots=100,
    amends=False,
    grows=True,
    adds=True,
    worst_ticks=1000,
    start_twice=2000,
    mid=Decimal(100),
    rate=Decimal(1),
    given=Decimal(101),
    taken=Decimal(1),
    value=Decimal(100),
    now_ns=T0,
    venue_status="online",
    book_trusted=True,
    book_reason="",
    book_moved_ns=T0,
    spread_ticks=2,
    equity=Decimal(10_000),
    gross=Decimal(0),
    unpriced="",
    held_given=Decimal(10_000),
    bound_given=Decimal(0),
    after_taken=Decimal(1),
    taken_price=Decimal(100),
    groups=(),
    open_orders=0,
    open_orders_here=0,
    lately=0,
    lately_here=0,
    turnover=Decimal(0),
    turnover_here=Decimal(0),
)
NOTHING_OWN = SymbolLimits()
Values = tuple[object, object, object]  # One short of the limit, at it, and one unit beyond it.


def of(**changes: object) -> Proposal:
    """The modest order with changes; those named `w_...` are of what was wanted."""
    wanted = {name[2:]: value for name, value in changes.items() if name.startswith("w_")}
    rest = {name: value for name, value in changes.items() if not name.startswith("w_")}
    return msgspec.structs.replace(FINE, wanted=msgspec.structs.replace(WANTED, **wanted), **rest)


def passes(check: Check, limits: Limits, own: SymbolLimits = NOTHING_OWN, **changes: object) -> bool:
    """Whether one check lets the order pass."""
    return check(of(**changes), limits, own) is None


def at_the_edge(
    check: Check, limits: Limits, field: str, values: Values, own: SymbolLimits = NOTHING_OWN, **changes: object
) -> list[bool]:
    """What passes of three values of one field."""
    return [passes(check, limits, own, **(changes | {field: value})) for value in values]


EDGE = [True, True, False]
