"""How the process does: the loop's lag, the journal's, the venue's clock; told about once a second.

Imports: domain, engine, net, protocol; venue_clock. Imported by: session.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from fathom.domain import Event, FathomError, HealthSeen
from fathom.engine import Log
from fathom.net import Kraken, venue
from fathom.protocol import rest
from fathom.run.trading.venue_clock import VenueClock

LOOK_S: Final = 1.0
WAKES: Final = 20  # Within a look: a loop that stalls is seen to a twentieth of it, whenever that begins.
CLOCK_S_MAX: Final = 5.0
STALLED_S: Final = 5.0  # A loop that was so late is not healthy: the dead man's switch is not renewed.


class TimedLog:
    """A log that knows how long its slowest write took since it was asked last."""

    def __init__(self, log: Log, behind_ns: Callable[[], int] = lambda: 0) -> None:
        """`behind_ns` tells how long the slowest took of what the log does behind its commits."""
        self.append = log.append  # Bound once: it is called for every entry.
        self._log = log
        self._behind_ns = behind_ns
        self._slowest_ns = 0

    def commit(self) -> None:
        """Return once all is kept."""
        begun_ns = time.monotonic_ns()
        self._log.commit()
        self._slowest_ns = max(self._slowest_ns, time.monotonic_ns() - begun_ns)

    def slowest_ns(self) -> int:
        """Return the longest write since the last call."""
        slowest_ns, self._slowest_ns = self._slowest_ns, 0
        return max(slowest_ns, self._behind_ns())


class Health:
    """Looks every second."""

    def __init__(self, arrive: Callable[[Event], None], log: TimedLog, kraken: Kraken | None) -> None:
        self._arrive = arrive
        self._log = log
        self._kraken = kraken
        self._clock = VenueClock()
        self._woke_s = time.monotonic()
        self.lag_ns = 0

    def complaint(self) -> str:
        """Return why the dead man's switch must not be renewed; empty where all is well."""
        late_s = time.monotonic() - self._woke_s - LOOK_S
        return f"the loop is {late_s:.1f} s late" if late_s > STALLED_S else ""

    async def run(self) -> None:
        """Look until cancelled."""
        clock_due_s = 0.0
        while True:  # At once, too: a clock that is wrong is told before there is anything to trade on.
            if self._kraken is not None:
                self._kraken.orders  # noqa: B018 - Raises where the client is not open any more: then nobody hears anything.
            if self._kraken is not None and self._woke_s >= clock_due_s:
                await self._look_at_clock(self._kraken)
                self._woke_s = time.monotonic()
                clock_due_s = self._woke_s + self._clock.wait_s
            switch = self._kraken.switch if self._kraken is not None else None
            state = "" if switch is None else switch.state
            self._arrive(HealthSeen(self.lag_ns, self._log.slowest_ns(), self._clock.offset_ns, state))
            self.lag_ns = await self._lag_ns()

    async def _lag_ns(self) -> int:
        """Return how late the loop woke at worst, within one look."""
        worst_s = 0.0
        for _ in range(WAKES):
            due_s = time.monotonic() + LOOK_S / WAKES
            await asyncio.sleep(LOOK_S / WAKES)
            self._woke_s = time.monotonic()
            worst_s = max(worst_s, self._woke_s - due_s)
        return int(worst_s * 1e9)

    async def _look_at_clock(self, kraken: Kraken) -> None:
        """Ask the venue for its time."""
        asked_ns = time.time_ns()
        try:
            async with asyncio.timeout(CLOCK_S_MAX):
                told = await kraken.rest(rest.Time())
        except (FathomError, TimeoutError):
            return  # What was known stays; the next look comes.
        self._clock.take(venue.ClockSample(sent_ns=asked_ns, received_ns=time.time_ns(), theirs_ns=told.unixtime))
