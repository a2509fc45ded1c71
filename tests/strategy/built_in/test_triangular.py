from decimal import Decimal

import pytest

from fathom.domain import OrderTraded, OrderWanted
from fathom.strategy import Every, OnBook, Triangular, View, make_strategy
from market_feed import BTC, ETH, S, two_sided
from strategy_desk import OwnDesk
from strategy_stage import ETHBTC, Played, Street, living, play, random_markets

THREE = (BTC, ETH, ETHBTC)
FEE = Decimal("0.0005")


def triangular(**params: object) -> Triangular:
    told = {
        "first": "BTC/USD", "second": "ETH/USD", "cross": "ETH/BTC", "spend_quote": "60", "fee_share": str(FEE),
        "rest_s": 3600,
    } | params  # fmt: skip
    made = make_strategy("triangular", name="a", params=told)
    assert isinstance(made, Triangular)
    return made


def street(eth: int = 1_000) -> Street:
    """BTC at 100, ETH at 10 and 0.1: nobody can earn from that. `eth`: its price in cents instead."""
    return Street(
        two_sided(BTC, qty_lots=200),
        two_sided(ETH, qty_lots=2_000, mid=eth),
        two_sided(ETHBTC, qty_lots=2_000, mid=10_000),
    ).wait(1)


def run(market: Street, **params: object) -> Played:
    return play(lambda: triangular(**params), market.frames, instruments=THREE)


def orders(played: Played) -> list[tuple[str, str, int | None]]:
    return [(one.symbol, one.side, one.price_ticks) for one in played.said(OrderWanted)]


def test_it_wakes_with_all_three_tops() -> None:
    assert triangular().wakes() == (OnBook("BTC/USD"), OnBook("ETH/USD"), OnBook("ETH/BTC"), Every(S))


def view_of(market: Street) -> View:
    played = play(lambda: triangular(edge_share_min=0.1), market.frames, instruments=THREE)
    return OwnDesk(played.market).view()


@pytest.mark.parametrize("eth", [950, 1_000, 1_050])
def test_the_edge_is_what_three_trades_after_their_fees_leave(eth: int) -> None:
    view = view_of(street(eth))
    btc_bid, btc_ask, cross_bid, cross_ask = 99.9, 100.1, 0.09999, 0.10001
    eth_bid, eth_ask = eth / 100 - 0.05, eth / 100 + 0.05
    fee = float(FEE)
    forth = 1 / btc_ask / (1 + fee) / cross_ask / (1 + fee) * eth_bid * (1 - fee) - 1
    back = 1 / eth_ask / (1 + fee) * cross_bid * (1 - fee) * btc_bid * (1 - fee) - 1
    assert triangular().edge_share("forth", view) == pytest.approx(forth)
    assert triangular().edge_share("back", view) == pytest.approx(back)


def test_without_an_edge_it_does_nothing() -> None:
    assert orders(run(street(1_000))) == []


def test_an_edge_that_fees_eat_is_none() -> None:
    assert orders(run(street(1_030), fee_share="0.01")) == []
    assert orders(run(street(1_030))) != []


def test_where_the_second_is_dear_it_goes_forth_and_keeps_nothing_but_cash() -> None:
    played = run(street(1_030))
    first, second, third = orders(played)
    assert first == ("BTC/USD", "buy", 1001)  # Each at the planned price, or not at all ...
    assert second == ("ETH/BTC", "buy", 10_001)
    assert third[:2] == ("ETH/USD", "sell")  # ... but the way home, which is taken.
    net = played.strategy.net
    assert net["USD"] > 0
    assert abs(net["BTC"]) < Decimal("0.01")  # Less than a lot of each is left.
    assert abs(net["ETH"]) < Decimal("0.01")
    assert played.strategy.rounds == 1


