"""Channel `trade`: the public trades of one pair (websocket-v2.md 6.3).

Pure. Imports: core, market_tape, time_texts. Imported by: pair_feeds.
"""

from collections.abc import Sequence
from typing import Final

from fathom.exchange.core import TradeDone
from fathom.exchange.feeds.market_tape import MarketTape
from fathom.exchange.feeds.time_texts import micros_text

SNAPSHOT_TRADES: Final = 50


class TradeFeed:
    """One topic: one pair."""

    channel = "trade"
    __slots__ = ("_tape",)

    def __init__(self, tape: MarketTape) -> None:
        self._tape = tape

    def snapshot(self, *, now_ns: int) -> list[bytes]:  # noqa: ARG002 - Every feed has the same form.
        """Return the last fifty trades, oldest first."""
        return [self._frame("snapshot", self._tape.last_trades(SNAPSHOT_TRADES))]

    def update(self, *, now_ns: int) -> bytes | None:  # noqa: ARG002 - Every feed has the same form.
        """Return the trades since the last publication, in one message."""
        trades = self._tape.trades
        return self._frame("update", trades) if trades else None

    def _frame(self, kind: str, trades: Sequence[TradeDone]) -> bytes:
        symbol = self._tape.pair.symbol
        price, qty = self._tape.texts.price, self._tape.texts.qty
        rows = ",".join(
            [
                f'{{"symbol":"{symbol}","side":"{trade.side}","price":{price(trade.price_ticks)},'
                f'"qty":{qty(trade.qty_lots)},"ord_type":"{trade.ord_type}","trade_id":{trade.trade_id},'
                f'"timestamp":"{micros_text(trade.time_ns)}"}}'
                for trade in trades
            ]
        )
        return f'{{"channel":"trade","type":"{kind}","data":[{rows}]}}'.encode()
