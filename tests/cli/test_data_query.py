"""`fathom data query`: SQL in, a table, JSON lines or CSV out."""

from pathlib import Path

import msgspec
import pytest

from fathom.cli import main

pytest.importorskip("duckdb", reason="the extra `history` is not installed")

ROWS = "SELECT i, 'x' || i AS word, NULL AS nothing FROM range({}) t(i)"


def test_people_see_a_table_and_that_there_is_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "query", str(tmp_path), ROWS.format(3)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [["i", "word", "nothing"], ["0", "x0"], ["1", "x1"], ["2", "x2"]]
    assert main(["data", "query", str(tmp_path), ROWS.format(101)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 102
    assert lines[-1].startswith("The first 100 rows.")


def test_machines_get_all_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "query", str(tmp_path), ROWS.format(150), "--form", "json"]) == 0
    rows = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 150
    assert rows[149] == {"i": 149, "word": "x149", "nothing": None}
    assert main(["data", "query", str(tmp_path), ROWS.format(150), "--form", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["i,word,nothing", "0,x0,"]


def test_what_json_has_no_word_for_is_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT DATE '2026-11-30' AS d, 1.10::DECIMAL(9,2) AS n, INTERVAL 1 DAY AS i"
    assert main(["data", "query", str(tmp_path), sql, "--form", "json"]) == 0
    assert capsys.readouterr().out == '{"d":"2026-11-30","n":1.10,"i":"P1D"}\n'


def test_wrong_sql_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "query", str(tmp_path), "SELEC"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("error: query: Parser Error")
    assert told.count("\n") == 1
