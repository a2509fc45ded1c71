from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import AccountSeen, BalancesSeen, FundsMoved, OrderTraded, Side, VenueFill
from fathom.portfolio import Account, Difference
from market_feed import BTC, T0, S

D = Decimal
PAIRS = {"BTC/USD": BTC}
OURS = VenueFill("mm-1-1", "O1", "T1", "BTC/USD", "buy", 1000, 100, "maker", D("0.25"), "USD", T0)  # 1 BTC at 100.
FOREIGN = VenueFill("", "O2", "T2", "BTC/USD", "sell", 1100, 50, "taker", D("0.22"), "USD", T0)


def stream(fill: VenueFill) -> OrderTraded:
    return OrderTraded(
        fill.order_id,
        fill.exec_id,
        fill.symbol,
        fill.side,
        fill.price_ticks,
        fill.qty_lots,
        fill.liquidity,
        fill.fee,
        fill.fee_asset,
        fill.cost,
    )


def opened(**balances: str) -> Account:
    account = Account()
    account.hear(BalancesSeen(tuple((asset, D(amount)) for asset, amount in balances.items())))
    return account


def seen(*fills: VenueFill, at_ns: int = T0, **balances: str) -> AccountSeen:
    told = tuple((asset, D(amount)) for asset, amount in balances.items())
    return AccountSeen(at_ns, "venue", (), (), fills, told)


def row(
    kind: str, asset: str, amount: str, fee: str = "0", *, row_id: str, ref: str = "", wallet: str = "spot"
) -> FundsMoved:
    return FundsMoved(row_id, ref, kind, asset, wallet, D(amount), D(fee), T0)


def held(account: Account, name: str) -> dict[str, Decimal]:
    return account.ledger.held(name)  # type: ignore[arg-type]  # A name of the tests' tables.


def test_the_first_word_is_what_was_there_and_a_later_one_is_told_apart() -> None:
    account = opened(USD="1000", BTC="2")
    account.hear_all(seen(USD="1000", BTC="2"), {})
    assert held(account, "opening") == {"USD": -1000, "BTC": -2}
    account.hear(BalancesSeen((("USD", D("999.99")), ("SOL", D(1)))))
    assert account.balances() == {"USD": D("999.99"), "BTC": 2, "SOL": 1}
    assert held(account, "unexplained") == {"USD": D("0.01"), "SOL": -1}, "the other side of what was taken or given"


def test_a_first_word_that_comes_row_by_row_is_what_was_there_too() -> None:
    """As the private stream tells it: an asset at a time, and then the word on the whole."""
    account = Account()
    for asset, amount in (("BTC", D(2)), ("USD", D(1_000)), ("SOL", D(0))):
        account.hear(BalancesSeen(((asset, amount),)))
    account.hear_all(seen(BTC="2", USD="1000", EUR="5"), {})  # Of one that no row has told yet.
    assert held(account, "unexplained") == {}
    assert held(account, "opening") == {"BTC": D(-2), "USD": D(-1_000), "EUR": D(-5)}
    account.hear(BalancesSeen((("ADA", D(7)),)))  # From here on it is an alarm.
    account.hear(BalancesSeen((("BTC", D(3)),)))
    assert held(account, "unexplained") == {"ADA": D(-7), "BTC": D(-1)}


def test_wallets_are_told_apart_and_sum_up() -> None:
    account = Account()
    account.hear(
        BalancesSeen((("BTC", D(3)),), (("BTC", "spot", D(1)), ("BTC", "earn", D("1.5")), ("BTC", "earn", D("0.5"))))
    )
    assert (held(account, "spot"), held(account, "earn")) == ({"BTC": D(1)}, {"BTC": D(2)})
    assert account.balance("BTC") == 3
    account.row(row("transfer", "BTC", "-1", row_id="L1", ref="R1", wallet="spot"))
    account.row(row("transfer", "BTC", "1", row_id="L2", ref="R1", wallet="earn"))
    assert (held(account, "spot"), held(account, "earn"), held(account, "transfers")) == ({}, {"BTC": D(3)}, {})
    account.hear(BalancesSeen((("BTC", D(3)),), (("BTC", "spot", D(3)),)))
    assert (held(account, "spot"), held(account, "earn"), held(account, "unexplained")) == ({"BTC": D(3)}, {}, {})


