from collections.abc import Callable
from pathlib import Path

import pytest

from fathom.store import CaptureReader, RecordingWriter

START_NS = 1_700_000_000_000_000_000


def frame_of(number: int) -> bytes:
    symbol = ("BTC/USD", "ETH/USD")[number % 2]
    return b'{"channel":"book","type":"update","data":[{"symbol":"%b","n":%d}]}' % (symbol.encode(), number)


@pytest.fixture
def numbered() -> Callable[[int], bytes]:
    """Makes the frame of a number, so that each can be told from the others."""
    return frame_of


@pytest.fixture
def fill() -> Callable[..., None]:
    """Gives a writer the frames of some numbers, a second apart."""

    def give(writer: RecordingWriter, numbers: range, *, link: str = "public") -> None:
        for number in numbers:
            writer.frame(link, frame_of(number), START_NS + number * 10**9)

    return give


@pytest.fixture
def recorded() -> Callable[[Path], list[bytes]]:
    """Reads all frames of a recording."""
    return lambda folder: [capture.frame for capture in CaptureReader(folder)]
