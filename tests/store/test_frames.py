import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fathom.store.frames import DEPTH_MAX, FoundFrame, find_frames, time_of

BEAT = b'{"channel":"heartbeat"}'
BOOK = b'{"type" : "update", "data":[{"qty":0.00005100,"event":"add"}],\n "channel":"book"}'
ACK = b'{"method":"subscribe","result":{"channel":"book"},"success":true}'
V1_EVENT = b'{"event":"heartbeat"}'
V1_BOOK = b'[336, {"b": [["27119.90000", "13.5", "1693415330.6"]], "c": "35"}, "book-10", "XBT/USD"]'
V1_BOTH = b'[336,{"a":[]},{"b":[],"c":"1"},"book-10","XBT/USD"]'
V1_TRADE = b'[0,[["5541.2","0.1","1534614057.3","s","l",""]],"trade","XBT/USD"]'
FRAMES = [BEAT, BOOK, ACK, V1_EVENT, V1_BOOK, V1_BOTH, V1_TRADE]


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_keeps_its_bytes_wherever_it_stands(frame: bytes) -> None:
    quoted = msgspec.json.encode(frame.decode())
    plain = FoundFrame(frame)
    timed = FoundFrame(frame, 5, "l3")
    assert find_frames(frame) == [plain]
    assert find_frames(b"  " + frame + b"\n") == [plain]
    assert find_frames(b'{"ts":5,"link":"l3","frame":' + frame + b"}") == [timed]
    assert find_frames(b'{"ts":5,"link":"l3","frame":' + quoted + b"}") == [timed]
    assert find_frames(b'{"file":"a.rs","line":3,"text": ' + frame + b" }") == [plain]
    assert find_frames(b'{"note":"[sic]","message":' + quoted + b"}") == [plain]
    assert find_frames(b"[" + frame + b" , " + BEAT + b"]") == [plain, FoundFrame(BEAT)]
    assert find_frames(b'{"ts":5,"all":[{"x":' + frame + b'},{"ts":6,"frame":' + BEAT + b"}]}") == [
        FoundFrame(frame, 5),
        FoundFrame(BEAT, 6),
    ]


def test_a_document_in_its_order() -> None:
    document = b'{"init": ' + BOOK + b', "note": 1, "updates": [' + BEAT + b",\n" + ACK + b"]}"
    assert [found.frame for found in find_frames(document)] == [BOOK, BEAT, ACK]


@pytest.mark.parametrize(
    "text",
    [
        b"{}",
        b"[]",
        b"1",
        b'"text"',
        b'{"error":[],"result":{"XXBTZUSD":{"a":["1","2"]}}}',
        b'{"event":"add","order_id":"O1"}',
        b'[[1542057314,"1","2","3","4"]]',
        b'[1,2,"a","b"]',
        b'{"x":"{not json"}',
        b"[" * (DEPTH_MAX + 1) + BEAT + b"]" * (DEPTH_MAX + 1),
    ],
)
def test_no_frame_in_it(text: bytes) -> None:
    assert find_frames(text) == []


def test_what_a_wrapper_quotes_is_a_frame_even_if_broken() -> None:
    assert find_frames(b'{"ts":1,"frame":"{\\"channel\\":\\"bo"}') == [FoundFrame(b'{"channel":"bo', 1)]
    assert find_frames(b'{"ts":1,"frame":7}') == [FoundFrame(b"7", 1)]


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b'{"channel":"book"', b"nonsense", b'{"a":1}}', b"[" * 200_000, b'{"ts":"soon","frame":{}}'],
)
def test_what_cannot_be_read(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        find_frames(text)


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:1ae\\', max_size=60).map(str.encode))
def test_no_bytes_crash_it(text: bytes) -> None:
    try:
        found = find_frames(text)
    except ValueError:
        return
    assert all(isinstance(one, FoundFrame) for one in found)


@pytest.mark.parametrize(
    ("text", "time_ns"),
    [
        (b"1618678132345678901", 1618678132345678901),
        (b'"1618678132345678901"', 1618678132345678901),
        (b"0", 0),
        (b"1618678132.83097", 1618678132830970000),
        (b'"1618678132.8309701"', 1618678132830970100),
        (b"1.61867813283097e9", 1618678132830970000),
        (b'"2021-04-17T16:48:52.830970Z"', 1618678132830970000),
        (b'"2021-04-17T16:48:52.830970123Z"', 1618678132830970123),
        (b'"2021-04-17T18:48:52.83097+02:00"', 1618678132830970000),
        (b"null", None),
    ],
)
def test_times(text: bytes, time_ns: int | None) -> None:
    assert time_of(text) == time_ns


@pytest.mark.parametrize(
    "text",
    [
        b'"soon"',
        b"1e999999999",
        b'"2021-04-17T16:48:52"',
        b'"2021-04-17T16:99:52Z"',
        b"{}",
        b"true",
        b'"NaN"',
    ],
)
def test_what_is_no_time(text: bytes) -> None:
    with pytest.raises(ValueError, match="ts "):
        time_of(text)
