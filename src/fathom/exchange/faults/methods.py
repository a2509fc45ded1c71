"""One name for each method, however a door spells it: add_order, AddOrder, addOrder and addOrderStatus are one.

Pure. Imports: nothing. Imported by: faults.
"""

from typing import Final

_SAME: Final = {
    "addorderbatch": "batchadd",  # REST's names of v2's batches.
    "cancelorderbatch": "batchcancel",
    "subscription": "subscribe",  # v1 answers with subscriptionStatus.
    "pong": "ping",
}

ORDER_METHODS: Final = frozenset({
    "addorder", "amendorder", "editorder", "cancelorder", "cancelall", "cancelallordersafter", "batchadd",
    "batchcancel",
})  # fmt: skip
# What a WebSocket may be asked, as v2 spells it.
SOCKET_METHODS: Final = (
    "add_order", "amend_order", "edit_order", "cancel_order", "cancel_all", "cancel_all_orders_after", "batch_add",
    "batch_cancel", "subscribe", "unsubscribe", "ping",
)  # fmt: skip


def plain_method(name: str) -> str:
    """Return the name that all spellings share."""
    plain = name.replace("_", "").lower().removesuffix("status")
    return _SAME.get(plain, plain)


def is_rest(name: str) -> bool:
    """Tell whether this is how REST spells a method: it alone begins with a capital letter."""
    return name[:1].isupper()
