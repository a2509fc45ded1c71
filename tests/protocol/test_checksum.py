import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import to_units
from fathom.protocol.checksum import checksum, level3_checksum
from recorded import FIXTURES

Entries = list[tuple[int, int]]


def load(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text(), parse_float=Decimal)


def entries(rows: Sequence[dict[str, Any]], *, price: str, qty: str, price_precision: int) -> Entries:
    return [
        (
            to_units(Decimal(row[price]), precision=price_precision),
            to_units(Decimal(row[qty]), precision=8),
        )
        for row in rows
    ]


def plain(rows: Sequence[tuple[str, str]]) -> Entries:
    return [(int(price.replace(".", "")), int(qty.replace(".", ""))) for price, qty in rows]


def test_self_test_of_the_crc() -> None:
    assert checksum([(1234, 56789)], []) == 3421780262  # "123456789"


def test_official_book_example() -> None:
    book = load("kraken-docs/book-checksum-example.json")["data"][0]
    asks = entries(book["asks"], price="price", qty="qty", price_precision=1)
    bids = entries(book["bids"], price="price", qty="qty", price_precision=1)
    assert checksum(asks, bids) == book["checksum"] == 3310070434


def test_only_ten_levels_count() -> None:
    book = load("kraken-docs/book-checksum-example.json")["data"][0]
    asks = entries(book["asks"], price="price", qty="qty", price_precision=1)
    bids = entries(book["bids"], price="price", qty="qty", price_precision=1)
    assert checksum([*asks, (999999, 1)], [*bids, (1, 1)]) == 3310070434


@pytest.mark.parametrize(
    ("asks", "bids", "crc"),
    [  # book-checksum.md 3.6
        (
            [("0.0500", "1.00000000")],
            [("0.0400", "2.50000000"), ("0.0300", "0.00000001")],
            3709390677,
        ),
        ([], [("0.0400", "2.50000000")], 3245258346),
        ([], [], 0),
    ],
)
def test_corner_cases(asks: list[tuple[str, str]], bids: list[tuple[str, str]], crc: int) -> None:
    assert checksum(plain(asks), plain(bids)) == crc


def test_a_real_stream_of_510_frames() -> None:
    stream = load("python-kraken-sdk/orderbook-v2.json")
    sides: dict[str, dict[int, int]] = {"asks": {}, "bids": {}}
    frames = [stream["init"], *stream["updates"]]
    for frame in frames:
        for row in frame["data"]:
            for side, levels in sides.items():
                for price, qty in entries(row[side], price="price", qty="qty", price_precision=1):
                    levels[price] = qty
                    if not qty:
                        del levels[price]
            asks = sorted(sides["asks"].items())[:10]
            bids = sorted(sides["bids"].items(), reverse=True)[:10]
            sides = {"asks": dict(asks), "bids": dict(bids)}
            assert checksum(asks, bids) == row["checksum"]
    assert len(frames) == 510


def level3_example() -> tuple[Entries, Entries]:
    book = load("kraken-docs/level3-checksum-example.json")["data"][0]
    asks = entries(book["asks"], price="limit_price", qty="order_qty", price_precision=1)
    bids = entries(book["bids"], price="limit_price", qty="order_qty", price_precision=1)
    return asks, bids


def test_official_level3_example_and_its_continuation() -> None:
    asks, bids = level3_example()
    assert level3_checksum(asks, bids) == 1063832831
    assert level3_checksum(asks, [bids[1], bids[0], *bids[2:]]) == 1399232563  # Queue order counts.
    # book-checksum.md 4.2
    bids[0] = (449394, 50000000)
    assert level3_checksum(asks, bids) == 404903681
    bids.insert(8, (449394, 25000000))
    assert level3_checksum(asks, bids) == 310555512
    del asks[0]
    assert level3_checksum(asks, bids) == 1965768059


def test_level3_counts_levels_and_not_orders() -> None:
    asks, bids = level3_example()
    assert level3_checksum([*asks, (449793, 1)], [*bids, (449018, 1)]) == 1063832831
    assert level3_checksum([*asks, (449792, 1)], bids) != 1063832831  # Still the tenth level.


@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 10**12)), max_size=15),
    st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 10**12)), max_size=15),
)
def test_is_the_crc_of_the_padded_texts(asks: Entries, bids: Entries) -> None:
    def shown(units: int, places: int) -> str:
        text = str(Decimal(units).scaleb(-places).quantize(Decimal(1).scaleb(-places)).__format__("f"))
        return text.replace(".", "").lstrip("0")

    text = "".join(shown(price, 4) + shown(qty, 8) for price, qty in [*asks[:10], *bids[:10]])
    assert checksum(iter(asks), iter(bids)) == crc32(text.encode())
