from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import INT64_MAX, Instrument, OrderTraded, Side
from fathom.portfolio import LOTS_MAX, LotMethod, Position

D = Decimal
FREE = D(0)
# Whole dollars and hundredths of a coin: a price of 10 and 100 lots cost 10.00.
PAIR = Instrument(
    symbol="COIN/USD",
    base="COIN",
    quote="USD",
    price_precision=0,
    qty_precision=2,
    cost_precision=2,
    qty_lots_min=1,
    cost_min=D(0),
)


def fill(side: Side, qty_lots: int, price_ticks: int, *, fee: Decimal = FREE, fee_asset: str = "USD") -> OrderTraded:
    return OrderTraded("bot-1", "T1", "COIN/USD", side, price_ticks, qty_lots, "taker", fee, fee_asset)


def traded(*fills: tuple[Side, int, int], pair: Instrument = PAIR, method: LotMethod = "average") -> Position:
    position = Position(pair, method=method)
    for side, qty_lots, price_ticks in fills:
        position.trade(fill(side, qty_lots, price_ticks))
    return position


BOUGHT: tuple[Side, int, int] = ("buy", 100, 10)
SOLD: tuple[Side, int, int] = ("sell", 100, 10)


@pytest.mark.parametrize(
    ("fills", "qty_lots", "cost", "realised", "unrealised_at_20"),
    [
        ([], 0, "0", "0", "0"),
        ([BOUGHT], 100, "10", "0", "10"),
        ([BOUGHT, ("buy", 300, 14)], 400, "52", "0", "28"),  # The average is 13.
        ([BOUGHT, ("buy", 300, 14), ("sell", 100, 16)], 300, "39", "3", "21"),  # A part closes at the average.
        ([BOUGHT, ("sell", 100, 8)], 0, "0", "-2", "0"),
        ([BOUGHT, ("sell", 300, 12)], -200, "24", "2", "-16"),  # Through zero: the rest opens the other way.
        ([BOUGHT, ("sell", 300, 12), ("buy", 200, 9), ("buy", 50, 9)], 50, "4.5", "8", "5.5"),
        ([SOLD], -100, "10", "0", "-10"),  # Sold first, out of what was there.
        ([SOLD, ("sell", 100, 20)], -200, "30", "0", "-10"),
        ([SOLD, ("sell", 100, 20), ("buy", 100, 12)], -100, "15", "3", "-5"),
        ([SOLD, ("buy", 400, 12)], 300, "36", "-2", "24"),
        ([("buy", 2, 10), ("buy", 1, 11), ("sell", 2, 11)], 1, "0.10", "0.01", "0.10"),  # 2/3 of 0.31 is 0.21.
    ],
)
def test_average_cost(
    fills: list[tuple[Side, int, int]], qty_lots: int, cost: str, realised: str, unrealised_at_20: str
) -> None:
    position = traded(*fills)
    assert position.qty_lots == qty_lots
    assert position.qty == D(qty_lots) / 100
    assert (position.cost_quote, position.realised_quote) == (D(cost), D(realised))
    assert position.unrealised_quote(D(20)) == D(unrealised_at_20)
    assert position.fees_quote == 0
    assert position.average_quote == (abs(D(cost) / position.qty) if qty_lots else None)


def test_bought_and_sold_are_told_apart() -> None:
    position = traded(BOUGHT, SOLD, ("buy", 7, 10))
    assert (position.bought_lots, position.sold_lots, position.qty_lots) == (107, 100, 7)


@pytest.mark.parametrize(
    ("fee", "fee_asset", "fees_quote", "fees_other"),
    [
        ("0.04", "USD", "0.04", {}),
        ("0.01", "COIN", "0.10", {}),  # At the price of the fill.
        ("7", "KFEE", "0", {"KFEE": D(7)}),  # Kraken's fee credits have no price here: told apart, not forgotten.
        ("0", "KFEE", "0", {}),
        ("-0.02", "USD", "-0.02", {}),  # A rebate.
    ],
)
def test_fees(fee: str, fee_asset: str, fees_quote: str, fees_other: dict[str, Decimal]) -> None:
    position = Position(PAIR)
    position.trade(fill("buy", 100, 10, fee=D(fee), fee_asset=fee_asset))
    assert position.fees_quote == D(fees_quote)
    assert position.fees_other == fees_other
    assert (position.cost_quote, position.realised_quote) == (D(10), D(0)), "told apart from the trade"
    position.trade(fill("sell", 100, 10, fee=D(fee), fee_asset=fee_asset))
    assert position.fees_quote == 2 * D(fees_quote)
    assert position.fees_other == {asset: 2 * amount for asset, amount in fees_other.items()}


