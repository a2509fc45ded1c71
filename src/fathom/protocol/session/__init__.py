"""One conversation with Kraken, without a connection: frames and the time in; messages, frames and a deadline out.

`session` has the way of a frame; `subscription` the life of a subscription as a table; `events` what it tells.

Pure. Imports: domain, kernel, the codec, messages and times of protocol. Imported by: protocol.
"""

from fathom.protocol.session.events import (
    BookFrame,
    CloseWanted,
    LinkClosed,
    ReplyUnmatched,
    RequestSettled,
    RequestUnsure,
    RoundTrip,
    SequenceGap,
    SequenceRepeated,
    StatusChanged,
    SubscriptionActive,
    SubscriptionEnded,
    SubscriptionQuiet,
    SubscriptionRefused,
    SubscriptionRenewed,
    Told,
)
from fathom.protocol.session.outbox import OrderRequest
from fathom.protocol.session.reconnect import Ending, Reconnect, ReconnectTerms
from fathom.protocol.session.session import Session
from fathom.protocol.session.subscription import Key

__all__ = [
    "BookFrame",
    "CloseWanted",
    "Ending",
    "Key",
    "LinkClosed",
    "OrderRequest",
    "Reconnect",
    "ReconnectTerms",
    "ReplyUnmatched",
    "RequestSettled",
    "RequestUnsure",
    "RoundTrip",
    "SequenceGap",
    "SequenceRepeated",
    "Session",
    "StatusChanged",
    "SubscriptionActive",
    "SubscriptionEnded",
    "SubscriptionQuiet",
    "SubscriptionRefused",
    "SubscriptionRenewed",
    "Told",
]
