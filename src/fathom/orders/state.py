"""The life of one order: the only file that may change an order's state.

Pure. Imports: domain. Imported by: orders/table.
"""

from collections.abc import Mapping
from typing import Final, Literal

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    FathomError,
    Happening,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
)

OrderState = Literal["approved", "unsure", "open", "filled", "canceled", "rejected"]

FINAL: Final[frozenset[OrderState]] = frozenset({"filled", "canceled", "rejected"})

TRANSITIONS: Final[Mapping[OrderState, Mapping[type[Happening], OrderState]]] = {
    # On its way to the venue.
    "approved": {
        OrderAccepted: "open",
        OrderRejected: "rejected",
        AnswerOverdue: "unsure",
        OrderTraded: "open",  # The fill overtook the acknowledgement; both occur.
        OrderFilled: "filled",
        OrderCanceled: "canceled",  # So did a post-only refusal, or the rest of an ioc.
        CancelRejected: "approved",  # The cancel overtook the order; whoever wanted it gone must ask again.
        AmendRejected: "approved",
    },
    # It may exist. Nobody assumes; reconciliation asks.
    "unsure": {
        OrderAccepted: "open",
        OrderRejected: "rejected",
        OrderAbsent: "rejected",
        OrderTraded: "open",
        OrderFilled: "filled",
        OrderCanceled: "canceled",
        CancelRejected: "unsure",
        AmendRejected: "unsure",
        AnswerOverdue: "unsure",
    },
    "open": {
        OrderAccepted: "open",  # The acknowledgement that a fill overtook.
        OrderTraded: "open",
        OrderFilled: "filled",
        OrderCanceled: "canceled",
        OrderAmended: "open",
        AmendRejected: "open",
        CancelRejected: "open",  # The news of its end is still on the way.
        AnswerOverdue: "open",  # An amend or cancel is unanswered; the order itself is known to be there.
    },
    # Final is final; what was on the way when it ended may still be told.
    "filled": {
        OrderAccepted: "filled",
        OrderFilled: "filled",
        AmendRejected: "filled",
        CancelRejected: "filled",
        AnswerOverdue: "filled",
    },
    "canceled": {
        OrderAccepted: "canceled",
        OrderTraded: "canceled",  # A trade from before the cancel, told late, counts.
        OrderCanceled: "canceled",
        AmendRejected: "canceled",
        CancelRejected: "canceled",
        AnswerOverdue: "canceled",
    },
    "rejected": {
        AmendRejected: "rejected",
        CancelRejected: "rejected",
        AnswerOverdue: "rejected",
    },
}

# What an order table must be shown: what begins an order, what is on its way to the venue, what moves it.
ORDER_NEWS: Final[tuple[type[Happening], ...]] = (
    OrderApproved,
    AmendApproved,
    CancelApproved,
    *{kind: None for row in TRANSITIONS.values() for kind in row},
)


class ImpossibleTransition(FathomError):
    """The venue said something about an order that its state excludes."""

    def __init__(self, state: OrderState, event: Happening) -> None:
        super().__init__(f"an order that is {state} cannot see {event}")
        self.state = state
        self.event = event


def advance(state: OrderState, event: Happening) -> OrderState:
    """Return the state after `event`. Changes nothing."""
    try:
        return TRANSITIONS[state][type(event)]
    except KeyError:
        raise ImpossibleTransition(state, event) from None
