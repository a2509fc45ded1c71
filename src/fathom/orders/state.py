"""The life of one order: the only file that may change an order's state.

What the venue may say of an order in each state is a table, drawn in docs/orders.md by tools/draw_orders.py. Answers
and the private stream come in any order (websocket-v2.md 4.2), and so does what reconciliation asked: each such race is
a row. Pure. Imports: domain. Imported by: orders/table.
"""

from collections.abc import Mapping
from typing import Final, Literal

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    ClosePlaced,
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
        OrderAmended: "open",  # Told by a snapshot after a reconnect: what rests with a new price is there.
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
        OrderAmended: "open",
        CancelRejected: "unsure",
        AmendRejected: "unsure",
        AnswerOverdue: "unsure",
    },
    "open": {
        OrderAccepted: "open",  # The acknowledgement that a fill overtook, or told again by a snapshot.
        OrderTraded: "open",
        OrderFilled: "filled",
        OrderCanceled: "canceled",
        OrderAmended: "open",
        AmendRejected: "open",
        CancelRejected: "open",  # The news of its end is still on the way.
        AnswerOverdue: "open",  # An amend or cancel is unanswered; the order itself is known to be there.
        OrderAbsent: "open",  # Asked while unsure; the order arrived after the venue had looked.
    },
    # Final is final; what was on the way when it ended may still be told.
    "filled": {
        OrderAccepted: "filled",
        OrderTraded: "filled",  # A fill that came by another way than the end, such as REST after a gap.
        OrderFilled: "filled",
        OrderAmended: "filled",  # An amend below what is filled makes it filled; the order of the two is not known.
        AmendRejected: "filled",
        CancelRejected: "filled",
        AnswerOverdue: "filled",
        OrderAbsent: "filled",
    },
    "canceled": {
        OrderAccepted: "canceled",
        OrderRejected: "canceled",  # A post-only refusal told twice, by stream and by answer (websocket-v2.md 7.1).
        OrderTraded: "canceled",  # A trade from before the cancel, told late, counts.
        OrderCanceled: "canceled",
        OrderAmended: "canceled",
        AmendRejected: "canceled",
        CancelRejected: "canceled",
        AnswerOverdue: "canceled",
        OrderAbsent: "canceled",
    },
    # It never rested. That it was accepted or traded after all is no race but a contradiction about our money: the
    # reconciler has what turned up cancelled.
    "rejected": {
        OrderRejected: "rejected",  # The refusal itself, after the venue was asked and knew nothing.
        OrderCanceled: "rejected",
        AmendRejected: "rejected",
        CancelRejected: "rejected",
        AnswerOverdue: "rejected",
        OrderAbsent: "rejected",  # The answer to what was asked before the refusal came.
    },
}

# What an order table must be shown: what begins an order, what is on its way to the venue, what moves it.
ORDER_NEWS: Final[tuple[type[Happening], ...]] = (
    OrderApproved,
    AmendApproved,
    CancelApproved,
    ClosePlaced,
    *{kind: None for row in TRANSITIONS.values() for kind in row},
)


class ImpossibleTransition(FathomError):
    """The venue said something about an order that its state excludes: what we believe of our money may be wrong.

    The order table keeps the order as it was and remembers the contradiction; the reconciler disputes the symbol until
    the venue's account explains it (docs/decisions/0014).
    """

    def __init__(self, state: OrderState, event: Happening) -> None:
        super().__init__(state, event)
        self.state = state
        self.event = event

    def __str__(self) -> str:
        return f"an order that is {self.state} cannot see {self.event}"


def advance(state: OrderState, event: Happening) -> OrderState:
    """Return the state after `event`. Changes nothing."""
    try:
        return TRANSITIONS[state][type(event)]
    except KeyError:
        raise ImpossibleTransition(state, event) from None
