"""core/price_words.py: every form of a price text, its direction, and what it comes to."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from fathom.exchange.core.price_words import PriceWord, plain_number, price_from, relative_price
from fathom.exchange.listing import Listing

BTC_USD = Listing().pair("BTC/USD")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("37500", PriceWord(Decimal(37500))),
        ("0.00001000", PriceWord(Decimal("0.00001000"))),
        ("+5", PriceWord(Decimal(5), "quote")),
        ("-5.5", PriceWord(Decimal("-5.5"), "quote")),
        ("+2%", PriceWord(Decimal(2), "pct")),
        ("-2.25%", PriceWord(Decimal("-2.25"), "pct")),
        ("#1", PriceWord(Decimal(1), "quote", by_direction=True)),
        ("#1%", PriceWord(Decimal(1), "pct", by_direction=True)),
        ("0", PriceWord(Decimal(0))),
        ("+0", PriceWord(Decimal(0), "quote")),
    ],
)
def test_reads(text: str, word: PriceWord) -> None:
    assert relative_price(text) == word


@pytest.mark.parametrize(
    "text",
    ["", "+", "%", "2%", "++1", "+-1", "1.", ".5", "1e5", "NaN", "inf", " 1", "1 ", "1\n", "1_000", "٣", "9" * 19, "#"],
)
def test_refuses_what_is_no_price(text: str) -> None:
    assert relative_price(text) is None
    assert plain_number(text) is None


@pytest.mark.parametrize(("text", "number"), [("1.25", Decimal("1.25")), ("+1", None), ("#1", None), ("-1%", None)])
def test_plain_number_has_no_sign(text: str, number: Decimal | None) -> None:
    assert plain_number(text) == number


@pytest.mark.parametrize(
    ("order_type", "buy", "sell"),
    [
        ("limit", -1, 1),
        ("stop-loss", 1, -1),
        ("stop-loss-limit", 1, -1),
        ("take-profit", -1, 1),
        ("take-profit-limit", -1, 1),
        ("trailing-stop", 1, -1),
    ],
)
def test_the_order_gives_a_hash_its_direction(order_type: str, buy: int, sell: int) -> None:
    word = relative_price("#1")
    assert word is not None
    assert word.directed(side="buy", order_type=order_type) == buy  # type: ignore[arg-type] # a table of words
    assert word.directed(side="sell", order_type=order_type) == sell  # type: ignore[arg-type] # a table of words


def test_a_written_sign_stays() -> None:
    word = relative_price("-1")
    assert word is not None
    assert word.directed(side="buy", order_type="stop-loss") == -1


@pytest.mark.parametrize(
    ("offset", "price_type", "price"),
    [
        ("123.45", "static", "123.45"),  # Not ours to round.
        ("5", "quote", "10005.0"),
        ("-0.04", "quote", "10000.0"),
        ("-2", "pct", "9800.0"),
        ("0.0015", "pct", "10000.2"),  # 10000.15, to the even tick.
        ("-10000", "quote", None),
        ("-100", "pct", None),
        ("9" * 18, "quote", None),
    ],
)
def test_price_from_a_reference(offset: str, price_type: str, price: str | None) -> None:
    assert BTC_USD is not None
    got = price_from(100_000, Decimal(offset), price_type, pair=BTC_USD)  # type: ignore[arg-type] # a table of words
    assert got == (None if price is None else Decimal(price))


def test_price_from_keeps_to_the_increment() -> None:
    assert BTC_USD is not None
    pair = structs.replace(BTC_USD, price_increment_ticks=5)
    assert price_from(100_000, Decimal("0.7"), "quote", pair=pair) == Decimal("10000.5")


@given(st.text(max_size=30))
def test_any_text_is_a_word_or_none(text: str) -> None:
    word = relative_price(text)
    assert word is None or word.amount.is_finite()
