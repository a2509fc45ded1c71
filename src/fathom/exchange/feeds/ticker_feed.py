"""Channel `ticker`: one market at a glance, after each trade or after each change of the best prices (6.1).

Pure. Imports: market_tape, time_texts. Imported by: pair_feeds.
"""

from fathom.exchange.feeds.market_tape import MarketTape
from fathom.exchange.feeds.time_texts import micros_text


class TickerFeed:
    """One topic: one pair, one event trigger."""

    channel = "ticker"
    __slots__ = ("_tape", "_trigger")

    def __init__(self, tape: MarketTape, *, trigger: str) -> None:
        self._tape = tape
        self._trigger = trigger

    def snapshot(self, *, now_ns: int) -> list[bytes]:
        """Return the ticker as it stands."""
        return [self._frame("snapshot", now_ns=now_ns)]

    def update(self, *, now_ns: int) -> bytes | None:
        """Return it where its trigger happened."""
        happened = self._tape.best_moved if self._trigger == "bbo" else bool(self._tape.trades)
        return self._frame("update", now_ns=now_ns) if happened else None

    def _frame(self, kind: str, *, now_ns: int) -> bytes:
        view, texts = self._tape.view(now_ns=now_ns), self._tape.texts
        price, qty, day = texts.price, texts.qty, view.day
        return (
            f'{{"channel":"ticker","type":"{kind}","data":[{{"symbol":"{view.pair.symbol}",'
            f'"bid":{price(view.bid_ticks)},"bid_qty":{qty(view.bid_lots)},'
            f'"ask":{price(view.ask_ticks)},"ask_qty":{qty(view.ask_lots)},'
            f'"last":{price(view.last_ticks)},"volume":{qty(day.lots)},"vwap":{price(view.vwap_ticks(day))},'
            f'"low":{price(view.low_ticks(day))},"high":{price(view.high_ticks(day))},'
            f'"change":{texts.signed_price(view.change_ticks)},"change_pct":{view.change_pct},'
            f'"trades":{day.trades},"timestamp":"{micros_text(now_ns)}"}}]}}'
        ).encode()
