"""The parameters of the order methods (websocket-v2.md 8), translated into what the core is asked.

Only their form is checked here; what may go together, and what the pair allows, the core knows.

Pure. Imports: core's ticket, listing, fields, texts. Imported by: trading.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from fathom.exchange.bank import Refusal
from fathom.exchange.core.ticket import Amendment, Conditional, Replacement, Ticket
from fathom.exchange.listing import Listing, Pair
from fathom.exchange.sessions import texts as said
from fathom.exchange.sessions.fields import (
    Field,
    any_case,
    flag,
    moment,
    number,
    read_fields,
    table,
    tables,
    text,
    texts,
    whole,
    wholes,
    word,
)

LEVERAGE_MAX: Final = 5  # `margin` means the pair's most, up to this (8.1).
LEVERAGE_NONE: Final = 2  # Asked for where the pair has none: the core refuses it.

_Fields = dict[str, Field]


def _by_name(*fields: tuple[str, Field]) -> _Fields:
    return dict(fields)


def _same(*fields: Field) -> _Fields:
    return {field.name: field for field in fields}


_TOKEN: Final = text("token", error=said.NO_TOKEN)
_PRICE_TYPES: Final = ("static", "pct", "quote")
_ORDER_TYPES: Final = (
    "limit", "market", "iceberg", "stop-loss", "stop-loss-limit", "take-profit", "take-profit-limit", "trailing-stop",
    "trailing-stop-limit", "settle-position",
)  # fmt: skip
_CONDITIONAL_TYPES: Final = tuple(kind for kind in _ORDER_TYPES if kind not in {"market", "iceberg", "settle-position"})

_BATCH_ORDER: Final = {
    **_same(
        word("order_type", *_ORDER_TYPES),
        word("side", "buy", "sell"),
        number("order_qty"),
        number("cash_order_qty"),
        number("limit_price"),
        word("limit_price_type", *_PRICE_TYPES),
        table("triggers"),
        any_case("time_in_force", "gtc", "gtd", "ioc", "fok"),
        flag("margin"),
        flag("post_only"),
        flag("reduce_only"),
        text("cl_ord_id"),
        table("conditional"),
        number("display_qty"),
        word("fee_preference", "base", "quote"),
        flag("no_mpp"),
        word("stp_type", "cancel_newest", "cancel_oldest", "cancel_both"),
        text("sender_sub_id"),
        number("stop_price"),
        word("trigger", "last", "index"),
    ),
    **_by_name(
        ("effective_time", moment("effective_time", "effective_ns")),
        ("expire_time", moment("expire_time", "expire_ns")),
        ("order_userref", whole("order_userref", "userref")),
    ),
}
_DEADLINE: Final = _by_name(("deadline", moment("deadline", "deadline_ns")))
# Who brings the client: partners are no part of this venue, so it changes nothing.
_BROKER: Final = text("broker")
_ADD: Final = {**_BATCH_ORDER, **_DEADLINE, **_same(text("symbol"), flag("validate"), _BROKER, _TOKEN)}
_TRIGGERS: Final = _by_name(
    ("price", number("price", "trigger_price")),
    ("price_type", word("price_type", *_PRICE_TYPES, called="trigger_price_type")),
    ("reference", word("reference", "last", "index", called="trigger_reference")),
)
_CONDITIONAL: Final = {
    **_same(
        word("order_type", *_CONDITIONAL_TYPES),
        number("limit_price"),
        word("limit_price_type", *_PRICE_TYPES),
        number("trigger_price"),
        word("trigger_price_type", *_PRICE_TYPES),
    ),
    **_by_name(("stop_price", number("stop_price", "trigger_price"))),
}
_AMEND: Final = {
    **_DEADLINE,
    **_same(
        text("order_id"),
        text("cl_ord_id"),
        number("order_qty"),
        number("display_qty"),
        number("limit_price"),
        word("limit_price_type", *_PRICE_TYPES),
        flag("post_only"),
        number("trigger_price"),
        word("trigger_price_type", *_PRICE_TYPES),
        text("symbol"),
        _TOKEN,
    ),
}
_EDIT: Final = {
    **_DEADLINE,
    **_same(
        text("order_id"),
        text("symbol"),
        number("order_qty"),
        number("limit_price"),
        number("display_qty"),
        word("fee_preference", "base", "quote"),
        flag("post_only"),
        flag("reduce_only"),
        table("triggers"),
        flag("validate"),
        flag("no_mpp"),
        number("stop_price"),
        word("trigger", "last", "index"),
        _TOKEN,
    ),
    **_by_name(("order_userref", whole("order_userref", "new_userref")), ("price", number("price"))),
}
_CANCEL: Final = _same(texts("order_id"), texts("cl_ord_id"), wholes("order_userref"), _TOKEN)
_CANCEL_ALL: Final = _same(_TOKEN)
_AFTER: Final = _same(whole("timeout"), _TOKEN)
_BATCH_ADD: Final = {**_DEADLINE, **_same(text("symbol"), tables("orders"), flag("validate"), _BROKER, _TOKEN)}
_BATCH_CANCEL: Final = _same(texts("orders"), texts("cl_ord_id"), _TOKEN)

FIELDS: Final[Mapping[str, Mapping[str, Field]]] = {
    "add_order": _ADD,
    "amend_order": _AMEND,
    "edit_order": _EDIT,
    "cancel_order": _CANCEL,
    "cancel_all": _CANCEL_ALL,
    "cancel_all_orders_after": _AFTER,
    "batch_add": _BATCH_ADD,
    "batch_cancel": _BATCH_CANCEL,
}
# What must be there; the token is asked for elsewhere.
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "add_order": ("order_type", "side", "symbol"),
    "edit_order": ("order_id", "symbol"),
    "cancel_all_orders_after": ("timeout",),
    "batch_add": ("symbol", "orders"),
}


class Warned(Struct, frozen=True):
    """A ticket, and what its answer warns of."""

    ticket: Ticket
    warnings: list[str]


def read_params(method: str, params: Mapping[str, Any]) -> dict[str, Any] | Refusal:
    """Return the parameters of an order method, each in its form, or why not."""
    return read_fields(params, FIELDS[method], method=method)


def missing(method: str, read: Mapping[str, Any]) -> Refusal | None:
    """Return the refusal of a request that lacks a parameter."""
    for name in _NEEDED.get(method, ()):
        if name not in read:
            return Refusal(said.invalid(name))
    return None


def to_ticket(read: dict[str, Any], *, listing: Listing) -> Warned | Refusal:
    """Return the ticket of an add_order's parameters."""
    symbol = read.pop("symbol")
    pair = listing.pair(symbol)
    if pair is None:
        return Refusal(said.unknown_pair(symbol))
    for name in ("token", "validate", "broker"):
        read.pop(name, None)
    return _ticket(read, pair=pair, method="add_order")


