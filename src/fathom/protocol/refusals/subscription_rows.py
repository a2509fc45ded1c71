"""Error texts about subscriptions and frames on WebSocket (errors.md 9). None of them closes the connection.

Pure. Imports: row. Imported by: table.
"""

from typing import Final

from fathom.protocol.refusals.row import Row, rows

SUBSCRIBING: Final[list[Row]] = [
    *rows(
        "request",
        "fix",
        "write the pair as WebSocket v2 does, such as BTC/USD",
        {
            "Currency pair not supported": "there is no such pair; or a v1 name, or the wrong case",
            "Currency pair not in ISO 4217-A3 format": "the pair has no slash",
            "Pair(s) not found": "there is no such pair",
            "Pair field must be an array": "the pairs are no list",
        },
    ),
    *rows(
        "request",
        "no",
        "nothing to do: it is subscribed; for another depth unsubscribe first",
        {"Already subscribed": "there is a subscription already, perhaps with another depth"},
    ),
    *rows("request", "no", "nothing to do: it is not subscribed", {"Subscription Not Found": "there is none to end"}),
    *rows(
        "request",
        "fix",
        "correct the subscription's parameters",
        {
            "Subscription name invalid": "there is no such channel",
            "Subscription depth not supported": "the channel has no such depth",
            "Subscription book depth must be an integer": "the depth is no whole number",
            "Subscription ohlc interval not supported": "the channel has no such interval",
            "Subscription ohlc interval must be an integer": "the interval is no whole number",
            "Subscription ohlc requires interval": "the interval is missing",
            "Subscription field must be an object": "the subscription is no object",
            "Subscription object unsupported field": "the subscription has a field too many",
            "Subscription book doesn't require interval": "books have no interval",
            "Subscription spread doesn't require depth": "spreads have no depth",
            "Pair field unsupported for this subscription type": "the channel has no pairs",
        },
    ),
    *rows(
        "request",
        "fix",
        "correct the frame",
        {
            "Event(s) not found": "the frame has no event",
            "Malformed request": "the frame is not JSON",
            "Unsupported event": "there is no such method",
            "Unsupported field": "the request has a field too many",
        },
    ),
    *rows(
        "request",
        "fix",
        "use the public endpoint",
        {
            "Public channels not available in this endpoint": "public channels are elsewhere",
            "Public market data subscriptions are unavailable on this endpoint": "public channels are elsewhere",
        },
    ),
    *rows(
        "request",
        "fix",
        "use the private endpoint",
        {"Private data and trading are unavailable on this endpoint": "private channels and orders are elsewhere"},
    ),
]
