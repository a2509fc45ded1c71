"""CreateSubaccount, AccountTransfer."""

from decimal import Decimal

from fathom.protocol import rest
from rest_calls import form, result, send
from whole_exchange import Stage


def test_a_subaccount_is_opened() -> None:
    request = rest.CreateSubaccount(username="a", email="a@example.org")
    assert result(request, "true") is True
    assert send(Stage(), request, name="treasurer").errors == ("EAccount:Invalid permissions",)


def test_money_between_accounts() -> None:
    request = rest.AccountTransfer(asset="XBT", amount=Decimal("0.10"), source="ABCD 1234", target="EFGH 5678")
    assert form(request) == {"asset": "XBT", "amount": "0.10", "from": "ABCD 1234", "to": "EFGH 5678"}
    assert result(request, '{"transfer_id":"T","status":"pending"}').status == "pending"
    assert send(Stage(), request, name="treasurer").errors == ("EAccount:Invalid permissions",)