def test_where_the_second_is_cheap_it_goes_back() -> None:
    played = run(street(970))
    assert [one[:2] for one in orders(played)] == [("ETH/USD", "buy"), ("ETH/BTC", "sell"), ("BTC/USD", "sell")]
    assert played.strategy.net["USD"] > 0


def test_a_leg_waits_for_the_fill_of_the_one_before() -> None:
    played = run(street(1_030))
    wanted = [at_ns for at_ns, _ in played.at(OrderWanted)]
    traded = {one.symbol: at_ns for at_ns, one in played.at(OrderTraded)}
    assert traded["BTC/USD"] <= wanted[1]
    assert traded["ETH/BTC"] <= wanted[2]


@pytest.mark.parametrize("symbol", ["BTC/USD", "ETH/USD", "ETH/BTC"])
def test_it_never_begins_while_one_book_does_not_verify(symbol: str) -> None:
    market = street(1_000).flaw(symbol=symbol)
    for other in ("BTC/USD", "ETH/USD", "ETH/BTC"):
        if other != symbol:
            market.move({"ETH/USD": 1_100, "BTC/USD": 1_000, "ETH/BTC": 10_000}[other], symbol=other, qty_lots=500)
    assert orders(run(market.wait(5))) == []


def test_where_the_cross_has_moved_away_it_goes_home_the_way_it_came() -> None:
    market = street(1_030)
    market.now_ns -= 990_000_000  # Within the first order's way to the venue.
    market.frames.pop()
    market.move(10_500, symbol="ETH/BTC", qty_lots=2_000).wait(5)
    played = run(market)
    assert [one[:2] for one in orders(played)] == [("BTC/USD", "buy"), ("ETH/BTC", "buy"), ("BTC/USD", "sell")]
    assert played.position("BTC/USD") == played.position("ETH/BTC") == 0
    assert played.strategy.net["USD"] < 0  # That costs two fees and a spread.


def test_what_is_held_waits_for_a_book_that_verifies_again() -> None:
    market = street(1_030)
    market.now_ns -= 990_000_000
    market.frames.pop()
    market.flaw(symbol="ETH/BTC").wait(5).heal(symbol="ETH/BTC").wait(5)
    played = run(market)
    assert len(orders(played)) == 3
    assert played.at(OrderWanted)[1][0] > 5 * S
    assert played.position("ETH/USD") == -played.position("ETH/BTC")


def test_it_spends_no_more_than_it_may_nor_than_the_best_levels_hold() -> None:
    small = run(street(1_030), spend_quote="20")
    assert BTC.cost(price_ticks=1001, qty_lots=small.said(OrderWanted)[0].qty_lots) <= 20
    thin = Street(
        two_sided(BTC, qty_lots=200), two_sided(ETH, qty_lots=100, mid=1_030), two_sided(ETHBTC, mid=10_000)
    ).wait(1)
    _, second, third = run(thin).said(OrderWanted)
    assert second.qty_lots <= 10
    assert third.qty_lots <= 10


@pytest.mark.parametrize(
    "params", [{"cross": "BTC/ETH"}, {"second": "ETH/EUR"}, {"spend_quote": "0"}, {"fee_share": "0.5"}]
)
def test_what_is_no_triangle_is_refused(params: dict[str, object]) -> None:
    with pytest.raises(Exception, match=r"triangle|must be above 0|fee_share"):
        triangular(**params)


@random_markets
def test_in_any_market_it_holds_no_more_than_a_round(seed: int) -> None:
    frames = living(seed, *THREE)
    played = play(lambda: triangular(rest_s=1), frames, instruments=THREE, seed=seed)
    least, most = played.extremes("BTC/USD")
    # A round and what one before it left for want of a least order; at the market's least price.
    assert -2 * 60 * 10_000 // 300 // 100 * 100 <= least <= most <= 2 * 60 * 10_000 // 300
    if played.strategy.way is None:
        for asset in ("BTC", "ETH"):
            assert abs(played.strategy.net.get(asset, Decimal(0))) < 1
