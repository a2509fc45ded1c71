"""Every error text of WebSocket v1 that a session says itself (websocket-v1.md 2, errors.md 9).

Pure. Imports: nothing. Imported by: v1.
"""

from typing import Final

MALFORMED: Final = "Malformed request"
UNSUPPORTED_EVENT: Final = "Unsupported event"
NO_EVENT: Final = "Event(s) not found"
MESSAGE_RATE: Final = "Exceeded msg rate"
BAD_REQID: Final = "Reqid field must be a positive integer less than 18446744073709551616"

# -- Hosts, tokens, permissions ------------------------------------------------------------------------------

PRIVATE_ELSEWHERE: Final = "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"
PUBLIC_ELSEWHERE: Final = "Public channels not available in this endpoint"
NO_TOKEN: Final = "Token(s) not found"  # noqa: S105 - an error text
BAD_TOKEN: Final = "ESession:Invalid session"  # noqa: S105 - an error text
NOT_PERMITTED: Final = "EGeneral:Permission denied"

# -- Subscriptions -------------------------------------------------------------------------------------------

SUBSCRIPTION_OBJECT: Final = "Subscription field must be an object"
SUBSCRIPTION_FIELD: Final = "Subscription object unsupported field"
UNKNOWN_NAME: Final = "Subscription name invalid"
NO_PAIRS: Final = "Pair(s) not found"
PAIRS_ARRAY: Final = "Pair field must be an array"
PAIRS_UNSUPPORTED: Final = "Pair field unsupported for this subscription type"
ALREADY_SUBSCRIBED: Final = "Already subscribed"
NOT_SUBSCRIBED: Final = "Subscription Not Found"
DEPTH: Final = "Subscription depth not supported"
DEPTH_TYPE: Final = "Subscription book depth must be an integer"
INTERVAL: Final = "Subscription ohlc interval not supported"
INTERVAL_TYPE: Final = "Subscription ohlc interval must be an integer"
NO_INTERVAL: Final = "Subscription ohlc requires interval"
OPTION_ERRORS: Final = frozenset({DEPTH, DEPTH_TYPE, INTERVAL, INTERVAL_TYPE, NO_INTERVAL})

# -- Orders --------------------------------------------------------------------------------------------------

UNKNOWN_ORDER: Final = "EOrder:Unknown order"

_UNKNOWN_PAIRS: Final = ("EQuery:Unknown asset pair", "EQuery:Invalid asset pair")
_SHOWN_MAX: Final = 64  # So much of a client's own word is repeated.


def not_required(name: str, option: str) -> str:
    """Return the refusal of an option that this channel does not have."""
    return f"Subscription {name} doesn't require {option}"


def flag_wanted(name: str, option: str) -> str:
    """Return the refusal of what should be true or false; nobody captured it: worded as the others."""
    return f"Subscription {name} {option} must be a boolean"


def invalid(field: str) -> str:
    """Return the refusal of a bad or missing parameter."""
    return f"EGeneral:Invalid arguments:{field}"


def unknown_pair(name: str) -> str:
    """Return the refusal of a pair that is not listed, or not even of the form BASE/QUOTE."""
    if "/" not in name:
        return f"Currency pair not in ISO 4217-A3 format {name[:_SHOWN_MAX]}"
    return f"Currency pair not supported {name[:_SHOWN_MAX]}"


def spoken(error: str, *, pair: str = "") -> str:
    """Return an error of the venue in v1's words."""
    return unknown_pair(pair) if error in _UNKNOWN_PAIRS else error
