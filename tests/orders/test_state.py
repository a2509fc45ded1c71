from decimal import Decimal
from itertools import pairwise
from typing import Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    ClosePlaced,
    Event,
    Happening,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    RunStopped,
)
from fathom.orders import FINAL, ORDER_NEWS, TRANSITIONS, ImpossibleTransition, OrderState, advance

NEWS: Final[list[Happening]] = [
    OrderAccepted("bot-1", "O1"),
    OrderRejected("bot-1", "EOrder:Insufficient funds"),
    AnswerOverdue("bot-1"),
    OrderAbsent("bot-1"),
    OrderTraded("bot-1", "T1", "BTC/USD", "buy", 1, 1, "maker", Decimal(0), "USD"),
    OrderFilled("bot-1"),
    OrderCanceled("bot-1", "User requested"),
    OrderAmended("bot-1", 1, 1),
    AmendRejected("bot-1", "EOrder:Unknown order"),
    CancelRejected("bot-1", "EOrder:Unknown order"),
]
STATES: Final[tuple[OrderState, ...]] = get_args(OrderState)
NEVER: Final = ""

# What the news above make of each state, in their order. Written by hand: a second opinion of the table.
EXPECTED: Final = {
    #             accepted    rejected    overdue     absent      traded      filled
    #             canceled    amended     no amend    no cancel
    "approved": ("open", "rejected", "unsure", NEVER, "open", "filled", "canceled", "open", "approved", "approved"),
    "unsure": ("open", "rejected", "unsure", "rejected", "open", "filled", "canceled", "open", "unsure", "unsure"),
    "open": ("open", NEVER, "open", "open", "open", "filled", "canceled", "open", "open", "open"),
    "filled": ("filled", NEVER, "filled", "filled", "filled", "filled", NEVER, "filled", "filled", "filled"),
    "canceled": (*["canceled"] * 5, NEVER, *["canceled"] * 4),
    "rejected": (NEVER, *["rejected"] * 3, NEVER, NEVER, "rejected", NEVER, "rejected", "rejected"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("index", "event"), list(enumerate(NEWS)), ids=[type(event).__name__ for event in NEWS])
def test_every_state_and_all_that_may_be_said_in_it(state: OrderState, index: int, event: Happening) -> None:
    expected = EXPECTED[state][index]
    if expected:
        assert advance(state, event) == expected
        return
    with pytest.raises(ImpossibleTransition) as impossible:
        advance(state, event)
    assert (impossible.value.state, impossible.value.event) == (state, event)
    assert str(impossible.value) == f"an order that is {state} cannot see {event}"


def test_the_table_has_a_row_for_each_state_and_no_words_of_its_own() -> None:
    assert tuple(TRANSITIONS) == STATES == tuple(EXPECTED)
    assert {after for row in TRANSITIONS.values() for after in row.values()} <= set(STATES)
    assert {kind for row in TRANSITIONS.values() for kind in row} == {type(event) for event in NEWS}
    assert set(get_args(Event)) >= {kind for row in TRANSITIONS.values() for kind in row}


def test_the_news_are_what_moves_an_order_and_what_is_asked_of_it() -> None:
    assert set(ORDER_NEWS) == {type(event) for event in NEWS} | {
        OrderApproved,
        AmendApproved,
        CancelApproved,
        ClosePlaced,
    }
    assert len(ORDER_NEWS) == len(set(ORDER_NEWS))


@pytest.mark.parametrize("state", STATES)
def test_what_is_no_news_of_an_order_moves_none(state: OrderState) -> None:
    for event in (RunStopped("done"), CancelApproved("bot-1")):
        with pytest.raises(ImpossibleTransition):
            advance(state, event)


@given(st.sampled_from(STATES), st.lists(st.sampled_from(NEWS), max_size=20))
def test_final_is_final_and_the_past_does_not_come_back(state: OrderState, news: list[Happening]) -> None:
    seen = [state]
    for event in news:
        try:
            seen.append(advance(seen[-1], event))
        except ImpossibleTransition:
            continue
    for before, after in pairwise(seen):
        if before in FINAL:
            assert after == before
        if before == "open":
            assert after not in {"approved", "unsure", "rejected"}
        assert after != "approved" or before == "approved"


@pytest.mark.parametrize("state", ["filled", "canceled"])
def test_a_fill_may_be_told_after_the_end(state: OrderState) -> None:
    fill = next(event for event in NEWS if isinstance(event, OrderTraded))
    assert advance(state, fill) == state
