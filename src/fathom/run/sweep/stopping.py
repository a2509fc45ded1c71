"""Ctrl-C and SIGTERM as a word that is looked at between two pieces of work; a second one ends at once.

I/O: signals. Imports: nothing of ours. Imported by: run/sweep/sweep_command.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def told_to_stop() -> Iterator[Callable[[], bool]]:
    """Yield what says whether somebody said stop. Elsewhere than in the main thread nobody can."""
    said = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield said.is_set
        return

    def hear(_number: int, _frame: FrameType | None) -> None:
        if said.is_set():
            raise KeyboardInterrupt
        said.set()

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield said.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
