"""The network between bot and exchange, in our hands: it can be cut, swallow bytes, or hold them back."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final, Literal

from havoc_plan import Line, Way

PIECE_BYTES: Final = 65_536
State = Literal["pass", "cut", "swallow", "hold"]


class Proxy:
    """One port for each endpoint of the exchange; what comes in there goes to where the exchange is now."""

    def __init__(self) -> None:
        self.state: State = "pass"
        self.way: Way = "both"
        self.line: Line = "all"
        self.ports: dict[str, int] = {}
        self._targets: dict[str, int] = {}
        self._servers: list[asyncio.Server] = []
        self._pairs: set[_Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._turned = asyncio.Event()  # Set while nothing is held back.
        self._turned.set()

    async def open(self, names: Iterable[str]) -> None:
        """Listen, on a free port for each name."""
        for name in names:
            server = await asyncio.start_server(self._accept(name), "127.0.0.1", 0)
            self._servers.append(server)
            self.ports[name] = server.sockets[0].getsockname()[1]

    def lead_to(self, targets: Mapping[str, int]) -> None:
        """Say where the exchange is, by its ports."""
        self._targets = dict(targets)

    def turn(self, state: State, way: Way = "both", line: Line = "all") -> None:
        """Change what becomes of bytes. Connections of which some were swallowed are cut: TCP loses none."""
        self.state, self.way, self.line = state, way, line
        if state == "hold":
            self._turned.clear()
        else:
            self._turned.set()
        for pair in list(self._pairs):
            if self.does("cut", pair.name) or (state == "pass" and pair.spoilt):
                pair.cut()

    def does(self, state: State, name: str) -> bool:
        """Whether this is what becomes of the bytes of an endpoint now."""
        return self.state == state and self.line in ("all", name)

    async def passing(self, name: str) -> None:
        """Wait while the bytes of an endpoint are held back."""
        while self.does("hold", name):
            await self._turned.wait()

    async def close(self) -> None:
        """Cut everything and listen no more."""
        for server in self._servers:
            server.close()
        self.turn("cut")
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _accept(self, name: str) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            pair, task = _Pair(self, name, reader, writer), asyncio.current_task()
            assert task is not None
            self._pairs.add(pair)
            self._tasks.add(task)
            try:
                if not self.does("cut", name):
                    await pair.run(self._targets[name])
            finally:
                pair.cut()
                self._pairs.discard(pair)
                self._tasks.discard(task)

        return accepted


class _Pair:
    """One connection of the bot's, and ours to the exchange for it."""

    def __init__(self, proxy: Proxy, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self.name = name
        self._reader, self._writer = reader, writer
        self._ends = [writer]
        self.spoilt = False

    async def run(self, port: int) -> None:
        """Pass bytes both ways until either side is gone."""
        await self._proxy.passing(self.name)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return
        self._ends.append(writer)
        await asyncio.gather(self._pump(self._reader, writer, "requests"), self._pump(reader, self._writer, "answers"))

    def cut(self) -> None:
        """End both at once, without a goodbye."""
        for writer in self._ends:
            writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
        proxy = self._proxy
        with contextlib.suppress(OSError, RuntimeError):  # uvloop says the second of what is closed already.
            while piece := await reader.read(PIECE_BYTES):
                if proxy.does("swallow", self.name) and proxy.way in ("both", way):
                    self.spoilt = True
                    continue
                await proxy.passing(self.name)
                writer.write(piece)
                await writer.drain()
        await proxy.passing(self.name)
        if not self.spoilt:  # One that lost bytes stays, as a route that leads nowhere does.
            self.cut()
