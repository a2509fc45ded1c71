"""The strategies that come with the house: honest examples, not promises."""

from fathom.strategy.built_in.dca import Dca, DcaParams
from fathom.strategy.built_in.grid import Grid, GridParams
from fathom.strategy.built_in.level3_maker import Level3Maker, Level3MakerParams
from fathom.strategy.built_in.market_maker import MarketMaker, MarketMakerParams
from fathom.strategy.built_in.mean_reversion import MeanReversion, MeanReversionParams
from fathom.strategy.built_in.pairs import Pairs, PairsParams
from fathom.strategy.built_in.rebalance import Rebalance, RebalanceParams
from fathom.strategy.built_in.trend import Trend, TrendParams
from fathom.strategy.built_in.triangular import Triangular, TriangularParams

__all__ = [
    "Dca",
    "DcaParams",
    "Grid",
    "GridParams",
    "Level3Maker",
    "Level3MakerParams",
    "MarketMaker",
    "MarketMakerParams",
    "MeanReversion",
    "MeanReversionParams",
    "Pairs",
    "PairsParams",
    "Rebalance",
    "RebalanceParams",
    "Trend",
    "TrendParams",
    "Triangular",
    "TriangularParams",
]
