"""The facts of the endpoints: what costs, what may be sent again, what goes first."""

from decimal import Decimal

import pytest

from fathom.exchange.core import Rules
from fathom.exchange.rest.methods import PRIVATE, PUBLIC, PrivateMethod
from fathom.protocol import rest

COSTS = {"none": 0, "order": 0, "call": 1, "history": 4}


def test_every_endpoint_of_the_exchange_is_here_and_no_other() -> None:
    facts = [request.endpoint for request in rest.ENDPOINTS.values()]
    assert {one.name for one in facts if one.private} == set(PRIVATE)
    assert {one.name for one in facts if not one.private} == set(PUBLIC)


def needs(facts: rest.Endpoint | PrivateMethod) -> tuple[set[str], set[str]]:
    """All of the first, one of the second; one of one is all of one."""
    one = set(facts.any_of)
    return (set(facts.all_of) | one, set()) if len(one) == 1 else (set(facts.all_of), one)


@pytest.mark.parametrize("name", PRIVATE)
def test_permissions_and_costs_are_what_a_second_opinion_says(name: str) -> None:
    facts, method = rest.ENDPOINTS[name].endpoint, PRIVATE[name]
    assert facts.path == f"/0/private/{name}"
    assert needs(facts) == needs(method)
    assert COSTS[facts.counter] == method.calls(Rules())


def test_a_public_call_costs_no_key_anything() -> None:
    facts = rest.Time.endpoint
    assert (facts.path, facts.private, facts.counter, facts.any_of) == ("/0/public/Time", False, "none", ())


def order(**more: bool) -> rest.AddOrder:
    return rest.AddOrder(pair="BTC/USD", ordertype="market", type="buy", volume=Decimal(1), **more)


@pytest.mark.parametrize(
    ("request_", "may"),
    [
        (rest.Time(), True),
        (rest.OpenOrders(), True),
        (rest.GetWebSocketsToken(), True),
        (order(), False),
        (order(validate=True), True),
        (rest.CancelAll(), False),
        (rest.AmendOrder(txid="O"), False),
        (rest.Withdraw(asset="XBT", key="main", amount=Decimal(1)), False),
        (rest.EarnAllocate(strategy_id="ES", amount=Decimal(1)), False),
        (rest.AddExport(report="trades", description="x"), False),
    ],
)
def test_what_may_be_sent_again_when_nobody_knows(request_: rest.RestRequest[object], may: bool) -> None:
    assert rest.may_repeat(request_) is may


def test_only_what_takes_risk_away_is_urgent() -> None:
    urgent = {name for name, request in rest.ENDPOINTS.items() if request.endpoint.urgent}
    assert urgent == {"CancelOrder", "CancelAll", "CancelAllOrdersAfter", "CancelOrderBatch"}
    assert all(rest.ENDPOINTS[name].endpoint.repeatable for name in urgent)
