from decimal import Decimal

import msgspec
import pytest

from fathom.domain import Close
from fathom.risk import Limits, SymbolLimits
from fathom.risk.order_checks import (
    amends_minute_max,
    lawful,
    open_orders_max,
    order_qty_max,
    order_value_max,
    orders_minute_max,
    turnover_day_max,
)
from market_feed import BTC, T0
from risk_proposals import EDGE, NOTHING_OWN, at_the_edge, of, passes

LIMITS = Limits(
    order_qty_max=Decimal(5),
    order_value_max=Decimal(500),
    open_orders_max=3,
    orders_minute_max=3,
    amends_minute_max=3,
    turnover_day_max=Decimal(1_000),
)
OWN = SymbolLimits(
    open_orders_max=2, orders_minute_max=2, amends_minute_max=2, turnover_day_max=Decimal(600), rejections_max=1
)
COARSE = msgspec.structs.replace(
    BTC, price_increment_ticks=5, qty_increment_lots=10, qty_lots_min=20, cost_min=Decimal(30)
)


def form(kind: str, price: int | None, trigger: int | None, **more: object) -> dict[str, object]:
    """An order of a kind, as it was wanted and as it is judged."""
    worst = next(ticks for ticks in (price, trigger, 1000) if ticks is not None)
    return {
        "w_order_type": kind,
        "w_price_ticks": price,
        "price_ticks": price,
        "w_trigger_ticks": trigger,
        "worst_ticks": worst,
        **more,
    }


@pytest.mark.parametrize(
    ("changes", "lets"),
    [
        ({"price_ticks": 1000}, True),
        ({"price_ticks": 1001}, False),  # Between two ticks.
        ({"price_ticks": 0}, False),
        ({"price_ticks": -5}, False),
        ({"total_lots": 105, "qty_lots": 105}, False),  # Between two lots.
        ({"total_lots": 105, "qty_lots": 100}, False),
        ({"total_lots": 110, "qty_lots": 105}, True),  # What is left of an amended order may be anything.
        ({"total_lots": 0, "qty_lots": 0}, False),
        ({"total_lots": -10, "qty_lots": -10}, False),
        ({"total_lots": 10, "qty_lots": 10}, False),  # Below the least quantity, 20.
        ({"total_lots": 20, "qty_lots": 20, "worst_ticks": 1500}, True),
        ({"total_lots": 30, "qty_lots": 0}, False),
        ({"total_lots": 30, "qty_lots": 30}, True),  # Worth just 30 USD.
        ({"total_lots": 20, "qty_lots": 20}, False),
        ({"total_lots": 30, "qty_lots": 10}, True),  # The minimum looks at the whole order.
        ({"total_lots": 30, "qty_lots": 30, "worst_ticks": 995}, False),
        ({"worst_ticks": None}, False),
    ],
)
def test_what_the_pair_allows(changes: dict[str, object], lets: bool) -> None:
    assert passes(lawful, LIMITS, instrument=COARSE, **changes) == lets


@pytest.mark.parametrize(
    ("changes", "lets"),
    [
        (form("limit", 1000, None), True),
        (form("limit", None, None), False),
        (form("limit", 1000, 990), False),
        (form("market", None, None), True),
        (form("market", 1000, None), False),  # It would not keep to it.
        (form("market", None, 1000), False),
        (form("market", None, None, post_only=True), False),
        (form("stop-loss", None, 1010), True),
        (form("stop-loss", None, None), False),
        (form("stop-loss", 1010, 1010), False),
        (form("stop-loss", None, 1011), True),
        (form("stop-loss", None, 0), False),
        (form("stop-loss", None, 1010, post_only=True), False),
        (form("take-profit", None, 990), True),
        (form("stop-loss-limit", 1015, 1010), True),
        (form("stop-loss-limit", None, 1010), False),
        (form("take-profit-limit", 985, 990, post_only=True), True),
        (form("trailing-stop", None, 20, w_side="sell", start_twice=1960), True),
        (form("trailing-stop", None, 1000, w_side="sell", start_twice=0), False),
        (form("limit", 1000, None, w_reduce_only=True), False),  # A buy reduces nothing.
        (form("limit", 1000, None, w_reduce_only=True, w_side="sell"), True),
        # An iceberg: a limit order that shows a part in fifteen of itself or more.
        (form("limit", 1000, None, w_display_lots=7, total_lots=105, qty_lots=105), True),
        (form("limit", 1000, None, w_display_lots=7, total_lots=106, qty_lots=106), False),
        (form("limit", 1000, None, w_display_lots=100), True),
        (form("limit", 1000, None, w_display_lots=101), False),
        (form("limit", 1000, None, w_display_lots=0), False),
        (form("stop-loss", None, 1010, w_display_lots=50), False),
        (form("limit", 1000, None, w_display_lots=50, w_time_in_force="ioc"), False),
        # A conditional close sells what a buy brings in.
        (form("limit", 1000, None, w_close=Close("limit", 1100)), True),
        (form("limit", 1000, None, w_close=Close("stop-loss", None, 900)), True),
        (form("limit", 1000, None, w_close=Close("limit")), False),
        (form("limit", 1000, None, w_close=Close("stop-loss")), False),
        (form("limit", 1000, None, w_close=Close("market")), False),
        (form("limit", 1000, None, w_close=Close("limit", 900), w_side="sell"), False),
    ],
)
def test_what_goes_with_which_type(changes: dict[str, object], lets: bool) -> None:
    assert passes(lawful, LIMITS, **changes) == lets