def test_a_fill_of_nothing_is_none() -> None:
    for qty_lots in (0, -1):
        with pytest.raises(AssertionError, match="a fill of nothing"):
            Position(PAIR).trade(fill("buy", qty_lots, 10))


@pytest.mark.parametrize(
    ("precision", "bought_lots", "lots_after"),
    [(4, 12_300, 12_345), (2, 123, 123), (0, 1, 1)],  # Finer, the same, coarser: what is no whole lot stays in `qty`.
)
def test_the_precision_may_change_while_we_hold(precision: int, bought_lots: int, lots_after: int) -> None:
    position = traded(("buy", 123, 10))
    position.instrument = msgspec.structs.replace(PAIR, qty_precision=precision)
    assert position.qty_lots == position.bought_lots == bought_lots
    assert (position.qty, position.cost_quote) == (D("1.23"), D("12.3"))
    finer = msgspec.structs.replace(PAIR, qty_precision=4, price_precision=2)
    position.instrument = finer
    position.trade(fill("buy", 45, 2_000))
    assert (position.qty, position.cost_quote) == (D("1.2345"), D("12.39"))
    position.trade(fill("sell", 12_345, 1_000))
    assert (position.qty, position.cost_quote, position.realised_quote) == (D(0), D(0), D("12.345") - D("12.39"))
    position.trade(fill("buy", 12_345, 1_000))
    position.instrument = msgspec.structs.replace(PAIR, qty_precision=precision)
    assert position.qty_lots == lots_after


def test_all_of_it_costs_all_even_where_the_pair_has_become_coarser() -> None:
    position = traded(("buy", 100, 10_005), pair=msgspec.structs.replace(PAIR, price_precision=3))
    position.instrument = msgspec.structs.replace(PAIR, qty_precision=0)
    position.trade(fill("sell", 1, 11))
    assert (position.qty, position.cost_quote, position.realised_quote) == (D(0), D(0), D("0.995"))


METHODS: tuple[LotMethod, ...] = ("fifo", "lifo", "hifo", "average")
THREE: tuple[tuple[Side, int, int], ...] = (("buy", 100, 10), ("buy", 100, 14), ("buy", 100, 12))


@pytest.mark.parametrize(
    ("method", "costs"),
    [("fifo", (10, 14, 12)), ("lifo", (12, 14, 10)), ("hifo", (14, 12, 10)), ("average", (12, 12, 12))],
)
def test_which_lot_closes_first(method: LotMethod, costs: tuple[int, int, int]) -> None:
    expected = [D(15) - costs[0], D(16) - costs[1], D(13) - costs[2]]
    position = traded(*THREE, method=method)
    told = [position.trade(fill("sell", 100, price_ticks)) for price_ticks in (15, 16, 13)]
    assert told == expected
    assert position.realised_quote == sum(told, D(0)) == 8, "all agree on the total"
    assert not position.lots


def test_of_a_short_the_dearest_first_is_the_one_that_brought_in_least() -> None:
    position = traded(("sell", 100, 14), ("sell", 100, 10), ("sell", 100, 12), method="hifo")
    assert [lot.price for lot in position.lots] == [10, 12, 14]
    assert position.trade(fill("buy", 150, 11)) == (10 - 11) + D("0.5") * (12 - 11)


def test_what_opens_realises_nothing_and_is_told_so() -> None:
    position = traded()
    assert position.trade(fill("buy", 100, 10)) is None
    assert position.trade(fill("sell", 50, 10)) == 0


def test_a_position_keeps_a_bounded_number_of_lots() -> None:
    position = traded(*(("buy", 1, price_ticks) for price_ticks in range(1, LOTS_MAX + 11)), method="fifo")
    assert len(position.lots) == LOTS_MAX
    assert sum((lot.cost for lot in position.lots), D(0)) == position.cost_quote
    assert sum((lot.qty for lot in position.lots), D(0)) == position.qty


@given(
    st.lists(st.tuples(st.sampled_from(["buy", "sell"]), st.integers(1, 10**6), st.integers(1, 10**4)), max_size=30),
    st.integers(1, 10**4),
)
def test_all_methods_agree_on_the_total(fills: list[tuple[Side, int, int]], mark_ticks: int) -> None:
    positions = [traded(*fills, method=method) for method in METHODS]
    totals = {one.realised_quote + one.unrealised_quote(D(mark_ticks)) for one in positions}
    assert len(totals) == 1
    for one in positions:
        assert sum((lot.qty for lot in one.lots), D(0)) == abs(one.qty)
        assert sum((lot.cost for lot in one.lots), D(0)) == one.cost_quote


