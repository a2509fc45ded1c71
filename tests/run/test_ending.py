"""How commands end: with their status, or in time after a signal whatever hangs."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from fathom.run.ending import INTERRUPTED, run_command

HANGS = """
import asyncio, sys
from fathom.run.ending import run_command

async def main():
    print("up", flush=True)
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            print("I do not care", flush=True)

run_command(main())
"""


async def seven() -> int:
    return 7


async def signalled() -> int:
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.Event().wait()
    raise AssertionError


async def broken() -> int:
    raise ValueError("x")


def test_it_returns_the_status() -> None:
    assert run_command(seven()) == 7
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_signal_interrupts_and_errors_pass() -> None:
    with pytest.raises(KeyboardInterrupt):
        run_command(signalled())
    with pytest.raises(ValueError, match="x"):
        run_command(broken())
    assert run_command(seven()) == 7


@pytest.mark.parametrize("times", [1, 2])
def test_what_does_not_end_is_cut(times: int) -> None:
    with subprocess.Popen([sys.executable, "-c", HANGS], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "I do not care\n"
        if times == 2:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=2.0 if times == 1 else 1.0) == INTERRUPTED
