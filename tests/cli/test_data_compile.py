"""`fathom data compile`: tables for people, JSON for machines, a status that says whether all was well."""

from pathlib import Path

import msgspec
import pytest

from fathom.cli import main
from fathom.domain import FrameReceived, OrderAccepted
from market_feed import BTC, instrument_frame, two_sided
from two_runs import Hand

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


def test_a_run_without_its_own_orders_says_what_was_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = two_sided()
    hand = Hand().say(1, "world", *(FrameReceived("public", one) for one in (instrument_frame(BTC), feed.snapshot())))
    journal = hand.say(2, "world", OrderAccepted("maker-1", "V-1")).journal(tmp_path / "run")
    assert main(["data", "compile", str(journal), "--into", str(tmp_path / "data"), "--without-own"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "0 rows of 1 own orders were left out of level 3; 0 rows of level 2 are without them" in said
    assert "level 2 still has the run's own orders in it, for no level 3 tells them: BTC/USD" in said


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
