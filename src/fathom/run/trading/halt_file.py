"""The file that `fathom kill` leaves: while it is there, nothing trades; a bot that runs sees it within a second.

I/O: reads a file. Imports: domain, net. Imported by: session.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from fathom.domain import Event, HaltOrdered, ResumeOrdered
from fathom.net import halt

LOOK_S: Final = 1.0


class HaltFile:
    """Tells the log that it came, and that it was taken away."""

    def __init__(self, arrive: Callable[[Event], None]) -> None:
        self._arrive = arrive
        self._seen = False

    def look(self) -> None:
        """Look now."""
        found = halt.read_halt()
        if found is not None and not self._seen:
            self._arrive(HaltOrdered(f"the halt file: {found.reason}"))
        elif found is None and self._seen:
            self._arrive(ResumeOrdered("kill", "the halt file was taken away"))
        self._seen = found is not None

    async def watch(self) -> None:
        """Look every second, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()
