"""Tests of the levels of a level 2 frame, in the usual layout and in others."""

from __future__ import annotations

import pytest
from kernel_market import l2_frame

from fathom.kernel import UNCHECKED, FrameRefused, L2Book

HEAD = b'{"channel":"book","type":"update","data":[{"symbol":"A/B","bids":['
TAIL = b'],"asks":[],"checksum":0,"timestamp":"2024-05-19T16:45:24.204654Z"}]}'


@pytest.mark.parametrize(
    ("level", "units"),
    [
        (b'{"price":1.5,"qty":0.25000000}', (15, 25000000)),
        (b'{"price":1.5,"qty":1e-05}', (15, 1000)),
        (b'{"qty":0.25,"price":15e-1}', (15, 25000000)),
        (b' { "price" : 1.5 , "qty" : 0.25 } ', (15, 25000000)),
        (b'{"price":1.5,"qty":0.25,"orders":[{"price":7}],"orders":1}', (15, 25000000)),
        (b'{"pri\\u0063e":1.5,"qty":0.25}', (15, 25000000)),
        (b'{"price":1.5,"qty":92233720368.54775807}', (15, 2**63 - 1)),
    ],
)
def test_a_level_in_any_layout(level: bytes, units: tuple[int, int]) -> None:
    book = L2Book(10, 1, 8)
    book.apply(HEAD + level + TAIL)
    assert book.bids() == [units]


BAD = {
    b'{"price":0,"qty":1}': "a price is zero at byte 75",
    b'{"price":0.0,"qty":0.25000000}': "a price is zero at byte 75",
    b'{"price":-1.5,"qty":0.25000000}': "a number is negative at byte 75",
    b'{"price":1.5,"qty":-0.25000000}': "a number is negative at byte 85",
    b'{"price":1.55,"qty":0.25000000}': "a number is finer than the precision at byte 75",
    b'{"price":1.5,"qty":0.000000001}': "a number is finer than the precision at byte 85",
    b'{"price":1.5,"qty":92233720368.54775808}': "a number does not fit 64 bits at byte 85",
    b'{"price":"1.5","qty":1}': "a digit was expected at byte 75",
    b'{"price":1.5}': "a level has no price or no qty at byte 79",
    b'{"qty":1.5}': "a level has no price or no qty at byte 77",
    b"{}": "a level has no price or no qty at byte 68",
    b'{"price":1.5,"qty":1,"qty":1}': "a name comes twice at byte 93",
    b'{"price":1.5,"price":1.5,"qty":1}': "a name comes twice at byte 87",
    b"[1.5,1]": "an object was expected at byte 66",
    b"null": "an object was expected at byte 66",
    b'{"price":1.5,"qty":1},': "an object was expected at byte 88",
    b'{"price":1.5,"qty":1}{"price":1.5,"qty":1}': "a comma or a closing bracket was expected at byte 87",
    b'{"price":1.5,"qty":01}': "a number has a leading zero at byte 86",
}


@pytest.mark.parametrize(("level", "why"), BAD.items())
def test_other_levels_are_refused(level: bytes, why: str) -> None:
    book = L2Book(10, 1, 8)
    with pytest.raises(FrameRefused) as caught:
        book.apply(HEAD + level + TAIL)
    assert str(caught.value) == why
    assert book.bids() == []


@pytest.mark.parametrize(
    "tail",
    [
        b'],"asks":[],"checksum":0,"timestamp":"2024-05-19T16:45:24.204654Z"}] }',
        b'],"asks":[],"checksum":0}]}',
        b'],"asks":[]}]}',
        b"]}]}",
        b'],"asks":[],"timestamp":"2024-05-19T16:45:24.204654Z","checksum":0}]}',
        b'],"checksum":0,"asks":[],"timestamp":"2024-05-19T16:45:24.204654Z"}]}  ',
    ],
)
def test_where_the_usual_layout_ends_the_general_one_goes_on(tail: bytes) -> None:
    book = L2Book(10, 1, 8)
    book.apply(HEAD + b'{"price":1.5,"qty":0.25000000}' + tail)
    assert book.bids() == [(15, 25000000)]


def test_a_level_of_the_path_given_up_is_not_counted_again() -> None:
    book = L2Book(10, 1, 8)
    book.apply(HEAD + b'{"price":1.5,"qty":0.25000000}],"asks":[{"price":2.5,"qty":1.00000000}]}]}')
    assert book.apply(HEAD + b']}],"x":1}') == UNCHECKED
    assert (book.bids(), book.asks()) == ([(15, 25000000)], [(25, 10**8)])


def test_another_symbol_is_learned_anew() -> None:
    book = L2Book(10, 1, 8)
    frame = l2_frame("update", [(15, 3)], [], 0, places=(1, 8))
    for symbol in (b"BTC/USD", b"ETH/USD", b"BTC/USD", b"A", b"", b"X" * 90, b"\\u0041", b"\xc3\xa9/USD"):
        book.clear()
        book.apply(frame.replace(b"BTC/USD", symbol))
        assert book.bids() == [(15, 3)]
    with pytest.raises(FrameRefused, match="control character"):
        book.apply(frame.replace(b"BTC/USD", b"BTC\x01USD"))


def test_every_shorter_frame_is_refused() -> None:
    frame = HEAD + b'{"price":1.5,"qty":0.25000000},{"price":1.4,"qty":0.00000000}' + TAIL
    book = L2Book(10, 1, 8)
    for length in range(len(frame)):
        with pytest.raises(FrameRefused):
            book.apply(frame[:length])
        with pytest.raises(FrameRefused):
            book.apply(frame[:length] + b"\x00" + frame[length:])
    book.apply(frame)
    assert book.bids() == [(15, 25000000)]
