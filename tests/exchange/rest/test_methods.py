"""The table: every method of the reference is in it, once, with known permissions."""

import re

import pytest

from fathom.exchange.access import PERMISSIONS
from fathom.exchange.core import Rules
from fathom.exchange.rest import METHODS, PrivateMethod, PublicMethod
from recorded import DOCUMENTS

# What each private method needs: any of these, and all of those (rest.md 4 to 9).
NEEDS: list[tuple[str, set[str], set[str]]] = [
    ("Balance", {"query-funds"}, set()),
    ("TradeBalance", {"query-open-trades"}, set()),
    ("OpenOrders", {"query-open-trades"}, set()),
    ("ClosedOrders", {"query-closed-trades"}, set()),
    ("QueryOrders", {"query-open-trades", "query-closed-trades"}, set()),
    ("Ledgers", {"query-ledger"}, set()),
    ("AddExport", {"export-data"}, set()),
    ("GetApiKeyInfo", set(), set()),
    ("GetWebSocketsToken", {"create-ws-token"}, set()),
    ("Level3", {"query-open-trades"}, set()),
    ("AddOrder", {"modify-trades"}, set()),
    ("AddOrderBatch", set(), {"modify-trades", "close-trades"}),
    ("AmendOrder", {"modify-trades", "close-trades"}, set()),
    ("EditOrder", set(), {"modify-trades", "close-trades"}),
    ("CancelOrder", {"modify-trades", "close-trades"}, set()),
    ("DepositMethods", set(), {"query-funds", "add-funds"}),
    ("WithdrawInfo", set(), {"query-funds", "withdraw-funds"}),
    ("WithdrawStatus", {"withdraw-funds", "query-ledger"}, set()),
    ("Earn/Strategies", set(), set()),
    ("Earn/Allocate", {"earn-funds"}, set()),
]
BY_NAME = {method.name: method for method in METHODS}


def test_every_method_of_the_reference_is_there() -> None:
    text = (DOCUMENTS / "rest.md").read_text()
    named = set(re.findall(r"^### ([A-Z][A-Za-z0-9]+)", text, re.MULTILINE))
    for line in re.findall(r"^### (.+)$", text, re.MULTILINE):
        named |= set(re.findall(r"\b[A-Z][a-z]+[A-Z][A-Za-z]+\b", line))
    named |= set(re.findall(r"^\| ([A-Z][A-Za-z/]+) \| (?:query|withdraw|earn|none)", text, re.MULTILINE))
    named |= {"CreateSubaccount", "AccountTransfer", "Earn/AllocateStatus", "Earn/DeallocateStatus"}
    assert len(named) > 45
    assert {name for name in named - {"MiCA"} if name not in BY_NAME} == set()


def test_no_method_is_there_twice() -> None:
    assert len(BY_NAME) == len(METHODS)


@pytest.mark.parametrize(("name", "any_of", "all_of"), NEEDS)
def test_what_a_method_needs(name: str, any_of: set[str], all_of: set[str]) -> None:
    method = BY_NAME[name]
    assert isinstance(method, PrivateMethod)
    assert (set(method.any_of), set(method.all_of)) == (any_of, all_of)


def test_permissions_are_known_words() -> None:
    for method in METHODS:
        if isinstance(method, PrivateMethod):
            assert {*method.any_of, *method.all_of} <= set(PERMISSIONS)
        else:
            assert isinstance(method, PublicMethod)


@pytest.mark.parametrize(
    ("name", "cost"),
    [("Balance", 1), ("OpenOrders", 1), ("Ledgers", 4), ("ClosedOrders", 4), ("AddOrder", 0), ("CancelAll", 0)],
)
def test_what_a_call_costs(name: str, cost: int) -> None:
    method = BY_NAME[name]
    assert isinstance(method, PrivateMethod)
    assert method.calls(Rules()) == cost


def test_the_cost_of_histories_is_a_setting() -> None:
    method = BY_NAME["TradesHistory"]
    assert isinstance(method, PrivateMethod)
    assert method.calls(Rules(history_call_cost=2)) == 2
