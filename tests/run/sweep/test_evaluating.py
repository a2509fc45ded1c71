import pickle
from pathlib import Path

import pytest
from fake_market import SPAN, bot

import fake_backtest
from fathom.domain import LocalError
from fathom.run.sweep import evaluating
from fathom.run.sweep.evaluating import evaluate_on


def test_it_crosses_to_another_process_and_calls_the_backtest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_backtest.install(tmp_path, monkeypatch)
    evaluate = pickle.loads(pickle.dumps(evaluate_on(tmp_path)))
    outcome = evaluate(bot(), SPAN.from_ns, SPAN.to_ns)
    assert outcome.equity[0] == (SPAN.from_ns, 1000.0)
    assert outcome.summary.total.fills == 5


def test_without_a_backtest_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "BACKTEST", "fathom.run.nothing_of_that_name")
    with pytest.raises(LocalError, match="no backtest to search over"):
        evaluate_on(tmp_path)
