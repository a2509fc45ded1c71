"""The live ladder on a terminal: drawn a few times a second, however fast the books move.

I/O: draws. Imports: net, ui. Imported by: run/watching.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.live import Live

from fathom.net import Kraken, LiveBook
from fathom.ui import Pulse, ladder

PICTURES_PER_S: Final = 8
RATE_OVER_S: Final = 2.0  # Frames a second are those of the last so many seconds.


class LadderScreen:
    """The alternate screen of a terminal, with the books of one client. `news` is shown until there is other."""

    def __init__(
        self, kraken: Kraken, books: Sequence[LiveBook], *, venue: str, console: Console | None = None
    ) -> None:
        self._kraken = kraken
        self._books = books
        self._venue = venue
        self._console = console or Console()
        self._live = Live(console=self._console, auto_refresh=False, screen=True, vertical_overflow="crop")
        self._begun_s = time.monotonic()
        self._counts: deque[tuple[float, int]] = deque(maxlen=int(RATE_OVER_S * PICTURES_PER_S))
        self._last: Pulse | None = None
        self.news = ""

    async def run(self) -> None:
        """Draw until cancelled."""
        self._live.start()
        try:
            while True:
                self.draw()
                await asyncio.sleep(1 / PICTURES_PER_S)
        finally:
            self._last = self.pulse()  # Before the books are closed.

    def draw(self) -> None:
        """Draw one picture."""
        width, height = self._console.size
        self._live.update(ladder(self._books, self.pulse(), width=width, height=height), refresh=True)

    def close(self) -> None:
        """Give the terminal back."""
        self._live.stop()

    def summary(self) -> None:
        """Say what came of it, on the screen that stays."""
        pulse = self._last or self.pulse()
        symbols = ", ".join(book.symbol for book in self._books)
        self._console.print(
            f"{symbols}: {pulse.verified:,} frames verified in {pulse.elapsed_s:.1f} s, "
            f"{pulse.lost} times not, {pulse.gaps} gaps",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )

    def pulse(self) -> Pulse:
        """Return the figures of now."""
        now_s = time.monotonic()
        frames = sum(link.frames for link in self._kraken.links())
        self._counts.append((now_s, frames))
        then_s, before = self._counts[0]
        counted = self._kraken.books_verified().values()
        return Pulse(
            venue=self._venue,
            elapsed_s=now_s - self._begun_s,
            frames=frames,
            frames_per_s=(frames - before) / (now_s - then_s) if now_s > then_s else 0.0,
            verified=sum(verified for verified, _ in counted),
            lost=sum(lost for _, lost in counted),
            gaps=self._kraken.event_counts.get("Gap", 0),
            round_trip_ns=self._kraken.round_trip_ns,
            system=self._kraken.system,
            news=self.news,
        )
