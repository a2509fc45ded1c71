import pytest

from fathom.protocol.refusals import Outcome, order_may_exist


@pytest.mark.parametrize("outcome", [521, 523, 525, 526, 403, 429, "unconnected"])
def test_what_did_not_arrive_has_made_no_order(outcome: int | Outcome) -> None:
    assert not order_may_exist(outcome)


@pytest.mark.parametrize(
    "outcome", [500, 502, 503, 504, 520, 522, 524, 527, 200, 302, 404, 408, "dropped", "timeout", "unreadable"]
)
def test_of_the_rest_nobody_knows(outcome: int | Outcome) -> None:
    assert order_may_exist(outcome)
