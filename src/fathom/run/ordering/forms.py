"""Order requests from the words of a command line: numbers exact, as text; times absolute, or from now on.

What goes together is not looked at here: `protocol` knows Kraken's rules.

Imports: domain, protocol. Imported by: command, file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from fathom.domain import LocalError
from fathom.protocol import SECOND_NS, time_text
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AmendOrder,
    AmendOrderParams,
    Conditional,
    EditOrder,
    EditOrderParams,
    Triggers,
)

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_VENUE_ID: Final = re.compile(r"[A-Z0-9]{6}-[A-Z0-9]{5}-[A-Z0-9]{6}")
_TEXT_MAX: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderWords:
    """Everything that an order may have, as it was written; None and False are not sent."""

    order_type: str | None = None
    side: str | None = None
    qty: str | None = None
    cash: str | None = None
    limit_price: str | None = None
    limit_price_type: str | None = None
    trigger_price: str | None = None
    trigger_price_type: str | None = None
    trigger_reference: str | None = None
    display_qty: str | None = None
    time_in_force: str | None = None
    effective_time: str | None = None
    expire_time: str | None = None
    deadline: str | None = None
    post_only: bool = False
    reduce_only: bool = False
    margin: bool = False
    cl_ord_id: str | None = None
    userref: int | None = None
    fee_preference: str | None = None
    stp_type: str | None = None
    sender_sub_id: str | None = None
    broker: str | None = None
    close_type: str | None = None
    close_limit_price: str | None = None
    close_limit_price_type: str | None = None
    close_trigger_price: str | None = None
    close_trigger_price_type: str | None = None


def add_of(symbol: str, words: OrderWords, *, validate: bool, now_ns: int) -> AddOrder:
    """Return the request for a new order. Without a type it is a limit order."""
    fields = _given(
        order_type=words.order_type or "limit",
        side=words.side,
        symbol=symbol,
        order_qty=number("qty", words.qty),
        cash_order_qty=number("cash", words.cash),
        limit_price=number("limit-price", words.limit_price),
        limit_price_type=words.limit_price_type,
        triggers=_triggers(words),
        time_in_force=words.time_in_force,
        post_only=words.post_only or None,
        reduce_only=words.reduce_only or None,
        margin=words.margin or None,
        display_qty=number("display-qty", words.display_qty),
        effective_time=moment("effective-time", words.effective_time, now_ns=now_ns),
        expire_time=moment("expire-time", words.expire_time, now_ns=now_ns),
        deadline=moment("deadline", words.deadline, now_ns=now_ns, milliseconds=True),
        cl_ord_id=words.cl_ord_id,
        order_userref=words.userref,
        conditional=_conditional(words),
        fee_preference=words.fee_preference,
        stp_type=words.stp_type,
        sender_sub_id=words.sender_sub_id,
        broker=words.broker,
        validate=validate or None,
    )
    return AddOrder(params=AddOrderParams(**fields))


def amend_of(order: str, words: OrderWords, *, symbol: str | None, now_ns: int) -> AmendOrder:
    """Return the request that changes an order in place."""
    by_venue = is_venue_id(order)
    fields = _given(
        order_id=order if by_venue else None,
        cl_ord_id=None if by_venue else order,
        order_qty=number("qty", words.qty),
        display_qty=number("display-qty", words.display_qty),
        limit_price=number("limit-price", words.limit_price),
        limit_price_type=words.limit_price_type,
        trigger_price=number("trigger-price", words.trigger_price),
        trigger_price_type=words.trigger_price_type,
        post_only=words.post_only or None,
        deadline=moment("deadline", words.deadline, now_ns=now_ns, milliseconds=True),
        symbol=symbol,
    )
    return AmendOrder(params=AmendOrderParams(**fields))


def edit_of(order: str, words: OrderWords, *, symbol: str, validate: bool, now_ns: int) -> EditOrder:
    """Return the request that replaces an order by another."""
    fields = _given(
        order_id=order,
        symbol=symbol,
        order_qty=number("qty", words.qty),
        limit_price=number("limit-price", words.limit_price),
        display_qty=number("display-qty", words.display_qty),
        fee_preference=words.fee_preference,
        order_userref=words.userref,
        post_only=words.post_only or None,
        reduce_only=words.reduce_only or None,
        triggers=_triggers(words),
        deadline=moment("deadline", words.deadline, now_ns=now_ns, milliseconds=True),
        validate=validate or None,
    )
    return EditOrder(params=EditOrderParams(**fields))


def is_venue_id(name: str) -> bool:
    """Tell Kraken's ids from ours: no id of ours can look like one, it would be a character too long."""
    return _VENUE_ID.fullmatch(name) is not None


def number(field: str, text: str | None) -> Decimal | None:
    """Return a number with just the digits that were written. Raises LocalError for what is none."""
    if text is None:
        return None
    if _NUMBER.fullmatch(text.strip()) is None:
        raise LocalError(field, f"{text[:_TEXT_MAX]!r} is not a number: write it plainly, such as 0.0125")
    return Decimal(text.strip())


def moment(field: str, text: str | None, *, now_ns: int, milliseconds: bool = False) -> str | None:
    """Return a time as Kraken takes it; `+90` is 90 seconds from now."""
    if text is None or not text.startswith("+"):
        return text
    seconds = number(field, text[1:])
    assert seconds is not None
    return time_text(now_ns + int(seconds * SECOND_NS), digits=3 if milliseconds else 0)


def _triggers(words: OrderWords) -> Triggers | None:
    given = _given(
        price=number("trigger-price", words.trigger_price),
        reference=words.trigger_reference,
        price_type=words.trigger_price_type,
    )
    if not given:
        return None
    if "price" not in given:
        raise LocalError("trigger-price", "is needed where there is a trigger")
    return Triggers(**given)


def _conditional(words: OrderWords) -> Conditional | None:
    given = _given(
        order_type=words.close_type,
        limit_price=number("close-limit-price", words.close_limit_price),
        limit_price_type=words.close_limit_price_type,
        trigger_price=number("close-trigger-price", words.close_trigger_price),
        trigger_price_type=words.close_trigger_price_type,
    )
    if not given:
        return None
    if "order_type" not in given:
        raise LocalError("close-type", "is needed where there is a closing order")
    return Conditional(**given)


def _given(**fields: Any) -> Mapping[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
