"""The history of an order's amends, the original first (rest.md OrderAmends).

Pure. Imports: floor, ids, order. Imported by: amending, rescaling, the front door.
"""

from collections.abc import Sequence
from typing import Final, Literal

from fathom.exchange.core.floor import Floor
from fathom.exchange.core.ids import Ids
from fathom.exchange.core.order import AmendRow, Order

AMENDS_MAX: Final = 1_000  # Rows of one order; beyond it the oldest but the original are forgotten.


def keep_original(order: Order) -> None:
    """Write down how the order began, before it is first changed."""
    if not order.amends and not order.account.house:
        order.amends.append(original_row(order))


def history(order: Order) -> Sequence[AmendRow]:
    """Return the rows of a client's order, oldest first; one that was never changed is as it began."""
    return order.amends or (original_row(order),)


def original_row(order: Order) -> AmendRow:
    """Return how an order that was not changed yet began."""
    amend_id = Ids.original(order.order_id)
    return _row(order, amend_id, "original", None, post_only=order.post_only, time_ns=order.opened_ns)


def write_amend(
    floor: Floor, order: Order, amend_type: Literal["user", "restated"], reason: str, *, post_only: bool
) -> AmendRow:
    """Write down how the order is now, after a change."""
    order.amended = True
    row = _row(order, floor.ids.amend(), amend_type, reason, post_only=post_only, time_ns=floor.now_ns)
    if not order.account.house:
        if len(order.amends) >= AMENDS_MAX:
            del order.amends[1]
        order.amends.append(row)
    return row


def _row(
    order: Order,
    amend_id: str,
    amend_type: Literal["original", "user", "restated"],
    reason: str | None,
    *,
    post_only: bool,
    time_ns: int,
) -> AmendRow:
    return AmendRow(
        amend_id=amend_id,
        amend_type=amend_type,
        order_lots=order.qty_lots,
        display_lots=order.display_lots,
        remaining_lots=order.qty_lots if amend_type == "original" else order.left_lots,
        limit_ticks=order.limit_ticks,
        trigger_ticks=None if order.trigger is None else order.trigger.actual_ticks,
        reason=reason,
        post_only=post_only,
        time_ns=time_ns,
    )
