"""Tests of the bytes of a frame: whatever they come in, they are those, with a NUL behind them."""

from __future__ import annotations

import array
from typing import Any

import pytest

from fathom.kernel.held import copied

ROOM = 1 << 18


@pytest.mark.parametrize("length", [0, 1, 300, ROOM - 1, ROOM, ROOM + 1, 3 * ROOM])
def test_any_buffer_of_any_length(length: int) -> None:
    content = bytes(1 + number % 255 for number in range(length))
    around = bytearray(b"\xff" + content + b"\xff" * 64)  # No NUL stands behind them here.
    for frame in (content, bytearray(content), memoryview(content), memoryview(around)[1 : 1 + length]):
        assert copied(frame) == content


def test_what_does_not_lie_in_one_piece_is_joined() -> None:
    assert copied(memoryview(b"a-b-c-")[::2]) == b"abc"
    assert copied(memoryview(b"abc")[::-1]) == b"cba"
    assert copied(array.array("H", [0x4141])) == b"AA"
    assert copied(memoryview(b"abcd").cast("B", (2, 2))) == b"abcd"


def test_a_shorter_frame_does_not_show_the_one_before() -> None:
    assert copied(bytearray(b"a long frame")) == b"a long frame"
    assert copied(bytearray(b"short")) == b"short"


def test_the_view_is_let_go() -> None:
    frame = bytearray(b"frame")
    copied(frame)
    frame.append(33)  # BufferError while somebody holds a view.
    assert copied(frame) == b"frame!"


def test_what_has_no_bytes_is_refused() -> None:
    released = memoryview(b"x")
    released.release()
    nothing: list[Any] = ["text", 5, None]
    for frame in nothing:
        with pytest.raises(TypeError, match="bytes-like"):
            copied(frame)
    with pytest.raises(ValueError, match="released"):
        copied(released)
