"""`fathom data compile`: tables for people, JSON for machines, a status that says whether all was well."""

from pathlib import Path

import msgspec
import pytest

from fathom.cli import main
from market_feed import BTC, instrument_frame, two_sided

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")


def recording(path: Path, *, crc: int | None = None) -> Path:
    feed = two_sided()
    frames = [instrument_frame(BTC), feed.snapshot(), feed.update(bids=[(999, 7)], crc=crc)]
    path.write_bytes(b"\n".join(frames))
    return path


def test_people_see_what_each_book_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "compile", str(recording(tmp_path / "r.jsonl")), "--into", str(tmp_path / "data")]) == 0
    said = capsys.readouterr().out
    assert "BTC/USD l2" in said
    assert "3 frames  0 trades  0 candles  0 gaps; times are the venue's" in said


def test_machines_get_one_object_and_a_wrong_checksum_is_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [str(recording(tmp_path / "a.jsonl")), str(recording(tmp_path / "b.jsonl", crc=1))]
    assert main(["data", "compile", *paths, "--into", str(tmp_path / "data"), "--json"]) == 1
    told = msgspec.json.decode(capsys.readouterr().out)
    assert told["ok"] is False
    assert [one["books"]["BTC/USD l2"]["mismatched"] for one in told["recordings"]] == [0, 1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["none.jsonl"], "none.jsonl: cannot be read"),
        (["none.jsonl", "--depth", "11"], "depth: must be 10, 25, 100, 500 or 1000, not 11"),
        (["none.jsonl", "--instruments", "nowhere"], "nowhere: cannot be read"),
    ],
)
def test_wrong_input_is_one_line(
    words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["data", "compile", *words, "--into", "data"]) == 1
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1
    assert not (tmp_path / "data").exists()
