"""SQL over the columns: a table of each kind, whether or not there is a file of it."""

from pathlib import Path

import pytest
from recordings import two_days

from fathom.domain import LocalError
from fathom.run.history.compile_command import compile_recording
from fathom.run.history.query import ask
from fathom.store.history import KINDS


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("query's")  # A quote in the path.
    compile_recording(two_days().write(folder / "r.jsonl.zst"), folder / "data")
    return folder / "data"


def test_every_kind_is_a_table(data: Path, tmp_path: Path) -> None:
    for kind in KINDS:
        answer = ask(data, f"SELECT count(*), min(symbol) FROM {kind}")
        ((count, symbol),) = list(answer.rows)
        assert (count > 0, symbol) == ((False, None) if kind == "gaps" else (True, "BTC/USD"))
        assert list(ask(tmp_path, f"SELECT * FROM {kind}").rows) == []


def test_words_for_people_stand_beside_the_ints(data: Path) -> None:
    answer = ask(data, "SELECT price_ticks, price, qty_lots, qty, local_ns, local_time, date FROM trades LIMIT 1")
    assert answer.columns == ("price_ticks", "price", "qty_lots", "qty", "local_ns", "local_time", "date")
    ((ticks, price, lots, qty, ns, time, day),) = list(answer.rows)
    assert (price, qty) == (ticks / 10, lots / 100)
    assert str(time).startswith(str(day))
    assert ns % 10**9 == time.microsecond * 1000


def test_many_rows_come_a_piece_at_a_time(data: Path) -> None:
    assert sum(row[0] for row in ask(data, "SELECT 1 FROM range(25000)").rows) == 25_000


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM l4", "l4 does not exist"),
        ("", "holds no statement"),
        ("SELECT 1/0; SELECT error('at last') FROM l2", "at last"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(sql: str, says: str, data: Path) -> None:
    with pytest.raises(LocalError, match=says) as told:
        list(ask(data, sql).rows)
    assert "\n" not in str(told.value)


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="is no folder"):
        ask(tmp_path / "none", "SELECT 1")
