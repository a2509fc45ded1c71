"""Decoding that forgives nothing: for proving a server, such as our local exchange, against these types.

`decode` skips what it does not know. Here every field of the frame must be one of ours, every number bare and
with its digits kept, every time a time, and every word a documented one. Slow; never used in trading.

Pure. Imports: domain, codec, messages, times. Imported by: tests, and tools that check a server.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, get_args

from msgspec import Struct
from msgspec.json import Decoder

from fathom.domain import PairStatus, RemoteError
from fathom.protocol.codec import decode
from fathom.protocol.messages import (
    Asset,
    Execution,
    LedgerEntry,
    Level3Order,
    MalformedFrame,
    Message,
    Pair,
    SystemState,
    Trade,
    TriggerState,
    UnknownMessage,
    Wallet,
    WireOrderType,
)
from fathom.protocol.times import parse_time

_EXACT: Final = Decoder(float_hook=Decimal)

_TIMES: Final = frozenset({
    "timestamp", "time_in", "time_out", "interval_begin", "effective_time", "expire_time", "currentTime",
    "expected_start_utc", "expected_end_utc", "cancel_before_utc", "started_at_utc", "expected_at_utc",
})  # fmt: skip

# The words that the documents list, by type and field (websocket-v2.md 5 to 7).
WORDS: Final[Mapping[type[Struct], Mapping[str, frozenset[str]]]] = {
    SystemState: {"system": frozenset({"online", "cancel_only", "maintenance", "post_only"})},
    Trade: {"ord_type": frozenset({"limit", "market"})},
    Asset: {
        "status": frozenset({
            "depositonly", "disabled", "enabled", "fundingtemporarilydisabled", "withdrawalonly",
            "workinprogress",
        }),
    },
    Pair: {"status": frozenset(get_args(PairStatus))},
    Level3Order: {"event": frozenset({"add", "modify", "delete"})},
    Execution: {
        "exec_type": frozenset({
            "pending_new", "new", "trade", "filled", "iceberg_refill", "canceled", "expired", "amended",
            "restated", "status",
        }),
        "order_status": frozenset({
            "pending_new", "new", "partially_filled", "filled", "canceled", "expired",
        }),
        "order_type": frozenset(get_args(WireOrderType)),
        "limit_price_type": frozenset({"static", "pct", "quote"}),
        "time_in_force": frozenset({"GTC", "GTD", "IOC", "FOK"}),
        "fee_ccy_pref": frozenset({"fcib", "fciq"}),
        "position_status": frozenset({"opened", "closing", "closed"}),
        "liquidity_ind": frozenset({"m", "t"}),
        "trigger": frozenset({"last", "index"}),
    },
    TriggerState: {
        "reference": frozenset({"last", "index"}),
        "price_type": frozenset({"static", "pct", "quote"}),
        "status": frozenset({"untriggered", "triggered"}),
    },
    Wallet: {
        "type": frozenset({"spot", "earn"}),
        "id": frozenset({"main", "flex", "bonded", "flexible", "liquid", "locked", "closed"}),
    },
    LedgerEntry: {
        "type": frozenset({
            "deposit", "withdrawal", "trade", "margin", "adjustment", "rollover", "credit", "transfer",
            "settled", "staking", "sale", "reserve", "conversion", "dividend", "reward", "creator_fee",
        }),
        "wallet_type": frozenset({"spot", "earn"}),
        "wallet_id": frozenset({"main", "bonded", "flexible", "liquid", "locked"}),
    },
}  # fmt: skip


def decode_strict(frame: bytes) -> Message:
    """Return what `decode` does. Raises RemoteError, with the place, for what the documents exclude."""
    message = decode(frame)
    if isinstance(message, UnknownMessage):
        raise RemoteError(f"unknown {message.what}")
    if isinstance(message, MalformedFrame):
        raise RemoteError(f"malformed frame: {message.reason}")
    _compare(_EXACT.decode(frame), message, place="$")
    return message


def _compare(raw: Any, value: object, *, place: str) -> None:
    """Fail unless `value` holds all that `raw` says, with the same digits."""
    if isinstance(value, Struct):
        _compare_fields(raw, value, place=place)
    elif isinstance(value, tuple):
        for index, (member, kept) in enumerate(zip(raw, value, strict=True)):
            _compare(member, kept, place=f"{place}[{index}]")
    elif isinstance(value, Decimal):
        if not isinstance(raw, Decimal | int) or Decimal(raw).as_tuple() != value.as_tuple():
            raise RemoteError(f"{place}: {raw!r} is not a bare number, or lost digits")
    else:
        assert raw == value, place  # The decoder takes texts, ints and words as they are.


def _compare_fields(raw: dict[str, Any], value: Struct, *, place: str) -> None:
    kind = type(value)
    names = dict(zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True))
    words = WORDS.get(kind, {})
    for key, member in raw.items():
        here = f"{place}.{key}"
        if key == kind.__struct_config__.tag_field:
            continue  # It chose the type.
        if key not in names:
            raise RemoteError(f"{here}: unknown field")
        if key in _TIMES and member is not None:
            parse_time(member)
        if key in words and member is not None and member not in words[key]:
            raise RemoteError(f"{here}: unknown word {member!r}")
        _compare(member, getattr(value, names[key]), place=here)
