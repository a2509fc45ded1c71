"""Tests of orders of ours at the venue of a stepper: their order, and what is left of them."""

from __future__ import annotations

from stepper_market import SOLD, S, T, filled, stepper_of, still

from fathom.kernel.stepper import OWN


def test_two_of_ours_at_one_price_are_filled_in_their_order() -> None:
    market = still()
    market.trade(S, SOLD, 99, 16)
    stepper = stepper_of(market)
    stepper.step(T)
    assert [stepper.rest(handle, "buy", 99, 4, T) for handle in (1, 2)] == [10, 10]
    assert filled(stepper) == [(1, 99, 4), (2, 99, 2)]


def test_a_cancel_comes_too_late_for_what_was_filled() -> None:
    market = still()
    market.trade(S, SOLD, 99, 12)
    stepper = stepper_of(market)
    stepper.step(T)
    stepper.rest(1, "buy", 99, 5, T)
    assert stepper.step(T + 2 * S) == OWN
    assert stepper.cancel(1, T + 2 * S) == 3
    assert stepper.cancel(1, T + 2 * S) == 0
