"""What a session tells beside Kraken's own messages: what became of requests, subscriptions and the link.

All are small and frozen, and none holds a token.

Pure. Imports: messages. Imported by: subscriptions, session.
"""

from typing import Literal

from msgspec import Struct

from fathom.protocol.messages import Message


class SessionEvent(Struct, frozen=True, gc=False):
    """The common form."""


# -- Data ----------------------------------------------------------------------------------------------------


class BookFrame(SessionEvent, frozen=True):
    """One `book` or `level3` frame, as it came: the kernel reads it, nobody decodes it."""

    channel: str  # `book` or `level3`.
    type: str  # `snapshot` or `update`.
    symbol: str
    frame: bytes


class SequenceGap(SessionEvent, frozen=True):
    """Private messages are missing: the channel is taken anew, and until its snapshot nothing is complete.

    `got` is None where a message came that could not be read.
    """

    channel: str
    expected: int
    got: int | None


class SequenceRepeated(SessionEvent, frozen=True):
    """A private message came again, or too late. It follows; whoever keeps state must know it by its ids."""

    channel: str
    expected: int
    got: int


# -- Requests ------------------------------------------------------------------------------------------------


class RequestSettled(SessionEvent, frozen=True):
    """Every answer to the request has come, once. `late`: it was told as unsure before.

    What the answers say stands in themselves, just before: after some refusals an order may exist (`refusals`).
    """

    req_id: int
    method: str
    late: bool


class RequestUnsure(SessionEvent, frozen=True):
    """The request may or may not have been done: no answer in time, or the connection is gone.

    Never send it again blind (errors.md 11). A late answer still settles it, while the connection lives.
    """

    req_id: int
    method: str
    reason: Literal["overdue", "connection lost"]


class ReplyUnmatched(SessionEvent, frozen=True):
    """An answer to nothing that we asked, or a second one. It settles nothing."""

    req_id: int | None
    reply: Message


class RoundTrip(SessionEvent, frozen=True):
    """A ping was answered after so long."""

    round_trip_ns: int


# -- Subscriptions -------------------------------------------------------------------------------------------


class SubscriptionEvent(SessionEvent, frozen=True):
    """One subscription: `symbol` is empty for channels without one, `interval` 0 but for ohlc."""

    channel: str
    symbol: str
    interval: int


class SubscriptionActive(SubscriptionEvent, frozen=True):
    """Acknowledged, and its snapshot came (where it has one)."""


class SubscriptionRenewed(SubscriptionEvent, frozen=True):
    """It is being taken anew: what it fed is not to be trusted until the next snapshot."""

    reason: str


class SubscriptionRefused(SubscriptionEvent, frozen=True):
    """Not asked for again: for good where `final`, else until the next connection. `want` starts it anew."""

    error: str
    final: bool


class SubscriptionEnded(SubscriptionEvent, frozen=True):
    """Nobody wanted it any more, and it is gone."""


class SubscriptionQuiet(SubscriptionEvent, frozen=True):
    """Nothing came for longer than its channel's bound. Not a fault: a quiet pair sends nothing. Told once."""

    last_data_ns: int | None  # None: never.


# -- The link ------------------------------------------------------------------------------------------------


class StatusChanged(SessionEvent, frozen=True):
    """The trading engine's state (websocket-v2.md 5.1): the first of each connection, then each change."""

    system: str
    connection_id: int | None


class LinkClosed(SessionEvent, frozen=True):
    """The connection is gone: what it fed is not to be trusted until the next snapshots."""

    reason: str


class CloseWanted(SessionEvent, frozen=True):
    """The connection is of no use: close it, call `closed`, connect again. Told once a connection."""

    reason: str


Told = (
    BookFrame
    | SequenceGap
    | SequenceRepeated
    | RequestSettled
    | RequestUnsure
    | ReplyUnmatched
    | RoundTrip
    | SubscriptionActive
    | SubscriptionRenewed
    | SubscriptionRefused
    | SubscriptionEnded
    | SubscriptionQuiet
    | StatusChanged
    | LinkClosed
    | CloseWanted
)
