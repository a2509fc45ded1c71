"""One endpoint of the venue, kept connected for as long as its owner wants it.

The session says what to say; the socket carries it; this joins the two, and comes back after every end: within the
machine's budget of attempts, after the waits of `protocol`'s reconnect, each connection with a token of its own.

Imports: domain, kernel, protocol; attempts, socket, terms, timing, tokens, waiting. Imported by: the front door.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from random import Random
from typing import Final, Protocol

from fathom.domain import AuthError, FathomError, LimitRefused, LinkError, VenueRefused
from fathom.kernel import Desk, Seat
from fathom.net.clock import clock_ns
from fathom.net.link.attempts import Attempts
from fathom.net.link.socket import ABNORMAL, Socket, Tap, UpgradeRefused, open_socket
from fathom.net.link.terms import LinkTerms
from fathom.net.link.timing import RequestTiming
from fathom.net.link.tokens import Tokens, TokenSource
from fathom.net.link.waiting import Answers, OnAnswers, Waiting, settle
from fathom.protocol import (
    CloseWanted,
    Ending,
    Message,
    OrderRequest,
    Reconnect,
    Session,
    Token,
    Told,
)
from fathom.protocol.messages import ChannelParams

RawTap = Callable[[str, bytes, int], None]

# The other end has not read so much of what we said: it never will, so the connection is cut.
UNSENT_BYTES_MAX: Final = 8 * 2**20
DOWN_CODES: Final = (1012, 1013)  # websocket-v2.md 2.4: the venue is restarting, or down.
BROKE: Final = "the connection broke"
OURS: Final = "closed by us"
BUDGET_SPENT: Final = "this machine has knocked as often as the venue lets it: waiting for room"
BUDGET_WAIT_TOLD_NS: Final = 1_000_000_000  # A shorter wait is for the file's lock.
SLEEP_S_MAX: Final = 1.0  # Clocks jump: a long wait is looked at again so often.


class Hears(Protocol):
    """Who is told what happens on a link. All of it returns at once."""

    def on_up(self, link: "Link", now_ns: int) -> None:
        """Connected; what was wanted is being asked for."""

    def on_down(self, link: "Link", from_ns: int, now_ns: int, reason: str) -> None:
        """The connection is gone; nothing is known since `from_ns`. It comes back by itself."""

    def on_failed(self, link: "Link", now_ns: int, error: FathomError, retry_ns: int | None) -> None:
        """An attempt failed; the next is at `retry_ns`. None: not by itself, because the key is wrong: see `nudge`."""

    def on_said(self, link: "Link", said: Message | Told, now_ns: int) -> None:
        """One message of the venue's, or one event of the session's."""

    def on_broken(self, link: "Link", seat: Seat, refusal: str, now_ns: int) -> None:
        """A book that the kernel kept is not to be trusted any more."""

    def on_moved(self, link: "Link", seats: list[Seat], now_ns: int) -> None:
        """These books moved, each at least once, and all of them verified."""

    def on_buffer(self, link: "Link", now_ns: int) -> None:
        """All that the socket held has been told: now whoever waits may be woken."""


class Link:
    """One connection after another to one URL. `run` is its life; the rest may be called at any time meanwhile."""

    def __init__(
        self,
        name: str,
        url: str,
        *,
        hears: Hears,
        attempts: Attempts,
        terms: LinkTerms,
        rng: Random,
        tokens: TokenSource | None = None,
        tap: RawTap | None = None,
    ) -> None:
        self.name = name
        self.url = url
        self.session = Session(rng=rng)
        self.desk = Desk()
        self._hears = hears
        self._attempts = attempts
        self._terms = terms
        self._tokens = None if tokens is None else Tokens(tokens, wait_s_max=terms.token_s_max)
        self._tap: Tap | None = None if tap is None else lambda frame, now_ns: tap(name, frame, now_ns)
        self._reconnect = Reconnect(rng=rng, terms=terms.reconnect)
        self._socket: Socket | None = None
        self._waiting = Waiting()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_ns: int | None = None
        self._ended: asyncio.Future[tuple[int, str]] | None = None
        self._token: Token | None = None  # Of the connection that is being made.
        self._patience: asyncio.Timeout | None = None  # While an attempt is made: `stop` ends it.
        self._stopping = False
        self._stopped = asyncio.Event()
        self._nudged = asyncio.Event()
        self._frames_before = 0

    # -- What the owner sees ---------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether there is a connection just now."""
        return self._socket is not None

    @property
    def frames(self) -> int:
        """Frames received, over all connections."""
        return self._frames_before + (self._socket.frames if self._socket is not None else 0)

    @property
    def unshared_attempts(self) -> str:
        """Why attempts could not be counted together with other processes; empty where they are."""
        return self._attempts.unshared

    # -- What the owner wants --------------------------------------------------------------------------------

    def want(self, params: ChannelParams) -> None:
        """Subscribe, now and after every reconnect. Raises LocalError for what the venue does not have."""
        self._act(self.session.want(params, now_ns=(now_ns := clock_ns())), now_ns)

    def unwant(self, params: ChannelParams) -> None:
        """Unsubscribe."""
        self._act(self.session.unwant(params, now_ns=(now_ns := clock_ns())), now_ns)

    def take_anew(self, channel: str, symbol: str = "", *, reason: str) -> None:
        """Leave a subscription and come back to it: at once, then with growing waits."""
        now_ns = clock_ns()
        self._act(self.session.take_anew(channel, symbol, reason=reason, now_ns=now_ns), now_ns)

    async def ask(self, request: OrderRequest, *, timeout_ns: int, timing: RequestTiming | None = None) -> Answers:
        """Send an order request and return every answer to it.

        Raises as `post` does, and Unsure where no answer came, or the connection went: then it may have been done.
        """
        answered: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
        self.post(request, partial(settle, answered), timeout_ns=timeout_ns, timing=timing or RequestTiming())
        return await answered

    def post(self, request: OrderRequest, on_answers: OnAnswers, *, timeout_ns: int, timing: RequestTiming) -> None:
        """Send an order request: it is with the socket when this returns. `on_answers` is called once, later.

        Raises LocalError, with nothing sent, where there is no connection or no room.
        """
        now_ns = clock_ns()
        socket = self._socket
        if socket is not None and socket.unsent_bytes() > UNSENT_BYTES_MAX:
            socket.cut()
        req_id = self.session.send(request, now_ns=now_ns, timeout_ns=timeout_ns)
        timing.encoded_ns = clock_ns()
        self._waiting.expect(req_id, on_answers, timing)
        self._send()
        timing.sent_ns = clock_ns()
        self._wake_by(now_ns + timeout_ns, now_ns)  # All else that is due has its timer already.

    def nudge(self) -> None:
        """Try again now where it rests: after the key was changed."""
        if self._tokens is not None:
            self._tokens.used()
        self._nudged.set()

    def drop(self) -> None:
        """Cut the connection; it comes back by itself."""
        if self._socket is not None:
            self._socket.cut()

    async def stop(self) -> None:
        """Say goodbye and end `run`. Returns when that is done, within `close_s_max` and a little."""
        self._stopping = True
        self._nudged.set()
        if self._socket is not None:
            self._socket.close()
        elif self._patience is not None and not self._patience.expired():
            self._patience.reschedule(asyncio.get_running_loop().time())
        await self._cut_if_needed()

    # -- Its life --------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Connect, stay, come back; until `stop`."""
        try:
            while not self._stopping:
                retry_ns = await self._attempt()
                await self._rest(retry_ns)
        finally:
            if self._socket is not None:
                self._socket.cut()
            self._disarm()
            self._stopped.set()

    async def _attempt(self) -> int | None:
        """Make one attempt and live through what comes of it. Return when to make the next; None: when nudged."""
        try:
            async with asyncio.timeout(None) as self._patience:
                await self._connect()
        except TimeoutError:  # `stop`, nobody else.
            return self._down(OURS, "dropped") if self._socket is not None else None
        except asyncio.CancelledError:
            if self._socket is not None:
                self._down(OURS, "dropped")
            raise
        except AuthError as error:  # Nobody retries with a key that is wrong.
            self._hears.on_failed(self, clock_ns(), error, None)
            return None
        except FathomError as error:
            if self._socket is not None:  # It ended while it began.
                return self._down(str(error), _ending_of(error))
            now_ns = clock_ns()
            retry_ns = self._reconnect.ended(_ending_of(error), now_ns=now_ns)
            self._hears.on_failed(self, now_ns, error, retry_ns)
            return retry_ns
        finally:
            self._patience = None
        assert self._ended is not None
        assert self._socket is not None
        try:
            code, reason = await self._ended
            wrong = await self._socket.ended()
        except asyncio.CancelledError:
            self._down(OURS, "dropped")
            raise
        ending: Ending = "maintenance" if code in DOWN_CODES or self._venue_is_down else "dropped"
        said = f"closed with {code} {reason}".strip() if code != ABNORMAL else reason or wrong or BROKE
        return self._down("closed by us" if self._stopping else said, ending)

    async def _connect(self) -> None:
        """Get leave to knock, a token where one is needed, and a socket: `on_open` is called with it."""
        told = False
        while retry_ns := self._attempts.take(now_ns=(now_ns := clock_ns())):
            if retry_ns - now_ns > BUDGET_WAIT_TOLD_NS and not told:
                told = True
                self._hears.on_failed(self, now_ns, LinkError(BUDGET_SPENT), retry_ns)
            await self._rest(retry_ns)
            if self._stopping:
                raise TimeoutError(OURS)
        self._token = None if self._tokens is None else await self._tokens.next()
        self._ended = asyncio.get_running_loop().create_future()
        await open_socket(self.url, self, self.desk, tap=self._tap, terms=self._terms)

    def _down(self, reason: str, ending: Ending) -> int:
        """The connection is gone: tell everybody who must know. Return when to try next."""
        now_ns = clock_ns()
        from_ns = self.session.heard_ns or now_ns
        if self._socket is not None:
            self._socket.cut()
            self._frames_before += self._socket.frames
            self._socket.abandon()  # Cut by us, it would tell its end when the next one is there.
            self._socket = None
        self._disarm()
        self.desk.disarm()
        self.desk.drain()
        self._tell(self.session.closed(now_ns=now_ns, reason=reason), now_ns)
        self._hears.on_down(self, from_ns, now_ns, reason)
        self._hears.on_buffer(self, now_ns)
        return self._reconnect.ended(ending, now_ns=now_ns)

    @property
    def _venue_is_down(self) -> bool:
        return self.session.system not in (None, "online")

    async def _rest(self, until_ns: int | None) -> None:
        """Wait, but not past a nudge."""
        while not self._stopping and not self._nudged.is_set():
            left_s = SLEEP_S_MAX if until_ns is None else (until_ns - clock_ns()) / 1e9
            if left_s <= 0:
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left_s, SLEEP_S_MAX)):
                    await self._nudged.wait()
        if not self._stopping:
            self._nudged.clear()

    async def _cut_if_needed(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._terms.close_s_max):
                await self._stopped.wait()
        if self._socket is not None:
            self._socket.cut()

    # -- What the socket says (Ears) -------------------------------------------------------------------------

    def on_open(self, socket: Socket) -> None:
        """Begin the conversation."""
        now_ns = clock_ns()
        self._socket = socket
        self._reconnect.opened(now_ns=now_ns)
        self.session.opened(now_ns=now_ns, token=self._token)
        self._token = None
        if self._tokens is not None:
            self._tokens.used()
        self._hears.on_up(self, now_ns)
        self._flush(now_ns)
        if self._stopping:
            socket.cut()

    def on_frame(self, frame: bytes, now_ns: int) -> None:
        """Take one frame that needs more than the kernel."""
        self._tell(self.session.receive(frame, now_ns=now_ns), now_ns)

    def on_broken(self, now_ns: int) -> None:
        """Tell the owner, who decides; usually to take the book anew."""
        seat = self.desk.last
        assert seat is not None
        self._hears.on_broken(self, seat, self.desk.refusal, now_ns)

    def on_buffer(self, now_ns: int) -> None:
        """Tell which books moved, say what is to be said, and set the clock."""
        self.session.heard(now_ns=now_ns)
        moved = self.desk.drain()
        if moved:
            self._hears.on_moved(self, moved, now_ns)
        self._hears.on_buffer(self, now_ns)
        self._flush(now_ns)

    def on_end(self, code: int, reason: str) -> None:
        """Wake `run`."""
        if self._ended is not None and not self._ended.done():
            self._ended.set_result((code, reason))

    # -- What the session says -------------------------------------------------------------------------------

    def _act(self, told: Iterable[Told], now_ns: int) -> None:
        self._tell(told, now_ns)
        self._flush(now_ns)

    def _tell(self, said: Iterable[Message | Told], now_ns: int) -> None:
        for one in said:
            self._waiting.hear(one, now_ns)
            if isinstance(one, CloseWanted):
                self._close_wanted(one)
            self._hears.on_said(self, one, now_ns)

    def _close_wanted(self, wanted: CloseWanted) -> None:
        """The session is done with this connection. What is at the other end may not listen: cut it."""
        if self._socket is not None:
            self._socket.cut(wanted.reason)

    def _flush(self, now_ns: int) -> None:
        """Send what the session wants sent, and wake at its deadline."""
        if self._socket is None:
            return
        self._send()
        if (due_ns := self.session.deadline_ns) is not None:
            self._wake_by(due_ns, now_ns)

    def _send(self) -> None:
        if (socket := self._socket) is not None:
            for frame in self.session.take_outbox():
                socket.send(frame)

    def _wake_by(self, due_ns: int, now_ns: int) -> None:
        if self._timer_ns is None or self._timer_ns > due_ns:  # Else the armed timer fires before: it looks again.
            self._arm(due_ns, now_ns)

    def _arm(self, due_ns: int, now_ns: int) -> None:
        self._disarm()
        self._timer_ns = due_ns
        self._timer = asyncio.get_running_loop().call_later(max(0.0, (due_ns - now_ns) / 1e9), self._wake)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._timer_ns = None, None

    def _wake(self) -> None:
        self._timer, self._timer_ns = None, None
        if self._socket is None:
            return
        now_ns = clock_ns()
        due_ns = self.session.deadline_ns
        if due_ns is not None and due_ns > now_ns:
            self._arm(due_ns, now_ns)
            return
        try:
            self._act(self.session.wake(now_ns=now_ns), now_ns)
            self._hears.on_buffer(self, now_ns)
        except BaseException as error:  # A bug: without this clock nobody would see that the other end is silent.
            if self._ended is not None and not self._ended.done():
                self._ended.set_exception(error)
            raise


def _ending_of(error: FathomError) -> Ending:
    if isinstance(error, UpgradeRefused):
        return "refused" if error.too_many else "maintenance"
    return "maintenance" if isinstance(error, VenueRefused | LimitRefused) else "dropped"
