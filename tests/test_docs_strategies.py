"""The examples of docs/strategies.md and docs/indicators.md, run as they stand there."""

import re
from pathlib import Path

import pytest

from fathom.domain import CandleClosed
from fathom.run.config import StrategyConfig
from fathom.run.loading import settled, strategy_of
from fathom.run.trying import try_strategy
from fathom.strategy import Strategy
from fathom.strategy.api import HearsCandle
from fathom.strategy.host import NEEDS

DOCS = Path(__file__).resolve().parents[1] / "docs"


def blocks(page: str) -> list[str]:
    """The Python texts of a page."""
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


def crossing(folder: Path, **params: object) -> Strategy:
    (folder / "crossing.py").write_text(blocks("strategies.md")[0])
    told = {"symbol": "XMR/USD", "interval_s": 1, "fast": 2, "slow": 3, "equity_share": "0.01", **params}
    config = StrategyConfig(name="cross", strategy="crossing.py:Crossing", params=told)
    return strategy_of(settled([config], folder=folder)[0])


def test_the_whole_strategy_is_loaded_and_woken(tmp_path: Path) -> None:
    assert isinstance(crossing(tmp_path), HearsCandle)
    tried = try_strategy(lambda: crossing(tmp_path), symbols=["XMR/USD"])
    assert [one for one in tried.entries if isinstance(one.event, CandleClosed)]
    assert tried.orders
    assert tried.fills
    assert not tried.denied
    assert tried.log() == try_strategy(lambda: crossing(tmp_path), symbols=["XMR/USD"]).log()


def test_its_bounds_hold(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="fast must be below slow, 3, not 5"):
        crossing(tmp_path, fast=5)


def test_the_other_texts_run_too() -> None:
    space: dict[str, object] = {}
    for text in blocks("strategies.md"):
        exec(text, space)
    assert set(space["search_space"](space["Params"])) == {"fast", "slow"}  # type: ignore[operator]  # A function.
    for text in blocks("indicators.md"):
        exec(text, space)


def test_the_page_names_every_wake() -> None:
    page = (DOCS / "strategies.md").read_text()
    for wake, method in NEEDS.items():
        assert f"`{wake.__name__}(" in page
        assert f"`{method}(" in page
