"""A market to step over where only candles or trades are held of it: a book of one level a side is made around them.

It is made to be no better than what was: whoever takes pays half the spread, finds no more than a share of what was
traded, and an order of ours that rests is filled only where the price went through it. Of a candle nobody knows what
came first. Its open is there when it begins; everything else happens in its last nanoseconds, the low before the high,
so that nothing decided on a candle trades in it, and what protects a position falls before what takes its profit.

Pure, but for the extra that it imports. Imports: kernel, store, settings. Imported by: stepping.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from fathom.kernel import rows as form
from fathom.store.history import need_history, row_type

NS_PER_SECOND: Final = 1_000_000_000
POINTS: Final = 4  # Of a candle: open, low, high, close.
ROWS_A_POINT: Final = 5  # The old levels go, the new ones come, and a trade.
DEPTH: Final = 10
ROLL: Final = 100  # Trades over whose mean quantity a level of a market of trades is made.


class Made(NamedTuple):
    """Rows to step over, and the precisions of price and quantity of their numbers."""

    rows: bytes
    precisions: tuple[int, int]


def of_candles(table: Any, *, spread_bps: float, volume_share: float) -> Made:
    """Return the market of a table of candles of one interval, in order of their beginning, as `candles` has them."""
    np = need_history("numpy")
    begins, lots = _ints(table, "begin_ns"), _ints(table, "volume_lots")
    ends = begins + _ints(table, "interval_s") * NS_PER_SECOND
    count = len(begins)
    names = ("open_ticks", "low_ticks", "high_ticks", "close_ticks")
    prices = np.column_stack([_ints(table, name) for name in names]).ravel()
    times = np.column_stack([begins, ends - 3, ends - 2, ends - 1]).ravel()
    share = lots // POINTS
    qty = np.column_stack([share, share, share, lots - 3 * share]).ravel()
    # Whose side takes is chosen so that a price that is only touched fills nobody: down to a price buyers take.
    before = np.concatenate([prices[:1], prices[POINTS - 1 : -1 : POINTS]])
    opens_up = prices[::POINTS] > before
    buys = np.column_stack([~opens_up, np.ones(count, bool), np.zeros(count, bool), np.ones(count, bool)]).ravel()
    shown = np.repeat(np.maximum(1, (lots * volume_share).astype("i8")), POINTS)
    traded = np.repeat(lots > 0, POINTS)
    points = _Points(times, times, prices, qty, buys, shown, traded, np.arange(len(prices)) + 1)
    return Made(_rows(points, spread_bps, _precisions(table)), _precisions(table))


def of_trades(table: Any, *, spread_bps: float, volume_share: float) -> Made:
    """Return the market of a table of trades, in order of their arrival, as `trades` has them."""
    np = need_history("numpy")
    prices, qty = _ints(table, "price_ticks"), _ints(table, "qty_lots")
    down = np.diff(prices, prepend=prices[:1]) <= 0
    sides = table["side"].cast("string").to_numpy(zero_copy_only=False)
    known = sides != None  # noqa: E711 - Element by element.
    buys = np.where(known, sides == "buy", down)
    sums = np.cumsum(np.concatenate([[0], qty]))
    places = np.arange(1, len(qty) + 1)
    first = np.maximum(0, places - ROLL)
    mean = (sums[places] - sums[first]) // (places - first)
    shown = np.maximum(1, (np.maximum(qty, mean) * volume_share).astype("i8"))
    ids = table["trade_id"].fill_null(0).to_numpy(zero_copy_only=False).astype("i8")
    ids = np.where(ids > 0, ids, places)
    local, venue = _ints(table, "local_ns"), _ints(table, "venue_ns")
    points = _Points(local, venue, prices, qty, buys, shown, np.ones(len(prices), bool), ids)
    return Made(_rows(points, spread_bps, _precisions(table)), _precisions(table))


class _Points(NamedTuple):
    """Moments of a market: when, the price, what was traded and by whom, and what a level shows."""

    local_ns: Any
    venue_ns: Any
    prices: Any
    qty: Any
    buys: Any
    shown: Any
    traded: Any
    ids: Any


def _rows(points: _Points, spread_bps: float, precisions: tuple[int, int]) -> bytes:
    np = need_history("numpy")
    count = len(points.prices)
    half = np.maximum(1, np.ceil(points.prices * (spread_bps / 20_000)).astype("i8"))
    bids, asks = np.maximum(1, points.prices - half), points.prices + half
    rows = np.zeros((count, ROWS_A_POINT), row_type())
    rows["local_ns"], rows["venue_ns"] = points.local_ns[:, None], points.venue_ns[:, None]
    rows["order_ns"] = -1
    frames = np.arange(count, dtype="u4") * 2 + 2
    rows["frame"][:, :4] = frames[:, None]
    rows["frame"][:, 4] = frames + 1
    for place, (kind, price, qty) in enumerate((
        (form.LEVEL, _before(bids), 0),
        (form.LEVEL + 1, _before(asks), 0),
        (form.LEVEL, bids, points.shown),
        (form.LEVEL + 1, asks, points.shown),
        (form.TRADE, points.prices, points.qty),
    )):  # fmt: skip
        rows["kind"][:, place], rows["price"][:, place], rows["qty"][:, place] = kind, price, qty
    rows["kind"][:, 4] += ~points.buys
    rows["order"][:, 4] = points.ids
    rows["flags"] = 1  # Verified: there is no checksum to fail.
    rows["flags"][:, 3:] |= form.LAST
    keep = np.ones((count, ROWS_A_POINT), bool)
    keep[:, 4] = points.traded & (points.qty > 0)
    keep[0, :2] = False  # There is nothing yet that could go.
    first = np.zeros(1, row_type())
    first["local_ns"], first["venue_ns"], first["order_ns"] = points.local_ns[:1], points.venue_ns[:1], -1
    first["price"], first["qty"], first["order"] = *precisions, DEPTH
    first["frame"], first["kind"], first["flags"] = 1, form.CLEAR, 1 | form.SNAPSHOT | form.LAST
    made: bytes = first.tobytes() + rows[keep].tobytes()
    return made


def _before(prices: Any) -> Any:
    np = need_history("numpy")
    return np.concatenate([prices[:1], prices[:-1]])


def _ints(table: Any, name: str) -> Any:
    return table[name].to_numpy(zero_copy_only=False).astype("i8")


def _precisions(table: Any) -> tuple[int, int]:
    return table["price_precision"][0].as_py(), table["qty_precision"][0].as_py()
