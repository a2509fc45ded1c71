"""Approvals as requests: what risk lets through, as Kraken wants it spelled. Token and req_id are the session's.

Pure. Imports: domain, messages, building. Imported by: the front door.
"""

from fathom.domain import AmendApproved, CancelApproved, Instrument, OrderApproved
from fathom.protocol.building import add_order, amend_order, cancel_order
from fathom.protocol.messages import AddOrder, AmendOrder, CancelOrder


def add_request(
    approval: OrderApproved,
    *,
    instrument: Instrument,
    cl_ord_id: str | None = None,
    deadline_ns: int | None = None,
) -> AddOrder:
    """Return the request for an approved order; our order id is its cl_ord_id unless another is given."""
    order = approval.order
    is_market = order.order_type == "market"
    return add_order(
        instrument=instrument,
        side=order.side,
        order_type=order.order_type,
        qty_lots=order.qty_lots,
        price_ticks=order.price_ticks,
        time_in_force=None if is_market else order.time_in_force,  # A market order waits for nothing.
        post_only=order.post_only or None,
        cl_ord_id=order.order_id if cl_ord_id is None else cl_ord_id,
        deadline_ns=deadline_ns,
    )


def amend_request(
    approval: AmendApproved,
    *,
    instrument: Instrument,
    cl_ord_id: str | None = None,
    post_only: bool = False,
    deadline_ns: int | None = None,
) -> AmendOrder:
    """Return the request for an approved amend, by our order id unless another cl_ord_id is given."""
    amend = approval.amend
    return amend_order(
        instrument=instrument,
        cl_ord_id=amend.order_id if cl_ord_id is None else cl_ord_id,
        qty_lots=amend.qty_lots,
        price_ticks=amend.price_ticks,
        post_only=post_only or None,
        deadline_ns=deadline_ns,
    )


def cancel_request(approval: CancelApproved, *, cl_ord_id: str | None = None) -> CancelOrder:
    """Return the request for an approved cancel, by our order id unless another cl_ord_id is given."""
    return cancel_order(cl_ord_ids=(approval.order_id if cl_ord_id is None else cl_ord_id,))
