from decimal import Decimal

from fathom.domain import (
    AccountWanted,
    Event,
    OrderAbsent,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
)
from fathom.sim.paper_order import PaperOrder
from fathom.sim.paper_records import RECORDS_MAX, Records


def order(order_id: str, *, ended: str = "", at_ns: int = 0, reason: str = "") -> PaperOrder:
    wanted = OrderWanted(order_id, "BTC/USD", "buy", "limit", 5, 999)
    return PaperOrder(wanted, f"V-{order_id}", 5, 999, ended=ended, ended_ns=at_ns, reason=reason)


def fill(order_id: str, exec_id: str = "T1") -> OrderTraded:
    return OrderTraded(order_id, exec_id, "BTC/USD", "buy", 999, 5, "maker", Decimal("0.1"), "USD")


def kept() -> Records:
    records = Records()
    records.filled(fill("a-1"), venue_order_id="V-a-1", time_ns=10)
    records.ended(order("a-1", ended="filled", at_ns=10))
    records.ended(order("a-2", ended="expired", at_ns=20, reason="Order expired"))
    records.refused("a-3", "EOrder:Insufficient funds")
    return records


def test_what_became_of_an_order_is_told_from_its_beginning() -> None:
    records = kept()
    answers: dict[str, list[Event]] = {
        "a-1": [OrderAccepted("a-1", "V-a-1"), fill("a-1"), OrderFilled("a-1")],
        "a-2": [OrderAccepted("a-2", "V-a-2"), OrderCanceled("a-2", "Order expired")],
        "a-3": [OrderRejected("a-3", "EOrder:Insufficient funds")],
        "a-4": [OrderAbsent("a-4")],
    }
    for order_id, answer in answers.items():
        assert records.lookup(order_id, None) == answer
    assert records.lookup("a-5", order("a-5")) == [OrderAccepted("a-5", "V-a-5")]


def test_the_account_is_told_since_a_time_and_whatever_was_asked_for() -> None:
    records = kept()
    balances = (("USD", Decimal(7)),)
    seen = records.account(AccountWanted("start", 15), [order("a-5")], balances=balances, now_ns=30)
    assert (seen.as_of_ns, seen.source, seen.balances) == (30, "paper", balances)
    assert [one.order_id for one in seen.orders] == ["a-5"]
    assert [(one.order_id, one.status) for one in seen.closed] == [("a-2", "expired")]
    assert seen.fills == ()
    asked = records.account(AccountWanted("start", 10, ("a-1",)), [], balances=balances, now_ns=30)
    assert [one.order_id for one in asked.closed] == ["a-1", "a-2"]
    assert [(one.order_id, one.venue_order_id, one.time_ns) for one in asked.fills] == [("a-1", "V-a-1", 10)]


def test_what_is_remembered_is_bounded() -> None:
    records = Records()
    for number in range(RECORDS_MAX + 1):
        records.ended(order(f"a-{number}", ended="filled"))
        records.refused(f"b-{number}", "no")
    assert records.lookup("a-0", None) == [OrderAbsent("a-0")]
    assert records.lookup("b-0", None) == [OrderAbsent("b-0")]
    assert len(records.lookup("a-1", None)) == 2
