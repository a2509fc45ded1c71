from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from fathom.domain import FundsMoved, Instrument, OrderTraded, Side, VenueFill
from fathom.orders.balances import BalanceRecord, Difference

PAIR = Instrument(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    price_precision=1,
    qty_precision=8,
    cost_precision=5,
    qty_lots_min=1,
    cost_min=Decimal("0.5"),
)
BTC = 10**8  # Lots.
START = (("BTC", Decimal("1.0000000000")), ("USD", Decimal("1000.0000")))


def fill(exec_id: str, qty_lots: int = BTC // 100, *, side: Side = "buy", ticks: int = 1_000, fee: str = "0.0025",
         order_id: str = "mm-1") -> OrderTraded:  # fmt: skip
    return OrderTraded(order_id, exec_id, "BTC/USD", side, ticks, qty_lots, "maker", Decimal(fee), "USD")


def foreign(exec_id: str, *, time_ns: int, qty_lots: int = BTC // 100) -> VenueFill:
    return VenueFill("", "O9", exec_id, "BTC/USD", "sell", 1_000, qty_lots, "taker", Decimal(0), "USD", time_ns)


def begun(*, time_ns: int = 100, since_ns: int = 0) -> BalanceRecord:
    record = BalanceRecord()
    record.learn(PAIR)
    assert record.compare(START, since_ns=since_ns, time_ns=time_ns) == []
    return record


def seen(btc: str, usd: str) -> tuple[tuple[str, Decimal], ...]:
    return (("BTC", Decimal(btc)), ("USD", Decimal(usd)))


def test_the_first_word_is_believed_and_fills_move_it() -> None:
    record = begun()
    assert record.trade(fill("T1"), time_ns=200)
    assert (record.ours("BTC"), record.ours("USD"), record.ours("ETH")) == (Decimal("1.01"), Decimal("998.9975"), None)
    assert record.compare(seen("1.01", "998.9975"), since_ns=300, time_ns=400) == []


def test_a_fill_counts_once_and_once_for_each_of_two_orders_that_met() -> None:
    record = begun()
    assert [record.trade(fill("T1"), time_ns=200) for _ in range(2)] == [True, False]
    assert [record.trade(foreign("T2", time_ns=200), time_ns=200) for _ in range(2)] == [True, False]
    assert record.trade(fill("T1", side="sell", order_id="mm-2"), time_ns=200)
    assert record.ours("BTC") == Decimal("0.99")


def test_a_fill_of_ours_told_by_rest_without_its_name_counts_once() -> None:
    record = begun()
    assert record.trade(fill("T1", side="sell"), time_ns=200)
    assert not record.trade(foreign("T1", time_ns=200), time_ns=300)
    assert record.ours("BTC") == Decimal("0.99")


def test_what_was_filled_before_the_first_word_is_in_it() -> None:
    record = begun(time_ns=100)
    assert record.trade(foreign("T1", time_ns=99), time_ns=200)
    assert record.ours("BTC") == Decimal(1)


def test_what_the_stream_tells_after_the_first_word_is_not_in_it_though_it_was_filled_before() -> None:
    record = begun(time_ns=20, since_ns=10)
    assert record.trade(foreign("T1", time_ns=11), time_ns=21, by_stream=True)
    assert record.ours("BTC") == Decimal("0.99")
    assert record.trade(foreign("T2", time_ns=9), time_ns=21, by_stream=True), "it is news, from before the question"
    assert record.ours("BTC") == Decimal("0.99")


@pytest.mark.parametrize("usd", ["1000", "998.9975", "997.9950"])
def test_a_balance_agrees_as_it_was_at_any_moment_of_the_question(usd: str) -> None:
    record = begun(time_ns=100)
    record.trade(fill("T1"), time_ns=200)
    record.trade(fill("T2"), time_ns=300)
    btc = {"1000": "1", "998.9975": "1.01", "997.9950": "1.02"}[usd]
    assert record.compare(seen(btc, usd), since_ns=150, time_ns=400) == []
    assert record.ours("USD") == Decimal("997.9950"), "what was filled since stays counted"


def test_a_moment_before_the_question_does_not_agree() -> None:
    record = begun(time_ns=100)
    record.trade(fill("T1"), time_ns=200)
    assert record.compare(seen("1", "998.9975"), since_ns=200, time_ns=400) == [
        Difference("BTC", Decimal(1), Decimal("1.01"))
    ]


def test_an_asset_that_the_venue_leaves_out_is_none_of_it() -> None:
    record = begun()
    assert record.compare((("USD", Decimal(1000)),), since_ns=200, time_ns=300) == [
        Difference("BTC", Decimal(0), Decimal(1))
    ]


def test_the_venues_rounding_of_fills_is_no_difference_and_does_not_add_up() -> None:
    record = begun()
    usd = Decimal(1000)
    for number in range(1, 200):
        record.trade(fill(f"T{number}", 1_234_567, ticks=99_999, fee="0.00001"), time_ns=100 + number)
        cost = Decimal(99_999 * 1_234_567).scaleb(-9)
        usd -= cost.quantize(Decimal("0.0001")) + Decimal("0.0000")
        btc = Decimal(1) + number * Decimal("0.01234567")
        if number % 7 == 0:
            words = seen(str(btc), str(usd))
            assert record.compare(words, since_ns=100 + number, time_ns=100 + number) == []
            assert record.ours("USD") == usd
    off = seen(str(btc), str(usd + Decimal("0.01")))
    assert [one.asset for one in record.compare(off, since_ns=999, time_ns=999)] == ["USD"]


def test_a_total_alone_explains_nothing() -> None:
    record = begun()
    record.told((("USD", Decimal(1500)),), time_ns=150)  # A snapshot after a gap, say.
    assert [one.asset for one in record.compare(seen("1", "1500"), since_ns=100, time_ns=200)] == ["USD"]


def test_a_row_of_the_ledger_explains_what_is_no_fill_and_counts_once() -> None:
    record = begun(time_ns=100)
    deposit = FundsMoved("L1", "R1", "deposit", "USD", "spot", Decimal(500), Decimal(1), 200)
    trade = FundsMoved("L2", "T1", "trade", "USD", "spot", Decimal(-1), Decimal(0), 200)
    old = FundsMoved("L0", "R0", "deposit", "USD", "spot", Decimal(7), Decimal(0), 99)
    for row in (deposit, deposit, trade, old):
        record.row(row, time_ns=200)
    assert record.compare(seen("1", "1499"), since_ns=300, time_ns=300) == []
    legs = [FundsMoved("L3", "R3", "transfer", "USD", wallet, Decimal(amount), Decimal(0), 300)
            for wallet, amount in (("spot", -5), ("earn", 5))]  # fmt: skip
    record.row(legs[0], time_ns=300)
    assert record.ours("USD") == Decimal(1494)


def test_the_venues_own_cost_of_a_fill_counts() -> None:
    record = begun()
    record.trade(structs.replace(fill("T1", fee="0"), cost=Decimal("1.2345")), time_ns=200)
    assert record.ours("USD") == Decimal("998.7655")


def test_where_the_stream_tells_first_that_is_where_it_begins() -> None:
    record = BalanceRecord()
    record.learn(PAIR)
    record.told(START, time_ns=100)
    record.trade(fill("T1"), time_ns=150)
    assert record.compare(seen("1.01", "998.9975"), since_ns=200, time_ns=200) == []


def test_a_person_may_have_the_venues_word_accepted() -> None:
    record = begun()
    assert record.compare(seen("2", "1000"), since_ns=200, time_ns=200, accept=True) == []
    assert record.ours("BTC") == Decimal(2)


def test_a_fill_of_a_pair_that_was_never_told_shows_in_the_balances() -> None:
    record = BalanceRecord()
    record.told(START, time_ns=100)
    assert record.trade(fill("T1"), time_ns=200)
    assert len(record.compare(seen("1.01", "998.9975"), since_ns=300, time_ns=300)) == 2


@given(
    st.lists(st.tuples(st.sampled_from(["buy", "sell"]), st.integers(1, 10**6), st.integers(1, 10**6)), max_size=12),
    st.data(),
)
def test_every_prefix_agrees_and_a_lost_fill_never_does(
    fills: list[tuple[Side, int, int]], data: st.DataObject
) -> None:
    record = begun(time_ns=0)
    btc = usd = Decimal(0)
    truth = [(btc, usd)]
    for number, (side, ticks, lots) in enumerate(fills, 1):
        sign = 1 if side == "buy" else -1
        btc += sign * Decimal(lots).scaleb(-8)
        usd -= sign * Decimal(ticks * lots).scaleb(-9)
        record.trade(fill(f"T{number}", lots, side=side, ticks=ticks, fee="0"), time_ns=number * 10)
        truth.append((btc, usd))
    at = data.draw(st.integers(0, len(fills)))
    btc, usd = truth[at]
    words = (("BTC", 1 + btc), ("USD", 1000 + usd))
    assert record.compare(words, since_ns=at * 10, time_ns=10**6) == []
    lost = (("BTC", 1 + btc + 1), ("USD", 1000 + usd))
    assert [one.asset for one in record.compare(lost, since_ns=at * 10, time_ns=10**6)] == ["BTC"]
