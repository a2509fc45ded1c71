"""One conversation with Kraken, without a connection.

Frames and the time go in; messages, frames to send and the next deadline come out.

The way of a frame, in `receive`: peek at it; a book goes on as it came, all else is decoded; an answer settles its
request, data is noted for its subscription, what is odd is told and counted. Then it asks what may be asked now.

The owner of the socket calls `opened`, `receive` for each frame, `wake` at `deadline_ns`, and `closed`; after each it
sends what `take_outbox` returns, and acts on what it was told: on CloseWanted it closes.

Pure. Imports: kernel, domain; codec, messages, times; liveness, outbox, pending, events, subscription, subscriptions,
wishes. Imported by: the front door.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from random import Random
from types import MappingProxyType
from typing import Final, Literal

from fathom.domain import LocalError
from fathom.kernel import peek
from fathom.protocol.codec import decode
from fathom.protocol.messages import (
    BalancesSnapshot,
    BalancesUpdate,
    BookMessage,
    ChannelParams,
    ExecutionsMessage,
    FailedResponse,
    HeartbeatMessage,
    InstrumentMessage,
    Level3Message,
    MalformedFrame,
    Message,
    OhlcMessage,
    Ping,
    Pong,
    PrivateParams,
    Response,
    StatusMessage,
    Subscribe,
    SubscribeResponse,
    TickerMessage,
    Token,
    TradeMessage,
    UnknownMessage,
    Unsubscribe,
    UnsubscribeResponse,
)
from fathom.protocol.session.events import (
    BookFrame,
    CloseWanted,
    LinkClosed,
    ReplyUnmatched,
    RequestSettled,
    RequestUnsure,
    RoundTrip,
    StatusChanged,
    Told,
)
from fathom.protocol.session.liveness import PONG_MAX_NS, Liveness
from fathom.protocol.session.outbox import OrderRequest, Outbox
from fathom.protocol.session.pending import IN_FLIGHT_MAX, InFlight
from fathom.protocol.session.subscription import Key, State, Verdict, verdict_on
from fathom.protocol.session.subscriptions import Subscriptions
from fathom.protocol.session.wishes import Batch, addressed
from fathom.protocol.times import SECOND_NS

OUTBOX_RETRY_NS: Final = SECOND_NS  # Subscriptions that found the outbox half full try again.
# Answers come within milliseconds; an engine under load takes seconds (`deadline` is 5 s by default, 8.1).
ANSWER_MAX_NS: Final = 5 * SECOND_NS

_KERNEL_CHANNELS: Final = ("book", "level3")
_DATA_TYPES: Final = ("snapshot", "update")
_SEQUENCED: Final = ("executions", "balances")
_Private = ExecutionsMessage | BalancesSnapshot | BalancesUpdate


class Session:
    """One conversation after another with one endpoint: wishes, ids and counts survive a reconnect."""

    __slots__ = ("_closing", "_counts", "_liveness", "_open", "_outbox", "_subscriptions", "_system", "_token")

    def __init__(self, *, rng: Random, quiet_after_ns: Mapping[str, int] | None = None, first_req_id: int = 1) -> None:
        """Start without wishes and without a connection.

        `quiet_after_ns`: by channel, the silence after which SubscriptionQuiet is told. None is watched
        unasked: a quiet pair may send nothing for many seconds (recorded-sessions.md).
        """
        self._subscriptions = Subscriptions(rng=rng, quiet_after_ns=quiet_after_ns or {})
        self._liveness = Liveness(rng=rng)
        self._outbox = Outbox(first_req_id=first_req_id)
        self._counts: Counter[str] = Counter()  # By the name of a type, so the keys are few.
        self._open = False
        self._closing = False  # CloseWanted was told: nothing is asked any more.
        self._system: str | None = None
        self._token: Token | None = None

    # -- What the owner may look at --------------------------------------------------------------------------

    @property
    def deadline_ns(self) -> int | None:
        """When to call `wake`; None when nothing is due."""
        if not self._open or self._closing:
            return self._outbox.pending.deadline_ns
        due_ns = self._liveness.deadline_ns(heartbeats=self._subscriptions.heartbeats_due)
        for other_ns in (self._outbox.pending.deadline_ns, self._subscriptions.deadline_ns):
            if other_ns is not None and (due_ns is None or other_ns < due_ns):
                due_ns = other_ns
        return due_ns

    @property
    def counts(self) -> Mapping[str, int]:
        """How often each kind of message and event was told; `Frame` and `Unasked` count frames."""
        return MappingProxyType(self._counts)

    @property
    def system(self) -> str | None:
        """The state of the trading engine; None until this connection's first status."""
        return self._system

    @property
    def heard_ns(self) -> int | None:
        """When the last frame of this connection came."""
        return self._liveness.heard_ns

    def subscription_states(self) -> dict[Key, State]:
        """Return the state of every subscription."""
        return self._subscriptions.states()

    def last_data_ns(self, channel: str, symbol: str = "", *, interval: int = 0) -> int | None:
        """Return when the subscription's data came last: not heartbeats, not answers. None for never."""
        return self._subscriptions.last_data_ns(Key(channel, symbol, interval))

    def take_outbox(self) -> list[bytes]:
        """Return the frames to send, in order, and forget them."""
        return self._outbox.take()

    # -- The connection --------------------------------------------------------------------------------------

    def opened(self, *, now_ns: int, token: Token | None = None) -> None:
        """A connection is there. `token`: a fresh one (1.1), for private channels and orders.

        Raises LocalError where a private channel is wanted and no token is given.
        """
        assert not self._open
        if token is None and self._subscriptions.private_wanted:
            raise LocalError("token", "private channels are wanted: get one by REST and give it to `opened`")
        self._token = token
        self._open, self._closing = True, False
        self._liveness.opened(now_ns=now_ns)
        self._subscriptions.opened(now_ns=now_ns)
        self._pump(now_ns=now_ns)

    def closed(self, *, now_ns: int, reason: str) -> list[Told]:
        """The connection is gone, for whatever reason: orders in flight are unsure from now on."""
        if not self._open:
            return []
        self._open, self._token, self._system = False, None, None
        told: list[Told] = [LinkClosed(reason)]
        told += [
            RequestUnsure(request.req_id, request.method, "connection lost")
            for request in self._outbox.drop()
            if request.is_order
        ]
        told += self._subscriptions.dropped(now_ns=now_ns)
        self._count(told)
        return told

    def receive(self, frame: bytes, *, now_ns: int) -> list[Message | Told]:
        """Take a frame in; return what it says and what follows. Never raises for what Kraken sends."""
        self._counts["Frame"] += 1
        if not self._open:
            return []  # It came with a connection that is gone: nothing in it is true any more.
        self._liveness.heard(now_ns=now_ns)
        channel, kind, symbol = peek(frame)
        if channel in _KERNEL_CHANNELS and kind in _DATA_TYPES:
            wanted = self._noted(Key(channel, symbol), kind, now_ns=now_ns)
            said: list[Message | Told] = [BookFrame(channel, kind, symbol, frame)] if wanted else []
        else:
            said = self._route(frame, channel, kind, symbol, now_ns=now_ns)
        said += self._subscriptions.take_told()
        self._pump(now_ns=now_ns)
        self._count(said)
        return said

    def heard(self, *, now_ns: int) -> None:
        """Note that frames came which somebody else read: the kernel takes those of verified books by itself."""
        self._liveness.heard(now_ns=now_ns)

    def wake(self, *, now_ns: int) -> list[Told]:
        """Do what is due. Call at `deadline_ns`; afterwards it lies later, or is None."""
        told: list[Told] = []
        for request in self._outbox.pending.pop_overdue(now_ns=now_ns):
            told += self._overdue(request, now_ns=now_ns)
        if self._open and not self._closing:
            told += self._subscriptions.due(now_ns=now_ns)
            match self._liveness.due(heartbeats=self._subscriptions.heartbeats_due, now_ns=now_ns):
                case "silent":
                    told += self._want_close("silent")
                case "ping":
                    told += self._ping(now_ns=now_ns)
        self._pump(now_ns=now_ns)
        self._count(told)
        return told

    # -- What the owner wants --------------------------------------------------------------------------------

    def want(self, params: ChannelParams, *, now_ns: int) -> list[Told]:
        """Subscribe to what `params` name, now and after every reconnect. Their token is not used.

        Raises LocalError for parameters that Kraken does not have, past the limits, and for a private channel
        while open without a token.
        """
        if self._open and self._token is None and isinstance(params, PrivateParams):
            raise LocalError("token", "this connection has none: close it and open one with a token")
        told = self._subscriptions.want(params, now_ns=now_ns)
        self._pump(now_ns=now_ns)
        self._count(told)
        return told

    def unwant(self, params: ChannelParams, *, now_ns: int) -> list[Told]:
        """Unsubscribe from what `params` name; only symbols and interval matter. Unknown ones are no error."""
        told = self._subscriptions.unwant(params, now_ns=now_ns)
        self._pump(now_ns=now_ns)
        self._count(told)
        return told

    def take_anew(self, channel: str, symbol: str = "", *, reason: str, now_ns: int) -> list[Told]:
        """Leave a subscription and come back: its snapshot begins it again. At once, then with growing waits."""
        told = self._subscriptions.renew(Key(channel, symbol), reason, now_ns=now_ns)
        self._pump(now_ns=now_ns)
        self._count(told)
        return told

    def book_verified(self, channel: Literal["book", "level3"], symbol: str, *, now_ns: int) -> None:
        """Note that a book verified: for every frame. After a minute its mismatches are forgotten."""
        self._subscriptions.verified(Key(channel, symbol), now_ns=now_ns)

    def send(self, request: OrderRequest, *, now_ns: int, timeout_ns: int = ANSWER_MAX_NS) -> int:
        """Put an order request in the outbox, with our token; return its `req_id`.

        RequestSettled or RequestUnsure follows, and RequestSettled may follow RequestUnsure. Raises
        LocalError, and sends nothing, while there is no connection, or past the limits.
        """
        assert timeout_ns > 0
        if not isinstance(request, OrderRequest):
            raise LocalError("method", "only order requests are sent: for channels use `want` and `unwant`")
        if not self._open or self._closing:
            raise LocalError("connection", "there is none to send on: wait until it is open again")
        if self._token is None:
            raise LocalError("token", "this connection has none: close it and open one with a token")
        posted = self._outbox.post_order(request, token=self._token, now_ns=now_ns, timeout_ns=timeout_ns)
        self._liveness.sent(now_ns=now_ns)
        return posted.req_id

    # -- The way of a frame ----------------------------------------------------------------------------------

    def _route(self, frame: bytes, channel: str, kind: str, symbol: str, *, now_ns: int) -> list[Message | Told]:
        """Settle, note or tell: by the type of the message."""
        message = decode(frame, data_of=channel if kind in _DATA_TYPES else "")
        match message:
            case HeartbeatMessage():
                self._counts["HeartbeatMessage"] += 1
                return []
            case TickerMessage() | TradeMessage() | OhlcMessage() | InstrumentMessage():
                key = _key_of(message, symbol)
                return [message] if self._noted(key, message.type, now_ns=now_ns) else []
            case ExecutionsMessage():
                return self._private(Key("executions"), message, message.type, now_ns=now_ns)
            case BalancesSnapshot() | BalancesUpdate():
                which = "snapshot" if isinstance(message, BalancesSnapshot) else "update"
                return self._private(Key("balances"), message, which, now_ns=now_ns)
            case StatusMessage():
                return self._status(message)
            case BookMessage() | Level3Message():
                return [MalformedFrame("a book whose envelope the kernel does not read", frame)]
            case MalformedFrame() if channel in _SEQUENCED:  # A fill may be in it: as if it had not come.
                return [message, *self._subscriptions.broken(Key(channel), got=None, now_ns=now_ns)]
            case MalformedFrame() | UnknownMessage():
                return [message]
            case _:
                return self._settle(message, now_ns=now_ns)

    def _noted(self, key: Key, kind: str, *, now_ns: int) -> bool:
        """Note data for its subscription. What nobody wants (any more) is counted and goes no further."""
        wanted = self._subscriptions.data(key, kind, now_ns=now_ns)
        if not wanted:
            self._counts["Unasked"] += 1
        return wanted

    def _private(self, key: Key, message: _Private, kind: str, *, now_ns: int) -> list[Message | Told]:
        said: list[Message | Told] = [*self._subscriptions.sequence(key, message.sequence, now_ns=now_ns)]
        if self._noted(key, kind, now_ns=now_ns):
            said.append(message)
        return said

    def _status(self, message: StatusMessage) -> list[Message | Told]:
        said: list[Message | Told] = [message]
        for state in message.data:
            if state.system != self._system:
                self._system = state.system
                said.append(StatusChanged(state.system, state.connection_id))
        return said

    # -- Answers ---------------------------------------------------------------------------------------------

    def _settle(self, reply: Response, *, now_ns: int) -> list[Message | Told]:
        """Give an answer to its request, by `req_id`: an error may name another method than ours."""
        request = self._outbox.pending.find(reply.req_id)
        if request is None or not request.is_answered_by(reply):
            return [ReplyUnmatched(reply.req_id, reply)]
        if request.batch is not None:
            return self._settle_batch(request, request.batch, reply, now_ns=now_ns)
        settled, late = self._outbox.pending.answered(request), request.late
        if request.method == "ping":
            self._liveness.ponged()
            return [RoundTrip(now_ns - request.sent_ns)] if isinstance(reply, Pong) else [reply]
        said: list[Message | Told] = [reply]
        if settled:
            said.append(RequestSettled(request.req_id, request.method, late))
        if isinstance(reply, FailedResponse) and verdict_on(reply.error) == "token":
            said += self._want_close("token refused")
        return said

    def _settle_batch(self, request: InFlight, batch: Batch, reply: Response, *, now_ns: int) -> list[Message | Told]:
        verdict: Verdict = "ack" if batch.method == "subscribe" else "left"
        symbol, error = None, ""
        if isinstance(reply, FailedResponse):
            symbol, error = reply.symbol, reply.error
            verdict = verdict_on(error)
        elif isinstance(reply, SubscribeResponse | UnsubscribeResponse):
            symbol = reply.result.symbol
        keys = request.take(symbol)
        if not keys:
            return [ReplyUnmatched(reply.req_id, reply)]
        self._outbox.pending.answered(request, answers=len(keys))
        told = self._subscriptions.answered(batch, keys, verdict, error, req_id=request.req_id, now_ns=now_ns)
        said: list[Message | Told] = [reply, *told]
        if verdict == "token":
            said += self._want_close("token refused")
        return said

    def _overdue(self, request: InFlight, *, now_ns: int) -> list[Told]:
        """No answer in time: an order is unsure, a subscription asks again, a ping means nobody reads us."""
        if request.batch is not None:
            waiting = request.waiting.values()
            return self._subscriptions.overdue(request.batch, waiting, req_id=request.req_id, now_ns=now_ns)
        if request.method == "ping":
            return self._want_close("pong overdue")
        return [RequestUnsure(request.req_id, request.method, "overdue")]

    # -- What we say -----------------------------------------------------------------------------------------

    def _pump(self, *, now_ns: int) -> None:
        """Ask for what may be asked now. Ends: each request spends of the pacing."""
        while self._subscriptions.anybody_waits and self._open and not self._closing:
            batch = self._subscriptions.next_batch(now_ns=now_ns)
            if batch is None:
                return
            if self._outbox.half_full:
                self._subscriptions.postpone(until_ns=now_ns + OUTBOX_RETRY_NS)
                return
            symbols = tuple(key.symbol for key in batch.keys)
            params = addressed(batch.wish, symbols=symbols, token=self._token)
            kind = Subscribe if batch.method == "subscribe" else Unsubscribe
            ask = kind(params=params)
            asked = self._outbox.post(ask, answers=len(symbols), now_ns=now_ns, timeout_ns=ANSWER_MAX_NS, batch=batch)
            self._subscriptions.sent(batch, req_id=asked.req_id, now_ns=now_ns)
            self._liveness.sent(now_ns=now_ns)

    def _ping(self, *, now_ns: int) -> list[Told]:
        if self._outbox.full or len(self._outbox.pending) >= IN_FLIGHT_MAX:
            return self._want_close("outbox full")  # Nobody has taken a frame for as long as a ping waits.
        self._outbox.post(Ping(), now_ns=now_ns, timeout_ns=PONG_MAX_NS)
        self._liveness.pinged(now_ns=now_ns)
        return []

    def _want_close(self, reason: str) -> list[Told]:
        if self._closing:
            return []
        self._closing = True
        return [CloseWanted(reason)]

    def _count(self, said: Iterable[Message | Told]) -> None:
        for one in said:
            self._counts[type(one).__name__] += 1


def _key_of(message: TickerMessage | TradeMessage | OhlcMessage | InstrumentMessage, symbol: str) -> Key:
    if isinstance(message, InstrumentMessage):
        return Key("instrument")
    interval = message.data[0].interval if isinstance(message, OhlcMessage) and message.data else 0
    return Key(str(message.__struct_config__.tag), symbol, interval)
