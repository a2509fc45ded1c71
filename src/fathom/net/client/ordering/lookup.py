"""What became of an order request that nobody answered (errors.md 11): looked up, never sent again blind.

Imports: domain, protocol; events, running. Imported by: orders.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Literal

from fathom.domain import FathomError, Unsure
from fathom.net.client.events import RequestCleared
from fathom.net.client.hearing import EXECUTIONS
from fathom.net.client.running import Running
from fathom.net.clock import clock_ns
from fathom.protocol import rest, translate
from fathom.protocol.messages import Execution

PAGE_ORDERS: Final = 50  # Of one call of ClosedOrders, the newest first.


class Lookup:
    """Finds orders by our own id: in the stream, which is quick, and by REST."""

    def __init__(self, running: Running) -> None:
        self._running = running

    async def orders(
        self, names: Sequence[str], *, method: str, symbol: str, sent_ns: int
    ) -> dict[str, Execution | Unsure | None]:
        """Return by each of our ids the order, or None where the venue surely does not have it; else Unsure.

        It surely does not have it where, after the engine's deadline, neither REST nor an unbroken private stream knows
        of it. Either alone may be behind.
        """
        absent: set[str] = set()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._running.options.lookup_s_max):
                absent = await self._look(names, symbol, sent_ns=sent_ns)
        outcomes: dict[str, Execution | Unsure | None] = {}
        for name in names:
            found = self._running.hearing.account.order(name)
            outcomes[name] = found if found is not None else None if name in absent else Unsure(method, name)
            self._cleared(method, name, "found" if found is not None else "absent" if name in absent else "unknown")
        return outcomes

    async def _look(self, names: Sequence[str], symbol: str, *, sent_ns: int) -> set[str]:
        """Look until every name is known, or is surely unknown: return those."""
        options = self._running.options
        wait_s = options.lookup_first_s
        while missing := await self._hear(names, wait_s):
            late = clock_ns() > sent_ns + int(options.engine_deadline_s * 1e9)
            wait_s = options.lookup_every_s
            try:
                await self._ask(missing, symbol, closed=late)
            except FathomError:
                continue  # REST is down: the stream may still tell.
            if late and self._stream_is_whole():
                return set(self._unknown(names))  # What came while we asked counts.
        return set()

    def _unknown(self, names: Sequence[str]) -> list[str]:
        account = self._running.hearing.account
        return [name for name in names if account.order(name) is None]

    async def _hear(self, names: Sequence[str], wait_s: float) -> list[str]:
        """Wait so long for the stream to name the orders; return those that it did not."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                while self._unknown(names):
                    await self._running.next_change()
        return self._unknown(names)

    async def _ask(self, names: Sequence[str], symbol: str, *, closed: bool) -> None:
        """Ask REST, with few calls: what is over costs more, and is asked for only once everything must be there."""
        running = self._running
        only = names[0] if len(names) == 1 else None
        found = dict((await running.call(rest.OpenOrders(cl_ord_id=only))).open)
        if closed:
            page = (await running.call(rest.ClosedOrders(cl_ord_id=only))).closed
            if only is None and len(page) >= PAGE_ORDERS:  # They may be on a later one.
                for name in names:
                    page |= (await running.call(rest.ClosedOrders(cl_ord_id=name))).closed
            found |= page
        for order_id, info in found.items():
            if info.cl_ord_id in names:
                running.hearing.account.looked_up(translate.order_row(order_id, info, symbol=symbol))

    def _stream_is_whole(self) -> bool:
        topic = self._running.hearing.topics.find(EXECUTIONS)
        return topic is not None and topic.active and topic.link.is_open

    def _cleared(self, method: str, cl_ord_id: str, outcome: Literal["found", "absent", "unknown"]) -> None:
        self._running.tell(RequestCleared(time_ns=clock_ns(), method=method, cl_ord_id=cl_ord_id, outcome=outcome))
