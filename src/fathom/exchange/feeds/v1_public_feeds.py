"""Version 1's `ticker`, `trade`, `spread` and `ohlc`: arrays of texts (websocket-v1.md 4).

The ticker comes after each trade, as the recordings show, the spread after each change of the best prices or
their quantities. Trades have no snapshot; a candle's is the last one there was, even if it is old.

Pure. Imports: market_tape, ticker_view, time_texts. Imported by: pair_feeds.
"""

from collections.abc import Iterable
from typing import Final

from fathom.exchange.feeds.day_stats import MINUTE_NS
from fathom.exchange.feeds.market_tape import MarketTape
from fathom.exchange.feeds.time_texts import unix_text

_SIDES: Final = {"buy": "b", "sell": "s"}
_ORDER_TYPES: Final = {"limit": "l", "market": "m"}


class V1TickerFeed:
    """One topic: one pair."""

    channel = "ticker"
    __slots__ = ("_head", "_tail", "_tape")

    def __init__(self, tape: MarketTape, *, channel_id: int) -> None:
        self._tape = tape
        self._head = f"[{channel_id},"
        self._tail = f',"ticker","{tape.pair.wsname}"]'

    def snapshot(self, *, now_ns: int) -> list[bytes]:
        """Return the ticker as it stands."""
        view, texts = self._tape.view(now_ns=now_ns), self._tape.texts
        price, qty, whole = texts.v1_price, texts.qty, 10**view.pair.qty_precision
        spans = (view.today, view.day)
        scale = texts.v1_scale
        rows = (
            f'"a":["{price(view.ask_ticks)}",{view.ask_lots // whole},"{qty(view.ask_lots)}"]',
            f'"b":["{price(view.bid_ticks)}",{view.bid_lots // whole},"{qty(view.bid_lots)}"]',
            f'"c":["{price(view.last_ticks)}","{qty(view.last_lots)}"]',
            f'"v":{_texts(qty(span.lots) for span in spans)}',
            f'"p":{_texts(texts.v1_units(view.vwap_ticks(span, scale=scale)) for span in spans)}',
            f'"t":[{view.today.trades},{view.day.trades}]',
            f'"l":{_texts(price(view.low_ticks(span)) for span in spans)}',
            f'"h":{_texts(price(view.high_ticks(span)) for span in spans)}',
            f'"o":{_texts(price(view.open_ticks(span)) for span in spans)}',
        )
        return [f"{self._head}{{{','.join(rows)}}}{self._tail}".encode()]

    def update(self, *, now_ns: int) -> bytes | None:
        """Return it after a trade."""
        return self.snapshot(now_ns=now_ns)[0] if self._tape.trades else None


class V1TradeFeed:
    """One topic: one pair."""

    channel = "trade"
    __slots__ = ("_head", "_tail", "_tape")

    def __init__(self, tape: MarketTape, *, channel_id: int) -> None:
        self._tape = tape
        self._head = f"[{channel_id},["
        self._tail = f'],"trade","{tape.pair.wsname}"]'

    def snapshot(self, *, now_ns: int) -> list[bytes]:  # noqa: ARG002 - Every feed has the same form.
        """Return nothing: there is none."""
        return []

    def update(self, *, now_ns: int) -> bytes | None:  # noqa: ARG002 - Every feed has the same form.
        """Return the trades since the last publication."""
        trades, texts = self._tape.trades, self._tape.texts
        if not trades:
            return None
        rows = ",".join(
            [
                f'["{texts.v1_price(trade.price_ticks)}","{texts.qty(trade.qty_lots)}","{unix_text(trade.time_ns)}",'
                f'"{_SIDES[trade.side]}","{_ORDER_TYPES[trade.ord_type]}",""]'
                for trade in trades
            ]
        )
        return f"{self._head}{rows}{self._tail}".encode()


class V1SpreadFeed:
    """One topic: one pair."""

    channel = "spread"
    __slots__ = ("_head", "_tail", "_tape")

    def __init__(self, tape: MarketTape, *, channel_id: int) -> None:
        self._tape = tape
        self._head = f"[{channel_id},["
        self._tail = f'],"spread","{tape.pair.wsname}"]'

    def snapshot(self, *, now_ns: int) -> list[bytes]:
        """Return the best prices and their quantities."""
        (bid_ticks, bid_lots, ask_ticks, ask_lots), texts = self._tape.best, self._tape.texts
        return [
            f'{self._head}"{texts.v1_price(bid_ticks)}","{texts.v1_price(ask_ticks)}","{unix_text(now_ns)}",'
            f'"{texts.qty(bid_lots)}","{texts.qty(ask_lots)}"{self._tail}'.encode()
        ]

    def update(self, *, now_ns: int) -> bytes | None:
        """Return them after a change."""
        return self.snapshot(now_ns=now_ns)[0] if self._tape.best_moved else None


class V1OhlcFeed:
    """One topic: one pair, one interval in minutes."""

    channel = "ohlc"
    __slots__ = ("_head", "_interval", "_tail", "_tape")

    def __init__(self, tape: MarketTape, *, interval: int, channel_id: int) -> None:
        self._tape = tape
        self._interval = interval
        self._head = f"[{channel_id},["
        self._tail = f'],"ohlc-{interval}","{tape.pair.wsname}"]'

    def snapshot(self, *, now_ns: int) -> list[bytes]:  # noqa: ARG002 - Every feed has the same form.
        """Return the last candle there was."""
        candle = self._tape.candles.last(self._interval)
        if candle is None:
            return []
        texts, figures = self._tape.texts, candle.figures
        prices = (figures.open_ticks, figures.high_ticks, figures.low_ticks, figures.close_ticks)
        values = ",".join(
            [
                f'"{unix_text(candle.last_ns)}","{unix_text(candle.begin_ns + self._interval * MINUTE_NS)}"',
                *[f'"{texts.v1_price(price)}"' for price in prices],
                f'"{texts.v1_units(figures.vwap_ticks(scale=texts.v1_scale))}","{texts.qty(figures.lots)}",{figures.trades}',
            ]
        )
        return [f"{self._head}{values}{self._tail}".encode()]

    def update(self, *, now_ns: int) -> bytes | None:
        """Return the running candle after a trade."""
        return self.snapshot(now_ns=now_ns)[0] if self._tape.trades else None


def _texts(texts: Iterable[str]) -> str:
    rows = ",".join([f'"{text}"' for text in texts])
    return f"[{rows}]"
