"""Kraken's WebSocket v2 on the wire: messages, codec, times, checksums, and the bridge to our own words.

Front door. The message types are in `fathom.protocol.messages`.
"""

from fathom.protocol.checksum import checksum, level3_checksum
from fathom.protocol.codec import decode, decode_request, encode
from fathom.protocol.messages import (
    MalformedFrame,
    Message,
    Request,
    Token,
    UnknownMessage,
)
from fathom.protocol.strict import decode_strict
from fathom.protocol.times import parse_time, time_text

__all__ = [
    "MalformedFrame",
    "Message",
    "Request",
    "Token",
    "UnknownMessage",
    "checksum",
    "decode",
    "decode_request",
    "decode_strict",
    "encode",
    "level3_checksum",
    "parse_time",
    "time_text",
]
