"""Kraken's archives are read exactly, or refused with what is wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from fathom.domain import LocalError
from fathom.run.history.archives import Archive, archive_of, decimals_of, rows_of
from fathom.run.recording.precisions import Precision
from recorded import FIXTURES


def trades(path: Path, *lines: str) -> Archive:
    path.write_text("\n".join(lines) + "\n")
    return Archive(path, "BTC/USD", None)


@pytest.mark.parametrize(
    ("name", "symbol", "interval_s"),
    [
        ("XBTUSD.csv", "BTC/USD", None),
        ("XBTUSD_60.csv.gz", "BTC/USD", 3600),
        ("ETHXBT_1.csv", "ETH/BTC", 60),
        ("XDGEUR.csv", "DOGE/EUR", None),
        ("USDTUSD.csv", "USDT/USD", None),
        ("ADAUSDT_1440.csv", "ADA/USDT", 86_400),
        ("BCHEUR.CSV", "BCH/EUR", None),
    ],
)
def test_a_name_says_the_pair_and_the_minutes(name: str, symbol: str, interval_s: int | None) -> None:
    assert archive_of(Path(name)) == (Path(name), symbol, interval_s)


def test_what_the_user_says_counts_more() -> None:
    assert archive_of(Path("data.txt"), symbol="BTC/USD", interval_min=5) == (Path("data.txt"), "BTC/USD", 300)
    for name in ("data.txt", "USD.csv", "XBT_USD.csv"):
        with pytest.raises(LocalError, match="say --symbol"):
            archive_of(Path(name))
    with pytest.raises(LocalError, match="one minute or more"):
        archive_of(Path("XBTUSD_0.csv"))


def test_decimals_are_those_that_are_used(tmp_path: Path) -> None:
    archive = trades(tmp_path / "t.csv", "1,90.540000,1.10448420", "2,90,1", "3,90.5,0.00000001")
    assert decimals_of(archive) == (2, 8)
    assert decimals_of(trades(tmp_path / "u.csv", "1,90,1")) == (0, 0)


def test_numbers_come_out_exactly(tmp_path: Path) -> None:
    archive = trades(tmp_path / "t.csv", "1672531436.123456789,29430.2,0.18967538", "1672531437,1,92233720368.54775807")
    (found,) = rows_of(archive, Precision(1, 8))
    assert found["time"].tolist() == [1672531436123456789, 1672531437000000000]
    assert found["price"].tolist() == [294302, 10]
    assert found["volume"].tolist() == [18967538, 2**63 - 1]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("1,29430.25,1", "its price is no number with 1 decimals at most"),
        ("1,x,1", "its price is no number"),
        ("1,,1", "price"),
        ("1,1,92233720368.54775808", "a volume does not fit 64 bits"),
        ("1,1", "cannot be read as trades"),
        ("1,1,1,1", "cannot be read as trades"),
    ],
)
def test_what_is_not_exact_is_refused(line: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=says):
        list(rows_of(trades(tmp_path / "t.csv", line), Precision(1, 8)))


def test_times_that_go_back_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="its times go back"):
        list(rows_of(trades(tmp_path / "t.csv", "2,1,1", "1,1,1"), Precision(1, 8)))


def test_gzip_and_plain_are_the_same(tmp_path: Path) -> None:
    text = "60,1.5,2,1,1.5,10.25,7\n120,1.5,2,1,1.5,0.00000001,1\n"
    (tmp_path / "XBTUSD_1.csv").write_text(text)
    (tmp_path / "XBTUSD_1.csv.gz").write_bytes(gzip.compress(text.encode()))
    plain, zipped = (
        [
            {name: one.tolist() for name, one in found.items()}
            for found in rows_of(archive_of(tmp_path / name), Precision(1, 8))
        ]
        for name in ("XBTUSD_1.csv", "XBTUSD_1.csv.gz")
    )
    assert plain == zipped
    assert plain[0]["trades"] == [7, 1]


def test_the_real_archives_are_read_whole() -> None:
    candles = archive_of(FIXTURES / "ohlcvt" / "XBTUSD_60.csv.gz")
    precision = decimals_of(candles)
    assert precision == (5, 10)
    assert sum(len(found["time"]) for found in rows_of(candles, precision)) == 70_253
    old = archive_of(FIXTURES / "freqtrade" / "trades_csv" / "BCHEUR.csv")
    assert sum(len(found["time"]) for found in rows_of(old, decimals_of(old))) == 148
