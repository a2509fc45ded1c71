"""AmendOrder, EditOrder (rest.md 6).

Pure. Imports: bank, core, call, tickets, order_texts. Imported by: methods.
"""

from decimal import Decimal
from typing import Any

from fathom.exchange.bank import Refusal
from fathom.exchange.core import Amendment, Order, Replacement
from fathom.exchange.core.price_words import price_from
from fathom.exchange.listing import Pair
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused, invalid
from fathom.exchange.rest.order_texts import NO_PRICE, describe, pair_of, prices_of, volume_text
from fathom.exchange.rest.tickets import INT32_MAX, price_word, read_deadline, read_flags, read_prices
from fathom.protocol.messages import PriceType


def amend_order(call: PrivateCall) -> object:
    """Change an order in place."""
    form = call.form
    order_id, cl_ord_id = form.text("txid"), form.text("cl_ord_id")
    if (order_id is None) == (cl_ord_id is None):
        raise invalid("txid")
    deadline_ns = read_deadline(form, now_ns=call.now_ns)
    order = call.venue.find_order(call.account, order_id=order_id, cl_ord_id=cl_ord_id)
    if order is None:
        raise Refused("EOrder:Unknown order")
    with call.charged(order.symbol):
        limit_price, limit_type = _limit_price(call, order)
        trigger_price, trigger_type = _trigger_price(call, order)
        amendment = Amendment(
            order_id=order_id,
            cl_ord_id=cl_ord_id,
            order_qty=form.decimal("order_qty"),
            display_qty=form.decimal("display_qty"),
            limit_price=limit_price,
            limit_price_type=limit_type,
            trigger_price=trigger_price,
            trigger_price_type=trigger_type,
            post_only=form.boolean("post_only"),
            deadline_ns=deadline_ns,
        )
    amended = call.venue.amend_order(call.account, amendment, now_ns=call.now_ns)
    if isinstance(amended, Refusal):
        raise Refused(amended.error)
    return {"amend_id": amended.row.amend_id}


def edit_order(call: PrivateCall) -> object:
    """Cancel an order and place another instead, under a new id."""
    form = call.form
    _, pair = call.pair()
    deadline_ns = read_deadline(form, now_ns=call.now_ns)
    order = _order_to_edit(call)
    if order.symbol != pair.symbol:
        raise invalid("pair")
    with call.charged(pair.symbol):
        validate = form.boolean("validate")
        replacement = _replacement(call, order, pair, deadline_ns=deadline_ns)
    edited = call.venue.edit_order(call.account, replacement, now_ns=call.now_ns, validate=validate)
    if isinstance(edited, Refusal):
        raise Refused(edited.error)
    return _edit_row(call, edited.new, edited.old, validate=validate)


def _replacement(call: PrivateCall, order: Order, pair: Pair, *, deadline_ns: int | None) -> Replacement:
    form = call.form
    prices = read_prices(
        form,
        pair,
        side=order.side,
        order_type=order.order_type,
        last_ticks=call.last_ticks(pair),
        required=False,
    )
    return Replacement(
        order_id=order.order_id,
        symbol=pair.symbol,
        order_qty=form.decimal("volume"),
        limit_price=prices.limit,
        display_qty=form.decimal("displayvol"),
        trigger_price=prices.trigger,
        trigger_price_type=prices.trigger_type,
        # Of the flags only `post` may change, and must be said again; the others stay.
        fee_preference="base" if order.fee_in_base else "quote",
        new_userref=form.integer("userref", least=-INT32_MAX - 1, most=INT32_MAX),
        post_only="post" in read_flags(form),
        reduce_only=order.reduce_only,
        deadline_ns=deadline_ns,
    )


def _edit_row(call: PrivateCall, new: Order, old: Order, *, validate: bool) -> dict[str, Any]:
    prices = prices_of(new, pair_of(new, call.listing))
    row: dict[str, Any] = {"status": "ok"}
    if not validate:
        row |= {"txid": new.order_id, "originaltxid": old.order_id}
    if new.userref is not None:
        row["newuserref"] = new.userref
    if old.userref is not None:
        row["olduserref"] = old.userref
    row |= {"volume": volume_text(new, call.listing), "price": prices.price}
    if prices.price2 != NO_PRICE:
        row["price2"] = prices.price2
    return row | {"orders_cancelled": 0 if validate else 1, "descr": {"order": describe(new, call.listing)}}


def _order_to_edit(call: PrivateCall) -> Order:
    """Return the open order of an id, or of a userref that no other has."""
    name = call.form.required("txid")
    order = call.venue.find_order(call.account, order_id=name)
    if order is None:
        tagged = [order for order in call.account.orders.values() if str(order.userref) == name]
        order = tagged[0] if len(tagged) == 1 else None
    if order is None or not order.is_open:
        raise Refused("EOrder:Unknown order")
    return order


def _limit_price(call: PrivateCall, order: Order) -> tuple[Decimal | None, PriceType | None]:
    """Return an amend's limit price. A relative one counts from the last price, a trailing order's from its trigger."""
    word = price_word(call.form, "limit_price")
    if word is None:
        return None, None
    amount = word.directed(side=order.side, order_type=order.order_type)
    if order.order_type == "trailing-stop-limit":
        return amount, word.price_type
    pair = pair_of(order, call.listing)
    price = price_from(call.last_ticks(pair), amount, word.price_type, pair=pair)
    if price is None:
        raise invalid("limit_price")
    return price, None


def _trigger_price(call: PrivateCall, order: Order) -> tuple[Decimal | None, PriceType | None]:
    """Return an amend's trigger price; a trailing order's is a distance, which some clients write without a sign."""
    word = price_word(call.form, "trigger_price")
    if word is None:
        return None, None
    amount = word.directed(side=order.side, order_type=order.order_type)
    if order.order_type.startswith("trailing"):
        return abs(amount), "quote" if word.price_type == "static" else word.price_type
    return amount, word.price_type
