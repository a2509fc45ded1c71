"""CancelOrder, CancelAll, CancelAllOrdersAfter, CancelOrderBatch (rest.md 6).

Pure. Imports: bank, core, call. Imported by: methods.
"""

import re
from typing import Final

from fathom.exchange.bank import Refusal
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused, invalid
from fathom.exchange.rest.forms import Form
from fathom.protocol import time_text

BATCH_MAX: Final = 50  # Ids in one call; more are refused.
TIMEOUT_S_MAX: Final = 86_399
INT32_MAX: Final = 2**31 - 1
_USERREF: Final = re.compile(r"-?[0-9]{1,10}")
_ORDER_ID: Final = re.compile(r"O[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{6}")


def cancel_order(call: PrivateCall) -> object:
    """Cancel by Kraken's id, by a userref that several orders may have, or by the client's own id."""
    form = call.form
    name, cl_ord_id = form.text("txid"), form.text("cl_ord_id")
    if (name is None) == (cl_ord_id is None):
        raise invalid("txid")
    if name is not None and _USERREF.fullmatch(name):
        form.integer("txid", least=-INT32_MAX - 1, most=INT32_MAX)
    return _cancelled(call, txid=name, cl_ord_id=cl_ord_id)


def cancel_all(call: PrivateCall) -> object:
    """Cancel all orders of the account."""
    count = call.venue.cancel_all(call.account, now_ns=call.now_ns)
    if isinstance(count, Refusal):
        raise Refused(count.error)
    return {"count": count}


def cancel_all_orders_after(call: PrivateCall) -> object:
    """Set the dead man's switch; 0 switches it off."""
    timeout_s = call.form.integer("timeout", least=0, most=TIMEOUT_S_MAX)
    if timeout_s is None:
        raise invalid("timeout")
    trigger_ns = call.venue.cancel_all_after(call.account, timeout_s=timeout_s, now_ns=call.now_ns)
    if isinstance(trigger_ns, Refusal):
        raise Refused(trigger_ns.error)
    shown_ns = call.shown_ns + trigger_ns - call.now_ns
    return {
        "currentTime": time_text(call.shown_ns, digits=0),
        "triggerTime": time_text(shown_ns, digits=0) if trigger_ns else "0",
    }


def cancel_order_batch(call: PrivateCall) -> object:
    """Cancel up to 50 orders. Clients mix ids, userrefs and their own ids, as texts or in objects: all are read."""
    names = [*_names(call.form, "orders"), *_names(call.form, "cl_ord_ids")]
    if not 1 <= len(names) <= BATCH_MAX:
        raise invalid("orders")
    ids = [name for name in names if _is_krakens(name)]
    cl_ord_ids = [name for name in names if not _is_krakens(name)]
    if len(names) == 1:  # The engine's batches begin with two.
        return _cancelled(call, txid=next(iter(ids), None), cl_ord_id=next(iter(cl_ord_ids), None))
    count = call.venue.cancel_batch(call.account, ids, cl_ord_ids, now_ns=call.now_ns)
    if isinstance(count, Refusal):
        raise Refused(count.error)
    return {"count": count}


def _cancelled(call: PrivateCall, *, txid: str | None, cl_ord_id: str | None) -> object:
    """Cancel by one id, of either kind."""
    if txid is not None and _USERREF.fullmatch(txid):
        cancelled = call.venue.cancel_order(call.account, userref=int(txid), now_ns=call.now_ns)
    else:
        cancelled = call.venue.cancel_order(call.account, order_id=txid, cl_ord_id=cl_ord_id, now_ns=call.now_ns)
    if isinstance(cancelled, Refusal):
        raise Refused(cancelled.error)
    return {"count": len(cancelled)}


def _is_krakens(name: str) -> bool:
    """Tell whether it is an order id or a userref; any other text is a client's own id."""
    return _ORDER_ID.fullmatch(name) is not None or _USERREF.fullmatch(name) is not None


def _names(form: Form, name: str) -> list[str]:
    if not form.has(name):
        return []
    return [_name(entry, name) for entry in form.items(name)]


def _name(entry: object, name: str) -> str:
    """Return one id: a text, a number, or an object with `txid` or `cl_ord_id`."""
    if not isinstance(entry, dict):
        return Form({name: entry}).required(name)
    form = Form(entry)
    text = form.text("txid") or form.text("cl_ord_id")
    if text is None:
        raise invalid(name)
    return text
