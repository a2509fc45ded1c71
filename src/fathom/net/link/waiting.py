"""Who waits for the answers to an order request.

Imports: domain, protocol; timing. Imported by: link.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from fathom.domain import Unsure
from fathom.net.link.timing import RequestTiming
from fathom.protocol import Message, RequestSettled, RequestUnsure, Response, Told

Answers = list[Response]
OnAnswers = Callable[[Answers | Unsure], None]


class Waiting:
    """Who is to be called, by request id. Bounded by the session, which has no more than so many in flight."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[OnAnswers, Answers, RequestTiming]] = {}

    def expect(self, req_id: int, on_answers: OnAnswers, timing: RequestTiming) -> None:
        """Call once with all answers to the request, or with Unsure where they do not come; `timing` is filled in."""
        self._waiting[req_id] = (on_answers, [], timing)

    def hear(self, said: Message | Told, now_ns: int) -> None:
        """Take in one thing that the session said."""
        if not self._waiting:
            return
        req_id: Any = getattr(said, "req_id", None)
        waiting = self._waiting.get(req_id)
        if waiting is None:
            return
        on_answers, answers, timing = waiting
        if not isinstance(said, RequestSettled | RequestUnsure):
            answers.append(said)  # type: ignore[arg-type]  # What else carries a req_id is an answer.
            return
        del self._waiting[req_id]
        if isinstance(said, RequestUnsure):
            on_answers(Unsure(said.method))
            return
        timing.received_ns = now_ns
        if answers:
            timing.time_in, timing.time_out = answers[0].time_in or "", answers[-1].time_out or ""
        on_answers(answers)


def settle(answered: asyncio.Future[Answers], answers: Answers | Unsure) -> None:
    """Give somebody who awaits them the answers, where anybody still does."""
    if answered.done():
        return
    if isinstance(answers, Unsure):
        answered.set_exception(answers)
    else:
        answered.set_result(answers)
