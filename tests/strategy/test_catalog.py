from pathlib import Path
from typing import Any

import pytest

from fathom.domain import LocalError
from fathom.run.bot import Bot
from fathom.run.bot_file import read_bot_file
from fathom.strategy import BUILT_IN, Host, make_strategy, search_space

MAKER: dict[str, object] = {"symbol": "BTC/USD", "order_qty": "0.01", "position_qty_max": "0.05"}
SAVER: dict[str, object] = {"symbol": "BTC/USD", "spend_quote": "50", "every_s": 10}
ROOT = Path(__file__).resolve().parents[2]
NINE = [
    "dca", "grid", "level3_maker", "market_maker", "mean_reversion", "pairs", "rebalance", "trend", "triangular",
]  # fmt: skip


def test_there_are_nine() -> None:
    assert sorted(BUILT_IN) == NINE


@pytest.mark.parametrize("kind", NINE)
def test_each_kind_has_a_configuration_that_runs_and_a_page(kind: str) -> None:
    config = read_bot_file(ROOT / "configs" / f"{kind}.toml", {}).run_config("paper")
    assert [one.kind for one in config.strategies] == [kind]
    bot = Bot(config)
    assert isinstance(bot.hosts[0], Host)
    assert isinstance(bot.hosts[0].strategy, BUILT_IN[kind][1])  # type: ignore[arg-type]  # It is a class.
    assert bot.hosts[0].name == config.strategies[0].name
    page = (ROOT / "docs" / "strategies" / f"{kind}.md").read_text()
    for name in BUILT_IN[kind][0].__struct_fields__:
        assert f"`{name}`" in page, f"the page says nothing of {name}"
    for heading in ("## What it believes", "## When it loses", "## Parameters", "## When it starts again"):
        assert heading in page


@pytest.mark.parametrize("kind", sorted(set(NINE) - {"dca", "grid"}))
def test_a_sweep_finds_something_to_search(kind: str) -> None:
    assert len(search_space(BUILT_IN[kind][0])) >= 2


@pytest.mark.parametrize(
    ("kind", "params", "said"),
    [
        ("martingale", {}, "no kind 'martingale'; there are dca, grid, level3_maker"),
        ("dca", {"symbol": "BTC/USD", "every_s": 10}, "spend_quote"),
        ("dca", SAVER | {"every_s": 0}, "every_s"),
        ("dca", SAVER | {"every_s": "soon"}, "every_s"),
        ("dca", SAVER | {"spend_quote": "-1"}, "spend_quote"),
        ("dca", SAVER | {"spend_quote": "NaN"}, "spend_quote"),
        ("dca", SAVER | {"slippage": 3}, "slippage"),
        ("market_maker", MAKER | {"reprice": 0}, "reprice"),
        ("market_maker", MAKER | {"order_qty": "0"}, "order_qty"),
        ("market_maker", MAKER | {"position_qty_max": "Infinity"}, "position_qty_max"),
        ("market_maker", MAKER | {"skew": -1}, "skew"),
    ],
)
def test_an_error_names_the_strategy_and_the_field(kind: str, params: dict[str, Any], said: str) -> None:
    with pytest.raises(LocalError) as raised:
        make_strategy(kind, name="mine", params=params)
    assert raised.value.field.startswith("strategy mine")
    assert said in str(raised.value)
