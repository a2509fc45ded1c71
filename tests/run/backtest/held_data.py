"""Recorded markets on disk, small: tapes made by hand, candles, trades, instruments; and a bot's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fathom.kernel import rows as form
from fathom.store.history import (
    Kind,
    PartitionWriter,
    TapeHead,
    TapeWriter,
    day_of,
    part_path,
    plain_columns,
    tape_path,
)
from market_feed import BTC, T0, S
from step_stage import Recording

ROW = form.ROW_BYTES


def hold_tape(data: Path, recording: Recording, *, source: str = "rec", verified: int | None = None) -> Path:
    """The tapes of a recording, one a day."""
    pieces: dict[Any, list[bytes]] = {}
    for piece in recording._pieces:
        pieces.setdefault(day_of(int.from_bytes(piece[:8], "little")), []).append(piece)
    path = data
    for day, rows in pieces.items():
        path = tape_path(data, "l2", recording.instrument.symbol, day, source)
        writer = TapeWriter(path)
        writer.write(b"".join(rows))
        frames = len({piece[48:52] for piece in rows})
        writer.close(
            TapeHead(
                symbol=recording.instrument.symbol,
                kind="l2",
                date=str(day),
                source=source,
                rows=len(rows),
                frames=frames,
                verified=frames if verified is None else verified,
                mismatched=0,
                unchecked=0,
                trades=0,
                gaps=0,
                first_ns=int.from_bytes(rows[0][:8], "little"),
                last_ns=int.from_bytes(rows[-1][:8], "little"),
                whole=True,
            )
        )
    return path


def hold_table(data: Path, kind: Kind, rows: Sequence[Mapping[str, Any]], *, source: str = "rec") -> None:
    """A part of a table, on the day of its first row."""
    time = next(rows[0][name] for name in ("local_ns", "begin_ns", "from_ns") if rows[0].get(name) is not None)
    with PartitionWriter(part_path(data, kind, BTC.symbol, day_of(time), source), kind) as writer:
        writer.write(plain_columns(kind, rows))
        writer.close({})


def candle(
    number: int, low: int, high: int, *, opened: int, close: int, lots: int = 400, minutes: int = 60
) -> dict[str, Any]:
    """The candle `number` of an hour, in ticks of 0.1 and lots of 0.01."""
    return {
        "begin_ns": T0 + number * minutes * 60 * S,
        "interval_s": minutes * 60,
        "local_ns": None,
        "open_ticks": opened,
        "high_ticks": high,
        "low_ticks": low,
        "close_ticks": close,
        "volume_lots": lots,
        "vwap": None,
        "trades": 10,
        "price_precision": BTC.price_precision,
        "qty_precision": BTC.qty_precision,
    }


def public_trade(at_ns: int, price: int, qty: int, side: str | None = None) -> dict[str, Any]:
    """A trade of the market."""
    return {
        "venue_ns": at_ns,
        "local_ns": at_ns,
        "trade_id": None,
        "side": side,
        "order_type": None,
        "price_ticks": price,
        "qty_lots": qty,
        "price_precision": BTC.price_precision,
        "qty_precision": BTC.qty_precision,
    }


def instrument_row(**changed: Any) -> dict[str, Any]:
    """What BTC allows."""
    return {
        "local_ns": T0,
        "base": "BTC",
        "quote": "USD",
        "status": "online",
        "price_precision": BTC.price_precision,
        "qty_precision": BTC.qty_precision,
        "cost_precision": BTC.cost_precision,
        "price_increment_ticks": 1,
        "qty_increment_lots": 1,
        "qty_lots_min": 1,
        "cost_min": "0.5",
        **changed,
    }


DCA = 'name = "save"\nkind = "dca"\nparams = { symbol = "BTC/USD", spend_quote = "50", every_s = 5 }'
MAKER = (
    'name = "make"\nkind = "market_maker"\n'
    'params = { symbol = "BTC/USD", order_qty = "0.05", position_qty_max = "0.5", half_spread = 1, skew = 20 }'
)


def bot_text(*strategies: str, extra: str = "", risk: str = "") -> str:
    """A bot's file over BTC/USD with 10,000 USD and 10 BTC."""
    seats = "".join(f"\n[[strategies]]\n{one}\n" for one in strategies or (DCA,))
    return f"""name = "tried"
symbols = ["BTC/USD"]

[paper.balances]
USD = "10000"
BTC = "10"

[risk]
position_share_max = "1"
order_value_max = "5000"
{risk}
{extra}
{seats}"""


def bot_file(path: Path, *strategies: str, extra: str = "", risk: str = "") -> Path:
    """The same, written."""
    path.write_text(bot_text(*strategies, extra=extra, risk=risk))
    return path
