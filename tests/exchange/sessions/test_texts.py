import pytest

from fathom.exchange.sessions import texts as said
from fathom.protocol import surely_refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            said.unsupported_field("price", method="add_order"),
            "Unsupported field: 'price' for the given msg type: add order",
        ),
        (said.number_wanted("limit_price"), "Limit_price field must be a number_float"),
        (said.number_wanted("cash_order_qty"), "Cash_order_qty field must be a number_float"),
        (said.unknown_pair("XBT/USD"), "Currency pair not supported XBT/USD"),
        (said.unknown_pair("btc/usd"), "Currency pair not supported btc/usd"),
        (said.unknown_pair("CRV-USD"), "Currency pair not in ISO 4217-A3 format CRV-USD"),
        (said.unknown_pair("*"), "Currency pair not in ISO 4217-A3 format *"),
        (said.spoken("EOrder:Order minimum not met"), "EGeneral:Invalid arguments:volume minimum not met"),
        (said.spoken("EQuery:Unknown asset pair", symbol="A/B"), "Currency pair not supported A/B"),
        (said.spoken("EOrder:Insufficient funds"), "EOrder:Insufficient funds"),
    ],
)
def test_words_are_krakens(text: str, expected: str) -> None:
    assert text == expected


@pytest.mark.parametrize(
    "text",
    [
        said.MALFORMED,
        said.UNSUPPORTED_EVENT,
        said.MESSAGE_RATE,
        said.PRIVATE_ELSEWHERE,
        said.NO_TOKEN,
        said.BAD_TOKEN,
        said.NOT_PERMITTED,
        said.NO_MPP,
        said.invalid("order_type"),
        said.number_wanted("order_qty"),
        said.unsupported_field("x", method="add_order"),
        said.unknown_pair("X"),
    ],
)
def test_a_client_knows_that_nothing_was_done(text: str) -> None:
    assert surely_refused(text)


def test_an_endless_field_is_not_repeated_whole() -> None:
    assert len(said.unsupported_field("x" * 10_000, method="ping")) < 200
