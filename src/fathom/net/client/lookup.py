"""What became of an order request that nobody answered (errors.md 11): looked up, never sent again blind.

Imports: domain, protocol; events, running. Imported by: orders.
"""

import asyncio
import time
from contextlib import suppress
from typing import Literal

from fathom.domain import FathomError, Unsure
from fathom.net.client.events import RequestCleared
from fathom.net.client.hearing import EXECUTIONS
from fathom.net.client.running import Running
from fathom.protocol import rest, translate
from fathom.protocol.messages import Execution


class Lookup:
    """Finds orders by our own id: in the stream, which is quick, and by REST."""

    def __init__(self, running: Running) -> None:
        self._running = running

    async def order(self, cl_ord_id: str, *, method: str, symbol: str, sent_ns: int) -> Execution | None:
        """Return the order, or None where the venue surely does not have it. Raises Unsure where nobody can say.

        It surely does not have it where, after the engine's deadline, neither REST nor an unbroken private stream knows
        of it. Either alone may be behind.
        """
        running = self._running
        try:
            async with asyncio.timeout(running.options.lookup_s_max):
                found = await self._look(cl_ord_id, symbol=symbol, sent_ns=sent_ns)
        except TimeoutError:
            self._cleared(method, cl_ord_id, "unknown")
            raise Unsure(method, cl_ord_id) from None
        self._cleared(method, cl_ord_id, "absent" if found is None else "found")
        return found

    async def _look(self, cl_ord_id: str, *, symbol: str, sent_ns: int) -> Execution | None:
        options = self._running.options
        wait_s = options.lookup_first_s
        while True:
            if (found := await self._hear(cl_ord_id, wait_s)) is not None:
                return found
            late = time.time_ns() > sent_ns + int(options.engine_deadline_s * 1e9)
            try:
                found = await self._ask(cl_ord_id, symbol)
            except FathomError:
                wait_s = options.lookup_every_s  # REST is down: the stream may still tell.
                continue
            if found is not None:
                return found
            if late and self._stream_is_whole():
                # What came while we asked counts.
                return self._running.hearing.account.order(cl_ord_id)
            wait_s = options.lookup_every_s

    async def _hear(self, cl_ord_id: str, wait_s: float) -> Execution | None:
        """Wait so long for the stream to name the order."""
        account = self._running.hearing.account
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                while account.order(cl_ord_id) is None:
                    await self._running.next_change()
        return account.order(cl_ord_id)

    async def _ask(self, cl_ord_id: str, symbol: str) -> Execution | None:
        running = self._running
        for_open = await running.call(rest.OpenOrders(cl_ord_id=cl_ord_id))
        found = dict(for_open.open)
        if not found:
            found = dict((await running.call(rest.ClosedOrders(cl_ord_id=cl_ord_id))).closed)
        for order_id, info in found.items():
            if info.cl_ord_id == cl_ord_id:
                account = running.hearing.account
                return account.looked_up(translate.order_row(order_id, info, symbol=symbol)) or account.order(order_id)
        return None

    def _stream_is_whole(self) -> bool:
        topic = self._running.hearing.topics.find(EXECUTIONS)
        return topic is not None and topic.active and topic.link.is_open

    def _cleared(self, method: str, cl_ord_id: str, outcome: Literal["found", "absent", "unknown"]) -> None:
        self._running.tell(RequestCleared(time_ns=time.time_ns(), method=method, cl_ord_id=cl_ord_id, outcome=outcome))
