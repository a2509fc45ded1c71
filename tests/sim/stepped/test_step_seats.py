"""Who sits where, what each stops for, and what is whispered of it."""

from fathom.domain import BookMoved, Entry, MarketStepped
from fathom.engine import Engine, Nowhere
from fathom.kernel import stepper as kernel
from fathom.sim.stepped.step_seats import QUIET, seats_of
from market_feed import BTC
from step_stage import Does, step_market, step_venue, still


def test_a_market_nobody_looks_at_stops_for_its_trust_alone() -> None:
    market = step_market(still().levels([(999, 3)]).levels([(1000, 3)]))
    (seat,), group = seats_of(market, step_venue(market))
    assert (seat.symbol, seat.level3) == (BTC.symbol, False)
    assert (group.step(), group.why) == (0, kernel.BOOK)
    assert group.step() < 0


def test_a_move_is_whispered_as_it_is_said_after_the_step_that_it_follows_from() -> None:
    market = step_market(still().levels([(1000, 3)]))
    market.want(BTC.symbol, "frame")
    (seat,), group = seats_of(market, step_venue(market))
    shown: list[Entry] = []
    seat.listen(Engine([Does(lambda entry: shown.append(entry) or (), hears=(BookMoved,))], Nowhere()))
    assert group.step() == 0
    assert (group.step(), group.why) == (0, QUIET)
    whisper = seat.whispers[group.why]
    for _, ear in whisper.ears:
        ear(7, 5)
    cause, moved = whisper.entries(7, 5)
    assert shown == [moved]
    assert (cause.event, moved.event) == (
        MarketStepped(BTC.symbol, False, seat.stepper.frame, QUIET),
        BookMoved(BTC.symbol, 6, True),
    )
    assert seat.whispers[kernel.FRAME].entries(7, 5)[1].event == BookMoved(BTC.symbol, 6, False)
