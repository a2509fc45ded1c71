"""Tests of the frame around the levels or orders, through both books."""

from __future__ import annotations

import pytest

from fathom.kernel import UNCHECKED, FrameRefused, L2Book, L3Book

BOOK = b'"channel":"book"'
TYPE = b'"type":"update"'
DATA = b'"data":[{"bids":[{"price":1,"qty":2}]}]'


def frame(*members: bytes) -> bytes:
    return b"{" + b",".join(members) + b"}"


def data(*members: bytes) -> bytes:
    return frame(BOOK, TYPE, b'"data":[' + frame(*members) + b"]")


@pytest.mark.parametrize(
    "text",
    [
        frame(BOOK, TYPE, DATA),
        frame(DATA, TYPE, BOOK),
        b" \n" + frame(TYPE, DATA, BOOK) + b"\t ",
        frame(BOOK, TYPE, DATA, b'"x":{"channel":"other","data":[]}', b'"x":1'),
        frame(b'"cha\\u006enel":"bo\\u006fk"', b'"type":"\\u0075pdate"', DATA),
        data(b'"bids":[{"price":1,"qty":2}]', b'"asks":[]', b'"checksum":null', b'"symbol":"\\u20ac"'),
        data(b'"timestamp":"2024-05-19T16:45:24.204654Z"', b'"bids":[{"price":1,"qty":2}]', b'"sequence":7'),
    ],
)
def test_any_layout_says_the_same(text: bytes) -> None:
    book = L2Book(10, 0, 0)
    assert book.apply(text) == UNCHECKED
    assert (book.bids(), book.asks()) == ([(1, 2)], [])


BAD = {
    b"": "an object was expected at byte 0",
    b"[]": "an object was expected at byte 0",
    b"{}": "channel, type or data is missing at byte 2",
    frame(BOOK, TYPE): "channel, type or data is missing",
    frame(BOOK, DATA): "channel, type or data is missing",
    frame(TYPE, DATA): "channel, type or data is missing",
    frame(BOOK, TYPE, DATA) + b"x": "something follows the frame",
    frame(BOOK, TYPE, DATA)[:-1]: "a comma or a closing bracket was expected",
    frame(BOOK, BOOK, TYPE, DATA): "a name comes twice",
    frame(BOOK, TYPE, TYPE, DATA): "a name comes twice",
    frame(BOOK, TYPE, DATA, DATA): "a name comes twice",
    frame(b'"channel":"books"', TYPE, DATA): "the channel is another",
    frame(b'"channel":"boo"', TYPE, DATA): "the channel is another",
    frame(b'"channel":7', TYPE, DATA): "a string was expected",
    frame(b'"channel":"level3"', TYPE, DATA): "the channel is another",
    frame(BOOK, b'"type":"updat"', DATA): "the type is neither snapshot nor update",
    frame(BOOK, b'"type":null', DATA): "a string was expected",
    frame(BOOK, TYPE, b'"data":{}'): "an array was expected",
    frame(BOOK, TYPE, b'"data":[]'): "an object was expected",
    frame(BOOK, TYPE, b'"data":[{},{}]'): "data is not one object",
    frame(BOOK, TYPE, b'"data":[[]]'): "an object was expected",
    frame(BOOK, TYPE, DATA, b'"x":tru'): "a value was expected",
    data(b'"bids":{}'): "an array was expected",
    data(b'"bids":null'): "an array was expected",
    data(b'"bids":[]', b'"bids":[]'): "a name comes twice",
    data(b'"asks":[]', b'"asks":[]'): "a name comes twice",
    data(b'"symbol":"a"', b'"symbol":"a"'): "a name comes twice",
    data(b'"symbol":1'): "a string was expected",
    data(b'"checksum":-1'): "an unsigned int of 32 bits was expected",
    data(b'"checksum":4294967296'): "an unsigned int of 32 bits was expected",
    data(b'"checksum":1.0'): "an unsigned int of 32 bits was expected",
    data(b'"checksum":"1"'): "an unsigned int of 32 bits was expected",
    data(b'"checksum":nul'): "a value was expected",
    data(b'"checksum":1', b'"checksum":1'): "a name comes twice",
    data(b'"timestamp":1'): "a time was expected",
    data(b'"timestamp":"yesterday"'): "a time is malformed",
    data(b'"x":1', b'"x"'): "a colon was expected",
}


@pytest.mark.parametrize(("text", "why"), BAD.items())
def test_what_is_no_book_frame_is_refused(text: bytes, why: str) -> None:
    book = L2Book(10, 0, 0)
    book.apply(frame(BOOK, TYPE, DATA))
    with pytest.raises(FrameRefused) as caught:
        book.apply(text)
    assert str(caught.value).startswith(why)
    assert book.bids() == [(1, 2)]


@pytest.mark.parametrize("book", [L2Book(10, 0, 0), L3Book(10, 0, 0)])
def test_a_frame_beyond_64_mib_is_refused(book: L2Book | L3Book) -> None:
    with pytest.raises(FrameRefused, match="the frame is too long at byte 0"):
        book.apply(b" " * (64 * 2**20 + 1))


def test_the_time_of_a_frame_is_kept() -> None:
    book = L2Book(10, 0, 0)
    book.apply(data(b'"timestamp":"1970-01-01T00:00:01.5Z"'))
    assert book.time_ns == 1_500_000_000
    book.apply(data(b'"bids":[]'))
    assert book.time_ns is None
