"""The market's messages as our events: instrument, trade, ohlc, status (websocket-v2.md 5.1, 6.3 to 6.5).

Pure. Imports: domain, messages, times. Imported by: orders beside it, the front door.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, get_args

from msgspec import Struct

from fathom.domain import (
    Candle,
    Instrument,
    InstrumentChanged,
    LocalError,
    PairStatus,
    PublicTrade,
    RemoteError,
    TradesSeen,
    VenueStatus,
    VenueStatusChanged,
    nearest_units,
    to_units,
)
from fathom.protocol.messages import InstrumentMessage, OhlcMessage, Pair, StatusMessage, TradeMessage
from fathom.protocol.times import parse_time

_PAIR_STATUSES: Final[Mapping[str, PairStatus]] = {word: word for word in get_args(PairStatus)}
_VENUE_STATUSES: Final[Mapping[str, VenueStatus]] = {word: word for word in get_args(VenueStatus)}


def wire_units(value: Decimal, *, precision: int, field: str) -> int:
    """Return a number of Kraken's in our units. Raises RemoteError where it does not fit the pair."""
    try:
        return to_units(value, precision=precision, field=field)
    except LocalError as error:
        raise RemoteError(str(error)) from None


def instrument_named(symbol: str, instruments: Mapping[str, Instrument]) -> Instrument:
    """Return the pair's rules. Raises RemoteError for a pair that was never told."""
    try:
        return instruments[symbol]
    except KeyError:
        raise RemoteError(f"a message about {symbol}, a pair without an instrument row") from None


class PairsTold(Struct, frozen=True):
    """What an instrument message says: pairs as we know them, and pairs that make no sense, with the reason."""

    changed: tuple[InstrumentChanged, ...]
    refused: tuple[tuple[str, str], ...]


def pairs_told(message: InstrumentMessage) -> PairsTold:
    """Return every pair of the message. One senseless row does not spoil the other thousand."""
    changed: list[InstrumentChanged] = []
    refused: list[tuple[str, str]] = []
    for pair in message.data.pairs:
        try:
            changed.append(InstrumentChanged(instrument_of(pair)))
        except RemoteError as error:
            refused.append((pair.symbol, str(error)))
    return PairsTold(tuple(changed), tuple(refused))


def leverages_told(message: InstrumentMessage) -> dict[str, int]:
    """Return the most leverage of every pair that has margin; the channel says what share one has to pay."""
    return {
        pair.symbol: int((1 / pair.margin_initial).to_integral_value())
        for pair in message.data.pairs
        if pair.marginable and pair.margin_initial is not None and 0 < pair.margin_initial <= 1
    }


def instrument_of(pair: Pair) -> Instrument:
    """Return the pair's rules in ticks and lots. Raises RemoteError where its numbers contradict each other.

    A status that we do not know takes no new orders: it becomes `cancel_only`.
    """
    if not (0 <= pair.price_precision <= 18 and 0 <= pair.qty_precision <= 18 and pair.cost_precision >= 0):
        raise RemoteError(f"{pair.symbol}: precisions beyond 64 bits")
    price_increment_ticks = wire_units(pair.price_increment, precision=pair.price_precision, field="price_increment")
    qty_increment_lots = wire_units(pair.qty_increment, precision=pair.qty_precision, field="qty_increment")
    qty_lots_min = wire_units(pair.qty_min, precision=pair.qty_precision, field="qty_min")
    if price_increment_ticks <= 0 or qty_increment_lots <= 0 or qty_lots_min < 0:
        raise RemoteError(f"{pair.symbol}: increments must be above zero")
    wire_units(pair.cost_min, precision=18, field="cost_min")  # Only that it is a sane number.
    return Instrument(
        symbol=pair.symbol,
        base=pair.base,
        quote=pair.quote,
        price_precision=pair.price_precision,
        qty_precision=pair.qty_precision,
        cost_precision=pair.cost_precision,
        price_increment_ticks=price_increment_ticks,
        qty_increment_lots=qty_increment_lots,
        qty_lots_min=qty_lots_min,
        cost_min=pair.cost_min,
        status=_PAIR_STATUSES.get(pair.status, "cancel_only"),
    )


def trades_seen(message: TradeMessage, *, instruments: Mapping[str, Instrument]) -> list[TradesSeen]:
    """Return the trades, one event a symbol. Raises RemoteError for a symbol that has no instrument."""
    by_symbol: dict[str, list[PublicTrade]] = {}
    for trade in message.data:
        instrument = instrument_named(trade.symbol, instruments)
        by_symbol.setdefault(trade.symbol, []).append(
            PublicTrade(
                side=trade.side,
                price_ticks=wire_units(trade.price, precision=instrument.price_precision, field="price"),
                qty_lots=wire_units(trade.qty, precision=instrument.qty_precision, field="qty"),
                trade_id=trade.trade_id,
                time_ns=parse_time(trade.timestamp),
            )
        )
    return [TradesSeen(symbol, tuple(trades)) for symbol, trades in by_symbol.items()]


class CandlesTold(Struct, frozen=True):
    """The venue's own candles of one symbol and interval, oldest first, the last one running, as of `until_ns`."""

    symbol: str
    interval_s: int
    until_ns: int
    candles: tuple[Candle, ...]


def candles_told(message: OhlcMessage, *, instruments: Mapping[str, Instrument]) -> list[CandlesTold]:
    """Return the candles of an ohlc message. Raises RemoteError for a symbol that has no instrument."""
    rows: dict[tuple[str, int], list[Candle]] = {}
    for row in message.data:
        instrument = instrument_named(row.symbol, instruments)
        open_ticks, high_ticks, low_ticks, close_ticks = (
            wire_units(price, precision=instrument.price_precision, field="price")
            for price in (row.open, row.high, row.low, row.close)
        )
        candle = Candle(
            begin_ns=parse_time(row.interval_begin),
            open_ticks=open_ticks,
            high_ticks=high_ticks,
            low_ticks=low_ticks,
            close_ticks=close_ticks,
            vwap_ticks=_nearest(row.vwap, precision=instrument.price_precision),
            qty_lots=_nearest(row.volume, precision=instrument.qty_precision),
            trades=row.trades,
        )
        rows.setdefault((row.symbol, row.interval * 60), []).append(candle)
    until_ns = 0 if message.timestamp is None else parse_time(message.timestamp)
    return [CandlesTold(symbol, interval_s, until_ns, tuple(candles)) for (symbol, interval_s), candles in rows.items()]


def _nearest(value: Decimal, *, precision: int) -> int:
    try:
        return nearest_units(value, precision=precision)
    except LocalError as error:
        raise RemoteError(str(error)) from None


def venue_status(message: StatusMessage) -> VenueStatusChanged | None:
    """Return the engine's state; None where the message has none. An unknown word takes no new orders."""
    if not message.data:
        return None
    return VenueStatusChanged(_VENUE_STATUSES.get(message.data[-1].system, "cancel_only"))
