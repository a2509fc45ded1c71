"""The bot's REST: signed calls, one after the other, that take their time and may fail; tried again until answered.

Pure. Imports: protocol, exchange, line. Imported by: account_desk, rough.
"""

from base64 import b64decode
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any, Final, TypeVar

from fathom.domain import RemoteError
from fathom.exchange import ApiKey
from fathom.protocol import HttpAnswer, HttpRequest, rest
from fathom.sim.chaos.line import Shore
from fathom.sim.chaos.weather import SECOND_NS, Span

AGAIN_NS: Final = 3 * SECOND_NS  # After a failure; the account's counter of calls has recovered by some by then.
OPEN_MAX: Final = 1_000  # Calls that wait; more is a bug.
R = TypeVar("R")


class RestDesk:
    """One key's calls. The answers come in their order."""

    def __init__(
        self,
        shore: Shore,
        key: ApiKey,
        *,
        answer: Callable[[HttpRequest], HttpAnswer],
        each_way_ns: Span,
        random: Random,
    ) -> None:
        """`answer` is the exchange's REST door, at the world's present time."""
        self._shore = shore
        self._key = key
        self._answer = answer
        self._each_way_ns = each_way_ns
        self._random = random
        self._nonce = 0
        self._busy = False
        self._queue: deque[tuple[rest.RestRequest[Any], Callable[[Any], None]]] = deque()

    def ask(self, request: rest.RestRequest[R], then: Callable[[R], None], *, urgent: bool = False) -> None:
        """Ask until there is an answer: what is `urgent` before all that waits.

        What the venue refuses for good is asked again all the same, see `AGAIN_NS`: so ask for nothing that it may.
        """
        assert len(self._queue) < OPEN_MAX, request
        place = min(1, len(self._queue)) if urgent else len(self._queue)  # The first one may be on its way.
        self._queue.insert(place, (request, then))
        if not self._busy:
            self._next()

    def _next(self) -> None:
        self._busy = bool(self._queue)
        if self._queue:
            self._shore.elsewhere(self._random.randint(*self._each_way_ns), self._at_venue)

    def _at_venue(self) -> None:
        """The call is at the venue. Its answer finds the bot, if that still lives."""
        request, _ = self._queue[0]
        answer = self._answer(self._signed(request))
        self._shore.after(self._random.randint(*self._each_way_ns) + answer.delay_ns, lambda: self._back(answer))

    def _back(self, answer: HttpAnswer) -> None:
        request, then = self._queue[0]
        envelope = None if answer.drop else rest.open_envelope(answer.body)
        if not isinstance(envelope, rest.Answer) or envelope.errors or envelope.result is None:
            self._shore.after(AGAIN_NS, self._next)
            return
        try:
            result = rest.read_result(request, envelope.result)
        except RemoteError:
            self._shore.after(AGAIN_NS, self._next)
            return
        self._queue.popleft()
        then(result)
        self._next()

    def _signed(self, request: rest.RestRequest[Any]) -> HttpRequest:
        self._nonce = max(self._nonce + 1, self._shore.bot_ns // 1_000)
        path, nonce = request.endpoint.path, str(self._nonce)
        body = rest.private_body(request, nonce=nonce)
        sign = rest.api_sign(path, nonce=nonce, body=body.content, secret=b64decode(self._key.secret))
        headers = {"api-key": self._key.key, "api-sign": sign, "content-type": body.content_type}
        return HttpRequest(method="POST", path=path, headers=headers, body=body.content, peer="10.0.0.7")
