"""A method is one, whichever door names it."""

import pytest

from fathom.exchange.faults.methods import ORDER_METHODS, SOCKET_METHODS, is_rest, plain_method


@pytest.mark.parametrize(
    "spellings",
    [
        ("add_order", "AddOrder", "addOrder", "addOrderStatus"),
        ("amend_order", "AmendOrder", "amendOrder", "amendOrderStatus"),
        ("cancel_all", "CancelAll", "cancelAll", "cancelAllStatus"),
        ("cancel_all_orders_after", "CancelAllOrdersAfter", "cancelAllOrdersAfter", "cancelAllOrdersAfterStatus"),
        ("batch_add", "AddOrderBatch"),
        ("batch_cancel", "CancelOrderBatch"),
        ("subscribe", "subscriptionStatus"),
        ("ping", "pong"),
    ],
)
def test_spellings_of_one_method(spellings: tuple[str, ...]) -> None:
    assert len({plain_method(name) for name in spellings}) == 1


def test_every_order_method_of_a_socket_is_known() -> None:
    others = {"subscribe", "unsubscribe", "ping"}
    assert {plain_method(name) for name in SOCKET_METHODS if name not in others} == ORDER_METHODS


@pytest.mark.parametrize(("name", "rest"), [("AddOrder", True), ("add_order", False), ("addOrder", False), ("", False)])
def test_rest_begins_with_a_capital(name: str, rest: bool) -> None:
    assert is_rest(name) is rest
