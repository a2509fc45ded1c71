"""One order as a REST client writes it, turned into a ticket (rest.md 6, AddOrder).

What `price` and `price2` mean follows from the order's type; a relative limit price is worked out here, a relative
trigger by the engine.

Pure. Imports: core, listing, call, forms. Imported by: trading_add, trading_change.
"""

from decimal import Decimal
from typing import Final, cast

from msgspec.structs import replace

from fathom.exchange.core import Conditional, Ticket
from fathom.exchange.core.price_words import PriceWord, price_from, relative_price
from fathom.exchange.listing import Pair
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused, invalid
from fathom.exchange.rest.forms import Form
from fathom.protocol import SECOND_NS
from fathom.protocol.messages import OrderSide, PriceType, StpType, TriggerReference, WireOrderType, WireTimeInForce

ORDER_TYPES: Final = (
    "limit",
    "market",
    "iceberg",
    "stop-loss",
    "stop-loss-limit",
    "take-profit",
    "take-profit-limit",
    "trailing-stop",
    "trailing-stop-limit",
    "settle-position",
)
CLOSE_TYPES: Final = (*(kind for kind in ORDER_TYPES if kind not in {"market", "settle-position"}),)
FLAGS: Final = frozenset({"post", "fcib", "fciq", "nompp", "viqc"})
DEADLINE_MIN_NS: Final = 2 * SECOND_NS
DEADLINE_MAX_NS: Final = 60 * SECOND_NS
EXPIRE_MIN_NS: Final = 5 * SECOND_NS
LEVERAGE_MAX: Final = 100  # No pair has more; what a pair has the engine knows.
INT32_MAX: Final = 2**31 - 1
_FLAGS_MAX: Final = 10
_NO_LEVERAGE: Final = frozenset({"none", "0", "1"})


class Prices:
    """The prices of one order in the engine's words."""

    __slots__ = ("limit", "limit_type", "trigger", "trigger_type")

    def __init__(self) -> None:
        self.limit: Decimal | None = None
        self.limit_type: PriceType | None = None
        self.trigger: Decimal | None = None
        self.trigger_type: PriceType = "static"


def read_ticket(call: PrivateCall, form: Form, pair: Pair, *, deadline_ns: int | None) -> Ticket:
    """Return the ticket of one order."""
    order_type = cast("WireOrderType | None", form.word("ordertype", *ORDER_TYPES))
    if order_type is None:
        raise invalid("ordertype")
    side = cast("OrderSide | None", form.word("type", "buy", "sell"))
    if side is None:
        raise invalid("type")
    prices = read_prices(form, pair, side=side, order_type=order_type, last_ticks=call.last_ticks(pair))
    leverage = _leverage(form)
    flags = read_flags(form)
    reduce_only = form.boolean("reduce_only")
    order_qty, cash = form.decimal("volume"), None
    if order_qty is None:
        raise invalid("volume")
    if "viqc" in flags:
        if order_type != "market" or side != "buy" or leverage:
            raise invalid("oflags")
        order_qty, cash = None, order_qty
    expire_ns = _moment(form, "expiretm", call.now_ns, least_ns=EXPIRE_MIN_NS)
    return Ticket(
        symbol=pair.symbol,
        side=side,
        order_type=order_type,
        order_qty=order_qty,
        cash_order_qty=cash,
        limit_price=prices.limit,
        limit_price_type=prices.limit_type,
        trigger_price=prices.trigger,
        trigger_price_type=prices.trigger_type,
        trigger_reference=cast("TriggerReference", form.word("trigger", "last", "index") or "last"),
        time_in_force=_time_in_force(form, expire_ns),
        post_only="post" in flags,
        reduce_only=reduce_only,
        leverage=leverage,
        display_qty=form.decimal("displayvol"),
        effective_ns=_moment(form, "starttm", call.now_ns),
        expire_ns=expire_ns,
        deadline_ns=deadline_ns,
        cl_ord_id=form.text("cl_ord_id"),
        userref=form.integer("userref", least=-INT32_MAX - 1, most=INT32_MAX) or None,
        sender_sub_id=form.text("sender_sub_id"),
        conditional=_conditional(form, side, pair, last_ticks=call.last_ticks(pair)),
        fee_preference="base" if "fcib" in flags else "quote" if "fciq" in flags else None,
        stp_type=_stp_type(form),
    )


def read_deadline(form: Form, *, now_ns: int) -> int | None:
    """Return when it is too late for the order: 2 to 60 s from now."""
    deadline_ns = form.rfc3339("deadline")
    if deadline_ns is None:
        return None
    if deadline_ns <= now_ns:
        raise Refused("EService:Deadline elapsed")
    if not DEADLINE_MIN_NS <= deadline_ns - now_ns <= DEADLINE_MAX_NS:
        raise invalid("deadline")
    return deadline_ns


def read_flags(form: Form) -> frozenset[str]:
    """Return the flags; both fee currencies at once make no sense."""
    flags = frozenset(form.names("oflags", most=_FLAGS_MAX))
    if not flags <= FLAGS or {"fcib", "fciq"} <= flags:
        raise invalid("oflags")
    return flags