def to_batch(read: dict[str, Any], *, listing: Listing) -> list[Warned] | Refusal:
    """Return the tickets of a batch_add's parameters; one that does not fit refuses all."""
    symbol = read["symbol"]
    pair = listing.pair(symbol)
    if pair is None:
        return Refusal(said.unknown_pair(symbol))
    tickets: list[Warned] = []
    for params in read["orders"]:
        order = read_fields(params, _BATCH_ORDER, method="batch_add")
        if isinstance(order, Refusal):
            return order
        for name in ("order_type", "side"):
            if name not in order:
                return Refusal(said.invalid(name))
        if "deadline_ns" in read:
            order["deadline_ns"] = read["deadline_ns"]
        ticket = _ticket(order, pair=pair, method="batch_add")
        if isinstance(ticket, Refusal):
            return ticket
        tickets.append(ticket)
    return tickets


def to_amendment(read: dict[str, Any]) -> Amendment | Refusal:
    """Return the amendment of an amend_order's parameters."""
    if ("order_id" in read) == ("cl_ord_id" in read):
        return Refusal(said.invalid("order_id"))
    for name in ("token", "symbol"):  # The order knows its pair.
        read.pop(name, None)
    return Amendment(**read)


def to_replacement(read: dict[str, Any], *, listing: Listing) -> tuple[Replacement, list[str]] | Refusal:
    """Return the replacement of an edit_order's parameters, and what its answer warns of."""
    if listing.pair(read["symbol"]) is None:
        return Refusal(said.unknown_pair(read["symbol"]))
    warnings = _warnings(read)
    for name in ("token", "validate", "no_mpp"):
        read.pop(name, None)
    if (price := read.pop("price", None)) is not None:
        read.setdefault("limit_price", price)
    refusal = _take_triggers(read, method="edit_order")
    return refusal if refusal is not None else (Replacement(**read), warnings)


def _ticket(read: dict[str, Any], *, pair: Pair, method: str) -> Warned | Refusal:
    warnings = _warnings(read)
    if read.pop("no_mpp", False) and read["order_type"] != "market":
        return Refusal(said.NO_MPP)
    if (refusal := _take_triggers(read, method=method)) is not None:
        return refusal
    if "conditional" in read:
        conditional = read_fields(read["conditional"], _CONDITIONAL, method=method)
        if isinstance(conditional, Refusal):
            return conditional
        if "order_type" not in conditional:
            return Refusal(said.invalid("conditional"))
        if conditional["order_type"] == "trailing-stop-limit":  # An offset, as in an order of this type.
            conditional.setdefault("limit_price_type", "quote")
        read["conditional"] = Conditional(**conditional)
    if read.pop("margin", False):
        read["leverage"] = max((most for most in pair.leverages if most <= LEVERAGE_MAX), default=LEVERAGE_NONE)
    return Warned(Ticket(symbol=pair.symbol, **read), warnings)


def _take_triggers(read: dict[str, Any], *, method: str) -> Refusal | None:
    """Replace `triggers`, and the deprecated fields for it, by what the core calls them."""
    stop_price, reference = read.pop("stop_price", None), read.pop("trigger", None)
    if "triggers" in read:
        triggers = read_fields(read.pop("triggers"), _TRIGGERS, method=method)
        if isinstance(triggers, Refusal):
            return triggers
        if "trigger_price" not in triggers:
            return Refusal(said.invalid("triggers"))
        read.update(triggers)
        return None
    if stop_price is not None:
        read["trigger_price"] = stop_price
    if reference is not None:
        read["trigger_reference"] = reference
    return None


def _warnings(read: Mapping[str, Any]) -> list[str]:
    return [warning for name, warning in said.ORDER_WARNINGS.items() if name in read]
