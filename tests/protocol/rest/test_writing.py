"""Bytes that are sent: forms, JSON, queries; no exponent, no float."""

import json
from decimal import Decimal

import pytest

from fathom.domain import LocalError
from fathom.protocol import rest

TICKETS = tuple(
    rest.Ticket(ordertype="limit", type="buy", volume=Decimal("0.00000001"), price=Decimal(price), userref=7)
    for price in ("1E+4", "10000.10")
)


def test_a_form_begins_with_the_nonce() -> None:
    body = rest.private_body(rest.Balance(), nonce="17")
    assert (body.content, body.content_type) == (b"nonce=17", "application/x-www-form-urlencoded")


def test_the_second_factor_is_in_the_body_and_in_no_repr() -> None:
    body = rest.private_body(rest.Balance(), nonce="17", otp="pass word&")
    assert body.content == b"nonce=17&otp=pass+word%26"
    assert "pass" not in repr(body)


def test_an_order_as_a_form() -> None:
    request = rest.AddOrder(
        pair="BTC/USD",
        ordertype="stop-loss-limit",
        type="sell",
        volume=Decimal("1E-8"),
        price=Decimal("25000.10"),
        price2="-1.5%",
        reduce_only=True,
        starttm="+5",
        close=rest.Close(ordertype="limit", price=Decimal(20)),
    )
    assert rest.private_body(request, nonce="1").content == (
        b"nonce=1&pair=BTC%2FUSD&ordertype=stop-loss-limit&type=sell&volume=0.00000001&price=25000.10&price2=-1.5%25"
        b"&reduce_only=true&starttm=%2B5&close%5Bordertype%5D=limit&close%5Bprice%5D=20"
    )


def test_a_batch_as_json() -> None:
    body = rest.private_body(rest.AddOrderBatch(pair="XBTUSD", orders=TICKETS), nonce="18446744073709551615")
    assert body.content_type == "application/json"
    assert json.loads(body.content) == {
        "nonce": "18446744073709551615",
        "pair": "XBTUSD",
        "orders": [
            {"ordertype": "limit", "type": "buy", "volume": "0.00000001", "price": price, "userref": 7}
            for price in ("10000", "10000.10")
        ],
    }


def test_lists_have_commas_between() -> None:
    request = rest.TradeVolume(pair=("BTC/USD", "ETH/USD"))
    assert rest.private_body(request, nonce="1").content == b"nonce=1&pair=BTC%2FUSD%2CETH%2FUSD"
    assert rest.query_text(rest.Assets(asset=("XBT", "ETH"))) == "asset=XBT%2CETH"


def test_tables_in_lists_are_counted_in_a_form() -> None:
    class Batch(rest.RestRequest[bool], frozen=True, kw_only=True):
        endpoint = rest.Endpoint(name="Batch")
        orders: tuple[rest.Ticket, ...]

    text = rest.private_body(Batch(orders=TICKETS), nonce="1").content.decode()
    assert "orders%5B0%5D%5Bprice%5D=10000&" in text
    assert "orders%5B1%5D%5Bprice%5D=10000.10" in text


def test_what_is_left_out_is_not_sent() -> None:
    assert rest.query_text(rest.Time()) == ""
    assert rest.query_text(rest.OHLC(pair="XBTUSD", interval=5)) == "pair=XBTUSD&interval=5"


@pytest.mark.parametrize("text", ["NaN", "Infinity"])
def test_what_is_no_number_is_not_sent(text: str) -> None:
    with pytest.raises(LocalError, match="not a number"):
        rest.private_body(rest.WithdrawInfo(asset="XBT", key="main", amount=Decimal(text)), nonce="1")


def test_a_transfer_says_from_and_to() -> None:
    request = rest.WalletTransfer(asset="XBT", source="Spot Wallet", target="Futures Wallet", amount=Decimal("0.1"))
    assert rest.private_body(request, nonce="1").content == (
        b"nonce=1&asset=XBT&from=Spot+Wallet&to=Futures+Wallet&amount=0.1"
    )
