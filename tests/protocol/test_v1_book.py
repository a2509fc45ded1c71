import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.domain import RemoteError, to_units
from fathom.protocol.checksum import checksum
from fathom.protocol.v1_book import V1Book, V1Translator, book_frame, read_book, v2_symbol
from recorded import FIXTURES

# Real frames, XBT/USD, 30 August 2023 (book-checksum.md 5.2).
SNAPSHOT = (
    b'[336, {"as": [["27120.00000", "4.28732553", "1693415327.935623"]], '
    b'"bs": [["27119.90000", "13.54067548", "1693415328.088361"]]}, "book-10", "XBT/USD"]'
)
UPDATE = b'[336, {"b": [["27119.90000", "13.54109952", "1693415330.621700"]], "c": "3572756970"}, "book-10", "XBT/USD"]'
BOTH = (
    b'[1234,{"a":[["5541.30000","2.50700000","1534614248.456738"],["5542.50000","0.40100000","1534614240.1","r"]]},'
    b'{"b":[["5541.30000","0.00000000","1534614335.345903"]],"c":"974942666"},"book-10","XBT/USD"]'
)
HALVES = b'[1,{"as":[["2.0","1.0","1.0"]]},{"bs":[["1.0","1.0","1.0"]]},"book-25","XDG/EUR"]'
TRADES = (
    b'[0,[["5541.20000","0.15850568","1534614057.321597","s","l",""],'
    b'["6060.00000","0.02455000","1534614057.324","b","m",""]],"trade","XBT/USD"]'
)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (
            SNAPSHOT,
            (
                b'{"channel":"book","type":"snapshot","data":[{"symbol":"XBT/USD",'
                b'"bids":[{"price":27119.90000,"qty":13.54067548}],'
                b'"asks":[{"price":27120.00000,"qty":4.28732553}]}]}'
            ),
        ),
        (
            UPDATE,
            (
                b'{"channel":"book","type":"update","data":[{"symbol":"XBT/USD",'
                b'"bids":[{"price":27119.90000,"qty":13.54109952}],"asks":[],'
                b'"checksum":3572756970,"timestamp":"2023-08-30T17:08:50.621700Z"}]}'
            ),
        ),
        (
            BOTH,
            (
                b'{"channel":"book","type":"update","data":[{"symbol":"XBT/USD",'
                b'"bids":[{"price":5541.30000,"qty":0.00000000}],'
                b'"asks":[{"price":5541.30000,"qty":2.50700000},{"price":5542.50000,"qty":0.40100000}],'
                b'"checksum":974942666,"timestamp":"2018-08-18T17:45:35.345903Z"}]}'
            ),
        ),
        (
            HALVES,
            (
                b'{"channel":"book","type":"snapshot","data":[{"symbol":"XDG/EUR",'
                b'"bids":[{"price":1.0,"qty":1.0}],"asks":[{"price":2.0,"qty":1.0}]}]}'
            ),
        ),
        (
            TRADES,
            (
                b'{"channel":"trade","type":"update","data":[{"symbol":"XBT/USD","side":"sell","price":5541.20000,'
                b'"qty":0.15850568,"ord_type":"limit","trade_id":1,"timestamp":"2018-08-18T17:40:57.321597Z"},'
                b'{"symbol":"XBT/USD","side":"buy","price":6060.00000,"qty":0.02455000,"ord_type":"market",'
                b'"trade_id":2,"timestamp":"2018-08-18T17:40:57.324000Z"}]}'
            ),
        ),
        (b'{"event":"heartbeat"}', b'{"channel":"heartbeat"}'),
        (
            (
                b'{"channelID":1664,"channelName":"book-1000","event":"subscriptionStatus","pair":"XBT/EUR",'
                b'"status":"subscribed","subscription":{"depth":1000,"name":"book"}}'
            ),
            (
                b'{"method":"subscribe","result":{"channel":"book","depth":1000,"snapshot":true,"symbol":"XBT/EUR"},'
                b'"success":true,"time_in":"1970-01-01T00:00:00.000000Z","time_out":"1970-01-01T00:00:00.000000Z"}'
            ),
        ),
        (
            b'{"event":"subscriptionStatus","pair":"XBT/EUR","status":"error","subscription":{"name":"book"}}',
            None,
        ),
        (
            b'{"event":"subscriptionStatus","pair":"A/B","status":"subscribed","subscription":{"name":"spread"}}',
            None,
        ),
        (b'{"event":"subscribe","pair":["XBT/USD"],"subscription":{"name":"book","depth":10}}', None),
        (b'{"connectionID":18239578009413566319,"event":"systemStatus","status":"online"}', None),
        (b'[0,["5698.4","5700.0","1542057299.5","1.0","0.9"],"spread","XBT/USD"]', None),
    ],
)
def test_each_kind_of_frame(frame: bytes, said: bytes | None) -> None:
    assert V1Translator().translate(frame) == said


