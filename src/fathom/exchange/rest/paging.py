"""Histories in pages: filtered by time or id, newest first, 50 at a time (rest.md 5).

Pure. Imports: forms. Imported by: account_orders, account_trades, account_ledger.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from msgspec import Struct

from fathom.exchange.rest.envelope import invalid
from fathom.exchange.rest.forms import Form, seconds_ns

PAGE_SIZE: Final = 50
_ID: Final = re.compile(r"[A-Z0-9]{6}-[A-Z0-9]{5}-[A-Z0-9]{6}")

T = TypeVar("T")


class Span(Struct, frozen=True):
    """From when, exclusive, until when, inclusive; None is no bound."""

    start_ns: int | None
    end_ns: int | None

    def holds(self, time_ns: int) -> bool:
        """Tell whether a time lies within."""
        return (self.start_ns is None or time_ns > self.start_ns) and (self.end_ns is None or time_ns <= self.end_ns)


def read_span(form: Form, *, time_of: Callable[[str], int | None]) -> Span:
    """Return `start` and `end`: UNIX seconds, or the id of an entry, whose time counts then."""
    return Span(_bound(form, "start", time_of), _bound(form, "end", time_of))


def page(form: Form, entries: Iterable[T]) -> tuple[list[T], int | None]:
    """Return one page of entries that come newest first, and how many there are; None where nobody asks.

    Past the end the page is empty.
    """
    offset = form.integer("ofs", least=0) or 0
    matching = list(entries)
    count = None if form.boolean("without_count") else len(matching)
    return matching[offset : offset + PAGE_SIZE], count


def _bound(form: Form, name: str, time_of: Callable[[str], int | None]) -> int | None:
    text = form.text(name)
    if text is None:
        return None
    if not _ID.fullmatch(text):
        return seconds_ns(text, name)
    time_ns = time_of(text)
    if time_ns is None:
        raise invalid(name)
    return time_ns