@pytest.mark.parametrize(
    ("kind", "amount", "fee", "accounts"),
    [
        ("deposit", "10", "0", {"deposits": -10}),
        ("withdrawal", "-10", "0.5", {"withdrawals": 10, "fees": D("0.5")}),
        ("rollover", "0", "0.02", {"rollover": D("0.02")}),
        ("margin", "-3", "0.1", {"margin": 3, "fees": D("0.1")}),
        ("staking", "0.001", "0", {"rewards": D("-0.001")}),
        ("sale", "7", "0", {"adjustments": -7}),
        ("a word nobody knows", "7", "0", {"adjustments": -7}),
    ],
)
def test_each_row_of_the_ledger_has_its_other_side(
    kind: str, amount: str, fee: str, accounts: dict[str, Decimal]
) -> None:
    account = opened(USD="100")
    for _ in range(2):  # Told twice, it counts once.
        account.row(row(kind, "USD", amount, fee, row_id="L1"))
    assert account.balance("USD") == 100 + D(amount) - D(fee)
    assert {name: held(account, name).get("USD") for name in accounts} == accounts
    assert not any(account.ledger.sums().values())


def by_stream(account: Account) -> None:
    account.trade(stream(OURS), BTC, other="trading")
    account.trade(FOREIGN, BTC, other="foreign")


def by_word(account: Account) -> None:
    account.hear_all(seen(OURS, FOREIGN, USD="954.53", BTC="2.50"), PAIRS)


@pytest.mark.parametrize(
    "ways", [(by_stream,), (by_word,), (by_stream, by_word), (by_word, by_stream), (by_word, by_word)]
)
def test_a_fill_counts_once_whichever_way_it_comes(ways: tuple[Callable[[Account], None], ...]) -> None:
    account = opened(USD="1000", BTC="2")
    for way in ways:
        way(account)
    assert account.balances() == {"USD": D("954.53"), "BTC": D("2.50")}
    assert held(account, "unexplained") == {}
    assert held(account, "trading") == {"BTC": -1, "USD": 100}
    assert held(account, "foreign") == {"BTC": D("0.50"), "USD": D("-54.78")}, "its fee is no fee of ours"
    assert held(account, "fees") == {"USD": D("0.25")}


def test_a_difference_is_told_to_the_last_unit_before_the_word_is_taken() -> None:
    account = opened(USD="1000.00", BTC="2")
    word = seen(OURS, USD="899.76", BTC="3.0")
    assert account.differences(word, PAIRS) == (Difference("USD", D("899.75"), D("899.76")),)
    assert account.balance("USD") == 1000, "asking changes nothing"
    account.hear_all(word, PAIRS)
    assert account.balance("USD") == D("899.76")
    assert held(account, "unexplained") == {"USD": D("-0.01")}
    account.hear_all(seen(OURS, USD="899.75", BTC="3.0"), PAIRS)
    assert held(account, "unexplained") == {}, "the venue's word was stale, and no alarm stays"
    account.hear(BalancesSeen((("USD", D(1)),)))
    account.accept()
    assert held(account, "unexplained") == {}
    assert held(account, "adjustments") == {"USD": D("898.75")}


def test_what_the_venue_does_not_name_it_does_not_hold() -> None:
    account = opened(USD="1000", BTC="2")
    assert account.differences(seen(USD="1000"), PAIRS) == (Difference("BTC", D(2), D(0)),)
    assert account.differences(seen(USD="1000.000", BTC="2.0"), PAIRS) == ()


