"""The strategy API and the built-in strategies."""

from fathom.strategy.api import (
    HearsAlgo,
    HearsBook,
    HearsCandle,
    HearsDenial,
    HearsFill,
    HearsLevel3,
    HearsOrder,
    HearsTimer,
    HearsTrades,
    Strategy,
    Want,
)
from fathom.strategy.catalog import BUILT_IN, make_strategy
from fathom.strategy.dca import Dca, DcaParams
from fathom.strategy.host import Host
from fathom.strategy.market_maker import MarketMaker, MarketMakerParams
from fathom.strategy.params import Search, SearchRange, read_params, search_space
from fathom.strategy.view import View
from fathom.strategy.wakes import At, Every, OnBook, OnCandle, OnLevel3, OnTrades, Wake

__all__ = [
    "BUILT_IN",
    "At",
    "Dca",
    "DcaParams",
    "Every",
    "HearsAlgo",
    "HearsBook",
    "HearsCandle",
    "HearsDenial",
    "HearsFill",
    "HearsLevel3",
    "HearsOrder",
    "HearsTimer",
    "HearsTrades",
    "Host",
    "MarketMaker",
    "MarketMakerParams",
    "OnBook",
    "OnCandle",
    "OnLevel3",
    "OnTrades",
    "Search",
    "SearchRange",
    "Strategy",
    "View",
    "Wake",
    "Want",
    "make_strategy",
    "read_params",
    "search_space",
]
