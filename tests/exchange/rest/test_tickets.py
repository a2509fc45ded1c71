"""What only some tickets have: times, flags and closes. The types of orders stand in test_trading_add."""

from typing import Any

import pytest
from rest_venue import SECOND_NS, START_NS, RestVenue

from fathom.exchange.rest.envelope import Refused
from fathom.exchange.rest.forms import Form
from fathom.exchange.rest.tickets import read_deadline, read_flags, read_prices
from fathom.protocol.messages import OrderSide, WireOrderType


@pytest.mark.parametrize(("ahead", "good"), [("02", True), ("30", True), ("59.999", True), ("01.999", False)])
def test_deadlines_of_2_to_60_seconds(ahead: str, good: bool) -> None:
    form = Form({"deadline": f"2026-01-05T12:00:{ahead}Z"})
    if good:
        assert read_deadline(form, now_ns=START_NS) == START_NS + int(float(ahead) * 1000) * 1_000_000
    else:
        with pytest.raises(Refused, match="deadline"):
            read_deadline(form, now_ns=START_NS)


def test_no_deadline() -> None:
    assert read_deadline(Form({}), now_ns=START_NS) is None


@pytest.mark.parametrize(("text", "flags"), [("", set()), ("post", {"post"}), ("fciq, post", {"fciq", "post"})])
def test_flags(text: str, flags: set[str]) -> None:
    assert read_flags(Form({"oflags": text})) == flags


# Type, side, price, price2: limit and trigger from a last price of 100.0.
PRICES: list[tuple[WireOrderType, OrderSide, str, str, str | None, str | None]] = [
    ("market", "buy", "5", "", None, None),
    ("limit", "buy", "5", "7", "5", None),
    ("limit", "buy", "#5", "", "95.0", None),
    ("limit", "sell", "#5%", "", "105.0", None),
    ("stop-loss", "sell", "#5", "", None, "-5"),
    ("stop-loss", "buy", "#5", "", None, "5"),
    ("take-profit", "sell", "#5", "", None, "5"),
    ("take-profit", "buy", "#5%", "", None, "-5"),
    ("stop-loss-limit", "sell", "90", "-1", "89.0", "90"),
    ("stop-loss-limit", "sell", "-10%", "-10%", "81.0", "-10"),
    ("stop-loss-limit", "sell", "90", "#1", "89.0", "90"),
    ("trailing-stop", "buy", "+5", "", None, "5"),
    ("trailing-stop", "sell", "#5", "", None, "5"),
    ("trailing-stop-limit", "sell", "+5%", "-1%", "-1", "5"),
    ("trailing-stop-limit", "sell", "+5%", "#1", "-1", "5"),
    ("trailing-stop-limit", "buy", "+5%", "#1", "1", "5"),
]


@pytest.mark.parametrize(("order_type", "side", "price", "price2", "limit", "trigger"), PRICES)
def test_what_price_and_price2_mean(
    *,
    venue: RestVenue,
    order_type: WireOrderType,
    side: OrderSide,
    price: str,
    price2: str,
    limit: str | None,
    trigger: str | None,
) -> None:
    pair = venue.listing.pair("BTC/USD")
    assert pair is not None
    form = Form({"price": price, "price2": price2})
    prices = read_prices(form, pair, side=side, order_type=order_type, last_ticks=1000)
    assert (text_of(prices.limit), text_of(prices.trigger)) == (limit, trigger)


def text_of(value: Any) -> str | None:
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("fields", "expire_s"),
    [({"expiretm": "+5"}, 5), ({"expiretm": START_NS // SECOND_NS + 9, "timeinforce": "GTC"}, 9)],
)
def test_a_time_to_expire_makes_an_order_gtd(venue: RestVenue, fields: dict[str, Any], expire_s: int) -> None:
    order_id = venue.limit("buy", "0.1", "9000", **fields)
    order = venue.account().orders[order_id]
    assert (order.time_in_force, order.expire_ns) == ("gtd", START_NS + expire_s * SECOND_NS)
    venue.wait(expire_s)
    assert venue.ask("ClosedOrders")["closed"][order_id]["status"] == "expired"
