"""A real exchange on sockets of this loop, and REST clients of it, for tests of everything between them."""

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

from fathom.exchange import Settings
from fathom.exchange.core import Rules
from fathom.exchange.doors import HttpRequest
from fathom.exchange.faults import read_fault
from fathom.net import run_loop
from fathom.net.keys import Credentials
from fathom.net.rest import NonceAuthority, RestClient, RestTerms
from fathom.net.venue import Venue
from fathom.run.local_exchange.serving import ExchangeServer

NO_LIMITS = Rules(limits=False)
# As the defaults, but for the waits: a test waits for no more than it must.
QUICK: dict[str, Any] = {
    "attempt_s": 0.5,
    "order_deadline_s": 0.5,
    "deadline_s": 8.0,
    "backoff_s": 0.01,
    "backoff_s_max": 0.02,
    "overtaken_s": 0.1,
}


def venue_at(url: str, authority: Path | None = None) -> Venue:
    """A venue of which only REST is looked at."""
    ws = url.replace("http", "ws", 1)
    return Venue(name="test", rest=url, ws_public=ws, ws_private=ws, ws_level3=None, authority=authority)


class Scene:
    """One exchange, and who uses it."""

    def __init__(self, server: ExchangeServer, folder: Path) -> None:
        self.server = server
        self.exchange = server.exchange
        self.folder = folder
        self.venue = venue_at(server.urls.rest)

    def key(self, name: str = "alice") -> Any:
        return next(key for key in self.exchange.samples if key.account == name)

    def client(self, name: str = "alice", **more: Any) -> RestClient:
        """A client of one account, that waits for little."""
        key = self.key(name)
        terms = RestTerms(**QUICK | more.pop("terms", {}))
        given: dict[str, Any] = {
            "credentials": Credentials(key=key.key, secret=key.secret),
            "nonces": NonceAuthority(self.folder),
            "random": Random(1),
        }
        return RestClient(more.pop("venue", self.venue), terms=terms, **given | more)

    def fault(self, **fault: Any) -> None:
        """From now on this goes wrong."""
        self._control("POST", "/faults", fault)

    def struck(self) -> int:
        """How often a fault has struck."""
        return sum(fault["hits"] for fault in self._control("GET", "/faults")["faults"])

    def spent(self) -> bool:
        """Whether every fault with a `count` has struck so often; it may be gone by now."""
        return all(fault["hits"] == fault["count"] for fault in self._control("GET", "/faults")["faults"])

    def orders(self, name: str = "alice") -> list[Any]:
        """What the account has open, as the exchange itself knows it."""
        return list(self.exchange.venue.bank.accounts[name].orders.values())

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.exchange.control(HttpRequest(method=method, path=path, body=content), now_ns=time.time_ns())
        assert answer.status == 200, answer.body
        return json.loads(answer.body)


@asynccontextmanager
async def _opened(folder: Path, *faults: Any, tls: Any = None, **settings: Any) -> AsyncIterator[Scene]:
    given: dict[str, Any] = {"symbols": ("BTC/USD",), "market": False, "rules": NO_LIMITS, "start_ns": time.time_ns()}
    server = ExchangeServer(Settings(**given | settings), faults=[read_fault(fault) for fault in faults], tls=tls)
    await server.start()
    try:
        yield Scene(server, folder)
    finally:
        await server.stop()
        gc.unfreeze()  # The server froze what was there; other tests count what is frozen.


def played(use: Callable[[Scene], Awaitable[Any]], folder: Path, *faults: Any, **settings: Any) -> Any:
    """Let `use` act on a scene; pass on what it returns."""

    async def main() -> Any:
        async with asyncio.timeout(30), _opened(folder, *faults, **settings) as scene:
            return await use(scene)

    return run_loop(main())
