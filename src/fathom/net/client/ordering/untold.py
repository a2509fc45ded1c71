"""What the venue has answered and the private stream does not tell: then the stream is broken, and is taken anew.

A message that is lost shows by the number of the next one; if it was the last, nothing would ever show it.

Imports: hearing, running. Imported by: repeating.
"""

import asyncio

from fathom.net.client.hearing import EXECUTIONS
from fathom.net.client.running import Running
from fathom.net.clock import clock_ns

WATCHED_MAX: int = 1_000  # More at once are not watched: the first of them that is missing is enough.


class Untold:
    """Watches for orders that were placed or cancelled, as the answers said."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._due: dict[tuple[str, bool], int] = {}  # (order, whether it is over): when it must have been told.
        self._busy = False

    def placed(self, *names: str | None) -> None:
        """These orders were taken: the stream must name them."""
        self._watch(names, over=False)

    def over(self, *names: str | None) -> None:
        """These orders are not open any more: the stream must have said so."""
        self._watch(names, over=True)

    def _watch(self, names: tuple[str | None, ...], *, over: bool) -> None:
        due_ns = clock_ns() + int(self._running.options.told_s_max * 1e9)
        for name in names:
            if name is not None and len(self._due) < WATCHED_MAX and not self._is_told(name, over=over):
                self._due[name, over] = due_ns
        if self._due and not self._busy:
            self._busy = True
            self._running.start(self._look(), name="untold")

    async def _look(self) -> None:
        try:
            while self._due:
                await asyncio.sleep(max(0.0, (min(self._due.values()) - clock_ns()) / 1e9))
                self._check(clock_ns())
        finally:
            self._busy = False

    def _check(self, now_ns: int) -> None:
        late = [key for key, due_ns in self._due.items() if due_ns <= now_ns]
        for key in late:
            del self._due[key]
        topic = self._running.hearing.topics.find(EXECUTIONS)
        if topic is None or not topic.active:
            return  # A snapshot is to come anyway.
        if any(not self._is_told(name, over=over) for name, over in late):
            self._due.clear()  # The snapshot tells of all.
            topic.link.take_anew(EXECUTIONS.channel, reason="an order was answered and not told of")

    def _is_told(self, name: str, *, over: bool) -> bool:
        known = self._running.hearing.account.order(name)
        if over:
            return known is None or known.order_id not in self._running.hearing.account.orders
        return known is not None
