"""Calls what the user gave us to call. Its errors are the user's: they must not end a connection.

Imports: nothing of ours. Imported by: running, streams.
"""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any


def called(callback: Callable[..., object], *given: Any) -> Exception | None:
    """Call it; return what it raised, after the loop's exception handler has heard of it."""
    try:
        result = callback(*given)
    except Exception as error:  # noqa: BLE001 - Not our code: whatever it raises, the market goes on.
        return _told(error)
    if inspect.iscoroutine(result):
        result.close()
        return _told(TypeError("a callback is a plain function, no coroutine: start a task in it, or read the stream"))
    return None


def _told(error: Exception) -> Exception:
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"a callback of yours raised {type(error).__name__}", "exception": error}
    )
    return error
