"""`fathom data copy`: parts and tapes from one place to another, those that are not there yet.

I/O: reads and writes through store. Imports: domain, store. Imported by: cli.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from fathom.domain import LocalError
from fathom.store.history import Place

Progress = Callable[[str, int, int], None]


class Copied(msgspec.Struct):
    """What came of it. Sizes in bytes."""

    source: str
    target: str
    files: int
    size: int
    kept: int  # That were there already, as large as here.


def copy(source: str, target: str, *, symbols: Collection[str] = (), tapes: bool = True, progress: Progress) -> Copied:
    """Copy what is not there yet; whatever stopped it, the same command goes on.

    A file of the same name and size is taken for the same. Raises LocalError where a place does not answer or holds
    nothing, JournalError where it cannot be written to.
    """
    origin, goal = Place(source), Place(target)
    wanted = [
        one
        for one in origin.held()
        if (not symbols or one.symbol in symbols) and (tapes or one.kind != "tape")
    ]  # fmt: skip
    if not wanted:
        of = f" of {', '.join(sorted(symbols))}" if symbols else ""
        raise LocalError(source, f"holds no recorded market{of}")
    there = {one.name: one.size for one in goal.held()}
    missing = [one for one in wanted if there.get(one.name) != one.size]
    size = 0
    for number, one in enumerate(missing):
        progress(one.name, number, len(missing))
        size += goal.write(one.name, origin.read(one.name))
    return Copied(source, target, len(missing), size, len(wanted) - len(missing))
