"""v1's order events, translated into what the core is asked (websocket-v1.md 6, rest.md 6 for the prices' words).

Only the form is checked here; what may go together, and what the pair allows, the core knows.

Pure. Imports: core, listing, words, texts. Imported by: trading.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec.structs import replace

from fathom.exchange.bank import Account, Refusal
from fathom.exchange.core import Venue
from fathom.exchange.core.order import Order
from fathom.exchange.core.price_words import PriceWord, price_from
from fathom.exchange.core.ticket import Amendment, Conditional, Replacement, Ticket
from fathom.exchange.listing import Pair
from fathom.exchange.v1.texts import UNKNOWN_ORDER, invalid, unknown_pair
from fathom.exchange.v1.words import Words
from fathom.protocol.messages import OrderSide, PriceType, StpType, WireOrderType, WireTimeInForce

LEVERAGE_MAX: Final = 5  # `margin` means the pair's most, up to this.
LEVERAGE_NONE: Final = 2  # Asked for where the pair has none: the core refuses it.
_INT32: Final = range(-(2**31), 2**31)

# v1 has no iceberg orders, and no fill or kill.
_ORDER_TYPES: Final[Mapping[str, WireOrderType]] = {
    "limit": "limit",
    "market": "market",
    "stop-loss": "stop-loss",
    "stop-loss-limit": "stop-loss-limit",
    "take-profit": "take-profit",
    "take-profit-limit": "take-profit-limit",
    "trailing-stop": "trailing-stop",
    "trailing-stop-limit": "trailing-stop-limit",
    "settle-position": "settle-position",
}
_CLOSE_TYPES: Final = {
    word: order_type for word, order_type in _ORDER_TYPES.items() if word not in {"market", "settle-position"}
}
_SIDES: Final[Mapping[str, OrderSide]] = {"buy": "buy", "sell": "sell"}
_TIMES: Final[Mapping[str, WireTimeInForce]] = {
    spelled: word for word in ("gtc", "gtd", "ioc") for spelled in (word, word.upper())
}
_STP_TYPES: Final[Mapping[str, StpType]] = {
    "cancel-newest": "cancel_newest",
    "cancel-oldest": "cancel_oldest",
    "cancel-both": "cancel_both",
    "cancel_newest": "cancel_newest",
    "cancel_oldest": "cancel_oldest",
    "cancel_both": "cancel_both",
}
_OFLAGS: Final = frozenset({"viqc", "fcib", "fciq", "nompp", "post"})  # nompp is taken, and means nothing any more.
_OPPOSITE: Final[Mapping[OrderSide, OrderSide]] = {"buy": "sell", "sell": "buy"}

_Prices = dict[str, Any]  # limit_price, limit_price_type, trigger_price, trigger_price_type: a Ticket's fields.


def to_ticket(fields: Mapping[str, Any], *, venue: Venue, now_ns: int) -> Ticket | Refusal:
    """Return the ticket of an addOrder."""
    words = Words(fields)
    order_type, side = words.one_of("ordertype", _ORDER_TYPES), words.one_of("type", _SIDES)
    name = words.text("pair", needed=True)
    if order_type is None or side is None or name is None:
        return words.refusal or Refusal(invalid("type" if order_type else "ordertype"))
    pair = venue.listing.pair_by_wsname(name)
    if pair is None:
        return Refusal(unknown_pair(name))
    volume = words.number("volume", needed=True)
    flags = words.flags("oflags", _OFLAGS)
    if {"fcib", "fciq"} <= flags:
        words.refuse("oflags")
    cash = "viqc" in flags
    expire_ns = words.moment("expiretm", now_ns=now_ns)
    ticket = Ticket(
        symbol=pair.symbol,
        side=side,
        order_type=order_type,
        order_qty=None if cash else volume,
        cash_order_qty=volume if cash else None,
        **_prices(words, ("price", "price2"), order_type=order_type, side=side, pair=pair, venue=venue),
        # An end of time alone makes an order good till then: so clients of old sent it.
        time_in_force=words.one_of("timeinforce", _TIMES) or ("gtc" if expire_ns is None else "gtd"),
        post_only="post" in flags,
        reduce_only=words.flag("reduce_only"),
        leverage=_leverage(words, pair),
        effective_ns=words.moment("starttm", now_ns=now_ns),
        expire_ns=expire_ns,
        deadline_ns=words.time("deadline"),
        cl_ord_id=words.text("cl_ord_id"),
        userref=_userref(words, "userref"),
        sender_sub_id=words.text("sender_sub_id"),
        conditional=_conditional(words, side=_OPPOSITE[side], pair=pair, venue=venue),
        fee_preference="base" if "fcib" in flags else "quote" if "fciq" in flags else None,
        stp_type=words.one_of("stp_type", _STP_TYPES) or "cancel_newest",
    )
    return words.refusal or ticket


def to_amendment(fields: Mapping[str, Any], *, account: Account, venue: Venue) -> Amendment | Refusal:
    """Return the amendment of an amendOrder."""
    words = Words(fields)
    order_id, cl_ord_id = words.text("txid"), words.text("cl_ord_id")
    if words.refusal is None and (order_id is None) == (cl_ord_id is None):
        words.refuse("txid")
    limit, trigger = words.price("limit_price"), words.price("trigger_price")
    amendment = Amendment(
        order_id=order_id,
        cl_ord_id=cl_ord_id,
        order_qty=words.number("volume"),
        display_qty=words.number("display_volume"),
        post_only=words.flag("post_only"),
        deadline_ns=words.time("deadline"),
    )
    if words.refusal is not None or (limit is None and trigger is None):
        return words.refusal or amendment
    order = venue.find_order(account, order_id=order_id, cl_ord_id=cl_ord_id)
    if order is None:
        return Refusal(UNKNOWN_ORDER)
    return _with_prices(amendment, order, limit=limit, trigger=trigger, venue=venue)


def to_replacement(fields: Mapping[str, Any], *, account: Account, venue: Venue) -> Replacement | Refusal:
    """Return the replacement of an editOrder."""
    words = Words(fields)
    name, asked = words.text("pair", needed=True), words.text("orderid", needed=True)
    if name is None or asked is None:
        return words.refusal or Refusal(invalid("orderid"))
    pair = venue.listing.pair_by_wsname(name)
    if pair is None:
        return Refusal(unknown_pair(name))
    volume = words.number("volume", needed=True)
    post_only = "post" in words.flags("oflags", _OFLAGS)
    new_userref = _userref(words, "newuserref")
    userref = userref_of(asked)
    old = _old_order(account, venue, order_id=asked, userref=userref)
    prices = (
        {}
        if old is None
        else _prices(words, ("price", "price2"), order_type=old.order_type, side=old.side, pair=pair, venue=venue)
    )
    if words.refusal is not None:
        return words.refusal
    limit_price_type = prices.pop("limit_price_type", None)
    if limit_price_type not in {None, "static"}:  # An edit takes no offset for a limit.
        return Refusal(invalid("price2"))
    return Replacement(
        order_id=asked if userref is None else None,
        userref=userref,
        symbol=pair.symbol,
        order_qty=volume,
        new_userref=new_userref,
        post_only=post_only,
        **prices,
    )


def userref_of(name: str) -> int | None:
    """Return the userref that a name of an order is, or None: then it is an id."""
    digits = name.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(_INT32.stop))):
        return None
    return userref if (userref := int(name)) in _INT32 else None


def _old_order(account: Account, venue: Venue, *, order_id: str, userref: int | None) -> Order | None:
    """Return the order that is edited, if there is just one; if not, the core says what is wrong."""
    if userref is None:
        return venue.find_order(account, order_id=order_id)
    return next((order for order in account.orders.values() if order.userref == userref), None)


def _prices(
    words: Words, names: tuple[str, str], *, order_type: WireOrderType, side: OrderSide, pair: Pair, venue: Venue
) -> _Prices:
    """Return price and price2 as what they mean for this type of order. What a type has no use for is not looked at."""
    first, second = names
    if order_type in {"market", "settle-position"}:
        return {}
    if order_type in {"limit", "iceberg"}:
        word = words.price(first)
        if word is None:
            return {}
        return _limit(words, first, word, order_type=order_type, side=side, pair=pair, venue=venue)
    prices: _Prices = {}
    if (trigger := words.price(first)) is not None:
        prices |= _trigger(trigger, order_type=order_type, side=side)
    if order_type.endswith("-limit") and (limit := words.price(second)) is not None:
        prices |= _limit(words, second, limit, order_type=order_type, side=side, pair=pair, venue=venue)
    return prices


def _trigger(word: PriceWord, *, order_type: WireOrderType, side: OrderSide) -> _Prices:
    """Return a trigger; a trailing distance has no sign."""
    trailing = order_type.startswith("trailing")
    price = word.amount if trailing else word.directed(side=side, order_type=order_type)
    return {"trigger_price": price, "trigger_price_type": word.price_type}


def _limit(
    words: Words, name: str, word: PriceWord, *, order_type: WireOrderType, side: OrderSide, pair: Pair, venue: Venue
) -> _Prices:
    """Return a limit: an offset from the trigger for a trailing order, else the price so far from the last trade."""
    offset = word.directed(side=side, order_type=order_type)
    if order_type == "trailing-stop-limit":
        return {"limit_price": offset, "limit_price_type": word.price_type}
    price = _absolute(offset, word.price_type, pair=pair, venue=venue)
    if price is None:
        words.refuse(name)
    return {"limit_price": price, "limit_price_type": None}


def _absolute(offset: Decimal, price_type: PriceType, *, pair: Pair, venue: Venue) -> Decimal | None:
    """Return a price as such; None where there is nothing that it could be relative to."""
    if price_type == "static":
        return offset
    last_ticks = venue.markets[pair.symbol].last_ticks
    return None if last_ticks is None else price_from(last_ticks, offset, price_type, pair=pair)


def _with_prices(
    amendment: Amendment, order: Order, *, limit: PriceWord | None, trigger: PriceWord | None, venue: Venue
) -> Amendment | Refusal:
    """Return the amendment with its prices, which mean what they mean for this order."""
    pair = venue.listing.pair(order.symbol)
    assert pair is not None, order.symbol
    words = Words({})
    prices: _Prices = {}
    order_type, side = order.order_type, order.side
    if limit is not None:
        prices |= _limit(words, "limit_price", limit, order_type=order_type, side=side, pair=pair, venue=venue)
    if trigger is not None:
        prices |= _trigger(trigger, order_type=order_type, side=side)
    return words.refusal or replace(amendment, **prices)


def _conditional(words: Words, *, side: OrderSide, pair: Pair, venue: Venue) -> Conditional | None:
    """Return the close[...] fields. A relative trigger stays so: it counts from when the secondary order is made."""
    order_type = words.one_of("close[ordertype]", _CLOSE_TYPES)
    if order_type is None:
        return None
    names = ("close[price]", "close[price2]")
    words.text(names[0], needed=True)
    prices = _prices(words, names, order_type=order_type, side=side, pair=pair, venue=venue)
    return Conditional(order_type=order_type, **{name: told for name, told in prices.items() if told is not None})


def _leverage(words: Words, pair: Pair) -> int:
    leverage = words.leverage("leverage")
    if leverage or not words.flag("margin"):
        return leverage
    return max((most for most in pair.leverages if most <= LEVERAGE_MAX), default=LEVERAGE_NONE)


def _userref(words: Words, name: str) -> int | None:
    userref = words.whole(name)
    if userref is not None and userref not in _INT32:
        words.refuse(name)
    return userref
