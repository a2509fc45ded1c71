"""core/intake.py: what is wrong with an order, in Kraken's words; and what an order is made of."""

from decimal import Decimal

import pytest
from core_scenario import SECOND_NS, Scenario
from msgspec import structs

from fathom.exchange.core import Order, Refusal

ARGUMENTS = "EGeneral:Invalid arguments"
DAY_S = 86_400


@pytest.mark.parametrize(
    ("command", "error"),
    [
        # What goes with which type (websocket-v2.md 8.1).
        ("buy 1", f"{ARGUMENTS}:price"),
        ("buy 1 stop 5 @ 5", f"{ARGUMENTS}:price2"),
        ("buy 1 stop 5 limit 5%", f"{ARGUMENTS}:price2"),
        ("buy 1 @ 5 market", f"{ARGUMENTS}:price"),
        ("buy 1 @ 5 post ioc", f"{ARGUMENTS}:post_only"),
        ("buy 1 @ 5 post fok", f"{ARGUMENTS}:post_only"),
        ("buy 1 market post", f"{ARGUMENTS}:post_only"),
        ("buy 1 stop 5 post", f"{ARGUMENTS}:post_only"),
        ("buy 1 @ 5 shows 1 ioc", f"{ARGUMENTS}:timeinforce"),
        ("buy 1 market fok", f"{ARGUMENTS}:timeinforce"),
        ("buy 1 market gtd 5", f"{ARGUMENTS}:timeinforce"),
        ("buy 1 stop 5 ioc", f"{ARGUMENTS}:timeinforce"),
        ("settle buy 1 ioc", f"{ARGUMENTS}:timeinforce"),
        ("settle buy 1 at 5", f"{ARGUMENTS}:ordertype"),
        ("settle buy 1", "EOrder:Reduce only:No position exists"),
        # Quantities.
        ("buy 0 @ 5", f"{ARGUMENTS}:volume"),
        ("buy -1 @ 5", f"{ARGUMENTS}:volume"),
        ("buy 1.001 @ 5", f"{ARGUMENTS}:volume"),
        ("buy NaN @ 5", f"{ARGUMENTS}:volume"),
        ("buy 1e30 @ 5", f"{ARGUMENTS}:volume"),
        ("buy 0.09 @ 100", "EOrder:Order minimum not met"),
        ("buy 0.1 @ 4.9", "EOrder:Cost minimum not met"),
        ("buy 0.1 stop 4.9", "EOrder:Cost minimum not met"),
        ("sell cash 5 market", f"{ARGUMENTS}:volume"),
        ("buy cash 5 @ 5", f"{ARGUMENTS}:volume"),
        ("buy cash 5 market x2", f"{ARGUMENTS}:volume"),
        ("buy cash 0 market", f"{ARGUMENTS}:volume"),
        ("buy cash 5.00001 market", f"{ARGUMENTS}:volume"),
        ("buy cash 0.4 market", "EOrder:Cost minimum not met"),
        ("buy 2 @ 5 shows 0.13", f"{ARGUMENTS}:displayvol"),  # Fewer than a fifteenth.
        ("buy 2 @ 5 shows 2.01", f"{ARGUMENTS}:displayvol"),
        ("buy 2 @ 5 shows 0", f"{ARGUMENTS}:displayvol"),
        ("buy 2 @ 5 shows 0.133", f"{ARGUMENTS}:displayvol"),
        # Prices.
        ("buy 1 @ 0", "EOrder:Invalid price"),
        ("buy 1 @ -5", "EOrder:Invalid price"),
        ("buy 1 @ 5.01", "EOrder:Invalid price"),
        ("buy 1 @ Infinity", "EOrder:Invalid price"),
        ("buy 1 stop 0", "EOrder:Invalid price"),
        ("buy 1 trail 5% limit -200%", "EOrder:Invalid price"),
        # Times.
        ("buy 1 @ 5 gtd 0", f"{ARGUMENTS}:expiretm"),
        ("buy 1 @ 5 gtd -5", f"{ARGUMENTS}:expiretm"),
        (f"buy 1 @ 5 gtd {31 * DAY_S + 1}", f"{ARGUMENTS}:expiretm"),
        ("buy 1 @ 5 gtd 5 ioc", f"{ARGUMENTS}:expiretm"),
        (f"buy 1 @ 5 at {31 * DAY_S + 1}", f"{ARGUMENTS}:starttm"),
        ("buy 1 @ 5 at 5 gtd 5", f"{ARGUMENTS}:starttm"),
        ("buy 1 @ 5 until -0.001", "EService:Deadline elapsed"),
        ("buy 1 @ 5 until 0.499", f"{ARGUMENTS}:deadline"),
        ("buy 1 @ 5 until 60.001", f"{ARGUMENTS}:deadline"),
        # Ids.
        ("buy 1 @ 5 tag=1 id=x", f"{ARGUMENTS}:cl_ord_id"),
        ("buy 1 @ 5 id=nineteen-characters", f"{ARGUMENTS}:cl_ord_id"),
        ("buy 1 @ 5 id=", f"{ARGUMENTS}:cl_ord_id"),
        ("buy 1 @ 5 tag=2147483648", f"{ARGUMENTS}:userref"),
        ("buy 1 @ 5 sub=nineteen-characters", f"{ARGUMENTS}:sender_sub_id"),
        # Margin.
        ("buy 1 @ 5 x11", f"{ARGUMENTS}:leverage"),
        ("buy 1 @ 5 reduce", f"{ARGUMENTS}:reduce_only"),
        ("buy 1 @ 5 x2 reduce", "EOrder:Reduce only:No position exists"),
        ("buy 1000 @ 5000 x2", "EOrder:Margin position size exceeded"),
    ],
)
def test_refusals(command: str, error: str) -> None:
    scenario = Scenario()
    assert scenario.do("ann", command) == f"no {error}"
    assert scenario.accounts["ann"].orders == {}
    assert scenario.accounts["ann"].margin_holds == {}


