"""One WebSocket between the bot and the exchange: frames that take their time, get lost, or stop coming.

What comes on one connection comes in its order, as TCP has it; two connections overtake each other.

Pure. Imports: protocol; weather. Imported by: rough.
"""

from collections.abc import Callable
from random import Random
from typing import Final, Protocol

from fathom.protocol import Conversation, Role
from fathom.sim.chaos.weather import SECOND_NS, Span

# The venue notices a dead connection of ours after so long.
FORGOTTEN_NS: Final = 30 * SECOND_NS
ABNORMAL: Final = 1006  # The code of an end that nobody announced.


class Shore(Protocol):
    """What a line needs of the world around it."""

    now_ns: int  # The world's clock, which the exchange reads too.

    def after(self, delay_ns: int, deed: Callable[[], None]) -> None:
        """Have the bot do something later, if it lives and when it runs."""

    def elsewhere(self, delay_ns: int, deed: Callable[[], None]) -> None:
        """Have something happen at the venue, whatever becomes of the bot."""


class Line:
    """A Wire to the exchange's session, and a socket to ours."""

    def __init__(
        self,
        shore: Shore,
        *,
        role: Role,
        out_ns: Span,
        in_ns: Span,
        random: Random,
        on_frame: Callable[[bytes], None],
        on_closed: Callable[[int, str], None],
        tap: Callable[[bytes], None],
    ) -> None:
        """`on_closed` is told a code and a reason; `tap` sees each frame that we say."""
        self.role = role
        self.conversation: Conversation | None = None
        self.reaches_venue = True  # Whether requests still on their way arrive.
        self._shore = shore
        self._out_ns, self._in_ns = out_ns, in_ns
        self._random = random
        self._on_frame, self._on_closed = on_frame, on_closed
        self._tap = tap
        self._silent = False
        self._gone_here = False  # We left, or were told that it is over.
        self._gone_there = False
        self._out_due_ns = 0
        self._in_due_ns = 0

    # -- The exchange's side ---------------------------------------------------------------------------------

    def send(self, frame: bytes) -> None:
        """The exchange says something."""
        if not self._silent and not self._gone_there:
            self._shore.after(self._delay_in(), lambda: self._arrived(frame))

    def close(self, code: int, reason: str = "") -> None:
        """The exchange closes; what it said before comes first."""
        if self._gone_there:
            return
        self._gone_there = True
        if not self._silent:
            self._shore.after(self._delay_in(), lambda: self._over(code, reason))

    def backlog(self) -> int:
        """Nothing piles up."""
        return 0

    # -- Our side --------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether we may still say something, as far as we know."""
        return not self._gone_here

    def post(self, frame: bytes, *, extra_ns: int = 0) -> None:
        """Say something. What follows waits behind it."""
        assert not self._gone_here
        self._tap(frame)
        if not self._silent:
            self._shore.elsewhere(self._delay_out() + extra_ns, lambda: self._reached(frame))

    def lose(self, frame: bytes) -> None:
        """Say something that never arrives."""
        self._tap(frame)

    def leave(self) -> None:
        """Close, from our side. Nothing more is told."""
        if self._gone_here:
            return
        self._gone_here = True
        self._shore.elsewhere(FORGOTTEN_NS if self._silent else self._delay_out(), self._left)

    # -- What breaks -----------------------------------------------------------------------------------------

    def cut(self, *, silent: bool) -> None:
        """Break. Told to both sides, or to nobody: then the bot finds out by the silence."""
        self._silent = True
        self._shore.elsewhere(FORGOTTEN_NS if silent else 0, self._left)
        if not silent:
            self._shore.after(0, lambda: self._over(ABNORMAL, "cut"))

    def die(self, *, reaches_venue: bool) -> None:
        """The bot is dead: nobody hears, and the venue learns it."""
        self.reaches_venue = reaches_venue
        self.leave()

    # -- Inside ----------------------------------------------------------------------------------------------

    def _delay_in(self) -> int:
        now_ns = self._shore.now_ns
        self._in_due_ns = max(self._in_due_ns, now_ns + self._random.randint(*self._in_ns))
        return self._in_due_ns - now_ns

    def _delay_out(self) -> int:
        now_ns = self._shore.now_ns
        self._out_due_ns = max(self._out_due_ns, now_ns + self._random.randint(*self._out_ns))
        return self._out_due_ns - now_ns

    def _arrived(self, frame: bytes) -> None:
        if not self._gone_here and not self._silent:
            self._on_frame(frame)

    def _reached(self, frame: bytes) -> None:
        if self.conversation is not None and not self._gone_there and not self._silent and self.reaches_venue:
            self.conversation.received(frame, now_ns=self._shore.now_ns)

    def _over(self, code: int, reason: str) -> None:
        if not self._gone_here:
            self._gone_here = True
            self._on_closed(code, reason)

    def _left(self) -> None:
        if self.conversation is not None and not self._gone_there:
            self._gone_there = True
            self.conversation.closed(now_ns=self._shore.now_ns)
