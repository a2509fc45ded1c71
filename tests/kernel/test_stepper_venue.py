"""Tests of the venue's half of a stepper: its clock, its requests, and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from stepper_market import ASK, MS, S, T, stepper_of, still

from fathom.kernel import MISMATCH
from fathom.kernel.stepper import BOOK, END, FRAME, TOP, Stepper


def test_the_venue_is_ahead_of_us_by_what_a_frame_takes() -> None:
    market = still(latency_ns=5 * MS)
    market.frame(S, (ASK, 101, 0))
    stepper = stepper_of(market)
    stepper.step(T + S)
    assert stepper.best_ask == 101
    assert stepper.take("buy", 1, T + S) == [(102, 1)]
    stepper.step(T + S + 5 * MS)
    assert stepper.best_ask == 102


def test_nothing_is_taken_from_a_book_in_doubt_and_it_wakes_nobody() -> None:
    market = still()
    market.frame(S, (ASK, 101, 1), verdict=MISMATCH)
    market.frame(2 * S, (ASK, 101, 5))
    stepper = stepper_of(market)
    assert stepper.step(wants=FRAME | BOOK) == FRAME | BOOK
    assert stepper.step(wants=FRAME | BOOK) == BOOK
    assert not stepper.trusted
    assert stepper.take("buy", 1, stepper.now_ns) == []
    assert stepper.step(wants=FRAME | TOP) == END


def twice() -> None:
    stepper = Stepper(b"")
    stepper.rest(1, "buy", 1, 1, 0)
    stepper.rest(1, "buy", 1, 1, 0)


def many() -> None:
    stepper = Stepper(b"")
    for handle in range(257):
        stepper.rest(handle, "buy", 1, 1, 0)


def late() -> None:
    stepper = Stepper(b"")
    stepper.rest(1, "buy", 1, 1, 5)
    stepper.cancel(1, 4)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: Stepper(b"x"), "no whole number of rows"),
        (lambda: Stepper(b"", 9), "no queue model"),
        (lambda: Stepper(b"").rest(1, "buy", 1, 0, 0), "an order has a quantity"),
        (twice, "rests already"),
        (many, "no more than 256"),
        (late, "the venue is at"),
        (lambda: Stepper(b"").rest(1, "up", 1, 1, 0), "side"),
    ],
)
def test_what_cannot_be_is_said(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
