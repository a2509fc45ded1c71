"""Archives become parts beside what was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fathom.domain import LocalError
from fathom.run.history.archives import archive_of
from fathom.run.history.import_command import import_archive
from fathom.run.history.query import ask
from fathom.run.recording.precisions import Precision
from fathom.store.history import partitions
from recorded import FIXTURES

DAY_S = 86_400


def rows_of(data: Path, sql: str) -> list[tuple[Any, ...]]:
    return list(ask(data, sql).rows)


def test_trades_have_a_part_a_day(tmp_path: Path) -> None:
    path = tmp_path / "XBTUSD.csv"
    path.write_text(f"1,100.5,0.25\n{DAY_S - 1},101,1\n{DAY_S},102.25,2\n{3 * DAY_S},1,1\n")
    done = import_archive(archive_of(path), tmp_path / "data")
    assert (done.rows, done.parts, done.first, done.last) == (4, 3, "1970-01-01T00:00:01Z", "1970-01-04T00:00:00Z")
    assert [str(one.day) for one in partitions(tmp_path / "data")] == ["1970-01-01", "1970-01-02", "1970-01-04"]
    found = rows_of(tmp_path / "data", "SELECT local_ns, venue_ns, price, qty, side, trade_id FROM trades ORDER BY 1")
    assert found[0] == (10**9, 10**9, 100.5, 0.25, None, None)
    assert [row[2] for row in found] == [100.5, 101.0, 102.25, 1.0]


def test_candles_have_a_part_a_month(tmp_path: Path) -> None:
    path = tmp_path / "XBTUSD_1440.csv"
    path.write_text("".join(f"{day * DAY_S},1.5,2,1,1.75,10,7\n" for day in range(40)))
    done = import_archive(archive_of(path), tmp_path / "data")
    assert (done.rows, done.parts, done.kind, done.interval_s) == (40, 2, "candles", DAY_S)
    assert [str(one.day) for one in partitions(tmp_path / "data")] == ["1970-01-01", "1970-02-01"]
    (row,) = rows_of(tmp_path / "data", "SELECT open, high, low, close, volume, trades, vwap FROM candles LIMIT 1")
    assert row == (1.5, 2.0, 1.0, 1.75, 10.0, 7, None)


def test_a_second_import_replaces_the_first(tmp_path: Path) -> None:
    path = tmp_path / "XBTUSD.csv"
    for lines in ("1,1,1\n", "1,1,1\n2,2,2\n"):
        path.write_text(lines)
        import_archive(archive_of(path), tmp_path / "data")
    assert rows_of(tmp_path / "data", "SELECT count(*) FROM trades") == [(2,)]


def test_what_is_wrong_in_the_middle_leaves_the_parts_before_it(tmp_path: Path) -> None:
    path = tmp_path / "XBTUSD.csv"
    path.write_text(f"1,1,1\n{DAY_S},1,1\n{DAY_S + 1},1.55,1\n")
    with pytest.raises(LocalError, match="its price is no number with 1 decimals"):
        import_archive(archive_of(path), tmp_path / "data", instruments={"BTC/USD": Precision(1, 8)})
    assert not list((tmp_path / "data").rglob("*.part"))
    path.write_text("")
    with pytest.raises(LocalError, match=r"cannot be read as trades|holds nothing"):
        import_archive(archive_of(path), tmp_path / "data")


def test_it_is_told_how_far_it_is(tmp_path: Path) -> None:
    path = tmp_path / "XBTUSD.csv"
    path.write_text(f"1,1,1\n{DAY_S},1,1\n")
    told: list[tuple[str, int, int]] = []
    import_archive(archive_of(path), tmp_path / "data", progress=lambda *one: told.append(one))
    assert told == [("looking", 0, 0), ("writing", 1, 0), ("writing", 2, 0)]


def test_the_real_archive_comes_back_whole(tmp_path: Path) -> None:
    done = import_archive(archive_of(FIXTURES / "ohlcvt" / "XBTUSD_60.csv.gz"), tmp_path / "data")
    assert (done.rows, done.parts) == (70_253, 112)
    (row,) = rows_of(tmp_path / "data", "SELECT count(*), min(begin_ns), max(begin_ns), sum(trades) FROM candles")
    assert row[:3] == (70_253, 1381093200 * 10**9, 1673082000 * 10**9)
    assert row[3] > 10**7
