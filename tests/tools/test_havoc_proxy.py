"""The proxy: what becomes of bytes while the network is cut, swallows them, or holds them back."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from havoc_proxy import Proxy

from fathom.net import run_loop

S_MAX = 20.0
Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
Use = Callable[[Proxy, Connect], Awaitable[None]]


def through(use: Use) -> None:
    """Run a test with a proxy in front of a server that says everything back."""

    tasks: set[asyncio.Task[None] | None] = set()

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        with suppress(ConnectionError):
            await say_back(reader, writer)
        writer.close()

    async def say_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(1000):
            writer.write(piece)
            await writer.drain()

    async def run() -> None:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        proxy = Proxy()
        await proxy.open(["rest"])
        proxy.lead_to({"rest": server.sockets[0].getsockname()[1]})
        ours: list[asyncio.StreamWriter] = []

        async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.ports["rest"])
            ours.append(writer)
            return reader, writer

        async with asyncio.timeout(S_MAX):
            await use(proxy, connect)
        for writer in ours:
            writer.transport.abort()
        await proxy.close()
        server.close()
        await asyncio.wait([task for task in tasks if task is not None])

    run_loop(run())


async def said_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, word: bytes) -> bytes:
    writer.write(word)
    return await reader.readexactly(len(word))


async def is_silent(reader: asyncio.StreamReader) -> bool:
    """Whether nothing comes for a while: no byte, and no end."""
    try:
        async with asyncio.timeout(0.2):
            await reader.read(1)
    except TimeoutError:
        return True
    return False


async def is_cut(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read(1) == b""
    except ConnectionError:
        return True


def test_it_passes_what_it_is_given() -> None:
    async def use(_: Proxy, connect: Connect) -> None:
        reader, writer = await connect()
        assert await said_back(reader, writer, b"hello") == b"hello"

    through(use)


def test_a_cut_ends_every_connection_and_lets_none_begin() -> None:
    async def use(proxy: Proxy, connect: Connect) -> None:
        reader, writer = await connect()
        await said_back(reader, writer, b"hello")
        proxy.turn("cut")
        assert await is_cut(reader)
        late, _ = await connect()
        assert await is_cut(late)
        proxy.turn("pass")
        reader, writer = await connect()
        assert await said_back(reader, writer, b"again") == b"again"

    through(use)


@pytest.mark.parametrize("way", ["both", "requests", "answers"])
def test_what_is_swallowed_never_comes_and_its_connection_ends_with_it(way: str) -> None:
    async def use(proxy: Proxy, connect: Connect) -> None:
        reader, writer = await connect()
        await said_back(reader, writer, b"hello")
        proxy.turn("swallow", way)  # type: ignore[arg-type]  # It is one of the ways.
        writer.write(b"lost")
        assert await is_silent(reader)
        proxy.turn("pass")
        assert await is_cut(reader), "TCP loses no byte of a connection that lives"

    through(use)


def test_what_is_held_comes_in_the_end() -> None:
    async def use(proxy: Proxy, connect: Connect) -> None:
        reader, writer = await connect()
        await said_back(reader, writer, b"hello")
        proxy.turn("hold")
        writer.write(b"late")
        assert await is_silent(reader)
        proxy.turn("pass")
        assert await reader.readexactly(4) == b"late"

    through(use)


def test_trouble_of_another_connection_is_none() -> None:
    async def use(proxy: Proxy, connect: Connect) -> None:
        reader, writer = await connect()
        for state in ("hold", "swallow", "cut"):
            proxy.turn(state, line="ws_private")  # type: ignore[arg-type]  # It is one of the states.
            assert await said_back(reader, writer, b"hello") == b"hello"

    through(use)
