import io
from pathlib import Path

from rich.console import Console

from fathom.run.comparing import tables as module
from fathom.run.comparing.comparison import compare
from fathom.run.comparing.tables import tables, verdict
from fathom.run.comparing.told import Told
from two_runs import BOUNDS, Hand


def printed(told: Told, *, everything: bool = False) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(tables(told, everything=everything))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def told(tmp_path: Path, a: Hand, b: Hand) -> Told:
    return compare(a.journal(tmp_path / "a"), b.journal(tmp_path / "b"), bounds=BOUNDS)


def test_first_causes_first_and_what_follows_on_request(tmp_path: Path) -> None:
    a = Hand().order("maker-1", 5_000).fill("maker-1", 8_000).order("maker-2", 12_000, side="sell", price=1010)
    found = told(tmp_path, a, Hand().order("maker-1", 5_000))
    short, long = printed(found), printed(found, everything=True)
    assert (
        "The runs differ: 2 of 2 orders, of 1 first cause; 0.0% of the orders agree, 0.0% of what was filled." in short
    )
    assert "(and 1 that follow)" in short
    assert "never wanted in B" not in short
    assert "2 of 1" in long
    assert "never wanted in B" in long
    assert "PnL after fees" in short


def test_more_first_causes_than_a_screen_are_counted(tmp_path: Path) -> None:
    a = Hand()
    for k in range(module.FIRST_SHOWN + 3):
        a.order(f"maker-{k}", 1_000 + k)
    found = told(tmp_path, a, Hand())
    assert found.differences
    text = printed(found)
    firsts = sum(one.cause is None for one in found.differences)
    assert (f"and {firsts - module.FIRST_SHOWN:,} first causes more" in text) == (firsts > module.FIRST_SHOWN)


def test_runs_that_agree_and_runs_without_an_order(tmp_path: Path) -> None:
    one = told(tmp_path / "one", Hand().order("maker-1", 5_000), Hand().order("maker-1", 5_000))
    assert verdict(one) == "The runs agree: 1 orders, each alike."
    assert "What differs" not in printed(one)
    none = told(tmp_path / "none", Hand(), Hand())
    assert verdict(none) == "Nothing was ordered in the stretch that both runs have."
    assert printed(none)
