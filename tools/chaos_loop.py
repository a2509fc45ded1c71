"""asyncio in virtual time: a loop that is turned by the world, and clocks that show what the world's do.

All of the shell that a bot trades with runs on it as it is; only nothing here waits. Imports: net, run, sim. Imported
by: chaos_process, chaos_run.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any, Final
from unittest.mock import patch

from fathom.net import clock_ns
from fathom.net.client.safety import switch
from fathom.net.rest import client as rest_client
from fathom.run.trading import health
from fathom.sim import START_NS, RoughWorld

# What is left to do once all tasks were told to end. More is a task that does not.
LAST_TURNS_MAX: Final = 10_000
# These read the machine's clock by its module.
WHO_READS: Final = (switch, rest_client, health)


class VirtualLoop(asyncio.AbstractEventLoop):
    """One process's loop: what is ready, and what is due when. `errors` are what no task has taken."""

    def __init__(self, world: RoughWorld) -> None:
        self.errors: list[dict[str, Any]] = []
        self._world = world
        self._ready: deque[asyncio.Handle] = deque()
        self._heap: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._pushed = 0
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self._ahead_s = 0.0  # At its end it does not wait for the world.

    # -- What the world asks (Process) -------------------------------------------------------------------------

    @property
    def due_ns(self) -> int | None:
        """When there is something to do."""
        if self._ready:
            return self._world.now_ns
        while self._heap and self._heap[0][2].cancelled():
            heapq.heappop(self._heap)
        return START_NS + int(self._heap[0][0] * 1e9) + 1 if self._heap else None

    def soon(self, deed: Callable[[], None]) -> None:
        """Do something in the next turn."""
        self.call_soon(deed)

    def turn(self) -> None:
        """Do what is ready and due."""
        now_s = self.time()
        while self._heap and self._heap[0][0] <= now_s:
            handle = heapq.heappop(self._heap)[2]
            if not handle.cancelled():
                self._ready.append(handle)
        asyncio._set_running_loop(self)  # noqa: SLF001 - That is how a loop says that it runs.
        try:
            for _ in range(len(self._ready)):
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()  # noqa: SLF001 - As every loop does.
        finally:
            asyncio._set_running_loop(None)  # noqa: SLF001 - As above.

    def end(self) -> None:
        """End every task, at once, as if there were all the time that they want."""
        for _ in range(3):  # A task that never began would leave what it was to await.
            self.turn()
        for task in tuple(self._tasks):
            task.cancel()
        for _ in range(LAST_TURNS_MAX):
            if not self._tasks:
                return
            if not self._ready and self._heap:
                self._ahead_s = max(self._ahead_s, self._heap[0][0] - self._now_s())
            self.turn()
        raise AssertionError(f"tasks that do not end: {list(self._tasks)}")

    # -- What asyncio asks -------------------------------------------------------------------------------------

    def _now_s(self) -> float:
        return (self._world.now_ns - START_NS) / 1e9

    def time(self) -> float:
        """Return the seconds since the world began."""
        return self._now_s() + self._ahead_s

    def call_soon(self, callback: Any, *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Do it in the next turn."""
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_later(
        self, delay: float, callback: Any, *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Do it after so many seconds."""
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(self, when: float, callback: Any, *args: Any, context: Context | None = None) -> asyncio.TimerHandle:
        """Do it at this time of the loop\'s."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._pushed += 1
        heapq.heappush(self._heap, (when, self._pushed, handle))
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        """Return a future of this loop."""
        return asyncio.Future(loop=self)

    def create_task(
        self, coro: Coroutine[Any, Any, Any], *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[Any]:
        """Begin something, and know it to the end."""
        task = asyncio.Task(coro, loop=self, name=name, context=context)
        self._tasks[task] = None
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Nothing to do: it is passed over when its time comes."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Keep what no task has taken."""
        self.errors.append(context)

    def get_debug(self) -> bool:
        """It is not looked at so closely."""
        return False

    def is_running(self) -> bool:
        """It always does."""
        return True

    def is_closed(self) -> bool:
        """It never is."""
        return False


class _Time:
    """The module `time`, as it is in this world."""

    def __init__(self, world: RoughWorld) -> None:
        self.time_ns = lambda: world.bot_ns
        self.monotonic_ns = lambda: world.now_ns
        self.monotonic = lambda: (world.now_ns - START_NS) / 1e9


@contextmanager
def clocks_of(world: RoughWorld) -> Iterator[None]:
    """Let every clock of the shell be the world's."""
    time = _Time(world)
    clock_ns.follow(time.time_ns, time.monotonic_ns)
    patches = [patch.object(module, "time", time) for module in WHO_READS]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()
        clock_ns.follow()
