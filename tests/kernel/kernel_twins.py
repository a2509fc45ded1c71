"""A desk beside books of their own that get every frame by `peek` and `apply`: both must always agree.

The fuzzer uses it too, with a kernel of its own.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any

Name = tuple[str, str]  # Channel and symbol.


def state_of(book: Any) -> tuple[Any, ...]:
    """Return everything that a book shows."""
    bids, asks = book.bids(), book.asks()
    orders: list[Any] = []
    if hasattr(book, "orders"):
        orders = [book.orders(side, price) for side, levels in (("bid", bids), ("ask", asks)) for price, _ in levels]
    return bids, asks, orders, book.checksum(), book.flaws, book.top_changed, book.time_ns


class Twins:
    """Books by channel and symbol, twice. A frame that the desk lets pass goes the long way to both."""

    def __init__(self, kernel: Any, books: Mapping[Name, tuple[int, int, int]]) -> None:
        self.kernel = kernel
        self.desk = kernel.Desk()
        self.others: dict[Name, Any] = {}
        self.seats: dict[Name, Any] = {}
        self.counts = dict.fromkeys((kernel.PASSED, kernel.APPLIED, kernel.TOP, kernel.BROKEN), 0)
        self.passed_updates = 0
        self.now_ns = 0
        kinds = {"book": kernel.L2Book, "level3": kernel.L3Book}
        for (channel, symbol), terms in books.items():
            self.others[channel, symbol] = kinds[channel](*terms)
            self.seats[channel, symbol] = self.desk.seat(channel, symbol, kinds[channel](*terms))

    def run(self, frame: bytes, *, behind: bytes | None = None) -> int:
        """Give a frame to both, raise AssertionError where they disagree.

        With `behind` it is a view of memory in which these bytes follow, and nothing else: no NUL.
        """
        kernel, desk = self.kernel, self.desk
        self.now_ns += 1
        channel, kind, symbol = kernel.peek(frame)
        name = (channel, symbol)
        seat, other = self.seats.get(name), self.others.get(name)
        armed = {one: each.armed for one, each in self.seats.items()}
        counted = {one: (each.frames, each.verified, each.moved_ns) for one, each in self.seats.items()}
        view = frame if behind is None else memoryview(array("B", frame + behind))[: len(frame)]
        before = None if seat is None else state_of(seat.book)
        said: int = desk.take(view, self.now_ns)
        self.counts[said] += 1
        if said == kernel.PASSED:
            self.passed_updates += seat is not None and kind == "update" and armed[name]
            assert (desk.last, desk.refusal) == (None, ""), "a frame passed and was not forgotten"
            assert armed == {one: each.armed for one, each in self.seats.items()}, "a frame passed and disarmed"
            assert counted == {one: (each.frames, each.verified, each.moved_ns) for one, each in self.seats.items()}
            if seat is not None:
                assert state_of(seat.book) == before, "a frame passed and changed its book"
                self.go_long(seat.book, other, frame)
            return said
        assert seat is not None, f"taken, though nobody sits at {name}"
        assert armed[name], "taken, though not armed"
        assert kind == "update", f"taken, though a {kind}"
        assert desk.last is seat, "another seat was last"
        self.compare(seat, other, frame, said)
        frames, verified, moved_ns = counted[name]
        good = said in {kernel.APPLIED, kernel.TOP}
        assert seat.frames == frames + 1, "a frame was not counted"
        assert seat.verified == verified + good, "a verified frame was not counted"
        assert seat.moved_ns == (self.now_ns if seat.verdict else moved_ns), "another time"
        for one, each in self.seats.items():
            assert each.armed == (armed[one] and (one != name or good)), "another seat is armed than should be"
        return said

    def compare(self, seat: Any, other: Any, frame: bytes, said: int) -> None:
        """See that the desk said what the other book says, and that the books are the same."""
        kernel = self.kernel
        verdict, refusal = 0, ""
        try:
            verdict = other.apply(frame)
        except kernel.FrameRefused as refused:
            refusal = str(refused)
        assert seat.verdict == verdict, "another verdict"
        assert self.desk.refusal == refusal, "another refusal"
        assert state_of(seat.book) == state_of(other), "another book"
        broken = verdict != kernel.VERIFIED or other.flaws != 0
        good = kernel.TOP if other.top_changed else kernel.APPLIED
        assert said == (kernel.BROKEN if broken else good), "another answer"

    def go_long(self, book: Any, other: Any, frame: bytes) -> None:
        """Apply a frame to both books outside the desk."""
        said = []
        for one in (book, other):
            try:
                said.append(one.apply(frame))
            except self.kernel.FrameRefused as refused:
                said.append(str(refused))
        assert said[0] == said[1], "another verdict on the long way"
        assert state_of(book) == state_of(other), "another book on the long way"

    def arm(self) -> None:
        """Arm every seat, whatever its book."""
        for seat in self.seats.values():
            seat.armed = True
