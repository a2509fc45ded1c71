"""Whose turn it is to sign: calls of one key must reach Kraken in the order of their nonces.

So one at a time is between its nonce and its answer. Cancels go first; and since a call whose answer is late has long
arrived, or never will, a cancel need not wait for it.

Imports: domain. Imported by: nonces, client.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import heappop, heappush

from fathom.domain import LocalError


class Turns:
    """The line of one key. Used within one event loop."""

    def __init__(self) -> None:
        self._inside: dict[int, float] = {}  # Who is between nonce and answer, and since when.
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []  # A heap: the urgent first, then as they came.
        self._last_number = 0
        self._timer: asyncio.TimerHandle | None = None
        self._width = 1
        self._overtaken_s = 1.0
        self._inside_max = 1

    def __len__(self) -> int:
        return sum(not turn.done() for _, _, turn in self._waiting)

    @asynccontextmanager
    async def turn(
        self,
        *,
        until: float,
        urgent: bool,
        width: int = 1,
        overtaken_s: float = 1.0,
        inside_max: int = 6,
        waiting_max: int = 256,
    ) -> AsyncIterator[None]:
        """Wait for one's turn, and have it until the end of the block.

        `width` go at once; the urgent also when all inside have been there for `overtaken_s`, up to `inside_max`.
        Raises TimeoutError where it has not come by `until`, of the loop's clock, and LocalError where the line is
        full; it never is for the urgent.
        """
        if not urgent and len(self) >= waiting_max:
            raise LocalError("rate", f"{waiting_max} calls of this key wait for their turn already: make fewer at once")
        self._width, self._overtaken_s, self._inside_max = width, overtaken_s, inside_max
        self._last_number += 1
        number = self._last_number
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (not urgent, number, turn))
        self._advance()
        try:
            async with asyncio.timeout_at(until):
                await turn
            yield
        finally:
            turn.cancel()  # Nothing where it was our turn already.
            self._inside.pop(number, None)
            self._advance()

    def _advance(self) -> None:
        """Let in whoever may go now; look again when the next may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        loop = asyncio.get_running_loop()
        now = loop.time()
        while self._waiting:
            calm, number, turn = self._waiting[0]
            if turn.done():  # Whoever waited has gone away.
                heappop(self._waiting)
                continue
            if len(self._inside) >= self._width:
                if calm or len(self._inside) >= self._inside_max:
                    return
                free_at = max(self._inside.values()) + self._overtaken_s
                if now < free_at:
                    self._timer = loop.call_at(free_at, self._advance)
                    return
            heappop(self._waiting)
            self._inside[number] = now
            turn.set_result(None)
