"""Tests of what waits for a price at the venue of a stepper."""

from __future__ import annotations

from typing import Any

import pytest
from stepper_market import BID, BOUGHT, MS, SOLD, S, T, stepper_of, still

from fathom.kernel.stepper import END, OWN, TRADE, Stepper


def test_a_trade_at_the_price_or_beyond_it_ends_the_wait() -> None:
    market = still()
    for second, price in ((1, 101), (2, 103), (3, 97)):
        market.trade(second * S, BOUGHT if price > 100 else SOLD, price, 1)
    stepper = stepper_of(market)
    stepper.step(T)
    assert stepper.venue_last is None
    stepper.await_price(1, 102, True, T)
    stepper.await_price(2, 97, False, T)
    stepper.await_price(3, 96, False, T)
    assert (stepper.waiting, stepper.resting) == (3, 0)
    assert (stepper.step(), stepper.now_ns, stepper.fired()) == (OWN, T + 2 * S, [(1, 103, T + 2 * S)])
    assert (stepper.venue_last, stepper.fired()) == (103, [])
    assert (stepper.step(), stepper.fired()) == (OWN, [(2, 97, T + 3 * S)])
    assert (stepper.step(), stepper.waiting) == (END, 1)


def test_what_a_trade_passed_farthest_comes_first() -> None:
    market = still()
    market.trade(S, BOUGHT, 110, 1)
    stepper = stepper_of(market)
    stepper.step(T)
    for handle, price in ((1, 108), (2, 103), (3, 105), (4, 103), (5, 111)):
        stepper.await_price(handle, price, True, T)
    assert stepper.step() == OWN
    assert [one[0] for one in stepper.fired()] == [2, 4, 3, 1]


@pytest.mark.parametrize(
    ("above", "prices", "ends"),
    [
        (False, [101, 104, 102, 101], 3),  # Sells: follows up to 101, three behind 104.
        (False, [99, 98, 100], 1),
        (True, [99, 96, 98, 99], 3),  # Buys: follows down to 99, three above 96.
    ],
)
def test_a_trailing_trigger_follows_the_good_way_only(above: bool, prices: list[int], ends: int) -> None:
    market = still()
    for second, price in enumerate(prices, 1):
        market.trade(second * S, BOUGHT, price, 1)
    stepper = stepper_of(market)
    stepper.step(T)
    stepper.await_price(1, 103 if above else 98, above, T, distance=3)
    assert stepper.step() == OWN
    assert stepper.fired() == [(1, prices[ends], T + (ends + 1) * S)]


def test_it_is_the_venues_time_that_counts() -> None:
    market = still(latency_ns=5 * MS)
    market.trade(S, BOUGHT, 103, 1)
    stepper = stepper_of(market)
    stepper.step(T + 5 * MS)
    stepper.await_price(1, 102, True, T + 5 * MS)
    assert stepper.step(wants=TRADE) == OWN
    assert (stepper.now_ns, stepper.trade_price) == (T + S, 0)
    assert stepper.step(wants=TRADE) == TRADE
    assert stepper.now_ns == T + S + 5 * MS


def test_a_trade_from_before_is_no_trade() -> None:
    market = still()
    market.trade(S, BOUGHT, 103, 1)
    stepper = stepper_of(market)
    stepper.step(T + 2 * S)
    stepper.await_price(1, 102, True, T + 2 * S)
    assert stepper.venue_last == 103
    assert stepper.step() == END
    assert stepper.cancel(1, T + 3 * S) == -1
    assert (stepper.cancel(1, T + 3 * S), stepper.waiting) == (0, 0)


def test_fills_and_triggers_of_one_trade_are_told_together() -> None:
    market = still()
    market.trade(S, SOLD, 98, 3)
    stepper = stepper_of(market)
    stepper.step(T)
    stepper.rest(1, "buy", 99, 5, T)
    stepper.await_price(2, 99, False, T)
    assert stepper.step() == OWN
    assert (stepper.fills(), stepper.fired()) == ([(1, 99, 3, T + S)], [(2, 98, T + S)])


def test_a_wait_goes_over_from_day_to_day() -> None:
    first, second = still(), still()
    second.rows = [row._replace(local_ns=row.local_ns + S, venue_ns=row.venue_ns + S) for row in second.rows]
    second.trade(2 * S, SOLD, 90, 1)
    stepper = Stepper([first.data(), second.data()])
    stepper.step(T)
    stepper.await_price(1, 95, False, T)
    assert (stepper.step(), stepper.fired()) == (OWN, [(1, 90, T + 2 * S)])


def test_what_a_taker_would_reach() -> None:
    market = still()
    market.frame(S, (BID, 99, 4), verdict=2)
    stepper = stepper_of(market)
    stepper.step(T)
    assert (stepper.reachable("buy", None, T), stepper.reachable("buy", 102, T)) == (50, 20)
    assert (stepper.crosses("buy", 100, T), stepper.crosses("buy", 101, T)) == (False, True)
    stepper.take("buy", 13, T)
    assert (stepper.reachable("buy", 102, T), stepper.crosses("buy", 101, T)) == (7, False)
    assert (stepper.reachable("sell", 98, T), stepper.venue_trusted) == (20, True)
    assert (stepper.reachable("sell", 98, T + S), stepper.venue_trusted) == (0, False)


def many() -> None:
    stepper = Stepper(b"")
    for handle in range(257):
        stepper.await_price(handle, 1, True, 0)


def again() -> None:
    stepper = Stepper(b"")
    stepper.await_price(1, 1, True, 0)
    stepper.rest(1, "buy", 1, 1, 0)


def late() -> None:
    stepper = Stepper(b"")
    stepper.await_price(1, 1, True, 5)
    stepper.reachable("buy", None, 4)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (many, "no more than 256 orders wait"),
        (again, "an order 1 waits already"),
        (late, "the venue is at 5 already"),
        (lambda: Stepper(b"").await_price(1, 1, True, 0, -1), "follows at a distance"),
    ],
)
def test_what_cannot_be_is_said(call: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()
