from decimal import Decimal

import pytest

from fathom.risk import GroupWorth, Limits
from fathom.risk.account_checks import (
    free_min,
    funds,
    gross_exposure_share_max,
    group_share_max,
    position_share_max,
    valued,
)
from risk_proposals import EDGE, NOTHING_OWN, Values, at_the_edge, of, passes

LIMITS = Limits(
    position_share_max=Decimal("0.10"), gross_exposure_share_max=Decimal("0.50"), free_min={"USD": Decimal(50)}
)


def cents(value: str) -> Values:
    """A cent less, the value, a cent more."""
    return Decimal(value) - Decimal("0.01"), Decimal(value), Decimal(value) + Decimal("0.01")


def test_what_is_given_is_held() -> None:
    # It gives 101 USD of 10,000.
    assert at_the_edge(funds, LIMITS, "bound_given", cents("9899")) == EDGE
    assert at_the_edge(funds, LIMITS, "held_given", cents("101")[::-1]) == EDGE
    assert at_the_edge(funds, LIMITS, "given", cents("10000")) == EDGE


def test_so_much_stays_free() -> None:
    assert at_the_edge(free_min, LIMITS, "bound_given", cents("9849")) == EDGE
    assert passes(free_min, LIMITS, bound_given=Decimal(9_899), w_side="sell")  # No such limit of BTC.
    assert passes(free_min, Limits(), bound_given=Decimal(9_899))


def test_an_amend_that_takes_back_needs_no_funds() -> None:
    assert passes(funds, LIMITS, held_given=Decimal(0), grows=False)
    assert passes(free_min, LIMITS, held_given=Decimal(0), grows=False)


def test_a_position_is_a_share_of_equity() -> None:
    assert at_the_edge(position_share_max, LIMITS, "after_taken", cents("10")) == EDGE
    assert at_the_edge(position_share_max, LIMITS, "equity", cents("1000")[::-1]) == EDGE
    assert at_the_edge(position_share_max, LIMITS, "taken_price", cents("1000")) == EDGE


def test_the_exposure_is_a_share_of_equity() -> None:
    assert at_the_edge(gross_exposure_share_max, LIMITS, "gross", cents("4900")) == EDGE
    assert at_the_edge(gross_exposure_share_max, LIMITS, "taken", cents("50")) == EDGE
    assert not passes(gross_exposure_share_max, LIMITS, gross=None)


def test_a_group_is_a_share_of_equity() -> None:
    for worth, passing in zip(cents("1900"), EDGE, strict=True):
        groups = (GroupWorth("calm", Decimal(1), Decimal(0)), GroupWorth("majors", Decimal("0.20"), worth))
        assert passes(group_share_max, LIMITS, groups=groups) == passing
    assert not passes(group_share_max, LIMITS, groups=(GroupWorth("majors", Decimal(1), None),))
    assert passes(group_share_max, LIMITS, groups=())


@pytest.mark.parametrize("check", [position_share_max, gross_exposure_share_max])
@pytest.mark.parametrize("equity", [None, Decimal(0), Decimal(-1)])
def test_an_account_that_cannot_be_valued_takes_only_its_own_currency(check: object, equity: Decimal | None) -> None:
    assert not passes(check, LIMITS, equity=equity)  # type: ignore[arg-type]  # Both are checks.
    assert passes(check, LIMITS, equity=equity, adds=False)  # type: ignore[arg-type]  # Both are checks.


def test_a_refusal_names_what_has_no_price() -> None:
    said = position_share_max(of(equity=None, unpriced="ETH"), LIMITS, NOTHING_OWN)
    assert said == "the account cannot be valued now: no verified book tells what a ETH is worth"
    assert position_share_max(of(equity=Decimal(0)), LIMITS, NOTHING_OWN) == "the account cannot be valued now"


def test_what_reduces_passes_every_share() -> None:
    groups = (GroupWorth("majors", Decimal("0.20"), Decimal(9_000)),)
    beyond: dict[str, object] = {"after_taken": Decimal(999), "gross": Decimal(99_999), "groups": groups}
    for check in (position_share_max, gross_exposure_share_max, group_share_max):
        assert not passes(check, LIMITS, **beyond)
        assert passes(check, LIMITS, **beyond, adds=False)


def test_a_pair_without_a_price_of_its_quote_is_not_traded() -> None:
    assert passes(valued, LIMITS)
    assert not passes(valued, LIMITS, rate=None)


def test_a_refusal_says_by_how_much() -> None:
    said = position_share_max(of(after_taken=Decimal("10.5")), LIMITS, NOTHING_OWN)
    assert said == "the position would be 10.50% of equity, more than 10.00%"
