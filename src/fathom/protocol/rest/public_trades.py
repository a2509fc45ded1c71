"""Ticker, OHLC, Trades, Spread, PostTrade: what was traded, and at what prices (rest.md 4).

Pure. Imports: endpoint, reading, names. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import Any, ClassVar, Literal

from msgspec import Struct, field

from fathom.protocol.rest.endpoint import Endpoint, RestRequest, public
from fathom.protocol.rest.names import check_pair, check_pairs
from fathom.protocol.rest.reading import Row, TimeNs, one_pair


class BestPrice(Struct, frozen=True, array_like=True):
    """The best price of a side; the volume in base, whole and rounded up."""

    price: Decimal
    whole_volume: Decimal
    volume: Decimal | None = None  # Absent in old answers.


class LastTrade(Struct, frozen=True, array_like=True):
    """The last trade."""

    price: Decimal
    volume: Decimal


class Spans(Struct, frozen=True, array_like=True):
    """A figure of today since midnight UTC, and of the last 24 hours."""

    today: Decimal
    day: Decimal


class TickerInfo(Row, frozen=True, kw_only=True):
    """One market at a glance. Prices in quote, volumes in base."""

    ask: BestPrice = field(name="a")
    bid: BestPrice = field(name="b")
    last: LastTrade = field(name="c")
    volume: Spans = field(name="v")
    vwap: Spans = field(name="p")
    trades: Spans = field(name="t")  # How many.
    low: Spans = field(name="l")
    high: Spans = field(name="h")
    open: Decimal = field(name="o")  # Today's.


class Ticker(RestRequest[dict[str, TickerInfo]], frozen=True, kw_only=True):
    """Markets by id, or under the name with a slash by which they were asked; all where none is named."""

    endpoint: ClassVar[Endpoint] = public("Ticker")

    pair: tuple[str, ...] = ()
    asset_class: Literal["forex", "tokenized_asset"] | None = None

    def __post_init__(self) -> None:
        check_pairs("pair", self.pair)


class Candle(Struct, frozen=True, array_like=True):
    """One interval from `begin_ns` on; prices in quote, the volume in base."""

    begin_ns: TimeNs
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    vwap: Decimal
    volume: Decimal
    trades: int


class Candles(Row, frozen=True, kw_only=True):
    """Up to 720 candles, the running one last. `last` is to be the next call's `since`: seconds since 1970."""

    pair: str
    candles: tuple[Candle, ...]
    last: int


def _candles(wire: dict[str, Any]) -> Candles:
    pair, rows = one_pair(wire)
    return Candles(pair=pair, candles=_rows(rows), last=_number(wire.get("last", 0)))


class OHLC(RestRequest[Candles], frozen=True, kw_only=True):
    """Candles of `interval` minutes, those after `since` (seconds since 1970). Older than 720 cannot be had."""

    endpoint: ClassVar[Endpoint] = public("OHLC", wire=dict[str, tuple[Candle, ...] | int], made=_candles)

    pair: str
    interval: Literal[1, 5, 15, 30, 60, 240, 1440, 10080, 21600] | None = None
    since: int | None = None
    asset_class: Literal["tokenized_asset"] | None = None

    def __post_init__(self) -> None:
        check_pair("pair", self.pair)


class PublicTrade(Struct, frozen=True, array_like=True):
    """One trade: price in quote, volume in base."""

    price: Decimal
    volume: Decimal
    time_ns: TimeNs
    side: str  # b or s: what the taker did.
    ord_type: str  # m or l: how the taker did it.
    misc: str = ""
    trade_id: int | None = None  # Absent in old answers.


class PublicTrades(Row, frozen=True, kw_only=True):
    """Trades, oldest first. `last` is to be the next call's `since`: ns since 1970, as text."""

    pair: str
    trades: tuple[PublicTrade, ...]
    last: str


def _trades(wire: dict[str, Any]) -> PublicTrades:
    pair, rows = one_pair(wire)
    return PublicTrades(pair=pair, trades=_rows(rows), last=_text(wire.get("last", "")))


class Trades(RestRequest[PublicTrades], frozen=True, kw_only=True):
    """The last `count` trades, 1 to 1000, or those after `since`: seconds, or the ns that `last` said."""

    endpoint: ClassVar[Endpoint] = public("Trades", wire=dict[str, tuple[PublicTrade, ...] | str | int], made=_trades)

    pair: str
    since: str | None = None
    count: int | None = None
    asset_class: Literal["tokenized_asset"] | None = None

    def __post_init__(self) -> None:
        check_pair("pair", self.pair)


class BestPrices(Struct, frozen=True, array_like=True):
    """The best prices at a time."""

    time_ns: TimeNs
    bid: Decimal
    ask: Decimal


class Spreads(Row, frozen=True, kw_only=True):
    """About 200 changes of the best prices, oldest first. `last` is to be the next call's `since`: seconds."""

    pair: str
    spreads: tuple[BestPrices, ...]
    last: int


def _spreads(wire: dict[str, Any]) -> Spreads:
    pair, rows = one_pair(wire)
    return Spreads(pair=pair, spreads=_rows(rows), last=_number(wire.get("last", 0)))


class Spread(RestRequest[Spreads], frozen=True, kw_only=True):
    """The best prices over time, from `since` on: seconds since 1970."""

    endpoint: ClassVar[Endpoint] = public("Spread", wire=dict[str, tuple[BestPrices, ...] | int], made=_spreads)

    pair: str
    since: int | None = None
    asset_class: Literal["tokenized_asset"] | None = None

    def __post_init__(self) -> None:
        check_pair("pair", self.pair)


class PostTradeRow(Row, frozen=True, kw_only=True):
    """One trade in the words of the rules on transparency."""

    trade_id: str
    price: Decimal
    quantity: Decimal
    symbol: str
    description: str = ""
    base_asset: str = ""
    base_notation: str = ""
    quote_asset: str = ""
    quote_notation: str = ""
    trade_venue: str = ""
    trade_ts: TimeNs
    publication_venue: str = ""
    publication_ts: TimeNs | None = None


class PostTradeResult(Row, frozen=True, kw_only=True):
    """Trades of one market or of all."""

    last_ts: TimeNs
    count: int
    trades: tuple[PostTradeRow, ...] = ()


class PostTrade(RestRequest[PostTradeResult], frozen=True, kw_only=True):
    """Transparency after the trade (MiCA): 1 to 1000 trades after `from_ts` until `to_ts`, RFC 3339."""

    endpoint: ClassVar[Endpoint] = public("PostTrade")

    symbol: str | None = None
    from_ts: str | None = None
    to_ts: str | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        check_pair("symbol", self.symbol)


def _text(value: Any) -> str:
    if not isinstance(value, str | int):
        raise ValueError("`last` is no id")  # noqa: TRY004 - Kraken's mistake, not a caller's.
    return str(value)


def _number(value: Any) -> int:
    if not isinstance(value, int):
        raise ValueError("`last` is no number")  # noqa: TRY004 - Kraken's mistake, not a caller's.
    return value


def _rows(rows: Any) -> tuple[Any, ...]:
    if not isinstance(rows, tuple):
        raise ValueError("there is no list of rows")  # noqa: TRY004 - Kraken's mistake, not a caller's.
    return rows
