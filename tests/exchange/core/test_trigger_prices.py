"""core/trigger_prices.py: where a trigger lies, and the limit that hangs on it."""

from decimal import Decimal
from typing import Any

import pytest
from core_scenario import PLAIN, Scenario
from msgspec import structs

from fathom.exchange.core import Market, Refusal, Trigger
from fathom.exchange.core.trigger_prices import limit_when_triggered, trailing_ticks, trigger_of
from fathom.exchange.listing import Listing


def market(**changes: Any) -> Market:
    pair = structs.replace(PLAIN, **changes)
    made = Market(Listing(pairs=[pair]), pair)
    made.last_ticks, made.index_ticks = 1000, 1100
    return made


@pytest.mark.parametrize(
    ("order_type", "side", "price", "price_type", "reference", "actual", "above", "peak"),
    [
        ("stop-loss", "sell", "95", "static", "last", 950, False, None),
        ("stop-loss", "sell", "-2", "pct", "last", 980, False, None),
        ("stop-loss", "sell", "-2", "pct", "index", 1078, False, None),
        ("stop-loss", "buy", "+2", "pct", "last", 1020, True, None),
        ("take-profit", "sell", "5", "quote", "last", 1050, True, None),
        ("take-profit", "buy", "-5", "quote", "last", 950, False, None),
        ("trailing-stop", "sell", "10", "quote", "last", 900, False, 1000),
        ("trailing-stop", "buy", "10", "pct", "index", 1210, True, 1100),
    ],
)
def test_triggers(
    *,
    order_type: Any,
    side: Any,
    price: str,
    price_type: Any,
    reference: Any,
    actual: int,
    above: bool,
    peak: int | None,
) -> None:
    made = trigger_of(
        market(), order_type=order_type, side=side, price=Decimal(price), price_type=price_type, reference=reference
    )
    assert isinstance(made, Trigger)
    assert (made.actual_ticks, made.above, made.peak_ticks, made.price) == (actual, above, peak, Decimal(price))


def test_a_pair_without_an_index() -> None:
    made = trigger_of(
        market(has_index=False),
        order_type="stop-loss",
        side="sell",
        price=Decimal(95),
        price_type="static",
        reference="index",
    )
    assert made == Refusal("EGeneral:Invalid arguments:Index unavailable")


@pytest.mark.parametrize("distance", ["0", "-1", "NaN"])
def test_a_distance_is_above_zero(distance: str) -> None:
    assert trailing_ticks(1000, Decimal(distance), "quote", above=False, pair=PLAIN) == Refusal("EOrder:Invalid price")


@pytest.mark.parametrize(("limit", "ticks"), [("-1q", 890), ("+1q", 910), ("0q", 900), ("-1%", 891), ("85", 850)])
def test_the_limit_is_an_offset_with_its_sign(limit: str, ticks: int) -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 1 @ 100")
    scenario.do("bob", "buy 1 @ 100")
    scenario.do("ann", f"sell 1 trail 10q limit {limit} #a")
    assert limit_when_triggered(scenario.order("a"), PLAIN) == ticks