def read_prices(
    form: Form, pair: Pair, *, side: OrderSide, order_type: WireOrderType, last_ticks: int, required: bool = True
) -> Prices:
    """Return what `price` and `price2` mean for this type of order; those it has no use for are not looked at."""
    prices = Prices()
    if order_type in {"market", "settle-position"}:
        return prices
    price = _word(form, "price", required=required)
    if order_type in {"limit", "iceberg"}:
        if price is not None:
            prices.limit = _absolute(price, pair, "price", side=side, order_type=order_type, base_ticks=last_ticks)
        return prices
    trailing = order_type.startswith("trailing")
    if price is not None:
        if trailing and price.price_type == "static":
            raise invalid("price")
        directed = price.directed(side=side, order_type=order_type)
        prices.trigger, prices.trigger_type = abs(directed) if trailing else directed, price.price_type
    if not order_type.endswith("-limit"):
        return prices
    price2 = _word(form, "price2", required=required)
    if price2 is None:
        return prices
    if trailing:
        if price2.price_type == "static":
            raise invalid("price2")
        prices.limit = price2.directed(side=side, order_type=order_type)
        prices.limit_type = price2.price_type
        return prices
    base_ticks = last_ticks
    if prices.trigger is not None and price2.price_type != "static":
        base_ticks = _ticks_of_trigger(prices.trigger, prices.trigger_type, pair, "price", last_ticks=last_ticks)
    prices.limit = _absolute(price2, pair, "price2", side=side, order_type=order_type, base_ticks=base_ticks)
    return prices


def price_word(form: Form, name: str) -> PriceWord | None:
    """Return a field that is a price, absolute or relative."""
    text = form.text(name)
    if text is None:
        return None
    word = relative_price(text)
    if word is None:
        raise invalid(name)
    return word


def _word(form: Form, name: str, *, required: bool) -> PriceWord | None:
    word = price_word(form, name)
    if word is None and required:
        raise invalid(name)
    return word


def _absolute(
    word: PriceWord, pair: Pair, name: str, *, side: OrderSide, order_type: WireOrderType, base_ticks: int
) -> Decimal:
    """Return a price; a relative one lies so far from the base."""
    price = price_from(base_ticks, word.directed(side=side, order_type=order_type), word.price_type, pair=pair)
    if price is None:
        raise invalid(name)
    return price


def _ticks_of_trigger(trigger: Decimal, trigger_type: PriceType, pair: Pair, name: str, *, last_ticks: int) -> int:
    """Return where a trigger lies as of now: what a relative limit beside it counts from."""
    price = price_from(last_ticks, trigger, trigger_type, pair=pair)
    if price is None:
        raise invalid(name)
    return int(price.scaleb(pair.price_precision))


def _leverage(form: Form) -> int:
    text = form.text("leverage")
    if text is None or text in _NO_LEVERAGE:
        return 0
    digits = text.removesuffix(":1")
    if not (digits.isascii() and digits.isdigit()) or not 1 < int(digits[:4]) <= LEVERAGE_MAX or len(digits) > 3:
        raise invalid("leverage")
    return int(digits)


def _moment(form: Form, name: str, now_ns: int, *, least_ns: int = 0) -> int | None:
    """Return a time: UNIX seconds, or `+` and seconds from now; 0 is none."""
    text = form.text(name)
    if text is None or text in {"0", "+0"}:
        return None
    if text.startswith("+"):
        moment_ns = now_ns + (Form({name: text[1:]}).integer(name, least=0, most=INT32_MAX) or 0) * SECOND_NS
    else:
        moment_ns = form.moment(name) or 0
    if least_ns and moment_ns < now_ns + least_ns:
        raise invalid(name)
    return moment_ns


def _time_in_force(form: Form, expire_ns: int | None) -> WireTimeInForce:
    """Return how long it lasts. A time to expire alone makes it GTD, as it did before there was a word for that."""
    word = form.word("timeinforce", "GTC", "GTD", "IOC", "FOK")
    if expire_ns is not None and word in {None, "GTC"}:
        return "gtd"
    if word == "GTD" and expire_ns is None:
        raise invalid("expiretm")
    return cast("WireTimeInForce", (word or "GTC").lower())


def _stp_type(form: Form) -> StpType:
    word = form.word("stptype", "cancel-newest", "cancel-oldest", "cancel-both") or "cancel-newest"
    return cast("StpType", word.replace("-", "_"))


def _conditional(form: Form, side: OrderSide, pair: Pair, *, last_ticks: int) -> Conditional | None:
    """Return the conditional close. A relative trigger stays so: nobody knows yet at what price the order fills.

    A relative limit is worked out now, as an order's own is.
    """
    close = form.inner("close")
    if close is None or not close.has("ordertype"):
        return None
    order_type = cast("WireOrderType", close.word("ordertype", *CLOSE_TYPES))
    closing: OrderSide = "sell" if side == "buy" else "buy"
    price, price2 = price_word(close, "price"), price_word(close, "price2")
    if price is None:
        raise invalid("close[price]")
    if order_type in {"limit", "iceberg"}:
        limit = _absolute(price, pair, "close[price]", side=closing, order_type=order_type, base_ticks=last_ticks)
        return Conditional(order_type=order_type, limit_price=limit)
    trailing = order_type.startswith("trailing")
    if trailing and price.price_type == "static":
        raise invalid("close[price]")
    directed = price.directed(side=closing, order_type=order_type)
    trigger = abs(directed) if trailing else directed
    made = Conditional(order_type=order_type, trigger_price=trigger, trigger_price_type=price.price_type)
    if not order_type.endswith("-limit"):
        return made
    if price2 is None:
        raise invalid("close[price2]")
    if trailing:
        offset = price2.directed(side=closing, order_type=order_type)
        return replace(made, limit_price=offset, limit_price_type=price2.price_type)
    base_ticks = last_ticks
    if price2.price_type != "static":
        base_ticks = _ticks_of_trigger(trigger, price.price_type, pair, "close[price]", last_ticks=last_ticks)
    limit = _absolute(price2, pair, "close[price2]", side=closing, order_type=order_type, base_ticks=base_ticks)
    return replace(made, limit_price=limit)
