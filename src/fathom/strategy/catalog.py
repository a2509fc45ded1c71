"""The built-in strategies by the name that a configuration gives them.

Pure. Imports: domain, strategies. Imported by: run.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from fathom.domain import LocalError
from fathom.strategy.api import Strategy
from fathom.strategy.built_in import (
    Dca,
    DcaParams,
    Grid,
    GridParams,
    Level3Maker,
    Level3MakerParams,
    MarketMaker,
    MarketMakerParams,
    MeanReversion,
    MeanReversionParams,
    Pairs,
    PairsParams,
    Rebalance,
    RebalanceParams,
    Trend,
    TrendParams,
    Triangular,
    TriangularParams,
)
from fathom.strategy.params import read_params

BUILT_IN: Final[Mapping[str, tuple[type[msgspec.Struct], Callable[[str, Any], Strategy]]]] = {
    "dca": (DcaParams, Dca),
    "grid": (GridParams, Grid),
    "level3_maker": (Level3MakerParams, Level3Maker),
    "market_maker": (MarketMakerParams, MarketMaker),
    "mean_reversion": (MeanReversionParams, MeanReversion),
    "pairs": (PairsParams, Pairs),
    "rebalance": (RebalanceParams, Rebalance),
    "trend": (TrendParams, Trend),
    "triangular": (TriangularParams, Triangular),
}


def make_strategy(kind: str, *, name: str, params: Mapping[str, object]) -> Strategy:
    """Return a strategy of a built-in kind.

    Raises LocalError where the kind is unknown or a parameter is missing, unknown, or out of its bounds.
    """
    if kind not in BUILT_IN:
        raise LocalError(f"strategy {name}", f"no kind {kind!r}; there are {', '.join(sorted(BUILT_IN))}")
    params_type, strategy_type = BUILT_IN[kind]
    return strategy_type(name, read_params(params, params_type, where=f"strategy {name}"))
