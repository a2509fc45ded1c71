"""Reads the orders, amends and edits of the tables that `core_scenario` plays."""

from decimal import Decimal
from typing import Any, Final

from fathom.exchange.core import Amendment, Conditional, Replacement, Ticket

SECOND_NS: Final = 1_000_000_000
TRIGGERED: Final = {"stop": "stop-loss", "profit": "take-profit", "trail": "trailing-stop"}
FLAGS: Final[dict[str, dict[str, Any]]] = {
    "market": {"order_type": "market"},
    "ioc": {"time_in_force": "ioc"},
    "fok": {"time_in_force": "fok"},
    "post": {"post_only": True},
    "reduce": {"reduce_only": True},
    "index": {"trigger_reference": "index"},
    "base": {"fee_preference": "base"},
    **{f"stp={which}": {"stp_type": f"cancel_{which}"} for which in ("newest", "oldest", "both")},
    **{f"x{times}": {"leverage": times} for times in range(1, 12)},
}
TIMES: Final = {"gtd": "expire_ns", "at": "effective_ns", "until": "deadline_ns"}


def ticket_of(text: str, *, symbol: str, now_ns: int) -> Ticket:
    """Read a new order."""
    words = [word for word in text.split() if word != "check"]
    asked: dict[str, Any] = {"symbol": symbol, "order_type": "limit"}
    if words[0] == "settle":
        asked["order_type"] = "settle-position"
        words.pop(0)
    asked["side"] = words.pop(0)
    if words[0] == "cash":
        asked["cash_order_qty"] = Decimal(words[1])
        del words[:2]
    else:
        asked["order_qty"] = Decimal(words.pop(0))
    while words:
        word = words.pop(0)
        if word in FLAGS:
            asked |= FLAGS[word]
        elif word in TIMES:
            asked[TIMES[word]] = now_ns + int(Decimal(words.pop(0)) * SECOND_NS)
            if word == "gtd":
                asked["time_in_force"] = "gtd"
        elif "=" in word:
            asked |= _named(*word.split("=", 1))
        else:
            asked |= _priced(word, words.pop(0), asked["order_type"])
    return Ticket(**asked)


def amendment_of(words: list[str], *, order_id: str) -> Amendment:
    """Read a change in place."""
    asked: dict[str, Any] = {"order_id": order_id}
    while words:
        match words.pop(0):
            case "post":
                asked["post_only"] = True
            case "qty":
                asked["order_qty"] = Decimal(words.pop(0))
            case "shows":
                asked["display_qty"] = Decimal(words.pop(0))
            case "price":
                asked["limit_price"], price_type = _price(words.pop(0))
                asked["limit_price_type"] = None if price_type == "static" else price_type
            case "stop":
                asked["trigger_price"], price_type = _price(words.pop(0))
                asked["trigger_price_type"] = None if price_type == "static" else price_type
            case word:
                raise AssertionError(word)
    return Amendment(**asked)


def replacement_of(words: list[str], *, order_id: str, symbol: str) -> Replacement:
    """Read a replacement."""
    asked: dict[str, Any] = {"order_id": order_id, "symbol": symbol}
    words = [word for word in words if word != "check"]
    while words:
        match words.pop(0):
            case "qty":
                asked["order_qty"] = Decimal(words.pop(0))
            case "price":
                asked["limit_price"] = Decimal(words.pop(0))
            case "shows":
                asked["display_qty"] = Decimal(words.pop(0))
            case "stop":
                asked["trigger_price"], asked["trigger_price_type"] = _price(words.pop(0))
            case "post":
                asked["post_only"] = True
            case word:
                asked["new_userref"] = int(word.removeprefix("tag="))
    return Replacement(**asked)


def _named(name: str, value: str) -> dict[str, Any]:
    match name:
        case "tag":
            return {"userref": int(value)}
        case "id":
            return {"cl_ord_id": value}
        case "sub":
            return {"sender_sub_id": value}
    assert name == "close", name
    order_type, trigger, limit = value.split(",")
    asked: dict[str, Any] = {"order_type": order_type}
    if trigger:
        asked["trigger_price"], asked["trigger_price_type"] = _price(trigger)
    if limit:
        asked["limit_price"], asked["limit_price_type"] = _price(limit)
    return {"conditional": Conditional(**asked)}


def _priced(word: str, number: str, order_type: str) -> dict[str, Any]:
    if word in TRIGGERED:
        price, price_type = _price(number)
        return {"order_type": TRIGGERED[word], "trigger_price": price, "trigger_price_type": price_type}
    if word == "limit":
        price, price_type = _price(number)
        return {"order_type": f"{order_type}-limit", "limit_price": price, "limit_price_type": price_type}
    if word == "shows":
        return {"order_type": "iceberg", "display_qty": Decimal(number)}
    assert word == "@", word
    return {"limit_price": Decimal(number)}


def _price(text: str) -> tuple[Decimal, str]:
    """Read a price or an offset: 95, +2%, -5q."""
    if text.endswith("%"):
        return Decimal(text[:-1]), "pct"
    return (Decimal(text[:-1]), "quote") if text.endswith("q") else (Decimal(text), "static")
