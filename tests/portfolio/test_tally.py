from decimal import Decimal

from fathom.domain import Liquidity, OrderTraded
from fathom.portfolio import Tally

D = Decimal


def fill(liquidity: Liquidity, fee: str = "0", asset: str = "USD") -> OrderTraded:
    return OrderTraded("mm-1-1", "T1", "BTC/USD", "buy", 1, 1, liquidity, D(fee), asset)


def test_an_empty_tally_says_nothing() -> None:
    tally = Tally()
    assert (tally.maker_share, tally.hit_share, tally.slippage_bps) == (None, None, None)


def test_the_sums_and_shares() -> None:
    tally = Tally()
    tally.trade(fill("maker", "0.1"), value=D(300), fee=D("0.1"), gain=D(4), slip=(D("-0.3"), D(300)))
    tally.trade(fill("taker", "2", "KFEE"), value=D(100), fee=D("0.2"), gain=D(-1), slip=(D("0.5"), D(100)))
    tally.trade(fill("taker"), value=D(100), fee=D(0), gain=None, slip=None)
    tally.trade(fill("taker"), value=D(0), fee=D(0), gain=D(0), slip=None)
    assert (tally.fills, tally.turnover, tally.fees) == (4, 500, D("0.3"))
    assert tally.fees_by_asset == {"USD": D("0.1"), "KFEE": D(2)}
    assert tally.maker_share == 0.6
    assert (tally.wins, tally.losses, tally.won, tally.lost, tally.hit_share) == (1, 1, 4, 1, 0.5)
    assert (tally.slippage, tally.slipped, tally.slippage_bps) == (D("0.2"), 400, 5.0)


def test_a_position_counts_for_as_long_as_it_was_held() -> None:
    tally = Tally()
    for time_ns, (position, passed_s) in enumerate([(100.0, 0.0), (50.0, 2.0), (0.0, 4.0)]):
        tally.look(time_ns, profit=-position, position=position, passed_s=passed_s)
    assert (tally.position_area, tally.position_most, tally.position) == (400.0, 100.0, 0.0)
    assert (tally.profit, tally.drawdown.most) == (0.0, 0.0)
