"""One subscription: its name, the table of its life, what is known of it, and what a refusal means.

    gone ──want──> wanted ──sent──> requested ──ack──> acknowledged ──data──> active
                     ^                  |                    |                  |
                     |                  | refuse             | barren, renew, or wanted with other parameters
                     |                  v                    v                  v
                     |               refused               stale <──────────────┘
                     └───────left─────── renewing <──sent────┘

    unwanted ──sent──> leaving ──left──> gone        the same way out, for what nobody wants any more
    doubted            asked for without an answer: asked for again, with care
    regretted          asked for, and unwanted before the answer came: the answer decides
    exhausted          tried too often: rests until the next connection, or until it is wanted again

Pure. Imports: messages. Imported by: wishes, queues, pending, subscriptions, session.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from fathom.protocol.messages import ChannelParams

State = Literal[
    "gone",  # Not known to us.
    "wanted",  # To be asked for, now or after a wait.
    "requested",  # Asked for; no answer yet.
    "doubted",  # To be asked for again: the request before was never answered, and may have been granted.
    "acknowledged",  # Granted; its snapshot has not come.
    "active",  # Granted, and fed.
    "stale",  # May be granted; to be left and taken anew.
    "renewing",  # Asked to leave, to take it anew.
    "unwanted",  # May be granted; to be left.
    "leaving",  # Asked to leave.
    "regretted",  # Asked for, then unwanted; no answer yet.
    "refused",  # Kraken will never grant it.
    "exhausted",  # Tried too often.
]
Cue = Literal[
    "want",  # Somebody wants it: for the first time, again, or with other parameters.
    "unwant",
    "sent",  # Our subscribe or unsubscribe is in the outbox.
    "ack",  # Granted, or "Already subscribed".
    "left",  # Given up, or "Subscription Not Found".
    "fail",  # Answered with an error that may pass.
    "refuse",  # Answered with an error that will not pass.
    "overdue",  # Not answered.
    "data",  # Its snapshot came, or it needs none.
    "barren",  # Its snapshot did not come.
    "renew",  # What it feeds is broken: a book that does not verify, a gap.
    "spent",  # The tries are used up.
    "drop",  # The connection is gone.
]

# A cue that a state does not list changes nothing: it raced with what brought the state about. `sent` is our
# own doing and cannot race, so only the states that send list it.
TRANSITIONS: Final[Mapping[State, Mapping[Cue, State]]] = {
    "gone": {"want": "wanted"},
    "wanted": {"unwant": "gone", "sent": "requested", "ack": "acknowledged", "spent": "exhausted"},
    "requested": {
        "unwant": "regretted",
        "ack": "acknowledged",
        "fail": "wanted",
        "refuse": "refused",
        "overdue": "doubted",
        "drop": "wanted",
    },
    "doubted": {
        "unwant": "unwanted",
        "sent": "requested",
        "ack": "acknowledged",  # A late answer to the request that we had given up.
        "refuse": "refused",
        "spent": "exhausted",
        "drop": "wanted",
    },
    "acknowledged": {
        "want": "stale",
        "unwant": "unwanted",
        "data": "active",
        "barren": "stale",
        "renew": "stale",
        "drop": "wanted",
    },
    "active": {"want": "stale", "unwant": "unwanted", "renew": "stale", "drop": "wanted"},
    "stale": {
        "unwant": "unwanted",
        "sent": "renewing",
        "left": "wanted",  # A late answer to an unsubscribe that we had given up.
        "spent": "exhausted",
        "drop": "wanted",
    },
    "renewing": {
        "unwant": "leaving",
        "left": "wanted",
        "fail": "stale",
        "refuse": "stale",
        "overdue": "stale",
        "drop": "wanted",
    },
    "unwanted": {"want": "stale", "sent": "leaving", "left": "gone", "spent": "gone", "drop": "gone"},
    "leaving": {
        "want": "renewing",
        "left": "gone",
        "fail": "unwanted",
        "refuse": "unwanted",
        "overdue": "unwanted",
        "drop": "gone",
    },
    "regretted": {
        "want": "requested",
        "ack": "unwanted",
        "fail": "gone",
        "refuse": "gone",
        "overdue": "unwanted",  # It may have been granted: leaving is answered either way.
        "drop": "gone",
    },
    "refused": {"want": "wanted", "unwant": "gone"},
    # It may be granted after all, and with other parameters: leaving first makes sure.
    "exhausted": {"want": "stale", "unwant": "unwanted", "ack": "acknowledged", "drop": "wanted"},
}

DESIRED: Final = frozenset(
    {"wanted", "requested", "doubted", "acknowledged", "active", "stale", "renewing", "refused", "exhausted"}
)
FED: Final = frozenset({"acknowledged", "active"})  # Granted, as far as we know: heartbeats are owed.
TO_SEND: Final[Mapping[State, Literal["subscribe", "unsubscribe"]]] = {
    "wanted": "subscribe",
    "doubted": "subscribe",
    "stale": "unsubscribe",
    "unwanted": "unsubscribe",
}


def advance(state: State, cue: Cue) -> State:
    """Return the state after `cue`. Changes nothing."""
    assert cue != "sent" or state in TO_SEND
    return TRANSITIONS[state].get(cue, state)


class Key(NamedTuple):
    """The name of a subscription: a connection has one of it at most, whatever the other parameters."""

    channel: str
    symbol: str = ""  # Empty for channels without one.
    interval: int = 0  # Minutes; 0 for all but ohlc, whose intervals are subscriptions of their own (4.4).


class Row:
    """One subscription. `live` is what Kraken may have granted on this connection, one of these; empty: nothing.

    There are more than one after requests with different parameters went unanswered.
    """

    __slots__ = (
        "broken",
        "flaws",
        "healthy_since_ns",
        "key",
        "last_data_ns",
        "left_req_id",
        "live",
        "live_before",
        "not_before_ns",
        "quiet",
        "req_id",
        "sequence_next",
        "snapshot_seen",
        "state",
        "tries",
        "watched_from_ns",
        "wish",
    )

    def __init__(self, key: Key, wish: ChannelParams) -> None:
        self.key = key
        self.wish = wish
        self.state: State = "gone"
        self.live: tuple[ChannelParams, ...] = ()
        self.live_before: tuple[ChannelParams, ...] = ()  # Before the last request: its refusal restores it.
        self.req_id = 0  # Its last request. Errors that answer older ones are out of date.
        self.left_req_id = 0  # Its last unsubscribe that was granted. What was subscribed before is gone.
        self.not_before_ns = 0
        self.tries = 0  # In a row, without data.
        self.broken = False  # What it feeds cannot be mended by more of it, only from a new beginning.
        self.flaws = 0  # In a row, not healed between.
        self.healthy_since_ns: int | None = None
        self.last_data_ns: int | None = None
        self.watched_from_ns = 0  # When it became active: quiet is counted from there, or from its last data.
        self.quiet = False
        self.snapshot_seen = False
        self.sequence_next: int | None = 1  # None: after a gap, until it is taken anew.

    def nothing_live(self) -> None:
        """Kraken has surely granted nothing: the next grant starts from its beginning."""
        self.live = self.live_before = ()
        self.broken = False
        self.snapshot_seen = False
        self.sequence_next = 1
        self.healthy_since_ns = None


Verdict = Literal["ack", "left", "fail", "refuse", "token"]

# Errors of websocket-v2.md 9 and errors.md 9 that no repetition will change. Matched by their beginning,
# without case.
_NEVER: Final = (
    "currency pair not supported",
    "currency pair not in iso 4217-a3 format",
    "subscription name invalid",
    "subscription depth not supported",
    "subscription book depth must be an integer",
    "subscription ohlc interval",
    "subscription ohlc requires interval",
    "unsupported event",
    "unsupported field",
    "private data and trading are unavailable on this endpoint",
    "public market data subscriptions are unavailable on this endpoint",
    "egeneral:permission denied",
    "egeneral:invalid arguments",
    "eaccount:invalid permissions",
)
_TOKEN: Final = ("esession:invalid session", "eapi:invalid token", "token(s) not found")


def verdict_on(error: str) -> Verdict:
    """Return what a refusal means for a subscription.

    An unknown text counts as passing: asking again is harmless, and the tries are bounded.
    """
    text = ":".join(part.strip() for part in error.lower().split(":"))
    if text.startswith("already subscribed"):
        return "ack"
    if text.startswith("subscription not found"):
        return "left"
    if text.startswith(_TOKEN):
        return "token"
    if text.startswith(_NEVER) or text.endswith("field must be a number_float"):
        return "refuse"
    return "fail"
