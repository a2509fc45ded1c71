"""The halt: whoever is in doubt does not trade."""

from collections.abc import Iterator

import pytest

from fathom.domain import LocalError
from fathom.net import halt


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    if halt.halt_file().is_dir():
        halt.halt_file().rmdir()
    halt.remove_halt()


def test_it_is_kept_until_it_is_taken_away() -> None:
    assert halt.read_halt() is None
    written = halt.write_halt("odd fills", venue="kraken", key="01234567")
    assert halt.read_halt() == written
    assert (written.reason, written.venue, written.key) == ("odd fills", "kraken", "01234567")
    assert written.time_ns > 1_700_000_000_000_000_000
    assert halt.halt_file().stat().st_mode & 0o777 == 0o600
    assert halt.remove_halt() == written
    assert halt.read_halt() is None
    assert halt.remove_halt() is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"time_ns": "x", "reason": 1}', b"\xff\xfe"])
def test_what_cannot_be_read_halts(content: bytes) -> None:
    halt.halt_file().parent.mkdir(parents=True, exist_ok=True)
    halt.halt_file().write_bytes(content)
    found = halt.read_halt()
    assert found is not None
    assert "is there, and is not as fathom writes it" in found.reason


def test_a_place_that_cannot_be_written_is_an_error_and_a_halt() -> None:
    halt.halt_file().mkdir(parents=True)
    with pytest.raises(LocalError, match="halt: cannot write"):
        halt.write_halt("x")
    found = halt.read_halt()
    assert found is not None
    assert "cannot be read" in found.reason
    with pytest.raises(LocalError, match="halt: cannot remove"):
        halt.remove_halt()


def test_a_long_reason_is_cut() -> None:
    assert len(halt.write_halt("x" * 10_000).reason) == halt.REASON_MAX
