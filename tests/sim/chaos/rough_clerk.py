"""A process that only notes: when it was let run, and what came to it."""

from collections.abc import Callable
from typing import Any

from msgspec import structs

from fathom.protocol import HttpAnswer
from fathom.sim import START_NS, Line, RoughWorld, weather_of

SECOND = 1_000_000_000


def calm(**parts: Any) -> Any:
    """Return a weather in which nothing happens but what a test wants."""
    nothing: dict[str, Any] = dict.fromkeys(
        ("cuts", "pauses", "clock_steps", "crashes", "strangers_s", "venue_faults"), ()
    )
    shares = {"lost_request_share": 0.0, "late_request_share": 0.0}
    return structs.replace(weather_of(1), **(nothing | shares | parts))


class Clerk:
    """Wants to be woken each second, and does what it is given."""

    def __init__(self, world: RoughWorld) -> None:
        self.world = world
        self.woken: list[tuple[int, int]] = []  # By the world's clock and by its own.
        self.frames: list[bytes] = []
        self.ends: list[tuple[int, str]] = []
        self.said: list[bytes] = []
        self._deeds: list[Callable[[], None]] = []
        self._due_ns = world.now_ns + SECOND

    @property
    def due_ns(self) -> int | None:
        """At once where it was given something."""
        return self.world.now_ns if self._deeds else self._due_ns

    def soon(self, deed: Callable[[], None]) -> None:
        """Keep it for the next turn."""
        self._deeds.append(deed)

    def turn(self) -> None:
        """Note the time, and do it."""
        self.woken.append((self.world.now_ns, self.world.bot_ns))
        self._due_ns = self.world.now_ns + SECOND
        deeds, self._deeds = self._deeds, []
        for deed in deeds:
            deed()

    def connect(self) -> Line:
        """Open the public link."""
        line = self.world.open(
            "public", self.frames.append, lambda code, reason: self.ends.append((code, reason)), self.said.append
        )
        assert not isinstance(line, HttpAnswer)
        return line


def begun(**weather: Any) -> tuple[RoughWorld, Clerk]:
    """Return a world and the process that runs in it."""
    world = RoughWorld(calm(**weather))
    clerk = Clerk(world)
    world.boot(clerk)
    return world, clerk


def go_on(world: RoughWorld, seconds: float) -> None:
    """Let time pass, to so many seconds after the start."""
    until_ns = START_NS + int(seconds * SECOND)
    while world.turn(until_ns):
        pass
