"""What a reader iterates: a bounded line of items, or the latest of each key.

A reader that falls behind is never waited for. Quotes and books conflate: it finds the newest of each symbol, once.
Lines drop nothing in silence: at their bound the owner is told, and decides.

Imports: domain; callbacks. Imported by: everything in client, and its front door.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from typing import Generic, Self, TypeVar

from fathom.domain import FathomError, LinkError, LocalError
from fathom.net.client.feeds.callbacks import called

T = TypeVar("T")


class Stream(Generic[T]):
    """An async iterator; ends when it is closed, or raises what broke it. Closing gives the subscription back.

    `async with` closes it at the end of the block, and so does `close()`. It has one reader.
    """

    def __init__(
        self,
        *,
        size: int,
        conflate: bool,
        history: bool = True,
        callback: Callable[[T], object] | None = None,
        on_close: Callable[[], None] | None = None,
        on_overrun: Callable[[int], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        self.size = size
        self.history = history  # Whether what was before the subscription is wanted too.
        self.overran = 0  # Items that were dropped for want of room.
        self._untold = 0  # Of these, since the owner was told last.
        self._behind = False  # Since it was dropped from first, until its reader has caught up.
        self._conflate = conflate
        self._line: deque[T] = deque()
        self._latest: dict[Hashable, T] = {}  # By key, the longest waiting first; bounded by the symbols.
        self._callback = callback
        self._on_close = on_close
        self._on_overrun = on_overrun
        self._on_error = on_error
        self._waiter: asyncio.Future[None] | None = None
        self._closed = False
        self._error: FathomError | None = None

    # -- The owner -------------------------------------------------------------------------------------------

    def put(self, key: Hashable, item: T) -> None:
        """Take one item in. Returns at once."""
        if self._closed:
            return
        if self._callback is not None:
            if (error := called(self._callback, item)) is not None:
                self.close()
                if self._on_error is not None:
                    self._on_error(error)
            return
        if self._conflate:
            self._latest.setdefault(key, item)
            self._latest[key] = item
        elif len(self._line) < self.size:
            self._line.append(item)
        else:
            self._overrun(item)
        self._wake()

    def clear(self) -> int:
        """Forget what waits; return how much that was."""
        count = len(self._line)
        self._line.clear()
        self._caught_up()
        return count

    def fail(self, error: FathomError) -> None:
        """End it for the reader with this error, after what waits already."""
        self._error = error
        self.close()

    def _overrun(self, item: T) -> None:
        self._line.popleft()
        self._line.append(item)
        self.overran += 1
        self._untold += 1
        if not self._behind or self._untold >= self.size:  # Not for each: a flood of events would drown the others.
            self._behind = True
            self._tell_overrun()

    def _caught_up(self) -> None:
        if self._behind:
            self._behind = False
            self._tell_overrun()

    def _tell_overrun(self) -> None:
        count, self._untold = self._untold, 0
        if count and self._on_overrun is not None:
            self._on_overrun(count)

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # -- The reader ------------------------------------------------------------------------------------------

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        while True:
            if self._line:
                item = self._line.popleft()
                if not self._line:
                    self._caught_up()
                return item
            if self._latest:
                return self._latest.pop(next(iter(self._latest)))
            if self._closed:
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            if self._waiter is not None:
                raise LocalError("stream", "somebody reads it already: open one for each reader")
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    async def next(self, timeout_s: float = 10.0) -> T:
        """Return the next item. Raises LinkError where none comes in time, or the stream has ended."""
        try:
            async with asyncio.timeout(timeout_s):
                return await anext(self)
        except TimeoutError:
            raise LinkError(f"nothing came within {timeout_s:g} s") from None
        except StopAsyncIteration:
            raise LinkError("the stream has ended") from None

    @property
    def closed(self) -> bool:
        """Whether nothing more comes in."""
        return self._closed

    def close(self) -> None:
        """End it, and give the subscription back. Twice is no error."""
        if self._closed:
            return
        self._closed = True
        if self._on_close is not None:
            self._on_close()
        self._wake()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
