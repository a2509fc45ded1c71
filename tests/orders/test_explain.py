from decimal import Decimal

from fathom.domain import (
    AccountSeen,
    AccountWanted,
    AmendDenied,
    AmendWanted,
    AnswerOverdue,
    Entry,
    Event,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderLookupWanted,
    OrderTraded,
    OrderWanted,
    RunStopped,
    VenueOrder,
)
from fathom.orders import Step, explain

WANTED = OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 10, 100)
OTHER = OrderWanted("mm-1-2", "BTC/USD", "buy", "limit", 10, 100)
FILL = OrderTraded("mm-1-1", "T1", "BTC/USD", "buy", 100, 4, "maker", Decimal(0), "USD")


def journal(*said: tuple[int, Event]) -> list[Entry]:
    """Entries by (what it follows from, event); 0 is an input."""
    return [Entry(seq, cause or seq, 7, "world", event) for seq, (cause, event) in enumerate(said, 1)]


def steps(*said: tuple[int, Event], order_id: str = "mm-1-1") -> list[Step]:
    return list(explain(journal(*said), order_id))


def test_every_state_of_an_order_comes_from_entries() -> None:
    found = steps(
        (0, RunStopped("a frame, say")),
        (1, WANTED),
        (1, OTHER),
        (2, OrderApproved(WANTED)),
        (3, OrderApproved(OTHER)),
        (0, AnswerOverdue("mm-1-1")),
        (0, OrderCanceled("mm-1-2", "another's end")),
        (0, OrderAccepted("mm-1-1", "O1")),
        (0, FILL),
        (0, OrderCanceled("mm-1-1", "User requested")),
    )
    assert [(step.entry.seq, step.before, step.after, step.filled_lots, step.left_lots) for step in found] == [
        (2, "", "", 0, 0),
        (4, "", "approved", 0, 10),
        (6, "approved", "unsure", 0, 10),
        (8, "unsure", "open", 0, 10),
        (9, "open", "open", 4, 6),
        (10, "open", "canceled", 4, 0),
    ]
    assert [step.moved for step in found] == [False, True, True, True, False, True]
    assert [None if step.cause is None else step.cause.seq for step in found] == [1, 2, None, None, None, None]


def test_what_was_asked_refused_and_seen_is_told_beside_it() -> None:
    shown = VenueOrder("mm-1-1", "O1", "c", "BTC/USD", "buy", "limit", 100, 10, 4, "canceled", "User requested")
    found = steps(
        (0, OrderApproved(WANTED)),
        (0, AmendWanted("mm-1-1", 101, 10)),
        (2, AmendDenied("mm-1-1", "funds", "")),
        (0, OrderLookupWanted("mm-1-1")),
        (0, AccountWanted("as always", 0, ("mm-1-1",))),
        (0, AccountWanted("as always", 0, ("mm-1-2",))),
        (0, AccountSeen(1, "venue", (), (shown,), (), ())),
        (0, AccountSeen(1, "venue", (), (), (), ())),
    )
    assert [type(step.entry.event) for step in found] == [
        OrderApproved, AmendWanted, AmendDenied, OrderLookupWanted, AccountWanted, AccountSeen,
    ]  # fmt: skip
    assert [step.note for step in found[-2:]] == [
        "its end is asked for",
        "the venue shows it canceled (User requested), 4 of 10 lots filled",
    ]
    assert {step.after for step in found} == {"approved"}


def test_what_was_told_again_or_against_all_rules_says_so() -> None:
    found = steps((0, OrderApproved(WANTED)), (0, FILL), (0, FILL), (0, OrderAccepted("mm-1-1", "O1")),
                  (0, OrderAccepted("mm-1-1", "O2")), (0, OrderFilled("mm-1-1")))  # fmt: skip
    assert [step.note for step in found] == [
        "",
        "",
        "told before: it counts once",
        "",
        "a contradiction: an order that is open cannot see OrderAccepted(order_id='mm-1-1', venue_order_id='O2')",
        "",
    ]


def test_an_order_that_was_refused_or_never_there() -> None:
    assert [step.after for step in steps((0, WANTED), (1, OrderDenied("mm-1-1", "funds", "")))] == ["", ""]
    assert [step.note for step in steps((0, OrderFilled("mm-1-1")))] == ["nothing is known of the order"]
    assert steps((0, WANTED), order_id="mm-9-9") == []
