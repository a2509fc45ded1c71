"""v1/rights.py: which key may do what."""

import pytest

from fathom.exchange.access import ApiKey
from fathom.exchange.v1.requests import ANSWER_EVENTS
from fathom.exchange.v1.rights import RIGHTS, may


def key(*permissions: str) -> ApiKey:
    return ApiKey(
        key="k", secret="s", account="a", label="l", permissions=frozenset(permissions), created_ns=0, modified_ns=0
    )


@pytest.mark.parametrize(
    ("what", "enough", "too_little"),
    [
        ("addOrder", [("modify-trades",)], [("close-trades", "query-open-trades")]),
        ("amendOrder", [("modify-trades",), ("close-trades",)], [("query-open-trades",)]),
        ("editOrder", [("modify-trades", "close-trades")], [("modify-trades",), ("close-trades",)]),
        ("cancelOrder", [("modify-trades",), ("close-trades",)], [()]),
        ("cancelAll", [("modify-trades",), ("close-trades",)], [()]),
        ("cancelAllOrdersAfter", [("modify-trades",), ("close-trades",)], [()]),
        ("openOrders", [("query-open-trades",)], [("query-closed-trades",), ("modify-trades",)]),
        ("ownTrades", [("query-closed-trades",)], [("query-open-trades",)]),
    ],
)
def test_rights(what: str, enough: list[tuple[str, ...]], too_little: list[tuple[str, ...]]) -> None:
    assert all(may(key(*permissions), what) for permissions in enough)
    assert not any(may(key(*permissions), what) for permissions in too_little)


def test_every_order_event_and_private_channel_has_rights() -> None:
    assert set(RIGHTS) == set(ANSWER_EVENTS) - {"ping", "subscribe", "unsubscribe"} | {"openOrders", "ownTrades"}
