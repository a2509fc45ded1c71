from datetime import date
from pathlib import Path

import pytest

from fake_backtest import BEGAN_NS, MINUTE_NS, record
from fathom.domain import LocalError
from fathom.run.sweep.span import data_print, span_of
from fathom.run.sweep.splits import Window
from fathom.store.history import DAY_NS, day_begins_ns, day_of

HOUR_NS = 60 * MINUTE_NS


def test_a_span_is_where_every_symbol_is_recorded(tmp_path: Path) -> None:
    record(tmp_path, minutes=600)
    record(tmp_path, symbol="ETH/USD", first_ns=BEGAN_NS + HOUR_NS, minutes=600)
    assert span_of(tmp_path, ["BTC/USD"]) == Window(BEGAN_NS, BEGAN_NS + 10 * HOUR_NS)
    assert span_of(tmp_path, ["BTC/USD", "ETH/USD"]) == Window(BEGAN_NS + HOUR_NS, BEGAN_NS + 10 * HOUR_NS)


def test_days_narrow_it(tmp_path: Path) -> None:
    later = BEGAN_NS + DAY_NS
    record(tmp_path, minutes=60)
    record(tmp_path, first_ns=later, minutes=60)
    day = day_of(later)
    assert span_of(tmp_path, ["BTC/USD"], first=day) == Window(day_begins_ns(day), later + HOUR_NS)
    assert span_of(tmp_path, ["BTC/USD"], last=day_of(BEGAN_NS)).to_ns == day_begins_ns(day)
    with pytest.raises(LocalError, match="holds no time in which all"):
        span_of(tmp_path, ["BTC/USD"], last=date(2020, 1, 1))


def test_where_there_is_no_tape_the_days_count(tmp_path: Path) -> None:
    day = date(2026, 11, 30)
    path = tmp_path / "candles" / "symbol=BTC-USD" / f"date={day}" / "x.parquet"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    assert span_of(tmp_path, ["BTC/USD"]) == Window(day_begins_ns(day), day_begins_ns(day) + DAY_NS)


def test_a_symbol_that_is_not_there_is_named(tmp_path: Path) -> None:
    record(tmp_path)
    with pytest.raises(LocalError, match="holds no recorded market of ETH/USD"):
        span_of(tmp_path, ["BTC/USD", "ETH/USD"])


def test_data_are_told_from_others(tmp_path: Path) -> None:
    record(tmp_path / "a")
    record(tmp_path / "b")
    assert data_print(tmp_path / "a", ["BTC/USD"]) == data_print(tmp_path / "b", ["BTC/USD"])
    before = data_print(tmp_path / "a", ["BTC/USD"])
    record(tmp_path / "a", first_ns=BEGAN_NS + DAY_NS)
    assert data_print(tmp_path / "a", ["BTC/USD"]) != before
