"""core/reasons.py: the texts are Kraken's."""

from fathom.exchange.bank import Refusal
from fathom.exchange.core import reasons


def test_refusals_are_in_kraken_s_form() -> None:
    refusals = [value for value in vars(reasons).values() if isinstance(value, Refusal)]
    assert len(refusals) > 15
    for refusal in refusals:
        category = refusal.error.partition(":")[0]
        assert category in {"EQuery", "EService", "EOrder", "EGeneral"}, refusal


def test_invalid_names_the_argument() -> None:
    assert reasons.invalid("price").error == "EGeneral:Invalid arguments:price"


def test_a_refusal_as_the_reason_of_an_end() -> None:
    assert reasons.reason_of(reasons.NO_POSITION) == "Reduce only:No position exists"
    assert reasons.reason_of(Refusal("EOrder:Insufficient funds")) == reasons.NO_FUNDS
    assert reasons.reason_of(reasons.POST_ONLY_REFUSED) == reasons.POST_ONLY
