"""The session tokens of one link: each connection has one of its own, and an attempt that failed has used none.

A token is good for 15 minutes until it is used. Each costs a call of the key's REST counter, and where the private
connection cannot be made REST is all there is: its questions need the room.

Imports: domain, protocol; clock. Imported by: link, and the front door.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from fathom.domain import LinkError
from fathom.net.clock import clock_ns
from fathom.protocol import Token

TokenSource = Callable[[], Awaitable[Token]]

UNUSED_NS_MAX: Final = 300_000_000_000  # A third of its life; older than that it is not offered.


class Tokens:
    """Asks for a token where none is left from before."""

    def __init__(self, source: TokenSource, *, wait_s_max: float, now_ns: Callable[[], int] = clock_ns) -> None:
        self._source = source
        self._wait_s_max = wait_s_max
        self._now_ns = now_ns
        self._unused: tuple[Token, int] | None = None  # With when it was asked for.

    async def next(self) -> Token:
        """Return the token for the next attempt. Raises LinkError where none comes, and what the source raises."""
        asked_ns = self._now_ns()
        if self._unused is not None and asked_ns - self._unused[1] < UNUSED_NS_MAX:
            return self._unused[0]
        self._unused = None
        try:
            async with asyncio.timeout(self._wait_s_max):
                token = await self._source()
        except TimeoutError:
            raise LinkError(f"no session token within {self._wait_s_max:g} s") from None
        self._unused = (token, asked_ns)
        return token

    def used(self) -> None:
        """A connection has it, or the key was changed: it serves no other."""
        self._unused = None
