from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.crowd.prices import Prices
from fathom.protocol.messages import OrderSide


def prices_of(side: OrderSide, *ticks: int) -> Prices:
    prices = Prices(side)
    for price_ticks in ticks:
        prices.add(price_ticks)
    return prices


def test_an_empty_side_has_no_best_price() -> None:
    assert Prices("buy").best() is None
    assert Prices("sell").best_first() == []
    assert Prices("buy").beyond(0) == []
    assert Prices("sell").crossed_by(5) == []


def test_bids_and_asks_are_mirrored() -> None:
    bids, asks = prices_of("buy", 10, 12, 11), prices_of("sell", 14, 13, 15)
    assert (bids.best(), asks.best()) == (12, 13)
    assert bids.best_first() == [12, 11, 10]
    assert asks.best_first() == [13, 14, 15]
    assert bids.beyond(2) == [10]
    assert asks.beyond(2) == [15]
    assert bids.crossed_by(11) == [11, 12], "an ask at 11 trades with the bids there and above"
    assert asks.crossed_by(14) == [13, 14]
    bids.remove(12)
    assert bids.best() == 11


@given(st.sets(st.integers(1, 60)), st.sets(st.integers(1, 60)), st.integers(0, 40), st.integers(1, 60))
def test_it_is_a_sorted_set(added: set[int], removed: set[int], depth: int, price: int) -> None:
    for side, reverse in (("buy", True), ("sell", False)):
        prices = Prices(side)  # type: ignore[arg-type]  # the two words
        for ticks in added:
            prices.add(ticks)
        for ticks in added & removed:
            prices.remove(ticks)
        plain = sorted(added - removed, reverse=reverse)
        assert prices.best_first() == plain
        assert prices.best() == (plain[0] if plain else None)
        assert sorted(prices.beyond(depth)) == sorted(plain[depth:])
        crossed = [ticks for ticks in plain if (ticks >= price if side == "buy" else ticks <= price)]
        assert sorted(prices.crossed_by(price)) == sorted(crossed)
