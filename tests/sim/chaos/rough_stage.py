"""A shore without a world: what is put off is done when time goes on."""

from collections.abc import Callable
from random import Random
from typing import Any

from fathom.sim.chaos.agenda import Agenda
from fathom.sim.chaos.line import Line

MS = 1_000_000


class Shore:
    """It has a clock and an agenda."""

    def __init__(self) -> None:
        self.now_ns = 1_000_000_000
        self._agenda = Agenda()

    def after(self, delay_ns: int, deed: Callable[[], None]) -> None:
        self._agenda.put(self.now_ns + delay_ns, deed)

    elsewhere = after

    def go_on(self, for_ns: int) -> None:
        """Do what is due within this time."""
        end_ns = self.now_ns + for_ns
        while (due_ns := self._agenda.next_ns) is not None and due_ns <= end_ns:
            self.now_ns = max(self.now_ns, due_ns)
            self._agenda.pop()[1]()
        self.now_ns = end_ns


class Peer:
    """The exchange's side of a line."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.is_closed = False

    def received(self, frame: bytes, *, now_ns: int) -> None:
        self.heard.append(frame)

    def alive(self, *, now_ns: int) -> None:
        raise AssertionError("nobody pings here")

    def closed(self, *, now_ns: int) -> None:
        self.is_closed = True


class Wire:
    """A line between the two, and what came over it."""

    def __init__(self, *, out_ms: tuple[int, int] = (5, 50), in_ms: tuple[int, int] = (5, 50), seed: int = 1) -> None:
        self.shore = Shore()
        self.peer = Peer()
        self.came: list[bytes] = []
        self.over: list[tuple[int, str]] = []
        self.tapped: list[bytes] = []
        parts: dict[str, Any] = {
            "on_frame": self.came.append,
            "on_closed": lambda *told: self.over.append(told),
            "tap": self.tapped.append,
        }
        self.line = Line(
            self.shore,
            role="private",
            out_ns=(out_ms[0] * MS, out_ms[1] * MS),
            in_ns=(in_ms[0] * MS, in_ms[1] * MS),
            random=Random(seed),
            **parts,
        )
        self.line.conversation = self.peer
