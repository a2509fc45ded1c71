"""The venue's side of a market: frames as Kraken writes them, with true checksums from the plain rule."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from fathom.domain import Entry, Event, FrameReceived, Instrument, PublicTrade, Side
from fathom.engine import Engine, Nowhere
from fathom.market import FrameMarket, Market
from fathom.protocol import checksum, time_text

Levels = Iterable[tuple[int, int]]

S = 1_000_000_000
T0 = 1_700_006_400 * S  # 2023-11-15, midnight UTC.

# Small precisions keep the numbers of a test readable: a tick is 0.1 USD, a lot is 0.01 BTC.
BTC = Instrument(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    price_precision=1,
    qty_precision=2,
    cost_precision=5,
    qty_lots_min=1,
    cost_min=Decimal("0.5"),
)
ETH = msgspec.structs.replace(BTC, symbol="ETH/USD", base="ETH", price_precision=2, price_increment_ticks=5)


class Feed:
    """One book as the venue keeps it, and the frames that tell of it. Prices in ticks, quantities in lots."""

    def __init__(self, instrument: Instrument = BTC, *, depth: int = 10, bids: Levels = (), asks: Levels = ()) -> None:
        self.instrument = instrument
        self.depth = depth
        self.time_ns = T0
        self.trades_told = 0
        self.bids = dict(bids)
        self.asks = dict(asks)

    def snapshot(
        self, *, bids: Levels | None = None, asks: Levels | None = None, crc: int | None = None, unchecked: bool = False
    ) -> bytes:
        """The whole book, of new levels where they are given."""
        self.bids = self.bids if bids is None else dict(bids)
        self.asks = self.asks if asks is None else dict(asks)
        return self._frame("snapshot", self._best_bids(), self._best_asks(), crc=crc, unchecked=unchecked)

    def update(self, *, bids: Levels = (), asks: Levels = (), crc: int | None = None, unchecked: bool = False) -> bytes:
        """A change of some levels; quantity 0 removes one."""
        bids, asks = list(bids), list(asks)
        for side, changes in ((self.bids, bids), (self.asks, asks)):
            for price_ticks, qty_lots in changes:
                side[price_ticks] = qty_lots
                if qty_lots == 0:
                    del side[price_ticks]
        self.bids, self.asks = dict(self._best_bids()), dict(self._best_asks())
        return self._frame("update", bids, asks, crc=crc, unchecked=unchecked)

    def trades(self, *trades: tuple[Side, int, int], kind: str = "update", symbol: str | None = None) -> bytes:
        """Trades of (taker's side, price, quantity), told now; their ids rise by one."""
        first = self.trades_told + 1
        self.trades_told += len(trades)
        rows = ",".join(
            f'{{"symbol":"{symbol or self.instrument.symbol}","side":"{side}",'
            f'"price":{self.instrument.price_text(price_ticks)},"qty":{self.instrument.qty_text(qty_lots)},'
            f'"ord_type":"limit","trade_id":{number},"timestamp":"{time_text(self.time_ns)}"}}'
            for number, (side, price_ticks, qty_lots) in enumerate(trades, first)
        )
        return f'{{"channel":"trade","type":"{kind}","data":[{rows}]}}'.encode()

    def _best_bids(self) -> list[tuple[int, int]]:
        return sorted(self.bids.items(), reverse=True)[: self.depth]

    def _best_asks(self) -> list[tuple[int, int]]:
        return sorted(self.asks.items())[: self.depth]

    def _frame(self, kind: str, bids: Levels, asks: Levels, *, crc: int | None, unchecked: bool) -> bytes:
        crc = checksum(self._best_asks(), self._best_bids()) if crc is None else crc
        check = "" if unchecked else f'"checksum":{crc},'
        return (
            f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"{self.instrument.symbol}",'
            f'"bids":[{self._levels(bids)}],"asks":[{self._levels(asks)}],{check}'
            f'"timestamp":"{time_text(self.time_ns)}"}}]}}'
        ).encode()

    def _levels(self, levels: Levels) -> str:
        price, qty = self.instrument.price_text, self.instrument.qty_text
        return ",".join(f'{{"price":{price(price_ticks)},"qty":{qty(qty_lots)}}}' for price_ticks, qty_lots in levels)


def two_sided(instrument: Instrument = BTC, *, depth: int = 10, qty_lots: int = 10, mid: int = 1000) -> Feed:
    """A book of five levels a side, a price increment apart, the best ones that far from the mid."""
    step = instrument.price_increment_ticks
    bids = [(mid - n * step, qty_lots) for n in range(1, 6)]
    asks = [(mid + n * step, qty_lots) for n in range(1, 6)]
    return Feed(instrument, depth=depth, bids=bids, asks=asks)


def instrument_frame(*instruments: Instrument, kind: str = "update") -> bytes:
    """The pairs' rules as the instrument channel tells them."""
    rows = ",".join(
        f'{{"symbol":"{one.symbol}","base":"{one.base}","quote":"{one.quote}","status":"{one.status}",'
        f'"qty_precision":{one.qty_precision},"qty_increment":{one.qty_text(one.qty_increment_lots)},'
        f'"price_precision":{one.price_precision},"price_increment":{one.price_text(one.price_increment_ticks)},'
        f'"cost_precision":{one.cost_precision},"cost_min":{one.cost_min},"qty_min":{one.qty_text(one.qty_lots_min)},'
        f'"marginable":false,"has_index":true}}'
        for one in instruments
    )
    return f'{{"channel":"instrument","type":"{kind}","data":{{"assets":[],"pairs":[{rows}]}}}}'.encode()


def status_frame(word: str) -> bytes:
    """The state of the trading engine."""
    return f'{{"channel":"status","type":"update","data":[{{"system":"{word}","api_version":"v2"}}]}}'.encode()


def trade(side: Side, price_ticks: int, qty_lots: int, *, trade_id: int = 1, time_ns: int = T0 + S) -> PublicTrade:
    """One trade of the market."""
    return PublicTrade(side, price_ticks, qty_lots, trade_id, time_ns)


class House:
    """An engine that keeps what it sequenced, with a clock that the test moves."""

    def __init__(self, *components: object, time_ns: int = T0) -> None:
        self.engine = Engine(components, Nowhere())  # type: ignore[arg-type]  # Each test names real components.
        self.time_ns = time_ns
        self.entries: list[Entry] = []

    def step(self, *events: Event) -> list[Event]:
        """Let the events come in, one after the other; return what followed from them."""
        followed: list[Event] = []
        for event in events:
            entries = self.engine.step(event, time_ns=self.time_ns)
            self.entries += entries
            followed += [entry.event for entry in entries[1:]]
        return followed

    def frame(self, *frames: bytes, link: str = "public") -> list[Event]:
        """Let frames come in."""
        return self.step(*(FrameReceived(link, frame) for frame in frames))


def market_of(*feeds: Feed) -> Market:
    """A market that knows these feeds' pairs, and has no book yet."""
    return FrameMarket([one.instrument for one in feeds], depths={one.instrument.symbol: one.depth for one in feeds})


def trusted_market(*feeds: Feed) -> Market:
    """A market that trusts these feeds' books."""
    market = market_of(*feeds)
    House(market).frame(*(one.snapshot() for one in feeds))
    assert all(book.trusted for book in market.books.values())
    return market


def kinds(events: Sequence[object]) -> list[str]:
    """The names of what was said."""
    return [type(event).__name__ for event in events]
