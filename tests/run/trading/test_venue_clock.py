import pytest

from fathom.net import venue
from fathom.protocol import SECOND_NS as S
from fathom.run.trading.venue_clock import EVERY_S, SAMPLES, SOON_S, VenueClock

T0 = 1_800_000_000 * S
MS = 1_000_000


def answer(at_ms: int, *, off_ms: int) -> venue.ClockSample:
    """What the venue said at a moment of our clock, 10 ms under way: its own is so far ahead, in whole seconds."""
    now_ns = T0 + at_ms * MS
    theirs_ns = (now_ns + off_ms * MS) // S * S
    return venue.ClockSample(sent_ns=now_ns - 5 * MS, received_ns=now_ns + 5 * MS, theirs_ns=theirs_ns)


def heard(*moments_ms: int, off_ms: int, clock: VenueClock | None = None) -> VenueClock:
    clock = clock or VenueClock()
    for at_ms in moments_ms:
        clock.take(answer(at_ms, off_ms=off_ms))
    return clock


def test_nothing_is_known_before_the_first_answer() -> None:
    assert (VenueClock().offset_ns, VenueClock().wait_s) == (None, SOON_S)


@pytest.mark.parametrize("off_ms", [3_000, -3_000, 700, -700])
def test_several_answers_tell_what_one_cannot(off_ms: int) -> None:
    one, several = heard(900, off_ms=off_ms), heard(900, 5_100, 10_300, 15_500, 20_700, off_ms=off_ms)
    assert one.offset_ns is not None
    assert several.offset_ns is not None
    assert abs(one.offset_ns) <= abs(several.offset_ns) <= abs(off_ms) * MS
    assert abs(several.offset_ns) > (abs(off_ms) - 250) * MS
    assert (several.offset_ns > 0) == (off_ms > 0)
    assert several.wait_s == SOON_S  # Somebody may set it.


def test_clocks_that_agree_are_looked_at_seldom_once_that_is_sure() -> None:
    clock = VenueClock()
    for number in range(SAMPLES):
        assert clock.wait_s == SOON_S
        heard(5_200 * number, off_ms=0, clock=clock)
    assert clock.offset_ns == 0
    assert clock.wait_s == EVERY_S


def test_a_clock_that_was_set_is_believed_at_once() -> None:
    clock = heard(900, 5_100, 10_300, 15_500, 20_700, off_ms=3_000)
    assert heard(25_000, off_ms=0, clock=clock).offset_ns == 0
    assert clock.wait_s == SOON_S  # One answer tells little.
