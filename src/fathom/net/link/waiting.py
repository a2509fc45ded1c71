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

    __slots__ = ("_answers", "_futures")

    def __init__(self) -> None:
        self._futures: dict[int, asyncio.Future[Answers]] = {}
        self._answers: dict[int, Answers] = {}

    def expect(self, req_id: int) -> "asyncio.Future[Answers]":
        """Return a future for all answers to the request. It fails with Unsure where they do not come."""
        future: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
        self._futures[req_id] = future
        self._answers[req_id] = []
        return future

    def hear(self, said: Message | Told) -> None:
        """Take in one thing that the session said."""
        if isinstance(said, RequestSettled):
            future, answers = self._pop(said.req_id)
            if future is not None and not future.done():
                future.set_result(answers)
        elif isinstance(said, RequestUnsure):
            future, answers = self._pop(said.req_id)
            if future is not None and not future.done():
                future.set_exception(Unsure(said.method))
        elif self._answers:
            req_id: Any = getattr(said, "req_id", None)
            if req_id is not None and (answers_so_far := self._answers.get(req_id)) is not None:
                answers_so_far.append(said)  # type: ignore[arg-type]  # What carries a req_id is an answer.

    def _pop(self, req_id: int) -> "tuple[asyncio.Future[Answers] | None, Answers]":
        return self._futures.pop(req_id, None), self._answers.pop(req_id, [])
