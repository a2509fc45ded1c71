"""One recording into columns: every frame to the table that it belongs to, by symbol and day.

Frames of a book are verified as they go ([book_track.py]). Trades are written once, by their ids; where ids are missing
that is a gap. A day that was finished before, from the same recording, is not written again.

I/O: writes files through store. Imports: domain, protocol, store, book_track, sinks, run/recording. Imported by:
compile_command.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from fathom.domain import FathomError, Instrument, RemoteError, to_units
from fathom.protocol import MalformedFrame, UnknownMessage, decode, parse_time, translate
from fathom.protocol.messages import Candle, InstrumentMessage, OhlcMessage, Trade, TradeMessage
from fathom.run.history.book_track import BookTrack
from fathom.run.history.own_levels import OwnSums, WithoutOwnLevels
from fathom.run.history.own_orders import WithoutOwn
from fathom.run.history.sinks import BookKind, BookSink, TableSink
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookChannel, BookSaid
from fathom.store.history import DAY_NS, Kind, day_of, symbol_folder

KIND_OF: Final[Mapping[BookChannel, BookKind]] = {"book": "l2", "book (v1)": "l2", "level3": "l3"}
PrecisionOf = Callable[[str], Precision | None]


class Done(NamedTuple):
    """A part that needs no second writing."""

    kind: str
    symbol: str
    day: date


class Compiler:
    """Takes a recording's frames, one by one; `close` when there are no more, `abandon` when something went wrong."""

    def __init__(
        self,
        data: Path,
        source: str,
        *,
        origin: str,
        precision_of: PrecisionOf,
        done: Collection[Done] = (),
        own: frozenset[bytes] | None = None,
        own_sums: Mapping[str, OwnSums] | None = None,
    ) -> None:
        """`precision_of` knows a symbol's precisions; `done` are parts that are there already.

        `own` are orders that level 3 is written without; None: it is written as it came. `own_sums`, by symbol, is what
        level 2 is written without.
        """
        self.tracks: dict[tuple[BookKind, str], BookTrack] = {}
        self.trades = 0
        self.trades_again = 0  # Told twice.
        self.candles = 0
        self.gaps = 0
        self.others = 0  # Frames of which no column is made.
        self.refused = 0
        self.first_refusal = ""
        self.elsewhere = 0  # Frames of a book that another connection tells already.
        self._data = data
        self._source = source
        self._origin = origin
        self._precision_of = precision_of
        self._done = set(done)
        self._own = own
        self._own_sums = own_sums or {}
        self._links: dict[tuple[BookKind, str], tuple[str, BookChannel]] = {}
        self._sinks: dict[tuple[Kind, str], dict[date, TableSink | None]] = {}  # None: that part is there already.
        self._instruments: dict[str, Instrument] = {}
        self._told: dict[str, tuple[date, Instrument]] = {}  # What the columns say of a pair, on its last day.
        self._last_trade: dict[str, tuple[int, int]] = {}  # By symbol: its id, and when we had it.
        self._candles: dict[tuple[str, int], tuple[Candle, int]] = {}  # The running one of each, and when it was told.

    # -- Frames --------------------------------------------------------------------------------------------------------

    def book(self, said: BookSaid, *, precision: Precision, depth: int, local_ns: int) -> None:
        """Take a frame of a book."""
        kind = KIND_OF[said.channel]
        key = (kind, said.symbol)
        link = (said.link, said.channel)
        if self._links.setdefault(key, link) != link:
            self.elsewhere += 1
            return
        self._use(said.symbol, local_ns)
        track = self._track(kind, said.symbol)
        track.take(said.frame, snapshot=said.snapshot, precision=precision, depth=depth, local_ns=local_ns)

    def other(self, frame: bytes, local_ns: int) -> None:
        """Take a frame that is not a book's."""
        try:
            message = decode(frame)
            match message:
                case TradeMessage():
                    self._on_trades(message, local_ns)
                case OhlcMessage():
                    self._on_candles(message, local_ns)
                case InstrumentMessage():
                    self._on_instruments(message, local_ns)
                case MalformedFrame():
                    self._refuse(message.reason)
                case UnknownMessage() | _:
                    self.others += 1
        except (FathomError, RemoteError) as error:
            self._refuse(str(error))

    def close(self) -> None:
        """There are no more frames: every part gets its name. Its last day is not called whole."""
        for track in self.tracks.values():
            track.close()
        for (symbol, _), (candle, told_ns) in list(self._candles.items()):
            self._write_candle(symbol, candle, told_ns)
        for sinks in self._sinks.values():
            for sink in sinks.values():
                if sink is not None:
                    sink.close(whole=False)
        self._sinks.clear()

    def abandon(self) -> None:
        """Leave nothing of what is not finished."""
        for track in self.tracks.values():
            track.abandon()
        for sinks in self._sinks.values():
            for sink in sinks.values():
                if sink is not None:
                    sink.abandon()
        self._sinks.clear()

    # -- What they say -------------------------------------------------------------------------------------------------

    def _refuse(self, why: str) -> None:
        self.refused += 1
        self.first_refusal = self.first_refusal or why

    def _on_trades(self, message: TradeMessage, local_ns: int) -> None:
        begun: set[str] = set()
        for trade in message.data:
            last = self._last_trade.get(trade.symbol)
            if message.type == "snapshot" and last is None:
                continue  # From before the recording.
            if last is not None and trade.trade_id <= last[0]:
                self.trades_again += 1
                continue
            if last is not None and trade.trade_id > last[0] + 1:
                missing = f"trades {last[0] + 1} to {trade.trade_id - 1} are missing"
                self._gap(trade.symbol, "trades", last[1], local_ns, missing)
            self._last_trade[trade.symbol] = (trade.trade_id, local_ns)
            self._write_trade(trade, local_ns, more=trade.symbol in begun)
            begun.add(trade.symbol)

    def _write_trade(self, trade: Trade, local_ns: int, *, more: bool) -> None:
        precision = self._precision(trade.symbol)
        venue_ns = parse_time(trade.timestamp)
        price = to_units(trade.price, precision=precision.price, field="price")
        qty = to_units(trade.qty, precision=precision.qty, field="qty")
        self.trades += 1
        self._use(trade.symbol, local_ns)
        self._add("trades", trade.symbol, day_of(local_ns), {
            "venue_ns": venue_ns, "local_ns": local_ns, "trade_id": trade.trade_id, "side": trade.side,
            "order_type": trade.ord_type, "price_ticks": price, "qty_lots": qty, "price_precision": precision.price,
            "qty_precision": precision.qty,
        })  # fmt: skip
        books = [track for (_, symbol), track in self.tracks.items() if symbol == trade.symbol]
        for track in books or [self._track("l2", trade.symbol)]:
            track.trade(
                local_ns=local_ns, venue_ns=venue_ns, buys=trade.side == "buy", price=price, qty=qty,
                trade_id=trade.trade_id, more=more,
            )  # fmt: skip

    def _on_candles(self, message: OhlcMessage, local_ns: int) -> None:
        """Write each candle when the next one begins: until then it runs."""
        for candle in message.data:
            key = (candle.symbol, candle.interval)
            held = self._candles.get(key)
            if held is not None and held[0].interval_begin > candle.interval_begin:
                continue  # A snapshot that begins before what we have.
            if held is not None and held[0].interval_begin < candle.interval_begin:
                self._write_candle(candle.symbol, *held)
            self._candles[key] = (candle, local_ns)

    def _write_candle(self, symbol: str, candle: Candle, told_ns: int) -> None:
        precision = self._precision(symbol)
        prices = {
            f"{name}_ticks": to_units(getattr(candle, name), precision=precision.price, field=name)
            for name in ("open", "high", "low", "close")
        }
        self.candles += 1
        begin_ns = parse_time(candle.interval_begin)
        self._use(symbol, told_ns)
        self._add("candles", symbol, day_of(max(begin_ns, told_ns - DAY_NS)), {
            "begin_ns": begin_ns, "interval_s": candle.interval * 60, "local_ns": told_ns,
            **prices, "volume_lots": _nearest(candle.volume, precision.qty), "vwap": str(candle.vwap),
            "trades": candle.trades, "price_precision": precision.price, "qty_precision": precision.qty,
        })  # fmt: skip

    def _on_instruments(self, message: InstrumentMessage, local_ns: int) -> None:
        """Remember every pair; write what changed of those that this recording has to do with."""
        for changed in translate.pairs_told(message).changed:
            symbol = changed.instrument.symbol
            self._instruments[symbol] = changed.instrument
            if symbol in self._told:
                self._use(symbol, local_ns)

    def _use(self, symbol: str, local_ns: int) -> None:
        """A pair is in the recording: say what it allows, once a day and when it changes."""
        one, day = self._instruments.get(symbol), day_of(local_ns)
        if one is None or self._told.get(symbol) == (day, one):
            return
        self._told[symbol] = (day, one)
        self._add("instruments", symbol, day, {
            "local_ns": local_ns, "base": one.base, "quote": one.quote, "status": one.status,
            "price_precision": one.price_precision, "qty_precision": one.qty_precision,
            "cost_precision": one.cost_precision, "price_increment_ticks": one.price_increment_ticks,
            "qty_increment_lots": one.qty_increment_lots, "qty_lots_min": one.qty_lots_min,
            "cost_min": str(one.cost_min),
        })  # fmt: skip

    def _gap(self, symbol: str, channel: str, from_ns: int, to_ns: int, reason: str) -> None:
        self.gaps += 1
        row = {"channel": channel, "from_ns": from_ns, "to_ns": to_ns, "reason": reason}
        self._add("gaps", symbol, day_of(to_ns), row)

    # -- Where it goes -------------------------------------------------------------------------------------------------

    def _precision(self, symbol: str) -> Precision:
        precision = self._precision_of(symbol)
        if precision is None:
            raise RemoteError(f"nothing says how many decimals {symbol} has")
        return precision

    def _track(self, kind: BookKind, symbol: str) -> BookTrack:
        track = self.tracks.get((kind, symbol))
        if track is None:
            symbol_folder(symbol)  # Refused now, not when its first day ends.

            def open_day(day: date) -> BookSink | None:
                if Done(kind, symbol, day) in self._done:
                    return None
                return BookSink(self._data, kind, symbol, day, source=self._source, origin=self._origin)

            def gap(from_ns: int, to_ns: int, reason: str) -> None:
                self._gap(symbol, kind, from_ns, to_ns, reason)

            without_own = self._without_own(kind, symbol)
            track = BookTrack(kind, open_day=open_day, gap=gap, without_own=without_own)
            self.tracks[kind, symbol] = track
        return track

    def _without_own(self, kind: BookKind, symbol: str) -> WithoutOwn | WithoutOwnLevels | None:
        if kind == "l3":
            return None if self._own is None else WithoutOwn(self._own)
        return WithoutOwnLevels(self._own_sums[symbol]) if symbol in self._own_sums else None

    def _add(self, kind: Kind, symbol: str, day: date, row: Mapping[str, Any]) -> None:
        """Give a row to its table of its day. A day is finished when the one after the next begins."""
        sinks = self._sinks.setdefault((kind, symbol), {})
        if day not in sinks:
            for old in [one for one in sinks if one < day - timedelta(days=1)]:
                if (sink := sinks.pop(old)) is not None:
                    sink.close(whole=True)
            done = Done(kind, symbol, day) in self._done
            sinks[day] = (
                None if done else TableSink(self._data, kind, symbol, day, source=self._source, origin=self._origin)
            )
        if (sink := sinks[day]) is not None:
            sink.add(row)


def _nearest(value: Decimal, precision: int) -> int:
    """Return a volume in lots: Kraken's sums may have more decimals than the pair."""
    return int(value.scaleb(precision).to_integral_value())
