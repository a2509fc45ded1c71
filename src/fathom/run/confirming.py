"""Asks the person in front of the terminal, and nobody else.

I/O: reads stdin, writes stderr. Imports: domain. Imported by: the commands of the client in run.
"""

import asyncio
import os
import sys
from typing import Final

from fathom.domain import LocalError

ANSWER_S_MAX: Final = 120.0  # Later than that the prices that were shown are old.
_LINE_MAX: Final = 4096


def need_somebody(*, yes: bool) -> None:
    """Raise LocalError where somebody must confirm and nobody can."""
    if not yes and not sys.stdin.isatty():
        raise LocalError("yes", "stdin is no terminal, so that nobody can confirm this: add --yes if it is meant")


async def confirmed(question: str) -> bool:
    """Return whether the person says yes. Raises LocalError where there is no answer in time."""
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    fd = sys.stdin.fileno()
    loop.add_reader(fd, ready.set)  # A terminal is ready when a line is: the loop, and Ctrl-C, go on meanwhile.
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            await ready.wait()
    except TimeoutError:
        raise LocalError("yes", f"nobody answered within {ANSWER_S_MAX:g} s: nothing was sent") from None
    finally:
        loop.remove_reader(fd)
    return os.read(fd, _LINE_MAX).strip().lower() in {b"y", b"yes"}
