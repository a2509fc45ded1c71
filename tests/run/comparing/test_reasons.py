from fathom.domain import TradingHalted, TradingResumed
from fathom.run.comparing.finding import Finding
from fathom.run.comparing.lives import Spell
from fathom.run.comparing.matching import Pair
from fathom.run.comparing.reasons import Around, finding_of
from fathom.run.comparing.words import Words
from two_runs import BOUNDS, Hand, at_ns

QUIET = Around([], [])


def found(pair: Pair, around: Around = QUIET) -> Finding | None:
    return finding_of(pair, bounds=BOUNDS, words=Words(), around=around)


def test_an_order_without_a_partner_is_only_there() -> None:
    life = Hand().order("maker-1", 0).life()
    only_a, only_b = found(Pair(life, None)), found(Pair(None, life))
    assert only_a is not None
    assert only_b is not None
    assert (only_a.reason, only_a.detail, only_a.follows) == ("only in A", "never wanted in B", True)
    assert (only_b.reason, only_b.detail) == ("only in B", "never wanted in A")


def test_where_the_other_run_was_halted_the_halt_is_the_reason() -> None:
    hand = (
        Hand()
        .say(0, "risk", TradingHalted("daily_loss", "by 5"))
        .say(900, "risk", TradingResumed("daily_loss", "", ""))
    )
    around = Around([], hand.gathered().spells)
    said = found(Pair(Hand().order("maker-1", 500).life(), None), around)
    assert said is not None
    assert (said.reason, said.detail) == ("limit", "never wanted in B, which was halted by daily_loss")
    after = found(Pair(Hand().order("maker-1", 1_000).life(), None), around)
    assert after is not None
    assert after.reason == "only in A"


def test_what_held_in_one_run_only_is_told_beside_the_reason() -> None:
    spell = Spell("quarantine", "its book was not trusted (a gap)", "BTC/USD", at_ns(0), at_ns(900))
    pair = Pair(Hand().order("maker-1", 500).life(), None)
    said = found(pair, Around([], [spell]))
    assert said is not None
    assert said.detail == "never wanted in B (its book was not trusted (a gap) in B only)"
    both = found(pair, Around([spell], [spell]))
    assert both is not None
    assert both.detail == "never wanted in B"
    priced = Pair(Hand().order("maker-1", 500).life(), Hand().order("maker-1", 500, price=990).life())
    other = found(priced, Around([spell], []))
    assert other is not None
    assert other.detail == "decided at 1,000 ticks in A, 990 ticks in B (its book was not trusted (a gap) in A only)"


def test_a_pair_that_agrees_is_nothing_to_say() -> None:
    life = Hand().order("maker-1", 0).life()
    assert found(Pair(life, life)) is None
