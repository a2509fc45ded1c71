"""Every error text of WebSocket v2 that a session says itself (websocket-v2.md 9, errors.md 9).

Pure. Imports: nothing. Imported by: sessions.
"""

from typing import Final

MALFORMED: Final = "Malformed request"
UNSUPPORTED_EVENT: Final = "Unsupported event"
MESSAGE_RATE: Final = "Exceeded msg rate"

# -- Hosts, tokens, permissions ------------------------------------------------------------------------------

PRIVATE_ELSEWHERE: Final = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"
PUBLIC_ELSEWHERE: Final = "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com"
LEVEL3_ELSEWHERE: Final = (  # Nobody captured this one: worded as the other two.
    "Level 3 market data subscriptions are unavailable on this endpoint. Try ws-l3.kraken.com"
)
NO_TOKEN: Final = "Token(s) not found"  # noqa: S105 - an error text
BAD_TOKEN: Final = "ESession:Invalid session"  # noqa: S105 - an error text
NOT_PERMITTED: Final = "EGeneral:Permission denied"

# -- Subscriptions -------------------------------------------------------------------------------------------

UNKNOWN_CHANNEL: Final = "Subscription name invalid"
ALREADY_SUBSCRIBED: Final = "Already subscribed"
NOT_SUBSCRIBED: Final = "Subscription Not Found"
DEPTH: Final = "Subscription depth not supported"
DEPTH_TYPE: Final = "Subscription book depth must be an integer"
INTERVAL: Final = "Subscription ohlc interval not supported"
INTERVAL_TYPE: Final = "Subscription ohlc interval must be an integer"
# Of level3's two limits no text is known (7.3). Too fast is too fast; the other must not read as "try again".
LEVEL3_RATE: Final = MESSAGE_RATE
LEVEL3_SYMBOLS: Final = "Maximum number of level3 symbols exceeded"

# -- Orders --------------------------------------------------------------------------------------------------

UNKNOWN_ORDER: Final = "EOrder:Unknown order"
NO_MPP: Final = "EGeneral:Invalid arguments:no_mpp order option is only available when ordertype = market"

# What REST says, and v2 says otherwise.
_ELSEWISE: Final = {"EOrder:Order minimum not met": "EGeneral:Invalid arguments:volume minimum not met"}
_UNKNOWN_PAIRS: Final = ("EQuery:Unknown asset pair", "EQuery:Invalid asset pair")

# -- Warnings (7.1, 6.4, 6.5) --------------------------------------------------------------------------------

EXECUTIONS_WARNINGS: Final = (
    "cancel_reason is deprecated, use reason",
    "stop_price is deprecated, use triggers.price",
    "trigger is deprecated use triggers.reference",
    "triggered_price is deprecated use triggers.last_price",
)
OHLC_WARNINGS: Final = ("timestamp is deprecated, use interval_begin",)
INSTRUMENT_WARNINGS: Final = ("tick_size is deprecated, use price_increment",)
ORDER_WARNINGS: Final = {
    "stop_price": "stop_price is deprecated, use triggers.price",
    "trigger": "trigger is deprecated use triggers.reference",
    "price": "price is deprecated, use limit_price",
    "no_mpp": "no_mpp is deprecated",
}


def unsupported_field(name: str, *, method: str) -> str:
    """Return the refusal of a field that the message does not have; `add_order` is called `add order` there."""
    return f"Unsupported field: '{name[:64]}' for the given msg type: {method.replace('_', ' ')}"


def number_wanted(field: str) -> str:
    """Return the refusal of what should be a JSON number; the first letter is upper case."""
    return f"{field.capitalize()} field must be a number_float"


def invalid(field: str) -> str:
    """Return the refusal of a bad or missing parameter."""
    return f"EGeneral:Invalid arguments:{field}"


def unknown_pair(symbol: str) -> str:
    """Return the refusal of a symbol that is not listed, or not even of the form BASE/QUOTE."""
    if "/" not in symbol:
        return f"Currency pair not in ISO 4217-A3 format {symbol}"
    return f"Currency pair not supported {symbol}"


def spoken(error: str, *, symbol: str | None = None) -> str:
    """Return an error of the venue in v2's words."""
    if error in _UNKNOWN_PAIRS and symbol is not None:
        return unknown_pair(symbol)
    return _ELSEWISE.get(error, error)
