"""Gives a reader its stream.

Imports: fleet, running, streams. Imported by: kraken.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from fathom.net.client.feeds.fleet import Fleet
from fathom.net.client.feeds.pairs import checked_pairs
from fathom.net.client.feeds.streams import Stream
from fathom.net.client.running import Running
from fathom.protocol.messages import ChannelParams

T = TypeVar("T")


def read(
    running: Running,
    params: ChannelParams,
    symbols: Sequence[str],
    fleet: Fleet,
    callback: Callable[[T], object] | None,
    *,
    conflate: bool = False,
    history: bool = True,
) -> Stream[T]:
    """Return a stream that reads these topics until it is closed, subscribing to those that are new.

    Raises LocalError for a pair that the venue does not have.
    """
    running.need_open()
    if hasattr(params, "symbol"):
        symbols = checked_pairs(symbols, running.hearing.market.instruments)
    topics = running.hearing.topics.open(params, symbols, fleet)
    channel = topics[0].key.channel
    stream: Stream[T] = Stream(
        size=running.options.line_size,
        conflate=conflate,
        history=history,
        callback=callback,
        on_close=lambda: running.hearing.topics.release(topics, stream),
        on_error=lambda error: running.callback_failed(channel, error),
        on_overrun=lambda count: running.hearing.overran(topics, stream, count),
    )
    running.hearing.topics.read(topics, stream)
    for topic in topics:
        for there in running.hearing.known(topic, history=history):
            stream.put(topic.key, there)
    return stream
