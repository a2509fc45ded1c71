"""The event loop."""

import asyncio

from fathom.net import run_loop


def test_it_runs_on_uvloop_where_that_is_installed() -> None:
    async def name() -> str:
        return type(asyncio.get_running_loop()).__module__

    assert run_loop(name()) == "uvloop"