@pytest.mark.parametrize(
    ("changes", "lets"),
    [
        ({}, True),
        ({"w_time_in_force": "ioc"}, True),
        ({"w_time_in_force": "fok"}, True),
        ({"w_time_in_force": "ioc", "post_only": True}, False),
        ({"w_time_in_force": "gtd", "w_expire_ns": T0 + 1}, True),
        ({"w_time_in_force": "gtd", "w_expire_ns": T0}, False),
        ({"w_time_in_force": "gtd"}, False),
        ({"w_expire_ns": T0 + 1}, False),
        ({"w_time_in_force": "ioc", **form("stop-loss", None, 1010)}, False),
    ],
)
def test_how_long_an_order_may_wait(changes: dict[str, object], lets: bool) -> None:
    assert passes(lawful, LIMITS, **changes) == lets


def test_an_order_is_of_a_limited_quantity_and_value() -> None:
    assert at_the_edge(order_qty_max, LIMITS, "qty_lots", (499, 500, 501)) == EDGE
    values = (Decimal("499.99"), Decimal(500), Decimal("500.01"))
    assert at_the_edge(order_value_max, LIMITS, "value", values) == EDGE
    assert passes(order_qty_max, Limits(), qty_lots=10**12)  # No limit is none.


def test_an_amend_that_takes_back_is_never_too_large() -> None:
    assert passes(order_qty_max, LIMITS, qty_lots=501, grows=False)
    assert passes(order_value_max, LIMITS, value=Decimal(501), grows=False)


@pytest.mark.parametrize("reduces", [False, True])
def test_only_so_many_orders_are_open_or_come_within_a_minute(reduces: bool) -> None:
    for check, field, amends in (
        (open_orders_max, "open_orders", False),
        (orders_minute_max, "lately", False),
        (amends_minute_max, "lately", True),
    ):
        changes: dict[str, object] = {"amends": amends, "adds": not reduces}
        assert at_the_edge(check, LIMITS, field, (1, 2, 3), **changes) == EDGE
        assert at_the_edge(check, LIMITS, f"{field}_here", (0, 1, 2), OWN, **changes) == EDGE
        assert passes(check, LIMITS, **{f"{field}_here": 2}, **changes)  # Its own limit alone says so.


def test_orders_and_amends_are_counted_apart() -> None:
    assert passes(orders_minute_max, LIMITS, lately=9, amends=True)
    assert passes(open_orders_max, LIMITS, open_orders=9, amends=True)
    assert passes(amends_minute_max, LIMITS, lately=9)


def test_only_so_much_is_traded_a_day() -> None:
    values = (Decimal("899.99"), Decimal(900), Decimal("900.01"))  # The order is worth 100.
    assert at_the_edge(turnover_day_max, LIMITS, "turnover", values) == EDGE
    here = (Decimal("499.99"), Decimal(500), Decimal("500.01"))
    assert at_the_edge(turnover_day_max, LIMITS, "turnover_here", here, OWN) == EDGE
    assert passes(turnover_day_max, LIMITS, turnover=Decimal(10_000), adds=False)


def test_a_refusal_names_the_symbol_whose_own_limit_it_is() -> None:
    said = open_orders_max(of(open_orders_here=2), LIMITS, OWN)
    assert said == "2 orders are open in BTC/USD, and 2 is the most"
    said = open_orders_max(of(open_orders=3), LIMITS, NOTHING_OWN)
    assert said == "3 orders are open, and 3 is the most"
