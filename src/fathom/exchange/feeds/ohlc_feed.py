"""Channel `ohlc`: the candles of one pair at one interval (websocket-v2.md 6.4).

Pure. Imports: candles, market_tape, time_texts. Imported by: pair_feeds.
"""

from collections.abc import Sequence

from fathom.exchange.feeds.candles import Candle
from fathom.exchange.feeds.day_stats import MINUTE_NS
from fathom.exchange.feeds.market_tape import MarketTape
from fathom.exchange.feeds.time_texts import micros_text, nanos_text


class OhlcFeed:
    """One topic: one pair, one interval in minutes."""

    channel = "ohlc"
    __slots__ = ("_interval", "_tape")

    def __init__(self, tape: MarketTape, *, interval: int) -> None:
        self._tape = tape
        self._interval = interval

    def snapshot(self, *, now_ns: int) -> list[bytes]:
        """Return the candles kept, oldest first; those without a trade are left out, and the last one may still run."""
        return [self._frame("snapshot", self._tape.candles.rows(self._interval), now_ns=now_ns)]

    def update(self, *, now_ns: int) -> bytes | None:
        """Return the running candle after a trade. One that is over is told again only with its own last trades."""
        trades = self._tape.trades
        if not trades:
            return None
        candles = self._tape.candles.since(self._interval, time_ns=trades[0].time_ns)
        return self._frame("update", candles, now_ns=now_ns)

    def _frame(self, kind: str, candles: Sequence[Candle], *, now_ns: int) -> bytes:
        rows = ",".join([self._row(candle) for candle in candles])
        return f'{{"channel":"ohlc","type":"{kind}","timestamp":"{nanos_text(now_ns)}","data":[{rows}]}}'.encode()

    def _row(self, candle: Candle) -> str:
        price, qty, figures = self._tape.texts.price, self._tape.texts.qty, candle.figures
        end_ns = candle.begin_ns + self._interval * MINUTE_NS
        return (
            f'{{"symbol":"{self._tape.pair.symbol}","open":{price(figures.open_ticks)},'
            f'"high":{price(figures.high_ticks)},"low":{price(figures.low_ticks)},'
            f'"close":{price(figures.close_ticks)},"trades":{figures.trades},"volume":{qty(figures.lots)},'
            f'"vwap":{price(figures.vwap_ticks())},"interval_begin":"{nanos_text(candle.begin_ns)}",'
            f'"interval":{self._interval},"timestamp":"{micros_text(end_ns)}"}}'
        )
