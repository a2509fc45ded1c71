"""Which connection carries what: symbols are spread by count, and by how much each connection carries already.

Imports: domain, link. Imported by: topics, kraken.
"""

from collections.abc import Callable, Sequence

from fathom.domain import LocalError
from fathom.net.link import Link

LINKS_MAX = 64  # Of one role. A user who wants more symbols than these carry is told so.


class Load:
    """What one connection carries."""

    __slots__ = ("count", "frames", "link", "rate")

    def __init__(self, link: Link) -> None:
        self.link = link
        self.count = 0  # Subscriptions placed on it.
        self.rate = 0.0  # Frames a second, as last measured.
        self.frames = 0


class Fleet:
    """The connections of one role. It grows as it must; a connection that carries nothing any more is used next."""

    def __init__(self, *, make: Callable[[int], Link], count_max: int, rate_max: float) -> None:
        self.loads: list[Load] = []
        self._make = make
        self._count_max = count_max
        self._rate_max = rate_max

    @property
    def links(self) -> list[Link]:
        """Every connection, the oldest first."""
        return [load.link for load in self.loads]

    def first(self) -> Link:
        """Return the first connection, making it where there is none."""
        if not self.loads:
            self._add()
        return self.loads[0].link

    def place(self, symbols: Sequence[str], *, but: Link | None = None) -> list[tuple[Link, list[str]]]:
        """Give each symbol a connection with room: the quietest first. `but` is not to be used.

        Raises LocalError, with nothing placed, where that would take more connections than LINKS_MAX.
        """
        usable = [load for load in self.loads if load.link is not but and load.rate < self._rate_max]
        room = sum(self._count_max - load.count for load in usable)
        missing = max(0, len(symbols) - room)
        more = -(-missing // self._count_max)
        if len(self.loads) + more > LINKS_MAX:
            raise LocalError("symbol", f"{len(symbols)} more need over {LINKS_MAX} connections: subscribe to fewer")
        usable += [self._add() for _ in range(more)]
        usable.sort(key=lambda load: (load.rate, load.count))
        placed: list[tuple[Link, list[str]]] = []
        left = list(symbols)
        for load in usable:
            if not left:
                break
            some, left = left[: self._count_max - load.count], left[self._count_max - load.count :]
            if some:
                load.count += len(some)
                placed.append((load.link, some))
        return placed

    def leave(self, link: Link, count: int) -> None:
        """Note that so many subscriptions left a connection."""
        for load in self.loads:
            if load.link is link:
                load.count = max(0, load.count - count)

    def measure(self, *, seconds: float) -> list[Load]:
        """Measure every connection's rate since the last time; return those that carry more than they should."""
        for load in self.loads:
            frames = load.link.frames
            load.rate = (frames - load.frames) / seconds
            load.frames = frames
        return [load for load in self.loads if load.rate > self._rate_max and load.count > 1]

    def _add(self) -> Load:
        load = Load(self._make(len(self.loads) + 1))
        self.loads.append(load)
        return load
