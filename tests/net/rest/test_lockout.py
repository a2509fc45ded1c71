"""A lockout is believed for a quarter of an hour, and no longer."""

import pytest

from fathom.domain import LimitRefused
from fathom.net.rest.lockout import LOCKOUT_NS, Lockout
from fathom.protocol.refusals import refusal_of

NOW_NS = 1_796_000_000_000_000_000


def test_other_refusals_are_none() -> None:
    lockout = Lockout()
    assert not lockout.heard(refusal_of("EGeneral:Permission denied"), now_ns=NOW_NS)
    assert not lockout.heard(refusal_of("ENobody:Knows this"), now_ns=NOW_NS)
    lockout.check(now_ns=NOW_NS)


@pytest.mark.parametrize("text", ["EGeneral:Temporary lockout", "egeneral: temporary lockout"])
def test_until_it_is_over_the_sentence_says_how_long(text: str) -> None:
    lockout = Lockout()
    assert lockout.heard(refusal_of(text), now_ns=NOW_NS)
    with pytest.raises(LimitRefused, match="no call is made for another 890 s") as refused:
        lockout.check(now_ns=NOW_NS + 10 * 10**9)
    assert (refused.value.wait_s, refused.value.order_may_exist) == (890.0, False)
    lockout.check(now_ns=NOW_NS + LOCKOUT_NS)


def test_a_clock_that_was_set_back_does_not_lock_us_out_for_ever() -> None:
    lockout = Lockout()
    lockout.heard(refusal_of("EGeneral:Temporary lockout"), now_ns=NOW_NS)
    lockout.check(now_ns=NOW_NS - 10**12)
