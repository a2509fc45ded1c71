"""An exchange on this loop, found by its note, and the doctor beside it."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fathom.exchange import Rules, Settings
from fathom.net import run_loop
from fathom.net.venue import Choice, Note, SampleKey, choose_venue, left_note
from fathom.run.local_exchange.serving import ExchangeServer

DEADLINE_S = 60.0
T = TypeVar("T")


def note_of(server: ExchangeServer) -> Note:
    urls, keys = server.urls, server.exchange.keyring.keys()
    return Note(
        pid=os.getpid(),
        started_ns=time.time_ns(),
        rest=urls.rest,
        ws_public=urls.ws_public,
        ws_private=urls.ws_private,
        ws_level3=urls.ws_level3,
        control=urls.control,
        accounts=[SampleKey(name=key.account, key=key.key, secret=key.secret) for key in keys],
    )


def beside_an_exchange(use: Callable[[ExchangeServer, Choice], Awaitable[T]], *, ahead_s: float = 0.0) -> T:
    """Use an exchange whose clock is so far ahead, with the venue that `local` stands for."""

    async def main() -> T:
        settings = Settings(
            seed=1,
            start_ns=time.time_ns() + int(ahead_s * 1e9),
            symbols=("BTC/USD",),
            rules=Rules(limits=False),
            market=False,
            tier="intermediate",
        )
        server = ExchangeServer(settings)
        async with asyncio.timeout(DEADLINE_S):
            await server.start()
            try:
                with left_note(note_of(server)):
                    return await use(server, await choose_venue("local"))
            finally:
                await server.stop()

    return run_loop(main())
