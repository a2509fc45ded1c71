from decimal import Decimal

from fathom.exchange.crowd import RecordedFrame, RecordedTrade, symbols_in
from fathom.exchange.crowd.frames import UNTIMED_NS, FrameReader, is_version_1
from fathom.protocol.messages import BookMessage, TradeMessage

T0 = 1_700_000_000_000_000_000
ACK = (
    b'{"method":"subscribe","result":{"channel":"book","depth":25,"snapshot":true,"symbol":"BTC/USD"},"success":true,'
    b'"time_in":"2023-10-06T17:35:55.000000Z","time_out":"2023-10-06T17:35:55.000000Z"}'
)
BOOK = (
    b'{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":10.0,"qty":1.00000000}],"asks":[],'
    b'"checksum":1,"timestamp":"2023-10-06T17:35:55.440295Z"}]}'
)
TIMELESS = BOOK.replace(b',"timestamp":"2023-10-06T17:35:55.440295Z"', b"")
V1_BOOK = b'[992,{"b":[["354.15000000","5.00000000","1618678133.365913"]],"c":"2583817756"},"book-1000","XBT/USD"]'
V1_SNAPSHOT = b'[1,{"as":[["2.0","1.0","1618678133.36"]],"bs":[["1.0","1.0","1618678133.36"]]},"book-10","XDG/USD"]'
V1_TRADES = b'[1,[["0.04","5.0","1618678157.946108","s","m",""]],"trade","XBT/USD"]'
V1_ACK = (
    b'{"channelID":1,"event":"subscriptionStatus","pair":"XBT/USD","status":"subscribed",'
    b'"subscription":{"depth":1000,"name":"book"}}'
)
HEARTBEAT = b'{"channel":"heartbeat"}'


def test_the_recorder_knows_best_when_it_was() -> None:
    reader = FrameReader()
    timed = reader.read(RecordedFrame(T0, BOOK))
    assert timed is not None
    assert timed.time_ns == T0
    assert isinstance(timed.what, BookMessage)
    told = reader.read(RecordedFrame(None, BOOK))
    assert told is not None
    assert told.time_ns == 1_696_613_755_440_295_000
    guessed = reader.read(RecordedFrame(None, TIMELESS))
    assert guessed is not None
    assert guessed.time_ns == told.time_ns + UNTIMED_NS


def test_answers_tell_the_depth_and_the_rest_is_skipped() -> None:
    reader = FrameReader()
    for frame in (ACK, V1_ACK, HEARTBEAT, b'{"event":"heartbeat"}', b"", b"not json", b"[1,2]", b'{"channel":"book"}'):
        assert reader.read(RecordedFrame(T0, frame)) is None, frame
    assert reader.depths == {("book", "BTC/USD"): 1000}
    assert reader.skipped == 8


def test_version_1_is_read_as_version_2() -> None:
    reader = FrameReader()
    update = reader.read(RecordedFrame(T0, V1_BOOK))
    snapshot = reader.read(RecordedFrame(T0, V1_SNAPSHOT))
    trades = reader.read(RecordedFrame(T0, V1_TRADES))
    assert update is not None
    assert snapshot is not None
    assert trades is not None
    assert isinstance(update.what, BookMessage)
    assert update.what.data[0].symbol == "BTC/USD"
    assert isinstance(snapshot.what, BookMessage)
    assert (snapshot.what.type, snapshot.what.data[0].symbol) == ("snapshot", "DOGE/USD")
    assert isinstance(trades.what, TradeMessage)
    assert trades.what.data[0].ord_type == "market"


def test_versions_are_told_apart() -> None:
    assert all(map(is_version_1, (V1_BOOK, V1_TRADES, V1_ACK, b' {"event":"heartbeat"}')))
    assert not any(map(is_version_1, (BOOK, ACK, HEARTBEAT, b"", b'{"channel":"level3","data":[{"event":"add"}]}')))


def test_the_pairs_of_a_recording() -> None:
    row = RecordedTrade(T0, "BCH/EUR", Decimal(1), Decimal(1))
    frames = [RecordedFrame(None, frame) for frame in (ACK, V1_SNAPSHOT, BOOK, V1_TRADES, HEARTBEAT)]
    assert symbols_in([row, *frames]) == ["BCH/EUR", "DOGE/USD", "BTC/USD"]
