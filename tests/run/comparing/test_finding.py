from fathom.domain import OrderCanceled
from fathom.run.comparing.finding import REASONS, apart, ended_by
from two_runs import Hand


def test_times_are_apart_either_way() -> None:
    assert apart(3, 5) == apart(5, 3) == 2


def test_the_reasons_have_names() -> None:
    assert REASONS[0] == "missed fill"
    assert len(set(REASONS)) == len(REASONS) == 9


def test_who_ended_an_order() -> None:
    def by(hand: Hand) -> str:
        return ended_by(hand.life())

    def order() -> Hand:
        return Hand().order("maker-1", 0)

    assert by(order()) == ""
    assert by(order().fill("maker-1", 50)) == "filled"
    assert by(order().cancel("maker-1", 50)) == "strategy"
    assert by(order().cancel("maker-1", 50, by="risk")) == "risk"
    assert by(order().say(50, "world", OrderCanceled("maker-1", "expired"))) == "venue"
    assert by(Hand().denied("maker-1", 0)) == "risk"
    assert by(Hand().rejected("maker-1", 0)) == "venue"