def test_a_fill_from_before_an_agreed_account_is_no_news_even_when_it_is_forgotten() -> None:
    account = opened(USD="1000", BTC="2")
    account.hear_all(seen(at_ns=T0 + 3600 * S, USD="1000", BTC="2"), PAIRS)
    old = seen(OURS, at_ns=T0 + 3601 * S, USD="1000", BTC="2")
    assert account.differences(old, PAIRS) == ()
    recent = msgspec.structs.replace(OURS, time_ns=T0 + 3599 * S)
    assert account.differences(seen(recent, USD="899.75", BTC="3"), PAIRS) == (), "REST may lag by a minute"


def test_what_a_fill_of_an_unknown_pair_moved_is_left_to_the_venues_word() -> None:
    account = opened(USD="1000")
    stranger = msgspec.structs.replace(FOREIGN, symbol="SOL/USD")
    assert account.trade(stranger, None, other="foreign")
    assert account.balances() == {"USD": 1000}


# -- Rows of trades: the venue's ledger is coarser than price times quantity --

ODD = msgspec.structs.replace(OURS, exec_id="T9", price_ticks=333, qty_lots=7, fee=D("0.01"))  # 0.07 at 33.3: 2.331.
ROWS = (
    row("trade", "USD", "-2.33", "0.01", row_id="L1", ref="T9"),
    row("trade", "BTC", "0.07", row_id="L2", ref="T9"),
)


def told_fill(account: Account) -> None:
    account.trade(stream(ODD), BTC, other="trading")


def told_row(number: int) -> Callable[[Account], None]:
    return lambda account: account.row(ROWS[number])


@pytest.mark.parametrize(
    "order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 1, 0), (2, 0, 1), (0, 1, 2, 2, 1, 0)]
)
def test_the_rows_of_a_trade_are_right_whenever_they_come(order: tuple[int, ...]) -> None:
    account = opened(USD="1000", BTC="2")
    steps = (told_fill, told_row(0), told_row(1))
    for step in order:
        steps[step](account)
    assert account.balances() == {"USD": D("997.66"), "BTC": D("2.07")}
    assert held(account, "rounding") == {"USD": D("-0.001")}, "what the venue did not take"
    assert held(account, "trading") == {"USD": D("2.331"), "BTC": D("-0.07")}
    assert not any(account.ledger.sums().values())


def test_the_cost_that_the_venue_tells_is_what_it_moved() -> None:
    account = opened(USD="1000", BTC="2")
    account.trade(stream(msgspec.structs.replace(ODD, cost=D("2.33"))), BTC, other="trading")
    assert account.balance("USD") == D("997.66")
    assert account.differences(seen(USD="997.66", BTC="2.07"), PAIRS) == ()


sides: st.SearchStrategy[Side] = st.sampled_from(["buy", "sell"])
assets = st.sampled_from(["USD", "BTC", "KFEE"])
fills = st.builds(
    VenueFill,
    order_id=st.sampled_from(["mm-1-1", ""]),
    venue_order_id=st.just("O"),
    exec_id=st.integers(0, 8).map(str),
    symbol=st.just("BTC/USD"),
    side=sides,
    price_ticks=st.integers(1, 10**6),
    qty_lots=st.integers(1, 10**6),
    liquidity=st.just("maker"),
    fee=st.decimals(-1, 100, places=6),
    fee_asset=assets,
    time_ns=st.just(T0),
)
rows = st.builds(
    FundsMoved,
    ledger_id=st.integers(0, 30).map(str),
    ref_id=st.integers(0, 8).map(str),
    kind=st.sampled_from(["trade", "deposit", "withdrawal", "transfer", "rollover", "margin", "staking", "odd"]),
    asset=assets,
    wallet=st.sampled_from(["spot", "earn"]),
    amount=st.decimals(-100, 100, places=4),
    fee=st.decimals(0, 1, places=4),
    time_ns=st.just(T0),
)
words = st.dictionaries(assets, st.decimals(-100, 1000, places=4)).map(lambda told: BalancesSeen(tuple(told.items())))
accounts = st.builds(
    AccountSeen,
    as_of_ns=st.just(T0),
    source=st.just("venue"),
    orders=st.just(()),
    closed=st.just(()),
    fills=st.lists(fills, max_size=3).map(tuple),
    balances=st.dictionaries(assets, st.decimals(-100, 1000, places=4)).map(lambda told: tuple(told.items())),
)


