"""What every market shares: what is wanted of it is said before the run."""

import pytest

from fathom.domain import LocalError
from fathom.market import FrameMarket
from market_feed import BTC


def test_what_is_not_subscribed_cannot_be_wanted() -> None:
    market = FrameMarket([BTC], depths={BTC.symbol: 10})
    with pytest.raises(LocalError, match="no book of ETH/USD is subscribed"):
        market.want("ETH/USD", "top")
    with pytest.raises(LocalError, match="no level 3 book of BTC/USD is subscribed"):
        market.want_level3(BTC.symbol, "frame")
    with pytest.raises(LocalError, match="no trades of ETH/USD"):
        market.want_candles("ETH/USD", 60)


def test_candles_that_are_wanted_are_told() -> None:
    market = FrameMarket([BTC], depths={BTC.symbol: 10})
    market.want_candles(BTC.symbol, 60)
    market.want_candles(BTC.symbol, 300, keep=5)
    assert market.candles_wanted() == [(BTC.symbol, 60), (BTC.symbol, 300)]
    with pytest.raises(LocalError, match="a candle lasts 1 s or more"):
        market.want_candles(BTC.symbol, 0)
