"""Where parts lie, and that a symbol from a frame leads nowhere else."""

from datetime import date
from pathlib import Path

import pytest

from fathom.domain import LocalError
from fathom.store.history import day_begins_ns, day_of, part_path, partitions, source_name, symbol_folder, tape_path

DAY = date(2026, 11, 30)


def test_a_part_lies_where_every_reader_of_parquet_expects_it() -> None:
    data = Path("data")
    assert str(part_path(data, "l2", "BTC/USD", DAY, "r")) == "data/l2/symbol=BTC-USD/date=2026-11-30/r.parquet"
    assert str(tape_path(data, "l3", "BTC/USD", DAY, "r")) == "data/tape/symbol=BTC-USD/date=2026-11-30/r.l3.tape"


@pytest.mark.parametrize(
    "symbol", ["", "BTC", "../x/y", "a/../b", "BTC/USD/EUR", "BTC/US D", "BTC/" + "U" * 21, "../.."]
)
def test_what_is_no_pair_is_refused(symbol: str) -> None:
    with pytest.raises(LocalError, match="is no pair"):
        symbol_folder(symbol)


def test_a_source_has_a_name_that_a_file_may_have() -> None:
    assert source_name(Path("/a/b/my run (2).jsonl.zst")) == "my_run_2_.jsonl.zst"
    assert source_name(Path("/a/b/..  ")) == "recording"


def test_days_are_of_utc() -> None:
    begins_ns = day_begins_ns(DAY)
    assert begins_ns == 1_795_996_800 * 10**9
    assert (day_of(begins_ns), day_of(begins_ns - 1)) == (DAY, date(2026, 11, 29))


def test_parts_are_found_in_order_and_other_files_are_not_ours(tmp_path: Path) -> None:
    paths = [
        part_path(tmp_path, "trades", "ETH/USD", DAY, "b"),
        part_path(tmp_path, "trades", "BTC/USD", DAY, "a"),
        tape_path(tmp_path, "l2", "BTC/USD", DAY, "a"),
        tmp_path / "trades" / "symbol=BTC-USD" / "date=2026-11-30" / "a.parquet.part",
        tmp_path / "trades" / "symbol=BTC-USD" / "date=yesterday" / "a.parquet",
        tmp_path / "mine" / "symbol=BTC-USD" / "date=2026-11-30" / "a.parquet",
    ]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [(one.kind, one.symbol, one.day, one.source) for one in partitions(tmp_path)]
    assert found == [
        ("trades", "BTC/USD", DAY, "a"), ("trades", "ETH/USD", DAY, "b"), ("tape", "BTC/USD", DAY, "a.l2"),
    ]  # fmt: skip