@given(st.lists(st.tuples(st.sampled_from(["buy", "sell"]), st.integers(1, 20), st.integers(1, 100)), max_size=30))
def test_each_method_is_what_a_plain_one_says(fills: list[tuple[Side, int, int]]) -> None:
    """One unit at a time, from a list of prices."""
    for method, pick in PLAIN.items():
        position, held, gained = traded(method=method), [], Fraction(0)
        for side, qty_lots, price_ticks in fills:
            position.trade(fill(side, qty_lots, price_ticks))
            for _ in range(qty_lots):
                if held and held[0][0] != side:
                    price = held.pop(pick(held))[1]
                    gained += Fraction(price_ticks - price if side == "sell" else price - price_ticks, 100)
                else:
                    held.append((side, price_ticks))
        assert Fraction(position.realised_quote) == gained, method
        assert Fraction(position.cost_quote) == Fraction(sum(price for _, price in held), 100)


def _dearest(held: list[tuple[Side, int]]) -> int:
    best = max if held[0][0] == "buy" else min
    prices = [price for _, price in held]
    return prices.index(best(prices))


PLAIN: dict[LotMethod, Callable[[list[tuple[Side, int]]], int]] = {
    "fifo": lambda held: 0,
    "lifo": lambda held: len(held) - 1,
    "hifo": _dearest,
}

sides: st.SearchStrategy[Side] = st.sampled_from(["buy", "sell"])


@given(
    st.lists(st.tuples(sides, st.integers(1, 10**12), st.integers(1, 10**9)), max_size=25),
    st.integers(0, 8),
    st.integers(0, 8),
    st.integers(1, 10**9),
    st.sampled_from(METHODS),
)
def test_not_a_crumb_is_lost(
    fills: list[tuple[Side, int, int]], price_precision: int, qty_precision: int, mark_ticks: int, method: LotMethod
) -> None:
    pair = msgspec.structs.replace(PAIR, price_precision=price_precision, qty_precision=qty_precision)
    position = Position(pair, method=method)
    cash = Fraction(0)
    lots = 0
    for side, qty_lots, price_ticks in fills:
        position.trade(fill(side, qty_lots, price_ticks))
        sign = 1 if side == "buy" else -1
        lots += sign * qty_lots
        cash -= sign * Fraction(pair.cost(price_ticks=price_ticks, qty_lots=qty_lots))
        # What was earned and what is held at cost is all the cash that moved, to the last unit.
        held = Fraction(position.cost_quote) * (1 if lots > 0 else -1)
        assert Fraction(position.realised_quote) - held == cash
        assert position.cost_quote >= 0
        assert lots or position.cost_quote == 0, "nothing costs nothing"
    assert position.qty_lots == lots == position.bought_lots - position.sold_lots
    mark = pair.price(mark_ticks)
    worth = cash + Fraction(pair.qty(abs(lots))) * Fraction(mark) * (1 if lots > 0 else -1)
    assert Fraction(position.realised_quote) + Fraction(position.unrealised_quote(mark)) == worth


@given(st.lists(st.tuples(sides, st.integers(1, 100), st.integers(1, 1_000)), max_size=25))
def test_the_average_is_the_average(fills: list[tuple[Side, int, int]]) -> None:
    position = Position(PAIR, method="average")
    lots, cost = 0, Fraction(0)
    for closes, (side, qty_lots, price_ticks) in enumerate(fills, 1):
        position.trade(fill(side, qty_lots, price_ticks))
        for _ in range(qty_lots):  # One lot at a time, in fractions: nothing is rounded.
            sign = 1 if side == "buy" else -1
            if lots * sign >= 0:
                cost += Fraction(price_ticks, 100)
            else:
                cost -= cost / abs(lots)
            lots += sign
        assert position.qty_lots == lots
        assert abs(Fraction(position.cost_quote) - cost) <= Fraction(closes, 100), "half a unit a close is rounded"


def test_the_largest_numbers_are_exact_too() -> None:
    position = traded(("buy", INT64_MAX, INT64_MAX), ("buy", INT64_MAX, INT64_MAX - 1), ("sell", INT64_MAX, INT64_MAX))
    paid = Fraction(INT64_MAX, 100) * (INT64_MAX - 1)
    assert Fraction(position.cost_quote) - Fraction(position.realised_quote) == paid
    assert position.qty_lots == INT64_MAX
