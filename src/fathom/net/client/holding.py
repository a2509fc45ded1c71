"""Subscriptions without a reader: for whoever wants the raw frames, the events, or the books by `book_of`.

Imports: domain, protocol, venue; events, pairs, running. Imported by: kraken.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from fathom.domain import LocalError
from fathom.net.client.events import Gap
from fathom.net.client.feeds.pairs import checked_pairs
from fathom.net.client.running import Running
from fathom.net.clock import clock_ns
from fathom.net.venue import Endpoint
from fathom.protocol.messages import (
    BookParams,
    ChannelParams,
    InstrumentParams,
    Level3Params,
    OhlcParams,
    TickerParams,
    TradeParams,
)

_ENDPOINTS: Final[Mapping[type, Endpoint]] = {
    BookParams: "public",
    TickerParams: "public",
    TradeParams: "public",
    OhlcParams: "public",
    InstrumentParams: "public",
    Level3Params: "level3",
}


def hold(running: Running, params: ChannelParams, symbols: Sequence[str]) -> None:
    """Subscribe to a channel of market data for as long as the client is open.

    Books are verified, and gaps told, as with a reader. `params` is one of `fathom.protocol.messages`, such as
    `BookParams(symbol=(), depth=10, snapshot=True)`; `symbols` take the place of its own. Raises LocalError for a
    pair that is not there, and for a channel that is none of the market's.
    """
    running.need_open()
    endpoint = _ENDPOINTS.get(type(params))
    if endpoint is None:
        raise LocalError("channel", f"{params.__struct_config__.tag} is no market data: read it as a stream")
    symbols = () if isinstance(params, InstrumentParams) else checked_pairs(symbols, running.hearing.market.instruments)
    if endpoint == "level3":
        running.need_key("level3")
    running.hold(params, running.level3 if endpoint == "level3" else running.public, symbols)


def gaps_now(running: Running) -> list[Gap]:
    """Return what nothing is known of just now."""
    now_ns = clock_ns()
    topics = running.hearing.topics
    return [topics.gap(topic, to_ns=now_ns) for topic in topics.all() if topic.dark_since_ns is not None]
