from decimal import Decimal

from fathom.domain import OrderTraded
from fathom.risk.holdings import Holdings, owner_of
from market_feed import BTC


def fill(side: str, qty_lots: int, *, fee: str = "0", fee_asset: str = "USD") -> OrderTraded:
    return OrderTraded("mm-1-0", "T", "BTC/USD", side, 1000, qty_lots, "maker", Decimal(fee), fee_asset)  # type: ignore[arg-type]  # A side.


def test_each_strategy_has_what_its_own_fills_brought_in() -> None:
    holdings = Holdings()
    holdings.take_in(fill("buy", 100, fee="0.01", fee_asset="BTC"), BTC, owner="mm")
    holdings.take_in(fill("sell", 30, fee="1"), BTC, owner="grid")
    assert holdings.of == {
        ("mm", "BTC"): Decimal("0.99"),
        ("mm", "USD"): -100,
        ("grid", "BTC"): Decimal("-0.3"),
        ("grid", "USD"): 29,
    }
    assert holdings.total == {"BTC": Decimal("0.69"), "USD": -71}


def test_an_id_begins_with_its_owner() -> None:
    assert [owner_of(one) for one in ("mm-812-1", "grid-3-0-t-2", "odd")] == ["mm", "grid", "odd"]
