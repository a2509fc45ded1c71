"""v1/texts.py: the errors that name something."""

import pytest

from fathom.exchange.v1.texts import flag_wanted, invalid, not_required, spoken, unknown_pair


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (not_required("book", "interval"), "Subscription book doesn't require interval"),
        (not_required("spread", "depth"), "Subscription spread doesn't require depth"),
        (flag_wanted("ownTrades", "snapshot"), "Subscription ownTrades snapshot must be a boolean"),
        (invalid("volume"), "EGeneral:Invalid arguments:volume"),
        (unknown_pair("XBT/XYZ"), "Currency pair not supported XBT/XYZ"),
        (unknown_pair("CRV-USD"), "Currency pair not in ISO 4217-A3 format CRV-USD"),
        (unknown_pair("A/" + "B" * 500), "Currency pair not supported A/" + "B" * 62),
        (spoken("EQuery:Unknown asset pair", pair="BTC/USD"), "Currency pair not supported BTC/USD"),
        (spoken("EOrder:Unknown order", pair="XBT/USD"), "EOrder:Unknown order"),
    ],
)
def test_texts(text: str, said: str) -> None:
    assert text == said
