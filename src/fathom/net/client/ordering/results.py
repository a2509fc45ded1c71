"""What an order method returns.

Imports: link. Imported by: orders, the front door.
"""

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from fathom.net.link import RequestTiming

Path = Literal["websocket", "rest"]


class OrderResult(Struct, frozen=True, kw_only=True):
    """The common form. `recovered`: the answer was lost, and what became of the request was found out.

    `timing` says when the request went its way: the last of them, where it was sent again.
    """

    path: Path
    recovered: bool = False
    warnings: tuple[str, ...] = ()
    timing: RequestTiming | None = None


class OrderAdded(OrderResult, frozen=True, kw_only=True):
    """The order was taken. It may be over already: a post-only order that would take is cancelled at once.

    `order_id` is Kraken's; None where the order was only validated.
    """

    order_id: str | None
    cl_ord_id: str | None
    order_userref: int | None = None


class OrderAmended(OrderResult, frozen=True, kw_only=True):
    """The order was changed in place. `amend_id` is None where that was found out afterwards."""

    amend_id: str | None
    order_id: str | None
    cl_ord_id: str | None


class OrderEdited(OrderResult, frozen=True, kw_only=True):
    """The order was replaced: `order_id` is the new one's; None where it was only validated."""

    order_id: str | None
    original_order_id: str | None


class OrderChanged(Struct, frozen=True, kw_only=True):
    """The order was changed, in the way that cost least: `cost` points of the pair's counter in all.

    `order_id` is the new order's where a new one was made.
    """

    way: Literal["amend_order", "edit_order", "cancel_order", "cancel_and_add"]
    cost: Decimal
    order_id: str | None
    original_order_id: str


class OrdersCanceled(OrderResult, frozen=True, kw_only=True):
    """So many orders were cancelled; `missing` are those that were not open any more: they may have filled."""

    count: int
    missing: tuple[str, ...] = ()


class BatchItem(Struct, frozen=True, kw_only=True):
    """One order of a batch: its id, or why it was refused."""

    order_id: str | None
    cl_ord_id: str | None
    error: str | None = None


class BatchAdded(OrderResult, frozen=True, kw_only=True):
    """A batch was taken: one item an order, in the order of the request."""

    items: tuple[BatchItem, ...]


class SwitchSet(OrderResult, frozen=True, kw_only=True):
    """The dead man's switch was set. Times are ns since 1970 of the venue's clock; `trigger_ns` 0: off."""

    now_ns: int
    trigger_ns: int
