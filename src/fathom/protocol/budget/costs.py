"""What each transaction costs (rate-limits.md 2), in parts: a fixed part, and one that falls with the order's age.

Age counts from when the order was made or last amended. The columns exclude each other: an order of 7 s pays the
"< 10 s" value and no other.

Pure. Imports: tiers. Imported by: ledger, changes.
"""

from bisect import bisect_right
from typing import Final, Literal, NamedTuple

from fathom.protocol.budget.tiers import HALF, PARTS
from fathom.protocol.times import SECOND_NS

# "cancel_all" has no documented cost: it is counted like a batch of cancels.
Method = Literal["add_order", "amend_order", "edit_order", "cancel_order", "batch_add", "batch_cancel", "cancel_all"]
CANCELS: Final[frozenset[Method]] = frozenset({"cancel_order", "batch_cancel", "cancel_all"})
ADDS: Final[frozenset[Method]] = frozenset({"add_order", "batch_add"})

_AGES_NS: Final = tuple(age_s * SECOND_NS for age_s in (5, 10, 15, 45, 90, 300))
_AMEND: Final = (3, 2, 1, 0, 0, 0)
_EDIT: Final = (6, 5, 4, 2, 1, 0)
_CANCEL: Final = (8, 6, 5, 4, 2, 1)
_BY_AGE: Final[dict[Method, tuple[int, ...]]] = {
    "amend_order": _AMEND,
    "edit_order": _EDIT,
    "cancel_order": _CANCEL,
    "batch_cancel": _CANCEL,
    "cancel_all": _CANCEL,
}


class Step(NamedTuple):
    """What something costs from a time on, until the next step."""

    from_ns: int
    parts: int


def fixed_parts(method: Method, *, orders: int = 1) -> int:
    """Return what is charged on receipt, even where the request turns out to be wrong."""
    if method == "batch_add":
        return orders * HALF
    return 0 if method in CANCELS else PARTS


def age_parts(method: Method, age_ns: int, *, ends: bool = False) -> int:
    """Return what one order of this age costs besides. `ends`: an amend below what is filled, which cancels."""
    column = _column(method, ends=ends)
    place = bisect_right(_AGES_NS, age_ns)
    return column[place] * PARTS if place < len(column) else 0


def steps(method: Method, *, changed_ns: int, now_ns: int, ends: bool = False) -> list[Step]:
    """Return what one order costs now, with the fixed part, and each time from which it costs less."""
    fixed = fixed_parts(method)
    found = [Step(now_ns, fixed + age_parts(method, now_ns - changed_ns, ends=ends))]
    for age_ns in _AGES_NS:
        from_ns = changed_ns + age_ns
        cost = fixed + age_parts(method, age_ns, ends=ends)
        if from_ns > now_ns and cost < found[-1].parts:
            found.append(Step(from_ns, cost))
    return found


def _column(method: Method, *, ends: bool) -> tuple[int, ...]:
    return _CANCEL if ends and method == "amend_order" else _BY_AGE.get(method, ())