def test_names() -> None:
    for pair, symbol in (
        ("XBT/USD", "BTC/USD"),
        ("ADA/XBT", "ADA/BTC"),
        ("XDG/XBT", "DOGE/BTC"),
        ("XBTX/EUR", "XBTX/EUR"),
    ):
        assert v2_symbol(pair) == symbol
        assert V1Translator(renamed=True).symbol(pair) == symbol
        assert V1Translator().symbol(pair) == pair


def test_trades_are_numbered_by_symbol() -> None:
    translator = V1Translator(renamed=True)
    other = TRADES.replace(b"XBT", b"ETH")
    ids = []
    for frame in (TRADES, other, TRADES):
        said = translator.translate(frame)
        assert said is not None
        ids.append([(row["symbol"], row["trade_id"]) for row in json.loads(said)["data"]])
    assert ids == [
        [("BTC/USD", 1), ("BTC/USD", 2)],
        [("ETH/USD", 1), ("ETH/USD", 2)],
        [("BTC/USD", 3), ("BTC/USD", 4)],
    ]


def test_a_checksum_can_stand_in_for_the_snapshots() -> None:
    said = V1Translator().translate(SNAPSHOT, checksum=7)
    assert said is not None
    assert json.loads(said)["data"][0]["checksum"] == 7
    said = V1Translator().translate(UPDATE, checksum=7)
    assert said is not None
    assert json.loads(said)["data"][0]["checksum"] == 3572756970  # What was sent is never written over.


@pytest.mark.parametrize(
    "frame",
    [
        b"[",
        b"[]",
        b"{}}",
        b'[1,{"as":[["1.0","1.0","1.0"]],"a":[["1.0","1.0","1.0"]]},"book-10","A/B"]',
        b'[1,{"a":[["1.0","1.0"]]},"book-10","A/B"]',
        b'[1,{"a":[["1.0","1.0","1.0"]],"c":"x"},"book-10","A/B"]',
        b'[1,{"a":[["1.0}","1.0","1.0"]]},"book-10","A/B"]',
        b'[1,{"a":[["01.0","1.0","1.0"]]},"book-10","A/B"]',
        b'[1,{"a":[["1e5","1.0","1.0"]]},"book-10","A/B"]',
        b'[1,{"a":[["-1.0","1.0","1.0"]]},"book-10","A/B"]',
        b'[1,{"a":[["1.0","","1.0"]]},"book-10","A/B"]',
        b'[1,{"a":[["1.0","1.0","soon"]]},"book-10","A/B"]',
        b'[1,{"a":[[1.0,1.0,1.0]]},"book-10","A/B"]',
        b'[1,[["1.0","1.0","1.0","x","l",""]],"trade","A/B"]',
        b'[1,[["1.0","1.0","1.0","b","?",""]],"trade","A/B"]',
        b'[1,[["1.0","1.0","1.0","b"]],"trade","A/B"]',
        b'{"event":7}',
    ],
)
def test_what_is_not_as_it_should_be(frame: bytes) -> None:
    with pytest.raises(RemoteError):
        V1Translator().translate(frame)


digits = st.from_regex(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?", fullmatch=True)
levels = st.lists(st.tuples(digits, digits, st.from_regex(r"1[0-9]{9}\.[0-9]{6}", fullmatch=True)).map(list))


@given(asks=levels, bids=levels, crc=st.none() | st.integers(0, 2**32 - 1), snapshot=st.booleans())
def test_every_digit_arrives(asks: list[list[str]], bids: list[list[str]], crc: int | None, *, snapshot: bool) -> None:
    ask_key, bid_key = ("as", "bs") if snapshot else ("a", "b")
    payload: dict[str, object] = {ask_key: asks, bid_key: bids}
    if crc is not None:
        payload["c"] = str(crc)
    frame = msgspec.json.encode([7, payload, "book-100", 'A"B/C'])
    book = read_book(frame)
    assert book == V1Book('A"B/C', 100, snapshot, asks, bids, crc)
    said = json.loads(book_frame(book, symbol=book.pair), parse_float=str, parse_int=str)
    row = said["data"][0]
    assert (said["type"], row["symbol"]) == ("snapshot" if snapshot else "update", 'A"B/C')
    assert [[level["price"], level["qty"]] for level in row["asks"]] == [level[:2] for level in asks]
    assert [[level["price"], level["qty"]] for level in row["bids"]] == [level[:2] for level in bids]
    assert row.get("checksum") == (None if crc is None else str(crc))


def test_the_guides_example_through_the_oracle() -> None:
    example = json.loads((FIXTURES / "kraken-docs" / "book-v1-checksum-example.json").read_bytes())
    sides = {side: [[*level, "1582905487.684110"] for level in example[side]] for side in ("asks", "bids")}
    frame = msgspec.json.encode([0, {"as": sides["asks"], "bs": sides["bids"]}, "book-10", "XBT/USD"])
    book = read_book(frame)
    assert book is not None
    asks, bids = (
        [(to_units(Decimal(level[0]), precision=5), to_units(Decimal(level[1]), precision=8)) for level in side]
        for side in (book.asks, book.bids)
    )
    assert checksum(asks, bids) == example["checksum"] == 974947235
