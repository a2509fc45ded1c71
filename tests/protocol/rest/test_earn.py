"""Earn: strategies, allocations, allocating."""

from decimal import Decimal

import pytest

from fathom.protocol import rest
from rest_calls import ask, result, send
from whole_exchange import Stage


def test_allocations() -> None:
    text = (
        '{"converted_asset":"USD","total_allocated":"49.2398","total_rewarded":"0.0675","items":[{"strategy_id":"ES",'
        '"native_asset":"ETH","amount_allocated":{"bonding":{"native":"0.02","converted":"39.0645","allocation_count":2,'
        '"allocations":[{"created_at":"2023-07-06T10:52:05Z"}]},"total":{"native":"0.025","converted":"49.2398"}},'
        '"total_rewarded":{"native":"0","converted":"0"}}]}'
    )
    said = result(rest.EarnAllocations(), text)
    (item,) = said.items
    assert (said.total_allocated, item.amount_allocated.total.native) == (Decimal("49.2398"), Decimal("0.025"))
    assert item.amount_allocated.bonding is not None
    assert item.amount_allocated.bonding.allocation_count == 2
    assert item.amount_allocated.unbonding is None


def test_the_exchange_says_so_too() -> None:
    stage = Stage()
    strategies = ask(stage, rest.EarnStrategies(lock_type=("instant",), limit=1)).items
    (strategy,) = strategies
    assert strategy.lock_type == rest.earn.EarnType(type="instant")
    assert strategy.apr_estimate is not None
    assert strategy.apr_estimate.high == 2
    assert ask(stage, rest.EarnStrategies(lock_type=("bonded",))).items == ()
    assert ask(stage, rest.EarnAllocations(converted_asset="EUR")).converted_asset == "EUR"
    for status in (rest.EarnAllocateStatus, rest.EarnDeallocateStatus):
        assert ask(stage, status(strategy_id=strategy.id), name="treasurer").pending is False


@pytest.mark.parametrize("kind", [rest.EarnAllocate, rest.EarnDeallocate])
def test_allocating(kind: type[rest.EarnAllocate] | type[rest.EarnDeallocate]) -> None:
    stage = Stage()
    (strategy,) = ask(stage, rest.EarnStrategies(limit=1)).items
    request = kind(strategy_id=strategy.id, amount=Decimal("0.1"))
    assert send(stage, request, name="treasurer").errors[0].startswith("EEarnings:Permission denied")
    assert result(request, "true") is True
