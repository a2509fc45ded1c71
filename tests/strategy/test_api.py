import pytest

from fathom.strategy import (
    HearsBook,
    HearsCandle,
    HearsDenial,
    HearsFill,
    HearsLevel3,
    HearsOrder,
    HearsTimer,
    HearsTrades,
    make_strategy,
)


@pytest.mark.parametrize(
    ("kind", "params", "hears"),
    [
        (
            "market_maker",
            {"symbol": "BTC/USD", "order_qty": "1", "position_qty_max": "1"},
            [HearsBook, HearsDenial, HearsOrder],
        ),
        (
            "dca",
            {"symbol": "BTC/USD", "spend_quote": "1", "every_s": 1},
            [HearsDenial, HearsFill, HearsOrder, HearsTimer],
        ),
    ],
)
def test_a_strategy_hears_through_the_methods_that_it_has(
    kind: str, params: dict[str, object], hears: list[type]
) -> None:
    strategy = make_strategy(kind, name="a", params=params)
    protocols: list[type] = [
        HearsBook, HearsCandle, HearsDenial, HearsFill, HearsLevel3, HearsOrder, HearsTimer, HearsTrades,
    ]  # fmt: skip
    assert [one for one in protocols if isinstance(strategy, one)] == hears
