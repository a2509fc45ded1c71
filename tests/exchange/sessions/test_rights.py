import pytest

from fathom.exchange.access import ApiKey
from fathom.exchange.sessions.requests import TRADING
from fathom.exchange.sessions.rights import RIGHTS, may

CANCELS = {"amend_order", "cancel_order", "cancel_all", "cancel_all_orders_after", "batch_cancel"}


@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        ((), {"level3"}),
        (("query-funds",), {"level3", "balances"}),
        (("query-open-trades",), {"level3"}),
        (("query-open-trades", "query-closed-trades"), {"level3", "executions"}),
        (("close-trades",), {"level3", *CANCELS}),
        (("modify-trades",), {"level3", "add_order", *CANCELS}),
        (("modify-trades", "close-trades"), {"level3", *TRADING}),
        (("withdraw-funds", "create-ws-token"), {"level3"}),
    ],
)
def test_what_a_key_may(permissions: tuple[str, ...], allowed: set[str]) -> None:
    key = ApiKey(
        key="k", secret="", account="a", label="", permissions=frozenset(permissions), created_ns=0, modified_ns=0
    )
    assert {what for what in RIGHTS if may(key, what)} == allowed


def test_every_order_method_needs_a_right() -> None:
    assert all(any(RIGHTS[method]) for method in TRADING)
