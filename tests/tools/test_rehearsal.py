"""The rehearsal in its short form, in a process whose memory is its own."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from rehearsal import Rehearsal
from rehearsal_bot import LEVEL3, TRADED, bot_of, symbols_of
from rehearsal_venue import Books

from fathom.strategy import BUILT_IN

TOOL = Path(__file__).resolve().parents[2] / "tools" / "rehearsal.py"


def test_some_minutes_of_all_nine_strategies_and_the_books_agree() -> None:
    command = [sys.executable, TOOL, "--hours", "0.05", "--pairs", "5"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert (ended.returncode, ended.stderr, "WRONG" in ended.stdout) == (0, "", False), ended.stdout + ended.stderr
    assert "5 pairs, 9 strategies" in ended.stdout
    assert "the books agree with the exchange's to the last unit" in ended.stdout


def test_its_bot_has_every_built_in_strategy_on_as_many_pairs_as_were_asked_for() -> None:
    symbols = symbols_of(30)
    file = bot_of(symbols)
    assert len(symbols) == len(set(symbols)) == 30
    assert sorted(one.kind for one in file.strategies) == sorted(BUILT_IN)
    assert [symbol for symbol, table in file.tables.items() if table.level3] == list(LEVEL3)
    assert set(TRADED) <= set(file.tables)


class Venue:
    """Says what a test laid out."""

    def __init__(self, **told: object) -> None:
        plain: dict[str, object] = {"balances": {}, "fees": {}, "open_orders": 0, "fills": 0, "ledger": Decimal(0)}
        self._books = Books(**{**plain, **told})  # type: ignore[arg-type]  # As the test laid it out.

    def books(self) -> Books:
        return self._books


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({}, []),
        ({"balances": {"USD": Decimal("0.0001")}}, ["USD: 0 in our books and 0.0001 at the venue"]),
        ({"fees": {"USD": Decimal(1)}}, ["fees in USD: 0 in our books and 1 at the venue"]),
        ({"open_orders": 2}, ["2 orders are open at the venue"]),
        ({"ledger": Decimal(3)}, ["the venue's own ledger and balances differ"]),
    ],
)
def test_any_difference_is_told(tmp_path: Path, told: dict[str, object], wrong: list[str]) -> None:
    one = Rehearsal(hours=1, pairs=4, seed=1, rate=1.0, folder=tmp_path)
    assert one._differences(Venue(**told)) == wrong  # type: ignore[arg-type]  # A venue of the test's.


@pytest.mark.parametrize(
    ("rss", "wrong"),
    [
        ([60.0, 90.0, 95.0, 98.0], []),
        ([60.0, 90.0, 90.0, 99.0], ["memory: it grew by 10.0% in the last quarter"]),
        ([301.0, 90.0, 90.0, 90.0], ["memory: 301.0 MiB, more than 300"]),
    ],
)
def test_memory_that_grows_on_is_told(tmp_path: Path, rss: list[float], wrong: list[str]) -> None:
    one = Rehearsal(hours=1, pairs=4, seed=1, rate=1.0, folder=tmp_path)
    one.rss = rss
    assert one._memory() == wrong
