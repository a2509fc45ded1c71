"""What each entry about an order says to a person."""

from decimal import Decimal

import pytest

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    AnswerOverdue,
    ClosePlaced,
    Entry,
    Event,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderTimed,
    OrderTraded,
    OrderWanted,
)
from fathom.orders import ORDER_NEWS, Step
from fathom.ui import told_of
from fathom.ui.life import TOLD
from market_feed import BTC

WANTED = OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 5, 1000, post_only=True)


def told(event: Event, *, note: str = "", known: bool = True) -> str:
    step = Step(
        entry=Entry(1, 1, 1, "world", event), cause=None, before="", after="", filled_lots=0, left_lots=0, note=note
    )
    return told_of(step, {"BTC/USD": BTC} if known else {}, symbol="BTC/USD")


QTY, PRICE = BTC.qty(5), BTC.price(1000)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (WANTED, f"buy {QTY} BTC/USD limit at {PRICE}, gtc, post only"),
        (OrderApproved(WANTED), f"buy {QTY} BTC/USD limit at {PRICE}, gtc, post only"),
        (OrderDenied("mm-1-1", "order_value", "too much"), "risk said no: order_value: too much"),
        (OrderAccepted("mm-1-1", "O1"), "the venue has it as O1"),
        (
            OrderTraded("mm-1-1", "T1", "BTC/USD", "buy", 1000, 5, "maker", Decimal("0.2"), "USD"),
            f"filled {QTY} at {PRICE} as maker, fee 0.2 USD, execution T1",
        ),
        (OrderCanceled("mm-1-1", "User requested"), "ended: User requested"),
        (AmendApproved(AmendWanted("mm-1-1", 1000, 5)), f"{QTY} at {PRICE}"),
        (AnswerOverdue("mm-1-1"), "no answer came in time: nobody knows"),
        (
            OrderTimed("mm-1-1", "add", 2_000, 902_000, 10_000, 60_000, 1_000),
            "its add: sent 1 us after it was encoded, answered after 900 us, 50 us of them at the venue",
        ),
        (OrderTimed("mm-1-1", "cancel", 2_000, 902_000), "its cancel: answered after 900 us"),
        (
            ClosePlaced(
                OrderWanted("mm-1-1.c1", "BTC/USD", "sell", "stop-loss", 5, trigger_ticks=1000), "O2", "mm-1-1"
            ),
            f"the venue placed it for a fill of mm-1-1, as O2: sell {QTY} BTC/USD stop-loss, trigger {PRICE}, gtc",
        ),
    ],
)
def test_it_says_what_happened_in_numbers_of_the_pair(event: Event, said: str) -> None:
    assert told(event) == said


def test_without_the_pairs_rules_it_speaks_of_ticks_and_lots() -> None:
    assert told(WANTED, known=False) == "buy 5 lots BTC/USD limit at 1000 ticks, gtc, post only"


def test_a_note_stands_behind_it() -> None:
    assert told(OrderAccepted("mm-1-1", "O1"), note="told before").endswith("O1; told before")


def test_all_that_moves_an_order_has_words() -> None:
    assert set(ORDER_NEWS) <= set(TOLD)
