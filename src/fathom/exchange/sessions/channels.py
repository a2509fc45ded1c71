"""The parameters of subscribe and unsubscribe, channel by channel (websocket-v2.md 6 and 7).

Pure. Imports: bank's refusal, fields, texts. Imported by: session, market_subscriptions, private_feeds.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from fathom.exchange.bank import Refusal
from fathom.exchange.sessions import texts as said
from fathom.exchange.sessions.fields import Field, anything, flag, read_fields, text, whole, word

PUBLIC: Final = ("ticker", "book", "trade", "ohlc", "instrument")
PRIVATE: Final = ("executions", "balances")
ELSEWHERE: Final = {
    **dict.fromkeys(PUBLIC, ("public", said.PUBLIC_ELSEWHERE)),
    **dict.fromkeys(PRIVATE, ("private", said.PRIVATE_ELSEWHERE)),
    "level3": ("level3", said.LEVEL3_ELSEWHERE),
}

BOOK_DEPTHS: Final = (10, 25, 100, 500, 1000)
LEVEL3_DEPTHS: Final = (10, 100, 1000)
INTERVALS: Final = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "ticker": {"event_trigger": "trades", "snapshot": True},
    "book": {"depth": 10, "snapshot": True},
    "trade": {"snapshot": False},
    "ohlc": {"interval": 1, "snapshot": True},
    "instrument": {"snapshot": True},
    "level3": {"depth": 10, "snapshot": True},
    "executions": {},
    "balances": {"snapshot": True},
}
SYMBOLS_MAX: Final = 5_000  # In one request; Kraken lists 1,500 pairs. More are refused together.
_WARNINGS: Final = {"ohlc": said.OHLC_WARNINGS, "instrument": said.INSTRUMENT_WARNINGS}

_EVERY: Final = (
    text("channel"),
    text("token", error=said.NO_TOKEN),
    flag("snapshot"),
    # Only answers have these two, but clients send a whole answer's result back (recorded-sessions.md).
    anything("warnings"),
    anything("maxratecount"),
)


def _fields(*fields: Field) -> dict[str, Field]:
    return {field.name: field for field in (*_EVERY, *fields)}


_SYMBOL: Final = anything("symbol")  # Looked at below, as a list.
_FIELDS: Final[Mapping[str, Mapping[str, Field]]] = {
    "ticker": _fields(_SYMBOL, word("event_trigger", "trades", "bbo")),
    "book": _fields(_SYMBOL, whole("depth", error=said.DEPTH_TYPE)),
    "trade": _fields(_SYMBOL),
    "ohlc": _fields(_SYMBOL, whole("interval", error=said.INTERVAL_TYPE)),
    "instrument": _fields(
        flag("include_tokenized_assets"), word("execution_venue", "international", "bitnomial-exchange")
    ),
    "level3": _fields(_SYMBOL, whole("depth", error=said.DEPTH_TYPE)),
    "executions": _fields(
        flag("snap_orders"),
        flag("snap_trades"),
        flag("order_status"),
        flag("ratecounter"),
        flag("rebased"),
        flag("snapshot_trades"),
        text("users"),
    ),
    "balances": _fields(flag("rebased"), text("users")),
}


class Wish(Struct, frozen=True):
    """What is to be subscribed or unsubscribed: one channel, with its options."""

    channel: str
    symbols: list[str]  # Empty for channels without.
    options: dict[str, Any]  # As asked, and the channel's defaults.

    @property
    def snapshot(self) -> bool:
        """Whether the client wants the state first."""
        return self.options.get("snapshot", True) is True

    @property
    def error(self) -> str | None:
        """What is wrong with the options: told once a symbol."""
        if self.channel == "book" and self.options["depth"] not in BOOK_DEPTHS:
            return said.DEPTH
        if self.channel == "level3" and self.options["depth"] not in LEVEL3_DEPTHS:
            return said.DEPTH
        if self.channel == "ohlc" and self.options["interval"] not in INTERVALS:
            return said.INTERVAL
        return None


def read_channel(params: object, *, role: str) -> str | Refusal:
    """Return the channel that a request means, or why there is none here."""
    if not isinstance(params, dict) or not isinstance(params.get("channel"), str):
        return Refusal(said.UNSUPPORTED_EVENT)
    channel: str = params["channel"]
    if channel not in ELSEWHERE:
        return Refusal(said.UNKNOWN_CHANNEL)
    home, elsewhere = ELSEWHERE[channel]
    return channel if home == role else Refusal(elsewhere)


def read_wish(channel: str, params: Mapping[str, Any]) -> Wish | Refusal:
    """Return what is wished of a channel that is at home here."""
    read = read_fields(params, _FIELDS[channel], method="subscribe")
    if isinstance(read, Refusal):
        return read
    symbols = _read_symbols(params["symbol"]) if read.pop("symbol", False) else []
    if symbols is None or (not symbols and "symbol" in _FIELDS[channel]):
        return Refusal(said.UNSUPPORTED_EVENT)
    for name in ("channel", "token", "warnings", "maxratecount"):
        read.pop(name, None)
    return Wish(channel, symbols, {**DEFAULTS[channel], **read})


def subscribed(wish: Wish) -> dict[str, Any]:
    """Return the result of subscribing, without the symbol. Of level3's the depth is not there (7.3)."""
    result = {"channel": wish.channel, **wish.options}
    if wish.channel == "level3":
        del result["depth"]
    if (warnings := _WARNINGS.get(wish.channel)) is not None:
        result["warnings"] = warnings
    return result


def unsubscribed(wish: Wish) -> dict[str, Any]:
    """Return the result of unsubscribing, without the symbol: the parameters that tell subscriptions apart.

    The book's still has `snapshot` (6.2).
    """
    result: dict[str, Any] = {"channel": wish.channel}
    for name in ("event_trigger", "interval", *(("depth", "snapshot") if wish.channel == "book" else ())):
        if name in wish.options:
            result[name] = wish.options[name]
    return result


def _read_symbols(value: object) -> list[str] | None:
    """Return the texts of a list of texts."""
    if not isinstance(value, list) or len(value) > SYMBOLS_MAX:
        return None
    return value if all(type(symbol) is str for symbol in value) else None
