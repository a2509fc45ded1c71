import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import LocalError
from fathom.protocol.rules import formats
from fathom.protocol.times import parse_time, time_text

NOW_NS = parse_time("2026-01-31T12:00:00Z")


@pytest.mark.parametrize("number", ["1", "0.00000001", "123456789.87654321", "1E+30", "1E-30", "1." + "2" * 29])
def test_positive_numbers(number: str) -> None:
    assert formats.positive("f", Decimal(number)) == Decimal(number)
    assert formats.finite("f", -Decimal(number)) == -Decimal(number)


@pytest.mark.parametrize(
    ("number", "rule"),
    [
        (Decimal(0), "above zero"),
        (Decimal("-0.1"), "above zero"),
        (Decimal("NaN"), "sane size"),
        (Decimal("Infinity"), "sane size"),
        (Decimal("1E+31"), "sane size"),
        (Decimal("1E-31"), "sane size"),
        (Decimal("1E+999999"), "sane size"),
        (Decimal("1." + "1" * 30), "sane size"),
        (1.5, "must be a Decimal, not float"),
        (1, "must be a Decimal, not int"),
        ("1", "must be a Decimal, not str"),
        (None, "must be a Decimal, not NoneType"),
    ],
)
def test_other_numbers_are_refused(number: object, rule: str) -> None:
    with pytest.raises(LocalError, match=rule) as caught:
        formats.positive("price", number)
    assert caught.value.field == "price"


@pytest.mark.parametrize(
    "value",
    [
        "2c6be801-1f53-4f79-a0bb-4ea1c95dfae9",
        "2C6BE801-1F53-4F79-A0BB-4EA1C95DFAE9",
        "2c6be8011f534f79a0bb4ea1c95dfae9",
        "a",
        "nibble-7",
        "O-20260505-000001",
        "x" * 18,
        "two words",
        "!~",
    ],
)
def test_client_ids(value: str) -> None:
    formats.client_id("cl_ord_id", value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x" * 19,
        "2c6be8011f534f79a0bb4ea1c95dfae",
        "2c6be8011f534f79a0bb4ea1c95dfaeg",
        "2c6be801-1f53-4f79-a0bb4ea1c95dfae9",
        "2c6be801-1f53-4f79-a0bb-4ea1c95dfae91",
        "ä",
        "tab\there",
        "new\n",
        " led",
        "trailed ",
    ],
)
def test_other_client_ids_are_refused(value: str) -> None:
    with pytest.raises(LocalError, match="cl_ord_id"):
        formats.client_id("cl_ord_id", value)


@pytest.mark.parametrize("value", ["OK4GJX-KSTLS-7DZZO5", "K1FF7H-A13AR-Q1S9Z6", "7", "order-bid-1"])
def test_venue_order_ids_are_lenient(value: str) -> None:
    formats.venue_order_id("order_id", value)


@pytest.mark.parametrize("value", ["", " ", "OK4GJX KSTLS", "OK4GJX\n"])
def test_other_venue_order_ids_are_refused(value: str) -> None:
    with pytest.raises(LocalError, match="not an order id"):
        formats.venue_order_id("order_id", value)


@pytest.mark.parametrize("value", [0, 1, -1, 2**31 - 1, -(2**31)])
def test_userrefs(value: int) -> None:
    formats.userref("order_userref", value)


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, True, 1.0, "1", None])
def test_other_userrefs_are_refused(value: object) -> None:
    with pytest.raises(LocalError, match="whole number from -2147483648 to 2147483647"):
        formats.userref("order_userref", value)


@pytest.mark.parametrize("value", ["BTC/USD", "TSLAx/USD", "USDT/EUR"])
def test_symbols(value: str) -> None:
    formats.symbol("symbol", value)


@pytest.mark.parametrize("value", ["", "BTCUSD", "BTC-USD", "BTC/", "/USD", "A/B/C", "BTC /USD", "*"])
def test_other_symbols_are_refused(value: str) -> None:
    with pytest.raises(LocalError, match="BASE/QUOTE"):
        formats.symbol("symbol", value)


def test_words_and_duplicates() -> None:
    formats.one_of("f", "a", ("a", "b"))
    formats.distinct("f", ("a", "b"))
    with pytest.raises(LocalError, match=re.escape("'c' is not one of ('a', 'b')")):
        formats.one_of("f", "c", ("a", "b"))
    with pytest.raises(LocalError, match="same order twice"):
        formats.distinct("f", ("a", "b", "a"))


@pytest.mark.parametrize(
    ("text", "decimals", "passes"),
    [
        ("2026-01-31T12:00:05Z", 0, True),
        ("2026-01-31T12:00:05.000Z", 0, True),
        ("2026-01-31T12:00:05.5Z", 0, False),
        ("2026-01-31T12:00:05.123Z", 3, True),
        ("2026-01-31T12:00:05.1234Z", 3, False),
        ("2026-01-31 12:00:05Z", 3, False),
        ("soon", 3, False),
    ],
)
def test_moments(text: str, decimals: int, passes: bool) -> None:
    if passes:
        assert formats.moment("f", text, decimals=decimals) == parse_time(text)
    else:
        with pytest.raises(LocalError, match=r"^f: "):
            formats.moment("f", text, decimals=decimals)


@pytest.mark.parametrize(
    ("ahead_ms", "passes"), [(499, False), (500, True), (5_000, True), (60_000, True), (60_001, False), (-1, False)]
)
def test_deadlines(ahead_ms: int, passes: bool) -> None:
    text = time_text(NOW_NS + ahead_ms * 1_000_000, digits=3)
    check: Callable[[], None] = lambda: formats.deadline("deadline", text, now_ns=NOW_NS)  # noqa: E731 - it is called at two places
    if passes:
        check()
    else:
        with pytest.raises(LocalError, match=r"0\.5 to 60 s ahead"):
            check()


def test_deadlines_are_of_milliseconds() -> None:
    with pytest.raises(LocalError, match="more than 3 decimals"):
        formats.deadline("deadline", time_text(NOW_NS + 5_000_100_000, digits=4), now_ns=NOW_NS)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-01-31T12:00:00.5Z", "2026-02-28T12:00:00.5Z"),
        ("2024-01-31T12:00:00Z", "2024-02-29T12:00:00Z"),
        ("2026-01-05T12:00:00Z", "2026-02-05T12:00:00Z"),
        ("2026-12-31T23:59:59Z", "2027-01-31T23:59:59Z"),
        ("2026-02-28T00:00:00Z", "2026-03-28T00:00:00Z"),
    ],
)
def test_a_month_later(now: str, then: str) -> None:
    assert formats.month_after(parse_time(now)) == parse_time(then)


@given(st.integers(0, 4 * 10**18))
def test_a_month_is_28_to_31_days(now_ns: int) -> None:
    assert 28 <= (formats.month_after(now_ns) - now_ns) / 86_400e9 <= 31
