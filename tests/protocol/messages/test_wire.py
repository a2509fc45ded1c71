from decimal import Decimal

import pytest

from fathom.protocol.messages.market import Level, TradeMessage
from fathom.protocol.messages.wire import Token


def test_a_token_shows_in_no_repr() -> None:
    token = Token("1Dwc4lzSwNWOAwkMdqhssNNFhs1ed606d1WcF3XfEMw")
    assert "1Dwc" not in f"{token} {token!r} {[token]}"
    assert token.text.startswith("1Dwc")


def test_tokens_compare_by_text() -> None:
    assert Token("a") == Token("a")
    assert Token("a") != Token("b")
    assert Token("a") != "a"
    assert len({Token("a"), Token("a")}) == 1


def test_messages_are_immutable_and_hashable() -> None:
    message = TradeMessage(type="update", data=())
    with pytest.raises(AttributeError):
        message.type = "snapshot"  # type: ignore[misc] # That is the test.
    assert hash(message) == hash(TradeMessage(type="update", data=()))


def test_fields_are_named() -> None:
    with pytest.raises(TypeError):
        Level(Decimal(1), Decimal(2))  # type: ignore[call-arg] # That is the test.