@pytest.mark.parametrize(
    "command",
    [
        "buy 1 market ioc",
        "buy 2 @ 5 shows 0.14",
        "buy 2 @ 5 shows 2",
        f"buy 1 @ 5 gtd {31 * DAY_S}",
        "buy 1 @ 5 at -5",
        "buy 1 @ 5 until 0.5",
        "buy 1 @ 5 until 60",
        "buy 1 @ 5 id=eighteen-character",
        "buy 1 @ 5 id=2c6be801-1f53-4f79-a0bb-4ea1c95dfae9",
        "buy 1 @ 5 id=2c6be8011f534f79a0bb4ea1c95dfae9",
        "buy 1 @ 5 tag=-2147483648",
        "buy 1 stop 5 limit 6 post",
        "buy 1 trail 5% limit 0q",
        "buy 1 @ 5 x2",
        "buy 0.1 @ 5",
    ],
)
def test_these_are_good(command: str) -> None:
    assert Scenario().do("ann", command).startswith("ann: new")


def test_an_index_that_a_pair_does_not_have() -> None:
    scenario = Scenario()
    ticket = structs.replace(scenario.ticket("sell 1 stop 90 index"), symbol="XMR/USD")
    made = scenario.venue.add_order(scenario.accounts["ann"], ticket, now_ns=scenario.now_ns)
    assert made == Refusal(f"{ARGUMENTS}:Index unavailable")


def test_an_unknown_pair() -> None:
    scenario = Scenario()
    ticket = structs.replace(scenario.ticket("sell 1 @ 90"), symbol="XBT/USD")
    made = scenario.venue.add_order(scenario.accounts["ann"], ticket, now_ns=scenario.now_ns)
    assert made == Refusal("EQuery:Unknown asset pair")


def test_one_kind_of_quantity() -> None:
    scenario = Scenario()
    both = structs.replace(scenario.ticket("buy 1 market"), cash_order_qty=Decimal(5))
    neither = structs.replace(scenario.ticket("buy 1 market"), order_qty=None)
    for ticket in (both, neither):
        made = scenario.venue.add_order(scenario.accounts["ann"], ticket, now_ns=scenario.now_ns)
        assert made == Refusal(f"{ARGUMENTS}:volume")


