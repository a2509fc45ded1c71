"""What a client tells beside the market and the account: connections, gaps, books, requests in doubt.

All are small and frozen, none holds a secret, and all times are ns since 1970 of this machine's clock.

Imports: nothing of ours. Imported by: everything in client, and its front door.
"""

from typing import Literal

from msgspec import Struct


class ClientEvent(Struct, frozen=True, kw_only=True):
    """The common form."""

    time_ns: int


class LinkUp(ClientEvent, frozen=True, kw_only=True):
    """A connection is there. What was subscribed on it is being asked for again."""

    link: str


class LinkDown(ClientEvent, frozen=True, kw_only=True):
    """A connection is gone, and comes back by itself. Nothing was heard of it since `from_ns`."""

    link: str
    from_ns: int
    reason: str


class LinkFailed(ClientEvent, frozen=True, kw_only=True):
    """An attempt to connect failed. `retry_ns` None: it rests until the key is changed."""

    link: str
    error: str
    retry_ns: int | None


class Gap(ClientEvent, frozen=True, kw_only=True):
    """Nothing is known of this subscription from `from_ns` to `to_ns`; from then on it is whole again.

    `missed` counts what is known to be lost (trades, whose numbers tell); None where nobody can say.
    """

    channel: str
    symbol: str
    interval: int
    from_ns: int
    to_ns: int
    reason: str
    missed: int | None = None


class BookLost(ClientEvent, frozen=True, kw_only=True):
    """A book is not to be trusted: it is being taken anew. `evidence` is the frame that showed it, if one did."""

    channel: str
    symbol: str
    reason: str
    evidence: bytes = b""


class BookVerified(ClientEvent, frozen=True, kw_only=True):
    """A book agrees with the venue's checksum: for the first time, or again."""

    channel: str
    symbol: str


class SubscriptionFailed(ClientEvent, frozen=True, kw_only=True):
    """The venue refused a subscription: for good where `final`, else it is asked for again in a minute."""

    channel: str
    symbol: str
    error: str
    final: bool


class StreamOverran(ClientEvent, frozen=True, kw_only=True):
    """A reader fell behind its bound: so many items were dropped since this was told last, the oldest first.

    `anew`: all that waited were dropped, and the channel is taken anew. `symbol` is empty where the reader has several.
    """

    channel: str
    symbol: str
    dropped: int
    anew: bool


class VenueStatus(ClientEvent, frozen=True, kw_only=True):
    """The trading engine's state, as one of the connections says it."""

    system: str


class RequestInDoubt(ClientEvent, frozen=True, kw_only=True):
    """An order request got no answer. What became of it is being looked up, never sent again blind."""

    method: str
    cl_ord_id: str | None
    reason: str


class RequestCleared(ClientEvent, frozen=True, kw_only=True):
    """What became of a request in doubt: the order is there, it is surely not, or nobody could say."""

    method: str
    cl_ord_id: str | None
    outcome: Literal["found", "absent", "unknown"]


class AccountInDoubt(ClientEvent, frozen=True, kw_only=True):
    """What a gap of the private stream hid could not be found out. It is asked for again, slowly.

    `orders` (Kraken's ids) were open before it, and nobody can say whether they are. Fills may be missing since
    `fills_since_ns`, on the venue's clock; None: none are. Told again each time that asking fails.
    """

    orders: tuple[str, ...]
    fills_since_ns: int | None
    reason: str


class AccountCleared(ClientEvent, frozen=True, kw_only=True):
    """After AccountInDoubt: orders and fills are all known again."""


class FrameOdd(ClientEvent, frozen=True, kw_only=True):
    """A frame that could not be read, or that nobody knows. Counted, and otherwise passed over."""

    link: str
    what: str


class AttemptsUnshared(ClientEvent, frozen=True, kw_only=True):
    """The file that counts connection attempts of all processes cannot be used: this process counts alone."""

    reason: str


class SwitchChanged(ClientEvent, frozen=True, kw_only=True):
    """The dead man's switch: `armed` until `until_ns`, `failing` to be renewed, `held` for want of health, or `off`."""

    state: Literal["armed", "failing", "held", "off"]
    until_ns: int | None
    reason: str = ""


class KeyChanged(ClientEvent, frozen=True, kw_only=True):
    """Another API key is in use (by its fingerprint), or was found and not taken, with the reason."""

    fingerprint: str
    taken: bool
    reason: str = ""


class CallbackFailed(ClientEvent, frozen=True, kw_only=True):
    """A callback raised: it is not called any more. The loop's exception handler has the traceback."""

    channel: str
    error: str
