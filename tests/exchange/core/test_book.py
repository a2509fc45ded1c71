"""core/book.py: levels best first, queues in order, against a plain list."""

from random import Random

import pytest
from core_scenario import Scenario
from hypothesis import given
from hypothesis import strategies as st

from fathom.exchange.core import Order, Side
from fathom.protocol.messages import OrderSide


def order(name: str, price_ticks: int, lots: int, *, side: OrderSide = "buy") -> Order:
    made = Order(
        order_id=name,
        account=Scenario().accounts["hal"],
        symbol="BTC/USD",
        side=side,
        order_type="limit",
        qty_lots=lots,
        limit_ticks=price_ticks,
    )
    made.shown_lots = lots
    return made


def filled(side_name: OrderSide) -> Side:
    side = Side(side_name)
    for name, price_ticks, lots in (("a", 10, 1), ("b", 12, 2), ("c", 11, 3), ("d", 12, 4)):
        side.add(order(name, price_ticks, lots, side=side_name))
    return side


@pytest.mark.parametrize(
    ("side_name", "levels"), [("buy", [(12, 6), (11, 3), (10, 1)]), ("sell", [(10, 1), (11, 3), (12, 6)])]
)
def test_best_first(side_name: OrderSide, levels: list[tuple[int, int]]) -> None:
    side = filled(side_name)
    assert len(side) == 3
    assert side.levels(10) == levels
    assert side.levels(2) == levels[:2]
    assert side.best() == levels[0][0]
    first = side.first()
    assert first is not None
    assert (first.price_ticks, first.lots) == levels[0]
    assert [side.price_at(rank) for rank in (-1, 0, 1, 2, 3)] == [None, *[price for price, _ in levels], None]
    assert [side.rank(price) for price, _ in levels] == [0, 1, 2]
    assert [price for price, _ in side.orders(2)] == [price for price, _ in levels[:2]]
    assert [(side.lots(price), [one.order_id for one in side.level(price)]) for price in (12, 13)] == [
        (6, ["b", "d"]),
        (0, []),
    ]


def test_rank_of_a_price_where_nothing_rests() -> None:
    assert [filled("buy").rank(price) for price in (13, 9)] == [0, 3]
    assert [filled("sell").rank(price) for price in (9, 13)] == [0, 3]


def test_empty() -> None:
    side = Side("buy")
    assert (len(side), side.best(), side.first(), side.levels(5), side.orders(5), side.rank(5)) == (
        0,
        None,
        None,
        [],
        [],
        0,
    )


def test_show_keeps_the_place() -> None:
    side = filled("buy")
    first = side.level(12)[0]
    side.show(first, 1)
    assert (first.shown_lots, side.lots(12)) == (1, 5)
    assert side.level(12)[0] is first


def test_clear_returns_what_was_there() -> None:
    side = filled("sell")
    assert [one.order_id for one in side.clear()] == ["a", "c", "b", "d"]
    assert (len(side), side.best()) == (0, None)


@given(st.integers(), st.sampled_from(["buy", "sell"]))
def test_agrees_with_a_plain_list(seed: int, side_name: OrderSide) -> None:
    rng, side = Random(seed), Side(side_name)
    plain: list[Order] = []
    account = Scenario.__name__  # Orders here have no owner that matters.
    for number in range(60):
        if plain and rng.random() < 0.45:
            gone = plain.pop(rng.randrange(len(plain)))
            side.remove(gone)
        else:
            made = Order(
                order_id=f"{account}{number}",
                account=None,  # type: ignore[arg-type] # nobody asks whose it is
                symbol="BTC/USD",
                side=side_name,
                order_type="limit",
                qty_lots=9,
                limit_ticks=rng.randint(1, 8),
                shown_lots=rng.randint(1, 9),
            )
            plain.append(made)
            side.add(made)
        prices = sorted({one.limit_ticks for one in plain if one.limit_ticks}, reverse=side_name == "buy")
        queues = [[one for one in plain if one.limit_ticks == price] for price in prices]
        assert side.levels(99) == [
            (price, sum(one.shown_lots for one in queue)) for price, queue in zip(prices, queues, strict=True)
        ]
        assert [queue for _, queue in side.orders(99)] == queues
