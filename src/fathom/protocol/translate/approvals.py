"""Approvals as requests: what risk lets through, as Kraken wants it spelled. Token and req_id are the session's.

Pure. Imports: domain, messages, building. Imported by: the front door.
"""

from msgspec.structs import replace

from fathom.domain import AmendApproved, CancelApproved, Close, Instrument, OrderApproved
from fathom.protocol.building import add_order, amend_order, cancel_order, padded_price
from fathom.protocol.messages import AddOrder, AmendOrder, CancelOrder, Conditional


def add_request(
    approval: OrderApproved,
    *,
    instrument: Instrument,
    cl_ord_id: str | None = None,
    deadline_ns: int | None = None,
) -> AddOrder:
    """Return the request for an approved order; our order id is its cl_ord_id unless another is given.

    A limit order that hides is Kraken's iceberg; a trailing stop's trigger is its distance in quote currency.
    """
    order = approval.order
    is_market = order.order_type == "market"
    request = add_order(
        instrument=instrument,
        side=order.side,
        order_type=order.order_type if order.display_lots is None else "iceberg",
        qty_lots=order.qty_lots,
        price_ticks=order.price_ticks,
        trigger_price_ticks=order.trigger_ticks,
        trigger_reference=None if order.trigger_ticks is None else "last",
        display_qty_lots=order.display_lots,
        time_in_force=None if is_market else order.time_in_force,  # A market order waits for nothing.
        post_only=order.post_only or None,
        reduce_only=order.reduce_only or None,
        cl_ord_id=order.order_id if cl_ord_id is None else cl_ord_id,
        expire_time_ns=order.expire_ns,
        deadline_ns=deadline_ns,
    )
    params = request.params
    if order.order_type == "trailing-stop" and params.triggers is not None:
        params = replace(params, triggers=replace(params.triggers, price_type="quote"))
    if order.close is not None:
        params = replace(params, conditional=_conditional(order.close, instrument))
    return request if params is request.params else AddOrder(params=params)


def _conditional(close: Close, instrument: Instrument) -> Conditional:
    """Return the template of the close, whose keys are flat."""
    assert close.order_type != "market", "Kraken closes with anything but a market order"
    trails = close.order_type == "trailing-stop"
    return Conditional(
        order_type=close.order_type,
        limit_price=padded_price(close.price_ticks, instrument=instrument),
        trigger_price=padded_price(close.trigger_ticks, instrument=instrument),
        trigger_price_type="quote" if trails else None,
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
