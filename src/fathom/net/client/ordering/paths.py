"""The two ways that an order request can go, and which one it takes.

Imports: domain, protocol; results, running, topics. Imported by: means, the errands.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from fathom.domain import FathomError, LinkError, LocalError, Refused, RemoteError, Unsure
from fathom.net.client.feeds.topics import Topic
from fathom.net.client.hearing import EXECUTIONS
from fathom.net.client.ordering.results import Path
from fathom.net.client.running import Running
from fathom.net.clock import clock_ns
from fathom.net.link import Answers, Link, RequestTiming
from fathom.protocol import OrderRequest, Response, refusals, rest
from fathom.protocol.messages import ExecutionsParams, FailedResponse

# LocalError of the link for these says that nothing was sent, and that another path may carry it.
NOT_SENT: Final = frozenset({"connection", "token", "requests", "outbox"})
EXECUTIONS_WANTED: Final = ExecutionsParams(snap_orders=True, snap_trades=True, order_status=True, ratecounter=True)
OPEN_S_MAX: Final = 5.0  # For the first private connection; then the order takes the other path.
ByRest = Callable[[], rest.RestRequest[Any]]
W = TypeVar("W")
R = TypeVar("R")


class Answered:
    """What came back: the answers of the WebSocket, or the result of the REST call."""

    __slots__ = ("_answers", "_result", "path", "repeated")

    def __init__(self, path: Path, *, answers: list[Response] | None = None, result: Any = None) -> None:
        self.path: Path = path
        self.repeated = False  # No answer came at first, so it was asked again.
        self._answers = answers or []
        self._result = result

    def raise_refusal(self) -> None:
        """Raise what Kraken refused it with, if it did."""
        for answer in self._answers:
            if isinstance(answer, FailedResponse):
                raise refusals.refusal_of(answer.error)

    def first(self, answer: type[W], result: type[R]) -> W | R:
        """Return the first success. Raises the refusal where there is none."""
        if self.path == "rest":
            assert isinstance(self._result, result)
            return self._result
        for one in self._answers:
            if isinstance(one, answer):
                return one
        self.raise_refusal()
        raise RemoteError(f"no {answer.__name__} among the answers")

    def only(self, answer: type[W], result: type[R]) -> W | R:
        """Return the success. Raises the refusal where it was refused."""
        self.raise_refusal()
        return self.first(answer, result)


class Paths:
    """Sends over the path that is wanted, and over the other where that one surely sent nothing."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.answer_ns_max = int(running.options.answer_s_max * 1e9)

    def ready(self) -> Link | None:
        """Return the private connection where orders are to go over it and it is up; None where it takes longer."""
        if self._running.options.orders_over != "websocket":
            return None
        topic = self._running.hearing.topics.find(EXECUTIONS)
        if topic is None or not topic.held or not topic.link.is_open:
            return None
        return topic.link if topic.active or topic.dark_since_ns is not None else None

    async def send(
        self,
        request: OrderRequest,
        by_rest: ByRest,
        *,
        timing: RequestTiming,
        turn: int = 0,
        first: Answers | Unsure | None = None,
    ) -> Answered:
        """Send it once. `turn` odd begins with the other path.

        `first` is what came of it over WebSocket, where it was sent there already: then that way has been gone.

        Raises Unsure where it may have been done, Refused as Kraken said, LinkError where no path carried it.
        """
        listen(self._running)  # Whichever path it takes, what becomes of it is told there.
        wanted: tuple[Path, ...] = ("websocket", "rest")
        if (self._running.options.orders_over == "rest") != (turn % 2 == 1):
            wanted = ("rest", "websocket")
        failed: dict[Path, FathomError] = {}
        for path in wanted:
            try:
                if path == "websocket":
                    return await self._by_websocket(request, timing, first)
                return await self._by_rest(by_rest, timing)
            except LocalError as error:
                if path == "websocket" and error.field not in NOT_SENT:
                    raise
                failed[path] = error  # REST has no word for it, or no room.
            except LinkError as error:  # Nothing was sent.
                failed[path] = error
        said = f"over WebSocket: {failed['websocket']}; over REST: {failed['rest']}"
        raise LinkError(f"neither WebSocket nor REST carried it, and nothing was sent ({said})")

    async def _by_rest(self, by_rest: ByRest, timing: RequestTiming) -> Answered:
        request = by_rest()
        timing.encoded_ns = timing.sent_ns = clock_ns()
        timing.time_in = timing.time_out = ""
        result = await self._running.call(request)
        timing.received_ns = clock_ns()
        return Answered("rest", result=result)

    async def _by_websocket(
        self, request: OrderRequest, timing: RequestTiming, first: Answers | Unsure | None
    ) -> Answered:
        if first is None:
            link = await private_link(self._running)
            first = await link.ask(request, timeout_ns=self.answer_ns_max, timing=timing)
        elif isinstance(first, Unsure):
            raise first
        answered = Answered("websocket", answers=first)
        try:
            answered.raise_refusal()
        except Refused as refusal:  # Any other the caller reads.
            if refusal.retry == "auth":  # The token went bad: nothing was done, and the link fetches another.
                raise LinkError(str(refusal)) from None
        return answered


def listen(running: Running) -> Topic:
    """Return the subscription to executions, made where there is none: nobody waits for it here."""
    topic = running.hearing.topics.find(EXECUTIONS)
    if topic is None or not topic.held:  # Not even where its last reader leaves.
        running.hold(EXECUTIONS_WANTED, running.private)
        topic = running.hearing.topics.find(EXECUTIONS)
        assert topic is not None
    return topic


async def private_link(running: Running, *, wait_s: float = OPEN_S_MAX) -> Link:
    """Return the private connection, opening it where there is none; executions are always subscribed on it."""
    topic = listen(running)
    if not topic.active and topic.dark_since_ns is None:  # It was never up: a moment, and it is.
        await running.until(lambda: topic.active, what="the private connection", timeout_s=wait_s)
    return topic.link
