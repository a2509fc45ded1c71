"""Who waits for the answers to an order request.

Imports: domain, protocol. Imported by: link.
"""

import asyncio
from typing import Any

from fathom.domain import Unsure
from fathom.protocol import Message, RequestSettled, RequestUnsure, Response, Told

Answers = list[Response]


class Waiting:
    """Futures by request id. Bounded by the session, which has no more than so many requests in flight."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[asyncio.Future[Answers], Answers]] = {}

    def expect(self, req_id: int) -> "asyncio.Future[Answers]":
        """Return a future for all answers to the request. It fails with Unsure where they do not come."""
        future: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
        self._waiting[req_id] = (future, [])
        return future

    def hear(self, said: Message | Told) -> None:
        """Take in one thing that the session said."""
        if not self._waiting:
            return
        req_id: Any = getattr(said, "req_id", None)
        waiting = self._waiting.get(req_id)
        if waiting is None:
            return
        future, answers = waiting
        if not isinstance(said, RequestSettled | RequestUnsure):
            answers.append(said)  # type: ignore[arg-type]  # What else carries a req_id is an answer.
            return
        del self._waiting[req_id]
        if future.done():
            return
        if isinstance(said, RequestSettled):
            future.set_result(answers)
        else:
            future.set_exception(Unsure(said.method))
