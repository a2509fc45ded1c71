"""How a command of the client ends: by itself, or within 2 s of Ctrl-C whatever hangs.

Imports: net. Imported by: cli.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fathom.net import run_loop

PATIENCE_S: Final = 1.7  # For goodbyes after Ctrl-C; then the process is cut.
INTERRUPTED: Final = 130
# The cursor is shown and the alternate screen is left: a terminal must not stay as the picture had it.
_TERMINAL_AGAIN: Final = "\x1b[?1049l\x1b[?25h"


def run_command(main: Coroutine[Any, Any, int]) -> int:
    """Run a command to its end and return its status. Raises KeyboardInterrupt after Ctrl-C or SIGTERM."""
    watchdog: list[threading.Timer] = []

    def begin_to_end() -> None:
        timer = threading.Timer(PATIENCE_S, cut)
        timer.daemon = True
        timer.start()
        watchdog.append(timer)

    try:
        status = run_loop(_until_stopped(main, begin_to_end))
    finally:
        for timer in watchdog:
            timer.cancel()
    if status is None:
        raise KeyboardInterrupt
    return status


async def _until_stopped(main: Coroutine[Any, Any, int], begin_to_end: Callable[[], None]) -> int | None:
    """Return the status, or None where a signal ended it."""
    loop = asyncio.get_running_loop()
    this = asyncio.current_task()
    assert this is not None
    stopped = False

    def stop() -> None:
        nonlocal stopped
        if stopped:
            cut()  # Twice: somebody is in a hurry.
        stopped = True
        begin_to_end()
        this.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        return await main
    except asyncio.CancelledError:
        if stopped:
            return None
        raise
    finally:
        if not stopped:  # Else a second signal is still of use, and the loop takes them off at its end.
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def cut() -> None:
    """End the process at once, with the terminal as it was."""
    if sys.stdout.isatty():
        os.write(sys.stdout.fileno(), _TERMINAL_AGAIN.encode())
    os._exit(INTERRUPTED)
