"""What REST told becomes parts: each trade once, gaps by their ids, candles beside those from before."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fathom.protocol import rest
from fathom.run.history.fetched import CandleParts, TradeParts
from fathom.run.history.query import ask
from fathom.run.recording.precisions import Precision
from fathom.store.history import day_begins_ns

DAY = date(2026, 11, 30)
BEGIN_NS = day_begins_ns(DAY)
PLACES = Precision(1, 8)
S = 10**9


def trade(number: int | None, second: int = 0, *, side: str = "b") -> rest.PublicTrade:
    return rest.PublicTrade(Decimal("100.5"), Decimal("0.25"), BEGIN_NS + second * S, side, "l", "", number)


def candle(minute: int, close: str = "100") -> rest.Candle:
    prices = [Decimal(100), Decimal(101), Decimal("99.5"), Decimal(close)]
    return rest.Candle(BEGIN_NS + minute * 60 * S, *prices, Decimal("100.1"), Decimal("2.5"), 7)


def rows_of(data: Path, sql: str) -> list[tuple[Any, ...]]:
    return list(ask(data, sql).rows)


def test_a_trade_is_written_once_and_as_it_was(tmp_path: Path) -> None:
    parts = TradeParts(tmp_path, "BTC/USD", PLACES)
    parts.begin(DAY)
    for one in (trade(5, 1), trade(6, 2, side="s"), trade(6, 2, side="s"), trade(5, 1)):
        parts.add(one)
    assert not parts.is_whole(DAY)
    parts.close(whole=True)
    assert parts.is_whole(DAY)
    assert (parts.rows, parts.gaps) == (2, 0)
    assert rows_of(tmp_path, "SELECT trade_id, side, order_type, price_ticks, qty_lots, local_ns FROM trades") == [
        (5, "buy", "limit", 1005, 25_000_000, BEGIN_NS + S),
        (6, "sell", "limit", 1005, 25_000_000, BEGIN_NS + 2 * S),
    ]


def test_ids_that_are_missing_are_a_gap_also_over_midnight(tmp_path: Path) -> None:
    parts = TradeParts(tmp_path, "BTC/USD", PLACES)
    parts.begin(DAY)
    parts.add(trade(5, 1))
    parts.add(trade(8, 2))
    parts.close(whole=True)
    parts.begin(DAY + timedelta(days=1))
    parts.add(trade(10, 86_400))
    parts.close(whole=False)
    parts.begin(DAY + timedelta(days=9))  # Another stretch.
    parts.add(trade(99, 9 * 86_400))
    parts.close(whole=False)
    assert parts.gaps == 2
    assert rows_of(tmp_path, "SELECT reason FROM gaps ORDER BY from_ns") == [
        ("trades 6 to 7 are missing",),
        ("trades 9 to 9 are missing",),
    ]


def test_trades_without_ids_are_all_kept(tmp_path: Path) -> None:
    parts = TradeParts(tmp_path, "BTC/USD", PLACES)
    parts.begin(DAY)
    parts.add(trade(None))
    parts.add(trade(None))
    parts.close(whole=True)
    assert rows_of(tmp_path, "SELECT count(*), count(trade_id) FROM trades") == [(2, 0)]


def test_a_day_that_was_not_whole_is_replaced_and_one_that_is_abandoned_leaves_what_there_was(tmp_path: Path) -> None:
    parts = TradeParts(tmp_path, "BTC/USD", PLACES)
    for count in (1, 3):
        parts.begin(DAY)
        for number in range(count):
            parts.add(trade(100 * count + number, number))
        parts.close(whole=False)
    parts.begin(DAY)
    parts.abandon()
    assert not parts.is_whole(DAY)
    assert rows_of(tmp_path, "SELECT count(*) FROM trades") == [(3,)]


@pytest.mark.parametrize("first_close", ["100", "99.5"])
def test_candles_are_added_to_those_that_are_there(first_close: str, tmp_path: Path) -> None:
    parts = CandleParts(tmp_path, "BTC/USD", PLACES, interval_s=60)
    parts.add([candle(0, first_close), candle(1)])
    parts.add([candle(1, "101"), candle(2), candle(24 * 60)])  # The last one is of December.
    found = rows_of(tmp_path, "SELECT begin_ns, close, volume, vwap, trades, interval_s FROM candles ORDER BY 1")
    assert [row[1] for row in found] == [float(first_close), 101.0, 100.0, 100.0]
    assert found[0][2:] == (2.5, "100.1", 7, 60)
    assert [row[0] for row in found] == [BEGIN_NS + minute * 60 * S for minute in (0, 1, 2, 24 * 60)]
    assert parts.days == 2
    dates = rows_of(tmp_path, "SELECT DISTINCT date FROM candles ORDER BY 1")
    assert dates == [(date(2026, 11, 1),), (date(2026, 12, 1),)]
