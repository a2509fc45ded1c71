from types import SimpleNamespace

import pytest
from fake_market import BEGAN_NS, MINUTE_NS, SPAN, always_raise, bot, evaluate

from fathom.domain import LocalError
from fathom.run.bot_file import BotFile
from fathom.run.sweep.splits import Window
from fathom.run.sweep.trial import Job, do


def test_a_job_is_a_backtest_a_window() -> None:
    windows = [Window(BEGAN_NS, BEGAN_NS + 40 * MINUTE_NS), Window(BEGAN_NS + 40 * MINUTE_NS, SPAN.to_ns)]
    done = do(evaluate, Job(3, bot(), windows, 60))
    assert (done.key, done.why) == (3, "")
    assert [len(one.values) for one in done.stretches] == [41, 961]
    assert [one.fills for one in done.stretches] == [5, 5]


def test_what_it_raises_is_a_sentence() -> None:
    assert do(always_raise, Job(1, bot(), [SPAN], 60)).why == "ZeroDivisionError: as ever"


def test_our_own_words_are_left_as_they_are() -> None:
    def refused(file: BotFile, from_ns: int | None, to_ns: int | None) -> SimpleNamespace:
        raise LocalError("data", "holds nothing")

    assert do(refused, Job(1, bot(), [SPAN], 60)).why == "data: holds nothing"


def test_what_ends_a_process_ends_it() -> None:
    def ended(file: BotFile, from_ns: int | None, to_ns: int | None) -> SimpleNamespace:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        do(ended, Job(1, bot(), [SPAN], 60))
