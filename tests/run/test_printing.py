"""Lines to whoever reads, fast or slow or gone."""

import asyncio
import os
from collections.abc import Awaitable, Callable

import pytest

from fathom.domain import LocalError
from fathom.run.printing import Printer

Ends = list[LocalError | None]


def printed(fd: int, use: Callable[[Printer, Ends], Awaitable[None]]) -> Ends:
    async def main() -> Ends:
        ends: Ends = []
        printer = Printer(fd, on_end=ends.append)
        try:
            async with asyncio.timeout(10):
                await use(printer, ends)
        finally:
            printer.close()
        return ends

    return asyncio.run(main())


def test_lines_come_in_order_and_whole() -> None:
    ours, theirs = os.pipe()

    async def use(printer: Printer, ends: Ends) -> None:
        for number in range(1_000):
            printer.write(b"%d" % number)
        await printer.flush()

    assert printed(theirs, use) == []
    os.close(theirs)
    with os.fdopen(ours, "rb") as reader:
        assert reader.read().split() == [b"%d" % number for number in range(1_000)]


async def written_until_the_end(printer: Printer, ends: Ends) -> None:
    ended = asyncio.Event()
    take = ends.append

    def told(error: LocalError | None) -> None:
        take(error)
        ended.set()

    printer._on_end = told
    printer.write(b"x")
    await ended.wait()
    printer.write(b"more")  # Goes nowhere, and harms nobody.
    await printer.flush()


def test_a_reader_that_has_gone_is_no_error() -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    assert printed(theirs, written_until_the_end) == [None]
    os.close(theirs)


def test_a_full_disk_is_one_sentence() -> None:
    fd = os.open("/dev/full", os.O_WRONLY)
    [error] = printed(fd, written_until_the_end)
    os.close(fd)
    assert str(error) == "stdout: cannot be written to: No space left on device"


def test_a_reader_that_does_not_read_ends_it_at_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fathom.run.printing.WAITING_BYTES_MAX", 2**20)
    ours, theirs = os.pipe()

    async def use(printer: Printer, ends: Ends) -> None:
        while not ends:
            printer.write(b"x" * 65_536)
            await asyncio.to_thread(lambda: None)

    [error] = printed(theirs, use)
    assert "stdout: the reader is too slow" in str(error)
    os.close(ours)