@given(st.lists(st.one_of(fills, rows, words, accounts), max_size=20))
def test_money_adds_up_whatever_comes_and_the_last_word_is_the_venues(
    events: list[VenueFill | FundsMoved | BalancesSeen | AccountSeen],
) -> None:
    account = Account()
    told: list[VenueFill] = []
    for event in events:
        match event:
            case VenueFill():
                told.append(event)
                account.trade(event, BTC, other="trading" if event.order_id else "foreign")
            case FundsMoved():
                account.row(event)
            case BalancesSeen():
                account.hear(event)
                assert {asset: account.balance(asset) for asset, _ in event.balances} == dict(event.balances)
            case AccountSeen():
                told += event.fills
                word = msgspec.structs.replace(event, fills=tuple(told))  # It has all that we were told.
                account.hear_all(word, PAIRS)
                named = dict(word.balances)
                assert all(amount == named.get(asset, 0) for asset, amount in account.balances().items())
                assert account.differences(msgspec.structs.replace(word, fills=()), PAIRS) == ()
        assert not any(account.ledger.sums().values())


def test_a_word_from_before_a_fill_does_not_take_it_back() -> None:
    account = opened(USD="1000", BTC="2")
    first, second = (
        VenueFill("a-1-1", "O1", exec_id, "BTC/USD", "buy", 1000, 10, "taker", D(0), "USD", T0 + S)
        for exec_id in ("T1", "T2")
    )
    for fill in (first, second):
        account.trade(stream(fill), BTC, other="trading")
    before = account.balances()
    cost = BTC.cost(price_ticks=1000, qty_lots=10)
    told = seen(first, at_ns=T0 + S, USD=f"{1000 - cost}", BTC=f"{2 + BTC.qty(10)}")
    account.hear_all(told, PAIRS)
    assert account.balances() == before, "the second fill is not in the word yet"
    account.hear_all(seen(first, second, at_ns=T0 + 9 * S, USD=f"{1000 - 2 * cost}", BTC=f"{2 + BTC.qty(20)}"), PAIRS)
    assert account.balances() == before
    assert held(account, "unexplained") == {}


def test_what_is_held_is_remembered_once_for_as_long_as_it_stays() -> None:
    """An old word is known as one even after the venue has said the newer one for a day."""
    account = opened(USD="1000", BTC="2")
    first, second = (
        VenueFill("a-1-1", "O1", exec_id, "BTC/USD", "buy", 1000, 10, "taker", D(0), "USD", T0 + S)
        for exec_id in ("T1", "T2")
    )
    for fill in (first, second):
        account.trade(stream(fill), BTC, other="trading")
    now = account.balances()
    for _ in range(24 * 60):
        account.hear(BalancesSeen(tuple(now.items())))
    account.hear_all(seen(first, at_ns=T0, USD="1000", BTC="2"), PAIRS)  # Its balances are older than its fills.
    assert account.balances() == now
    assert held(account, "unexplained") == {}


def test_what_strangers_filled_before_the_first_word_is_in_it() -> None:
    account = Account()
    account.trade(
        VenueFill("", "O1", "T1", "BTC/USD", "buy", 1000, 10, "taker", D(0), "USD", T0 - S), BTC, other="foreign"
    )
    account.hear_all(seen(at_ns=T0, USD="1000", BTC="2"), PAIRS)
    assert account.balances() == {"USD": 1000, "BTC": 2}
