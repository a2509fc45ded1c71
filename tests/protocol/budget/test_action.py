from decimal import Decimal

import pytest

from fathom.protocol.budget import PARTS, Action, Call, Method, Priority, Quote


@pytest.mark.parametrize(
    ("method", "priority"),
    [
        ("cancel_order", Priority.CANCEL),
        ("batch_cancel", Priority.CANCEL),
        ("cancel_all", Priority.CANCEL),
        ("amend_order", Priority.CHANGE),
        ("edit_order", Priority.CHANGE),
        ("add_order", Priority.ADD),
        ("batch_add", Priority.ADD),
    ],
)
def test_who_goes_first(method: Method, priority: Priority) -> None:
    assert Action(method=method).priority == priority


def test_only_a_cancel_can_claim_to_reduce_risk() -> None:
    assert Action(method="cancel_order", reduces_risk=True).priority == Priority.REDUCES_RISK
    assert Action(method="add_order", reduces_risk=True).priority == Priority.ADD
    assert Call(endpoint="Balance").priority == Priority.CALL
    assert sorted(Priority) == [
        Priority.REDUCES_RISK, Priority.CANCEL, Priority.CHANGE, Priority.ADD, Priority.CALL,
    ]  # fmt: skip


@pytest.mark.parametrize(("orders", "count", "size"), [((), 1, 1), ((), 3, 3), (("a", "b"), 1, 2), ((), 0, 1)])
def test_how_many_orders(orders: tuple[str, ...], count: int, size: int) -> None:
    assert Action(method="batch_add", orders=orders, count=count).size == size


def test_a_quote_speaks_in_points() -> None:
    quote = Quote(cost_parts=PARTS // 2, count_parts=3 * PARTS, limit_parts=45 * PARTS, room_at_ns=1)
    assert (quote.cost, quote.count, quote.limit, quote.has_room) == (Decimal("0.5"), 3, 45, True)
    assert not Quote(cost_parts=1, count_parts=1, limit_parts=1, room_at_ns=9, lack="rate").has_room
