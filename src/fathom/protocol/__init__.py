"""Kraken's WebSocket v2 on the wire: messages, codec, rules, checksums, the session, the bridge to our own words.

Front door. `messages` has every type of both directions, `rules` what may be sent, `translate` the bridge.

Pure. Imports: domain, kernel. Imported by: market, and every room above it.
"""

from fathom.protocol import budget, messages, refusals, rest, rules, translate
from fathom.protocol.building import add_order, amend_order, batch_add, cancel_order, padded_price, padded_qty
from fathom.protocol.checksum import checksum, level3_checksum
from fathom.protocol.codec import decode, decode_request, encode
from fathom.protocol.doors import Conversation, HttpAnswer, HttpRequest, Role, Upgrade, Wire
from fathom.protocol.messages import (
    FailedResponse,
    MalformedFrame,
    Message,
    Request,
    Response,
    Token,
    UnknownMessage,
)
from fathom.protocol.refusals import surely_refused
from fathom.protocol.rules import check_request
from fathom.protocol.session import (
    BookFrame,
    CloseWanted,
    Ending,
    Key,
    LinkClosed,
    OrderRequest,
    Reconnect,
    ReconnectTerms,
    ReplyUnmatched,
    RequestSettled,
    RequestUnsure,
    RoundTrip,
    SequenceGap,
    SequenceRepeated,
    Session,
    StatusChanged,
    SubscriptionActive,
    SubscriptionEnded,
    SubscriptionQuiet,
    SubscriptionRefused,
    SubscriptionRenewed,
    Told,
)
from fathom.protocol.strict import decode_strict
from fathom.protocol.times import SECOND_NS, parse_time, time_text
from fathom.protocol.v1_book import V1Book, V1Translator, book_frame, read_book, v2_symbol

__all__ = [
    "SECOND_NS",
    "BookFrame",
    "CloseWanted",
    "Conversation",
    "Ending",
    "FailedResponse",
    "HttpAnswer",
    "HttpRequest",
    "Key",
    "LinkClosed",
    "MalformedFrame",
    "Message",
    "OrderRequest",
    "Reconnect",
    "ReconnectTerms",
    "ReplyUnmatched",
    "Request",
    "RequestSettled",
    "RequestUnsure",
    "Response",
    "Role",
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
    "Token",
    "Told",
    "UnknownMessage",
    "Upgrade",
    "V1Book",
    "V1Translator",
    "Wire",
    "add_order",
    "amend_order",
    "batch_add",
    "book_frame",
    "budget",
    "cancel_order",
    "check_request",
    "checksum",
    "decode",
    "decode_request",
    "decode_strict",
    "encode",
    "level3_checksum",
    "messages",
    "padded_price",
    "padded_qty",
    "parse_time",
    "read_book",
    "refusals",
    "rest",
    "rules",
    "surely_refused",
    "time_text",
    "translate",
    "v2_symbol",
]
