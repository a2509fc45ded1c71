from typing import Any

import pytest

from fathom.domain import LocalError
from fathom.strategy import BUILT_IN, Dca, MarketMaker, make_strategy

MAKER: dict[str, object] = {"symbol": "BTC/USD", "order_qty": "0.01", "position_qty_max": "0.05"}
SAVER: dict[str, object] = {"symbol": "BTC/USD", "spend_quote": "50", "every_s": 10}


def test_each_kind_is_made_with_its_name() -> None:
    kinds: dict[str, tuple[type, dict[str, object]]] = {"dca": (Dca, SAVER), "market_maker": (MarketMaker, MAKER)}
    assert set(kinds) == set(BUILT_IN)
    for kind, (strategy_type, params) in kinds.items():
        strategy = make_strategy(kind, name="a", params=params)
        assert isinstance(strategy, strategy_type)
        assert strategy.name == "a"


@pytest.mark.parametrize(
    ("kind", "params", "said"),
    [
        ("martingale", {}, "no kind 'martingale'; there are dca, market_maker"),
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
    assert raised.value.field == "strategy mine"
    assert said in raised.value.rule
