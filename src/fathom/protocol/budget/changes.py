"""Which way to change an order costs least: amend it, edit it, or cancel it and add another (websocket-v2.md 8.2, 8.3).

Pure. Imports: costs, ledger, tiers. Imported by: the front door.
"""

from collections.abc import Collection
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from fathom.protocol.budget.costs import age_parts, fixed_parts
from fathom.protocol.budget.ledger import Ledger
from fathom.protocol.budget.tiers import points

Way = Literal["amend_order", "edit_order", "cancel_order", "cancel_and_add"]

# What each can change, as the wire spells it. Of everything else (side, pair, type, times, margin) a new order is made.
AMENDABLE: Final = frozenset({"order_qty", "display_qty", "limit_price", "trigger_price", "post_only"})
EDITABLE: Final = AMENDABLE | {"order_userref", "fee_preference", "reduce_only", "trigger_reference"}


class Option(Struct, frozen=True, kw_only=True):
    """One way, and what it costs in all."""

    way: Way
    cost_parts: int

    @property
    def cost(self) -> Decimal:
        """Return the cost in points."""
        return points(self.cost_parts)


def ways_to_change(
    ledger: Ledger,
    order: str,
    changes: Collection[str],
    *,
    now_ns: int,
    conditional: bool = False,
    triggered: bool = False,
    below_filled: bool = False,
) -> list[Option]:
    """Return the ways that can make these changes, the best first: the cheapest, and of two alike the safer.

    An amend keeps the ids and the fills and never leaves us without an order, so it wins where all cost the same.
    `conditional`: the order has a conditional close, which forbids amends and edits. `triggered`: its trigger has
    fired, which forbids edits. `below_filled`: the new quantity is not above what is filled, so nothing is left to
    keep: a cancel does it, and an amend pays like one.
    """
    wanted = frozenset(changes)
    age_ns = now_ns - ledger.ages.changed_ns(order, now_ns=now_ns)
    cancel = Option(way="cancel_order", cost_parts=age_parts("cancel_order", age_ns))
    options: list[Option] = []
    if not conditional and wanted <= AMENDABLE:
        cost = fixed_parts("amend_order") + age_parts("amend_order", age_ns, ends=below_filled)
        options.append(Option(way="amend_order", cost_parts=cost))
    if below_filled:
        options.append(cancel)
    else:
        if not conditional and not triggered and wanted <= EDITABLE:
            cost = fixed_parts("edit_order") + age_parts("edit_order", age_ns)
            options.append(Option(way="edit_order", cost_parts=cost))
        options.append(Option(way="cancel_and_add", cost_parts=cancel.cost_parts + fixed_parts("add_order")))
    return sorted(options, key=lambda option: option.cost_parts)  # Stable: the safer were put in first.


def cheaper_change(
    ledger: Ledger,
    order: str,
    changes: Collection[str],
    *,
    now_ns: int,
    conditional: bool = False,
    triggered: bool = False,
    below_filled: bool = False,
) -> Option:
    """Return the best of the `ways_to_change`."""
    return ways_to_change(
        ledger,
        order,
        changes,
        now_ns=now_ns,
        conditional=conditional,
        triggered=triggered,
        below_filled=below_filled,
    )[0]
