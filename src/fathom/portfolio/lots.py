"""Which of what was bought is sold first: lots, and one function a method that says where a new lot waits.

A close takes from the front. All methods agree on the total of what was earned and of what is held at cost: they only
divide it differently between the two. Pure. Imports: domain. Imported by: portfolio/position.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final, Literal

from fathom.domain import EXACT

LotMethod = Literal["fifo", "lifo", "hifo", "average"]

ZERO: Final = Decimal(0)
AVERAGING: Final = Context(prec=80, rounding=ROUND_HALF_EVEN)
# Lots that one position keeps: beyond this the two that would close last become one, at their joint cost.
LOTS_MAX: Final = 1_000


class Lot:
    """What one fill opened, and what of it is left. `cost` is what `qty` cost; of a short, what it brought in."""

    __slots__ = ("cost", "exec_id", "price", "qty")

    def __init__(self, qty: Decimal, cost: Decimal, price: Decimal, exec_id: str) -> None:
        self.qty = qty
        self.cost = cost
        self.price = price  # Of one; of joined lots their average, rounded: it orders lots and values nothing.
        self.exec_id = exec_id

    def take(self, qty: Decimal, *, decimals: int) -> Decimal:
        """Take a part out; return what it cost, rounded to `decimals`. What it is rounded by stays in the rest."""
        unit = Decimal(1).scaleb(-decimals)
        cost = AVERAGING.multiply(self.cost, qty)
        cost = AVERAGING.quantize(AVERAGING.divide(cost, self.qty), unit)
        self.qty = EXACT.subtract(self.qty, qty)
        self.cost = EXACT.subtract(self.cost, cost)
        return cost


Lots = deque[Lot]


def fifo(lots: Lots, lot: Lot, *, long: bool) -> None:  # noqa: ARG001 - Every method has the same form.
    """The oldest closes first."""
    lots.append(lot)


def lifo(lots: Lots, lot: Lot, *, long: bool) -> None:  # noqa: ARG001 - As above.
    """The newest closes first."""
    lots.appendleft(lot)


def hifo(lots: Lots, lot: Lot, *, long: bool) -> None:
    """The one that realises least closes first: the dearest of a long, the cheapest of a short, then the oldest."""
    if long:
        lots.insert(bisect_right(lots, -lot.price, key=_falling), lot)
    else:
        lots.insert(bisect_right(lots, lot.price, key=_rising), lot)


def average(lots: Lots, lot: Lot, *, long: bool) -> None:  # noqa: ARG001 - As above.
    """All are one lot, at the average cost."""
    lots.append(lot)
    if len(lots) > 1:
        join_last(lots)


METHODS: Final[Mapping[LotMethod, Callable[..., None]]] = {
    "fifo": fifo,
    "lifo": lifo,
    "hifo": hifo,
    "average": average,
}


def join_last(lots: Lots) -> None:
    """Make one lot of the two that would close last."""
    last, other = lots.pop(), lots.pop()
    qty, cost = EXACT.add(other.qty, last.qty), EXACT.add(other.cost, last.cost)
    lots.append(Lot(qty, cost, AVERAGING.divide(cost, qty), other.exec_id))


def _falling(lot: Lot) -> Decimal:
    return -lot.price


def _rising(lot: Lot) -> Decimal:
    return lot.price
