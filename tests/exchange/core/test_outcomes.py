"""core/outcomes.py: an amend and an edit say what they made."""

from decimal import Decimal

from core_scenario import Scenario

from fathom.exchange.core import Amended, Amendment, Edited, Replacement


def test_outcomes() -> None:
    scenario = Scenario()
    scenario.do("ann", "buy 1 @ 99 id=x #a")
    order, account, now_ns = scenario.order("a"), scenario.accounts["ann"], scenario.now_ns
    amended = scenario.venue.amend_order(account, Amendment(cl_ord_id="x", order_qty=Decimal(2)), now_ns=now_ns)
    assert isinstance(amended, Amended)
    assert (amended.order, amended.row) == (order, order.amends[-1])
    edited = scenario.venue.edit_order(
        account, Replacement(order_id=order.order_id, symbol=order.symbol), now_ns=now_ns
    )
    assert isinstance(edited, Edited)
    assert edited.old is order
    assert edited.new is not order
    assert edited.new.qty_lots == 200
