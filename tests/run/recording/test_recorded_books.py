import pytest

from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookSaid, DepthSaid, PrecisionsSaid, Refusal, said_by
from fathom.store import Capture

BOOK = b'{"channel":"book","type":"update","data":[{"symbol":"A/B","bids":[],"asks":[],"checksum":1}]}'
LEVEL3 = b'{"data":[{"checksum":1,"symbol":"A/B"}],"type":"snapshot","channel":"level3"}'
V1 = b'[1,{"as":[["2.0","1.0","1.0"]],"bs":[]},"book-25","XBT/USD"]'
V1_V2 = b'{"channel":"book","type":"snapshot","data":[{"symbol":"XBT/USD","bids":[],"asks":[{"price":2.0,"qty":1.0}]}]}'
ACK = b'{"method":"subscribe","result":{"channel":"%s","depth":10,"snapshot":true,"symbol":"A/B"},"success":true}'


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (BOOK, BookSaid(3, BOOK, "book", "A/B", "l", snapshot=False)),
        (LEVEL3, BookSaid(3, LEVEL3, "level3", "A/B", "l", snapshot=True)),
        (V1, BookSaid(3, V1_V2, "book (v1)", "XBT/USD", "l", snapshot=True, depth=25)),
        (ACK % b"book", DepthSaid("book", "A/B", "l", 10)),
        (ACK % b"level3", DepthSaid("level3", "A/B", "l", 10)),
        (ACK % b"ohlc", None),
        ((ACK % b"level3").replace(b'"depth":10,', b""), None),
        ((ACK % b"book").replace(b'"success":true', b'"success":false'), None),
        (
            b'{"channel":"instrument","data":{"pairs":[{"symbol":"A/B","price_precision":1,"qty_precision":2}]}}',
            PrecisionsSaid({"A/B": Precision(1, 2)}),
        ),
        (b'{"channel":"heartbeat"}', None),
        (b'[0,[],"trade","XBT/USD"]', None),
    ],
)
def test_what_a_frame_says(frame: bytes, said: object) -> None:
    assert said_by(Capture(None, "l", frame, 3)) == said


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"garbage",
        b'{"channel":"book","type":"upd',
        b'{"channel":"book","data":[]}',
        b'{"channel":"book"}',
        b'{"channel":"book","data":[{"symbol":7}]}',
        b'{"channel":"instrument","data":[]}',
        b'[1,{"a":[["x","y","z"]]},"book-10","A/B"]',
        b"[" * 100_000,
    ],
)
def test_a_frame_that_cannot_be_read(frame: bytes) -> None:
    said = said_by(Capture(None, "", frame, 3))
    assert isinstance(said, Refusal)
    assert said.line == 3
    assert said.why


def test_what_was_sent_says_nothing() -> None:
    assert said_by(Capture(None, "", BOOK, 3, sent=True)) is None
