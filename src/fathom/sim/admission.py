"""What Kraken refuses of an order by its form alone, in Kraken's words (websocket-v2.md 8.1, errors.md).

Pure. Imports: domain. Imported by: sim/paper.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from fathom.domain import Close, OrderType, OrderWanted, TimeInForce

NS_PER_DAY: Final = 86_400_000_000_000
EXPIRE_NS_MAX: Final = 31 * NS_PER_DAY  # At most one month ahead.
SHOWN_PART: Final = 15  # An iceberg shows at least a fifteenth of what it is.
NO_POSITION: Final = "EOrder:Reduce only:No position exists"  # On spot there is none, ever.


class Form(Struct, frozen=True):
    """Which fields go with a type of order."""

    limit: bool = False
    trigger: bool = False
    times: frozenset[TimeInForce] = frozenset(("gtc", "gtd"))


FORMS: Final[Mapping[OrderType, Form]] = {
    "market": Form(times=frozenset(("gtc", "ioc"))),
    "limit": Form(limit=True, times=frozenset(("gtc", "gtd", "ioc", "fok"))),
    "stop-loss": Form(trigger=True),
    "stop-loss-limit": Form(limit=True, trigger=True),
    "take-profit": Form(trigger=True),
    "take-profit-limit": Form(limit=True, trigger=True),
    "trailing-stop": Form(trigger=True),
}


def refusal_of(order: OrderWanted, *, now_ns: int) -> str:
    """Return why the venue refuses the order, empty where it takes it."""
    form = FORMS[order.order_type]
    if order.reduce_only:
        return NO_POSITION
    if order.qty_lots <= 0:
        return _invalid("volume")
    if not _has(form.limit, order.price_ticks) or not _has(form.trigger, order.trigger_ticks):
        return _invalid("price")
    if order.time_in_force not in form.times:
        return _invalid("timeinforce")
    if order.post_only and (not form.limit or order.time_in_force in {"ioc", "fok"}):
        return _invalid("oflags")
    if not _expires(order, now_ns):
        return _invalid("expiretm")
    if order.display_lots is not None and not _shows(order, order.display_lots):
        return _invalid("displayvol")
    if order.close is not None and not _closes(order.close):
        return _invalid("close")
    return ""


def _invalid(field: str) -> str:
    return f"EGeneral:Invalid arguments:{field}"


def _has(needed: bool, ticks: int | None) -> bool:
    return ticks is not None and ticks > 0 if needed else ticks is None


def _expires(order: OrderWanted, now_ns: int) -> bool:
    if order.time_in_force != "gtd":
        return order.expire_ns is None
    return order.expire_ns is not None and now_ns < order.expire_ns <= now_ns + EXPIRE_NS_MAX


def _shows(order: OrderWanted, display_lots: int) -> bool:
    plain = order.order_type == "limit" and order.time_in_force in {"gtc", "gtd"}
    return plain and 0 < display_lots <= order.qty_lots <= display_lots * SHOWN_PART


def _closes(close: Close) -> bool:
    form = FORMS[close.order_type]
    shaped = _has(form.limit, close.price_ticks) and _has(form.trigger, close.trigger_ticks)
    return shaped and close.order_type != "market"
