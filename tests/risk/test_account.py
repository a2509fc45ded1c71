from decimal import Decimal

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    BalancesSeen,
    ClosePlaced,
    Event,
    InstrumentChanged,
    OrderAccepted,
    OrderApproved,
    OrderCanceled,
    OrderTraded,
    OrderWanted,
    Side,
)
from fathom.risk.account import Account
from fathom.risk.room import Terms
from market_feed import BTC, T0, S, trusted_market, two_sided

TERMS = Terms(BTC, 1000, Decimal(100), Decimal(1), Decimal(0))


def account_of(*events: Event) -> Account:
    account = Account(trusted_market(two_sided()), quote="USD")
    for event in (InstrumentChanged(BTC), BalancesSeen((("USD", Decimal(1_000)), ("BTC", Decimal(5)))), *events):
        account.hear(event, now_ns=T0)
    return account


def begin(account: Account, side: Side, order_id: str = "mm-1-0", *, on_behalf: str = "") -> None:
    wanted = OrderWanted(order_id, "BTC/USD", side, "limit", 100, 1000, on_behalf=on_behalf)
    account.begin(OrderApproved(wanted), TERMS, now_ns=T0)


def fill(side: Side, order_id: str = "mm-1-0", exec_id: str = "T1") -> OrderTraded:
    return OrderTraded(order_id, exec_id, "BTC/USD", side, 1000, 40, "maker", Decimal(0), "USD")


def test_what_is_approved_holds_room_and_counts() -> None:
    account = account_of()
    begin(account, "buy")
    assert (account.room.open, account.room.given["USD"]) == (1, 100)
    account.hear(OrderAccepted("mm-1-0", "V"), now_ns=T0)
    account.change(AmendApproved(AmendWanted("mm-1-0", 1000, 200)), TERMS, now_ns=T0 + S)
    assert account.room.given["USD"] == 200
    assert account.ordered.count(now_ns=T0 + S, window_ns=60 * S) == 1
    assert account.amended.count(now_ns=T0 + S, window_ns=60 * S) == 1


def test_a_fill_told_again_counts_once() -> None:
    account = account_of()
    begin(account, "buy")
    for _ in range(2):
        account.hear(fill("buy"), now_ns=T0)
    assert account.holdings.of["mm", "BTC"] == Decimal("0.4")
    assert account.turnover.today("BTC/USD", now_ns=T0) == (40, 40)
    assert account.portfolio.balance("BTC") == Decimal("5.4")
    assert account.room.given["USD"] == 60


def test_what_risk_sells_is_sold_of_the_strategy_that_held_it() -> None:
    account = account_of()
    begin(account, "sell", "risk-7-0", on_behalf="mm")
    account.hear(fill("sell", "risk-7-0"), now_ns=T0)
    assert account.holdings.of["mm", "BTC"] == Decimal("-0.4")


def test_a_fill_of_an_order_that_is_forgotten_is_its_strategys_all_the_same() -> None:
    account = account_of(fill("buy", "grid-1-0"))
    assert account.holdings.of["grid", "BTC"] == Decimal("0.4")


def test_a_buy_adds_and_a_sale_for_the_accounts_currency_does_not() -> None:
    account = account_of()
    begin(account, "buy", "a-1")
    begin(account, "sell", "a-2")
    assert [account.adds(order) for order in account.orders.open()] == [True, False]


def test_a_close_that_the_venue_placed_holds_room_until_it_is_over() -> None:
    account = account_of()
    placed = ClosePlaced(OrderWanted("mm-1-0.c1", "BTC/USD", "sell", "limit", 100, 1100), "V2", "mm-1-0")
    for _ in range(2):  # A snapshot tells it again.
        account.adopt(placed, fee_share=Decimal(0))
    assert (account.room.open, account.room.given["BTC"]) == (1, 1)
    account.hear(OrderCanceled("mm-1-0.c1", "gone"), now_ns=T0)
    assert (account.room.open, account.room.given["BTC"]) == (0, 0)
