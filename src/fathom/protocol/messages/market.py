"""The public channels: ticker, book, trade, ohlc, instrument (websocket-v2.md 6), and level3 (7.3).

`book` and `level3` frames are hot: the kernel reads them without these types, which serve what is not hot.

Pure. Imports: wire. Imported by: codec, translate.
"""

from decimal import Decimal

from msgspec import field

from fathom.protocol.messages.wire import MessageType, OrderSide, Wire


class Ticker(Wire, frozen=True, kw_only=True):
    """Top of book and 24 h figures; always complete (6.1). `trades` and `timestamp` since 2026."""

    symbol: str
    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal
    last: Decimal
    volume: Decimal
    vwap: Decimal
    low: Decimal
    high: Decimal
    change: Decimal
    change_pct: Decimal
    trades: int | None = None
    timestamp: str | None = None


class TickerMessage(Wire, frozen=True, kw_only=True, tag_field="channel", tag="ticker"):
    """One ticker in `data`."""

    type: MessageType
    data: tuple[Ticker, ...]


class Level(Wire, frozen=True, kw_only=True):
    """One price level: `qty` is absolute, 0 removes it."""

    price: Decimal
    qty: Decimal


class Book(Wire, frozen=True, kw_only=True):
    """Levels to apply in the given order; `checksum` is of the book after them (6.2)."""

    symbol: str
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    checksum: int
    timestamp: str | None = None


class BookMessage(Wire, frozen=True, kw_only=True, tag_field="channel", tag="book"):
    """One book in `data`."""

    type: MessageType
    data: tuple[Book, ...]


class Trade(Wire, frozen=True, kw_only=True):
    """One public trade; `side` and `ord_type` are the taker's (6.3)."""

    symbol: str
    side: OrderSide
    price: Decimal
    qty: Decimal
    ord_type: str
    trade_id: int
    timestamp: str


class TradeMessage(Wire, frozen=True, kw_only=True, tag_field="channel", tag="trade"):
    """Trades, oldest first."""

    type: MessageType
    data: tuple[Trade, ...]


class Candle(Wire, frozen=True, kw_only=True):
    """One candle. `timestamp` is deprecated and is the interval's end (6.4)."""

    symbol: str
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    vwap: Decimal
    trades: int
    volume: Decimal
    interval_begin: str
    interval: int  # Minutes.
    timestamp: str | None = None


class OhlcMessage(Wire, frozen=True, kw_only=True, tag_field="channel", tag="ohlc"):
    """Candles, oldest first; the last one is running. `timestamp` is when the message was made."""

    type: MessageType
    data: tuple[Candle, ...]
    timestamp: str | None = None


class Asset(Wire, frozen=True, kw_only=True):
    """One asset's rules (6.5)."""

    id: str
    status: str
    precision: int
    precision_display: int
    borrowable: bool = False
    collateral_value: Decimal | None = None
    margin_rate: Decimal | None = None
    multiplier: Decimal | None = None
    asset_class: str | None = field(name="class", default=None)


class Pair(Wire, frozen=True, kw_only=True):
    """One pair's rules (6.5). Increments may come with exponents, such as 1e-08."""

    symbol: str
    base: str
    quote: str
    status: str
    price_precision: int
    price_increment: Decimal
    qty_precision: int
    qty_increment: Decimal
    qty_min: Decimal
    cost_precision: int
    cost_min: Decimal
    has_index: bool = False
    marginable: bool = False
    margin_initial: Decimal | None = None
    position_limit_long: Decimal | None = None
    position_limit_short: Decimal | None = None
    tick_size: Decimal | None = None
    ws_display_price_precision: int | None = None


class Instruments(Wire, frozen=True, kw_only=True):
    """Assets and pairs: all of them in a snapshot, whole rows of the changed ones in an update."""

    assets: tuple[Asset, ...] = ()
    pairs: tuple[Pair, ...] = ()


class InstrumentMessage(Wire, frozen=True, kw_only=True, tag_field="channel", tag="instrument"):
    """The only channel whose `data` is an object."""

    type: MessageType
    data: Instruments


class Level3Order(Wire, frozen=True, kw_only=True):
    """One order of a snapshot, or one event of an update: `add`, `modify` or `delete` (7.3)."""

    order_id: str
    limit_price: Decimal
    order_qty: Decimal
    timestamp: str
    event: str | None = None


class Level3Book(Wire, frozen=True, kw_only=True):
    """Orders in queue order, best price first; `checksum` is of the book after them."""

    symbol: str
    checksum: int
    bids: tuple[Level3Order, ...]
    asks: tuple[Level3Order, ...]
    timestamp: str | None = None


class Level3Message(Wire, frozen=True, kw_only=True, tag_field="channel", tag="level3"):
    """One book in `data`; no sequence."""

    type: MessageType
    data: tuple[Level3Book, ...]
