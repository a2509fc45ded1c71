"""From which rule a difference comes, on runs that are told by hand."""

from collections import Counter

from hft_judge import UNEXPLAINED, Judgement, Stage, causes, judged, parting_ns
from hft_rules import Fill, Rule


def fills(*times: int, qty: int = 5) -> list[Fill]:
    return [Fill(time_ns, 1, 100, qty) for time_ns in times]


def test_where_two_runs_part() -> None:
    assert parting_ns(fills(1, 2), fills(1, 2)) is None
    assert parting_ns(fills(1, 2), fills(1, 3)) == 2
    assert parting_ns(fills(1, 2, 4), fills(1, 2)) == 4
    assert parting_ns([], fills(7)) == 7
    assert parting_ns(fills(1), fills(1, qty=6)) == 1


def test_one_rule_after_the_other_is_found() -> None:
    theirs = fills(1, 3, 5, 8)

    def plain(swapped: frozenset[Rule]) -> list[Fill]:
        if "through" not in swapped:
            return fills(1, 2, 6)
        return theirs if "twice" in swapped else fills(1, 3, 6)

    found = causes(theirs, plain)
    assert found == [Stage("through", fills(1, 3, 6)), Stage("twice", theirs)]
    told = judged(fills(1, 2, 6), theirs, found)
    assert (told.ours, told.theirs, told.same, told.differing, told.unexplained) == (3, 4, 1, 5, 0)
    assert told.fills == Counter({"through": 2, "twice": 3})  # 2 went and 3 came; 6 went, 5 and 8 came.
    assert told.runs == Counter({"through": 1, "twice": 1})


def test_two_rules_that_tell_only_together_are_found() -> None:
    theirs = fills(1, 3)

    def plain(swapped: frozenset[Rule]) -> list[Fill]:
        return theirs if {"twice", "clamp"} <= swapped else fills(1, 2)

    assert causes(theirs, plain) == [Stage("twice + clamp", theirs)]


def test_what_no_rule_explains_is_said() -> None:
    theirs = fills(1, 3, 9)
    found = causes(theirs, lambda _: fills(1, 4, 9), ["tie", "through"])
    assert found == [Stage(UNEXPLAINED, theirs)]
    told = judged(fills(1, 4, 9), theirs, found)
    assert (told.differing, told.unexplained) == (2, 2)


def test_judgements_add_up() -> None:
    whole = Judgement()
    for _ in range(2):
        whole.add(judged(fills(1, 2), fills(1, 3), [Stage("tie", fills(1, 3))]))
    assert (whole.ours, whole.theirs, whole.same) == (4, 4, 2)
    assert (whole.fills["tie"], whole.runs["tie"]) == (4, 2)
