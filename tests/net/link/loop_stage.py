"""Runs a test on a loop, and insists that it leaves nothing behind: no task, no socket, no unheard exception."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

from fathom.net import run_loop

TEST_S_MAX = 30.0
LOOK_S = 0.005  # How often a condition is looked at that nobody tells us of.


def played(main: Coroutine[Any, Any, Any]) -> list[dict[str, Any]]:
    """Run it. Return what the loop's exception handler was told: tests that expect nothing assert it is empty."""
    complaints: list[dict[str, Any]] = []

    async def watched() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: complaints.append(context))
        async with asyncio.timeout(TEST_S_MAX):
            await main
        await until(lambda: len(asyncio.all_tasks()) == 1)  # Transports end a little after they are closed.
        gc.collect()  # A future with an exception that nobody asked for complains now.

    gc.freeze()  # Only what the test itself makes is looked through.
    try:
        run_loop(watched())
        gc.collect()
    finally:
        gc.unfreeze()
    return complaints


def clean(main: Coroutine[Any, Any, Any]) -> None:
    """Run it; the loop must have nothing to complain of."""
    assert played(main) == []


async def until(done: Callable[[], object], *, timeout_s: float = 10.0) -> None:
    """Wait for a condition, looking at it again and again; an error says what it was."""
    ticked = asyncio.Event()
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout_s):
            while not done():
                ticked.clear()
                loop.call_later(LOOK_S, ticked.set)
                await ticked.wait()
    except TimeoutError:
        raise AssertionError(f"it did not come true: {done.__qualname__}") from None
