"""The strategy API and the built-in strategies."""

from fathom.strategy.api import (
    Every,
    HearsBook,
    HearsDenial,
    HearsFill,
    HearsOrder,
    HearsTimer,
    HearsTrades,
    OnBook,
    OnTrades,
    Strategy,
    Wake,
    Want,
)
from fathom.strategy.catalog import BUILT_IN, make_strategy
from fathom.strategy.dca import Dca, DcaParams
from fathom.strategy.host import Host
from fathom.strategy.market_maker import MarketMaker, MarketMakerParams
from fathom.strategy.view import View

__all__ = [
    "BUILT_IN",
    "Dca",
    "DcaParams",
    "Every",
    "HearsBook",
    "HearsDenial",
    "HearsFill",
    "HearsOrder",
    "HearsTimer",
    "HearsTrades",
    "Host",
    "MarketMaker",
    "MarketMakerParams",
    "OnBook",
    "OnTrades",
    "Strategy",
    "View",
    "Wake",
    "Want",
    "make_strategy",
]