def test_client_ids_are_unique_among_open_orders() -> None:
    scenario = Scenario()
    assert scenario.do("ann", "buy 1 @ 5 id=x #a") == "ann: new"
    assert scenario.do("ann", "buy 1 @ 5 id=x") == f"no {ARGUMENTS}:cl_ord_id"
    assert scenario.do("bob", "buy 1 @ 5 id=x") == "bob: new"
    scenario.do("ann", "cancel a")
    assert scenario.do("ann", "buy 1 @ 5 id=x") == "ann: new"


def test_zero_stands_for_what_there_is_to_close() -> None:
    scenario = Scenario()
    scenario.do("hal", "sell 1 @ 100")
    scenario.do("ann", "buy 1 market x2")
    scenario.do("ann", "sell 0 @ 110 x2 reduce #a")
    assert scenario.order("a").qty_lots == 100
    assert scenario.do("ann", "buy 0 @ 110 x2") == f"no {ARGUMENTS}:volume"


def test_what_an_order_is_made_of() -> None:
    scenario = Scenario()
    scenario.do("ann", "sell 2 stop -5q limit 90 gtd 100 tag=7 base stp=both sub=desk post #a")
    order = scenario.order("a")
    assert (order.limit_ticks, order.qty_lots, order.fee_in_base, order.stp_type) == (900, 200, True, "cancel_both")
    assert (order.userref, order.sender_sub_id, order.expire_ns) == (7, "desk", scenario.now_ns + 100 * SECOND_NS)
    assert order.opened_ns == order.changed_ns == scenario.now_ns
    trigger = order.trigger
    assert trigger is not None
    # Before any trade offsets count from what the pair cost when it was listed: 100.
    assert (trigger.actual_ticks, trigger.price, trigger.price_type) == (950, Decimal(-5), "quote")
    assert (trigger.above, trigger.peak_ticks, trigger.triggered) == (False, None, False)


def test_the_fee_is_in_quote_unless_asked_for() -> None:
    # Kraken's pages say base for sells; its captured rows of sells say quote.
    scenario = Scenario()
    scenario.do("ann", "sell 2 @ 90 #a")
    assert not scenario.order("a").fee_in_base


@pytest.mark.parametrize("command", ["buy 1 stop 5", "buy cash 5 market", "buy 1 @ 5.01", "buy 0 @ 5", "buy 1.001 @ 5"])
def test_the_house_is_plain(command: str) -> None:
    assert Scenario().do("hal", command).startswith("no ")


def test_plain_or_not_a_limit_order_has_a_price() -> None:
    scenario = Scenario()
    ticket = structs.replace(scenario.ticket("buy 1 @ 5"), limit_price=None)
    for who in ("hal", "ann"):
        made = scenario.venue.add_order(scenario.accounts[who], ticket, now_ns=scenario.now_ns)
        assert made == Refusal(f"{ARGUMENTS}:price")


def test_slices_are_for_icebergs() -> None:
    scenario = Scenario()
    ticket = structs.replace(scenario.ticket("buy 1 @ 5"), display_qty=Decimal(1))
    made = scenario.venue.add_order(scenario.accounts["ann"], ticket, now_ns=scenario.now_ns)
    assert made == Refusal(f"{ARGUMENTS}:displayvol")


def test_a_refused_order_costs_the_fixed_part() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 0")
    assert scenario.venue.rates.count(scenario.accounts["ann"], scenario.symbol, scenario.now_ns) == 1


def test_a_validated_order_is_an_order() -> None:
    scenario = Scenario()
    made = scenario.venue.add_order(
        scenario.accounts["ann"], scenario.ticket("buy 1 @ 5"), now_ns=scenario.now_ns, validate=True
    )
    assert isinstance(made, Order)
    assert made.status == "pending_new"
