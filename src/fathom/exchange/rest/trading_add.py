"""AddOrder, AddOrderBatch (rest.md 6).

Pure. Imports: bank, core, call, tickets, order_texts. Imported by: methods.
"""

from typing import Any, Final

from fathom.exchange.bank import Refusal
from fathom.exchange.core import Order
from fathom.exchange.listing import Listing
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused, invalid
from fathom.exchange.rest.forms import Form
from fathom.exchange.rest.order_texts import describe, describe_close, pair_of
from fathom.exchange.rest.tickets import read_deadline, read_ticket

BATCH_MIN: Final = 2
BATCH_MAX: Final = 15


def add_order(call: PrivateCall) -> object:
    """Place one order; with `validate` it is looked at only, and has no id."""
    form = call.form
    _, pair = call.pair()
    with call.charged(pair.symbol):
        deadline_ns = read_deadline(form, now_ns=call.now_ns)
        ticket = read_ticket(call, form, pair, deadline_ns=deadline_ns)
        validate = form.boolean("validate")
    order = call.venue.add_order(call.account, ticket, now_ns=call.now_ns, validate=validate)
    if isinstance(order, Refusal):
        raise Refused(order.error)
    described: dict[str, Any] = {"order": describe(order, call.listing)}
    if (close := _close_text(order, call.listing)) is not None:
        described["close"] = close
    return {"descr": described} if validate else {"descr": described, "txid": [order.order_id]}


def add_order_batch(call: PrivateCall) -> object:
    """Place 2 to 15 orders of one pair; one that fails after validation says so in its own place."""
    form = call.form
    _, pair = call.pair()
    entries = form.items("orders")
    if not BATCH_MIN <= len(entries) <= BATCH_MAX or not all(isinstance(entry, dict) for entry in entries):
        raise invalid("orders")
    with call.charged(pair.symbol, half_points=len(entries)):
        deadline_ns = read_deadline(form, now_ns=call.now_ns)
        tickets = [read_ticket(call, Form(entry), pair, deadline_ns=deadline_ns) for entry in entries]
        validate = form.boolean("validate")
    orders = call.venue.add_batch(call.account, pair.symbol, tickets, now_ns=call.now_ns, validate=validate)
    if isinstance(orders, Refusal):
        raise Refused(orders.error)
    return {"orders": [_batch_row(order, call.listing, validate=validate) for order in orders]}


def _batch_row(order: Order | Refusal, listing: Listing, *, validate: bool) -> dict[str, Any]:
    if isinstance(order, Refusal):
        return {"error": order.error}
    row: dict[str, Any] = {} if validate else {"txid": order.order_id}
    row["descr"] = {"order": describe(order, listing)}
    # Beside `descr`, not in it as AddOrder has it (a capture).
    return row if (close := _close_text(order, listing)) is None else row | {"close": close}


def _close_text(order: Order, listing: Listing) -> str | None:
    if order.conditional is None:
        return None
    return describe_close(order.conditional, pair_of(order, listing))
