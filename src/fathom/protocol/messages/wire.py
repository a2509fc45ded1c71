"""What every message is made of: the common form, the session token, and Kraken's words.

Numbers are `Decimal` and keep every digit of the frame; times are texts as spelled, because most are never
looked at, and `times.py` turns the others into ns. Words that we send are closed lists; words that Kraken
sends stay `str`, because a new one must not cost us a fill. `strict.py` knows the words of the documents.

Pure. Imports: nothing. Imported by: the messages, codec, rules, building, translate.
"""

from typing import Literal

from msgspec import Struct


class Wire(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The common form: immutable, and what is not there is not written. Unknown fields are skipped."""


class Token:
    """A WebSocket session token (websocket-v2.md 1.1). Its text shows in no repr and no log line."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return "Token(...)"


# -- Words of requests (websocket-v2.md 8.1) -----------------------------------------------------------------

OrderSide = Literal["buy", "sell"]
WireOrderType = Literal[
    "limit",
    "market",
    "iceberg",
    "stop-loss",
    "stop-loss-limit",
    "take-profit",
    "take-profit-limit",
    "trailing-stop",
    "trailing-stop-limit",
    "settle-position",
]
ConditionalType = Literal[
    "limit",
    "stop-loss",
    "stop-loss-limit",
    "take-profit",
    "take-profit-limit",
    "trailing-stop",
    "trailing-stop-limit",
]
WireTimeInForce = Literal["gtc", "gtd", "ioc", "fok"]
PriceType = Literal["static", "pct", "quote"]
TriggerReference = Literal["last", "index"]
FeePreference = Literal["base", "quote"]
StpType = Literal["cancel_newest", "cancel_oldest", "cancel_both"]
EventTrigger = Literal["trades", "bbo"]
BookDepth = Literal[10, 25, 100, 500, 1000]
Level3Depth = Literal[10, 100, 1000]
OhlcInterval = Literal[1, 5, 15, 30, 60, 240, 1440, 10080, 21600]

# -- Words of messages ---------------------------------------------------------------------------------------

MessageType = Literal["snapshot", "update"]
