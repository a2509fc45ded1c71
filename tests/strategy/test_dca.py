from decimal import Decimal

import msgspec
import pytest

from fathom.domain import OrderWanted
from fathom.market import Market
from fathom.orders import OrderTable
from fathom.portfolio import Portfolio
from fathom.strategy import Dca, DcaParams, Every, View
from market_feed import BTC, T0, Feed, House, S, market_of, trusted_market, two_sided

COARSE = msgspec.structs.replace(BTC, price_increment_ticks=5)


def wants(market: Market, *, spend: str = "10", slippage_max: int = 10) -> list[OrderWanted]:
    params = DcaParams(symbol="BTC/USD", spend_quote=Decimal(spend), every_s=60, slippage_max=slippage_max)
    portfolio = Portfolio(market, quote="USD")
    view = View("a", seq=7, now_ns=T0, market=market, orders=OrderTable(), portfolio=portfolio)
    said = list(Dca("a", params).on_timer("tick", view))
    assert all(isinstance(one, OrderWanted) for one in said)
    return [one for one in said if isinstance(one, OrderWanted)]


def test_it_wakes_by_its_timer_alone() -> None:
    params = DcaParams(symbol="BTC/USD", spend_quote=Decimal(1), every_s=60)
    assert Dca("a", params).wakes() == (Every(60 * S),)


@pytest.mark.parametrize(
    ("spend", "slippage_max", "lots", "limit"),
    [("10", 10, 9, 1011), ("10.01", 0, 10, 1001), ("1.001", 3, 1, 1004)],
)
def test_it_buys_for_its_amount_at_the_best_ask_or_a_little_above(
    spend: str, slippage_max: int, lots: int, limit: int
) -> None:
    assert wants(trusted_market(two_sided()), spend=spend, slippage_max=slippage_max) == [
        OrderWanted("a-7-1", "BTC/USD", "buy", "limit", lots, limit, "ioc")
    ]


def test_its_limit_is_a_price_of_the_pair() -> None:
    (order,) = wants(trusted_market(Feed(COARSE, bids=[(990, 1)], asks=[(1003, 1)])), slippage_max=2)
    assert order.price_ticks == 1010


def test_it_waits_where_it_cannot_buy() -> None:
    assert wants(trusted_market(two_sided()), spend="1") == []  # Below the least quantity.
    assert wants(market_of(two_sided())) == []
    assert wants(trusted_market(Feed(bids=[(999, 1)]))) == []
    feed = two_sided()
    market = market_of(feed)
    House(market).frame(feed.snapshot(), feed.update(bids=[(998, 1)], crc=1))
    assert wants(market) == []
