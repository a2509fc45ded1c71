"""Every kind of fault: what it takes, what it needs, and what it takes for granted.

Pure. Imports: domain, core, forms, methods. Imported by: faults.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from msgspec import Struct

from fathom.domain import PairStatus
from fathom.exchange.core.events import SystemStatus
from fathom.exchange.faults.forms import (
    Form,
    decimal,
    flag,
    method,
    number,
    steps,
    text,
    whole,
    word,
)
from fathom.exchange.faults.methods import SOCKET_METHODS

# Where it acts: frames to a client; answers among them; requests before they are done; upgrades; answers over REST;
# levels that last as long as the fault; the venue itself.
Group = Literal["frames", "answers", "requests", "upgrades", "rest", "levels", "venue"]

DAYS_366_S: Final = 366 * 86_400  # No run is longer.
DELAY_S_MAX: Final = 600  # Frames wait no longer: what waits is bounded besides.
REST_DELAY_S_MAX: Final = 120  # The HTTP server holds no answer back for longer.
REST_LAG_S_MAX: Final = 60
SKEW_S_MAX: Final = 86_400
PRECISION_MAX: Final = 12
TEXT_LENGTH_MAX: Final = 120  # A close frame has room for 123 bytes.

DATA_CHANNELS: Final = (
    "ticker", "book", "trade", "ohlc", "instrument", "spread", "level3", "executions", "balances", "openOrders",
    "ownTrades",
)  # fmt: skip
SEQUENCED: Final = ("executions", "balances", "openOrders", "ownTrades")
CHANNELS: Final = (*DATA_CHANNELS, "status", "heartbeat", "answers")
CODES: Final = (1000, 1001, 1002, 1003, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013)
SYSTEM_STATUSES: Final[tuple[str, ...]] = get_args(SystemStatus)

PROXY_RESTARTING: Final = "CloudFlare WebSocket proxy restarting"  # websocket-v2.md 2.4.
NO_MARKET_DATA: Final = "Market data unavailable"
CLOSE_REASONS: Final = MappingProxyType({1001: PROXY_RESTARTING, 1013: NO_MARKET_DATA})


class Kind(Struct, frozen=True, kw_only=True):
    """One kind. `channels` is what it acts on where the fault names no channel."""

    group: Group
    takes: Mapping[str, Form]
    needs: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = MappingProxyType({})
    channels: tuple[str, ...] = CHANNELS
    # What it did once goes on while it lasts, also when its count is used up: it stays on until its end.
    lasting: bool = False


_WHEN: Final = {
    "at_s": number(0, DAYS_366_S),
    "for_s": number(0, DAYS_366_S, above=True),
}
_HOW_OFTEN: Final = {
    "count": whole(1, 10**9),
    "every": whole(1, 10**9),
    "share": number(0, 1, above=True),
}
_CLIENT: Final = {"role": word("public", "private", "level3"), "account": text(64), "peer": text(64)}
_SOCKET_METHOD: Final = {"method": method(SOCKET_METHODS)}
_ANY_METHOD: Final = {"method": method()}
_WAIT: Final = {"delay_s": number(0, DELAY_S_MAX, above=True)}
_WORDS: Final = {"text": text(TEXT_LENGTH_MAX)}
_HTTP_STATUS: Final = {"status": whole(400, 599)}
_PAIR: Final = {"symbol": text(32)}


def _frames(
    *channels: str,
    takes: Mapping[str, Form] | None = None,
    defaults: Mapping[str, Any] | None = None,
    lasting: bool = False,
) -> Kind:
    """A kind that acts on frames of these channels; where none is named, of all."""
    channels = channels or CHANNELS
    target = {"channel": word(*channels), "symbol": text(32), **_CLIENT}
    return Kind(
        group="frames",
        takes={**_WHEN, **_HOW_OFTEN, **target, **(takes or {})},
        defaults=defaults or {},
        channels=channels,
        lasting=lasting,
    )


def _answers(defaults: Mapping[str, Any] | None = None, **takes: Form) -> Kind:
    return Kind(
        group="answers",
        takes={**_WHEN, **_HOW_OFTEN, **_SOCKET_METHOD, **_CLIENT, **takes},
        defaults=defaults or {},
        channels=("answers",),
    )


def _rest(defaults: Mapping[str, Any] | None = None, **takes: Form) -> Kind:
    return Kind(
        group="rest",
        takes={**_WHEN, **_HOW_OFTEN, **_ANY_METHOD, "account": text(64), **takes},
        defaults=defaults or {},
    )


def _level(limit_s: int, least_s: int) -> Kind:
    return Kind(group="levels", takes={**_WHEN, "s": number(least_s, limit_s)}, needs=("s",))


def _venue(*needs: str, **takes: Form) -> Kind:
    return Kind(group="venue", takes={**_WHEN, **takes}, needs=needs)


_ORDER_ERROR: Final = {"text": "EService:Unavailable"}

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({
    # -- Frames to a client
    "drop": _frames(),
    "duplicate": _frames(),
    "delay": _frames(takes=_WAIT, defaults={"delay_s": 1.0}),
    "reorder": _frames(),
    "truncate": _frames(),
    "corrupt": _frames(takes={"bits": whole(1, 64)}, defaults={"bits": 1}),
    "wrong_checksum": _frames("book", "level3"),
    "crossed_book": _frames("book"),
    "lost_update": _frames("book", "level3", "executions", "openOrders", "ownTrades"),
    "silent_subscription": _frames(*DATA_CHANNELS, lasting=True),
    "stall": _frames(takes=_WAIT, lasting=True),
    "close": _frames(takes={"code": word(*CODES), "bare": flag(), **_WORDS}, defaults={"code": 1006}),
    "duplicate_fill": _frames("executions", "ownTrades"),
    "late_fill": _frames("executions", "ownTrades", takes=_WAIT, defaults={"delay_s": 5.0}),
    "delta_without_symbol": _frames("executions"),
    "sequence_gap": _frames(
        *SEQUENCED, takes={"skip": whole(1, 10**6)}, defaults={"skip": 1}
    ),
    "tiny_numbers": _frames(takes={"below": decimal()}, defaults={"below": Decimal("0.0001")}),
    "unknown_fields": _frames(),
    # -- Answers among the frames
    "late_answer": _answers({"delay_s": 5.0}, **_WAIT),
    "lost_answer": _answers(),
    "error_after_accept": _answers(_ORDER_ERROR, **_WORDS),
    # -- Requests, before they are done
    "refuse": Kind(
        group="requests",
        takes={
            **_WHEN, **_HOW_OFTEN, **_ANY_METHOD, **_WORDS,
            "account": text(64), "door": word("rest", "websocket"),
        },
        needs=("text",),
    ),
    "invalid_session": Kind(
        group="requests",
        takes={**_WHEN, **_HOW_OFTEN, **_SOCKET_METHOD, **_WORDS, "account": text(64)},
        defaults={"text": "ESession:Invalid session"},
    ),
    "upgrade_refused": Kind(
        group="upgrades",
        takes={**_WHEN, **_HOW_OFTEN, **_HTTP_STATUS, "role": _CLIENT["role"], "peer": text(64)},
        defaults={"status": 429},
    ),
    # -- REST
    "rest_delay": _rest({"delay_s": 5.0}, delay_s=number(0, REST_DELAY_S_MAX, above=True)),
    "rest_lag": _level(REST_LAG_S_MAX, 0),
    "rest_error_after_accept": _rest(_ORDER_ERROR, **_WORDS),
    "rest_drop": _rest(),
    "rest_status": _rest({"status": 502}, **_HTTP_STATUS),
    "rest_malformed": _rest(),
    # -- The venue
    "clock_skew": _level(SKEW_S_MAX, -SKEW_S_MAX),
    "system": _venue(status=word(*SYSTEM_STATUSES), cycle=steps(*SYSTEM_STATUSES)),
    "pair_status": _venue("symbol", "status", status=word(*get_args(PairStatus)), **_PAIR),
    "delist": _venue("symbol", **_PAIR),
    "rescale": _venue(
        "symbol", price_precision=whole(0, PRECISION_MAX), qty_precision=whole(0, PRECISION_MAX), **_PAIR
    ),
    "dead_man": Kind(group="venue", takes={"at_s": _WHEN["at_s"], "account": text(64)}, needs=("account",)),
})  # fmt: skip
