import json
from pathlib import Path

import pytest

from fathom.cli.verify import verify
from fathom.domain import LocalError
from recorded import FIXTURES

ROOT = Path(__file__).resolve().parents[2]
GOOD = ROOT / "tests" / "data" / "book-checksum-example.json"
CUT_DOWN = "kraken-async-rs/ws-v2-messages.jsonl"


def cells(said: str) -> list[str]:
    """The lines of a table, with one space between cells."""
    return [" ".join(line.split()) for line in said.splitlines()]


def test_a_good_recording(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify([GOOD]) == 0
    said, errors = capsys.readouterr()
    assert errors == ""
    assert "\x1b" not in said  # Plain where it is piped.
    assert str(GOOD) in said
    rows = cells(said)
    assert "symbol channel frames verified mismatched refused unchecked depth decimals" in rows
    assert "BTC/USD book 1 1 0 0 0 10 or more 1 8" in rows
    assert "1 of 1 book frames verified" in said


def test_a_recording_cut_down(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify([FIXTURES / CUT_DOWN]) == 1
    said = capsys.readouterr().out
    assert "BTC/USD book 3 0 3 0 0 10 or more 1 8" in cells(said)
    assert "the first mismatch is at line 7: the frame says 2330500275, the book gives 3979123481" in said


def test_one_bad_file_among_good_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify([GOOD, Path("/nowhere"), GOOD]) == 1
    said, errors = capsys.readouterr()
    assert said.count("1 of 1 book frames verified") == 2
    assert errors == "error: /nowhere: cannot be read: No such file or directory\n"


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify([GOOD, FIXTURES / CUT_DOWN, Path("/nowhere")], json=True) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["frames"], answer["verified"], answer["mismatched"]) == (False, 5, 1, 4)
    assert [file["ok"] for file in answer["files"]] == [True, False]
    assert answer["files"][1]["streams"][0]["first_mismatch"]["line"] == 7
    assert answer["errors"] == [{"file": "/nowhere", "error": "/nowhere: cannot be read: No such file or directory"}]
    assert verify([GOOD], json=True) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True


@pytest.mark.parametrize(
    ("data", "out", "err"),
    [
        (b"", "{}: the file is empty\n", ""),
        (b"what\nis\nthis\n", "{}: no frames in 3 lines, 3 of which could not be read: line 1: the line is", ""),
        (b'{"result":{}}\n', "{}: no frames in 1 line\n", ""),
        (b'{"channel":"heartbeat"}\n', "{}: no book or level3 frames among 1 frame\n", ""),
        (bytes(range(256)), "", "error: {}: is not a recording: neither text nor a journal\n"),
        (b"\x28\xb5\x2f\xfd" + b"garbage", "{}: no frames in 1 line, 1 of which could not be read: line 1: the ", ""),
        (None, "", "error: {}: is a directory without a journal; name a file of frames\n"),
    ],
)
def test_nothing_to_verify_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes | None, out: str, err: str
) -> None:
    path = tmp_path / "x"
    path.mkdir() if data is None else path.write_bytes(data)
    assert verify([path]) == 1
    said, errors = capsys.readouterr()
    assert said.startswith(out.format(path))
    assert errors == err.format(path)
    assert (said + errors).count("\n") == 1


def test_what_is_wrong_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "[red]x"
    frame = GOOD.read_bytes().strip()
    update = frame.replace(b"snapshot", b"update").replace(b"BTC/USD", b"[bold]\\u001b/B")
    refused = frame.replace(b'"asks":[', b'"asks":[7,').replace(b"BTC/USD", b"ETH/USD")
    path.write_bytes(b"\n".join([frame, b"torn {", b'{"ts":1,"frame":"torn"}', b"{}", update, refused]))
    assert verify([path]) == 1
    said = capsys.readouterr().out
    assert "\x1b" not in said
    for sentence in (
        "[red]x",
        "[bold]?/B book: nothing could be checked: no snapshot, or no checksums",
        "ETH/USD book: the first refused frame is at line 6: ",
        "1 frame could not be read, the first at line 3: ",
        "1 of 6 lines could not be read:\n  line 2: the line is neither JSON nor",
        "without a frame: 1 line\n",
        "1 of 3 book frames verified",
    ):
        assert sentence in said


def test_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    instruments = tmp_path / "instruments.json"
    instruments.write_text('[{"symbol":"BTC/USD","price_precision":2,"qty_precision":8}]')
    assert verify([GOOD], instruments=instruments) == 1  # Wrong decimals: the checksum is over other digits.
    assert "decimals from --instruments" in capsys.readouterr().out
    assert verify([GOOD], depth=100) == 0
    assert "BTC/USD book 1 1 0 0 0 100 1 8" in cells(capsys.readouterr().out)
    with pytest.raises(LocalError, match="depth: must be 10, 25"):
        verify([GOOD], depth=27)
    with pytest.raises(LocalError, match="holds no instruments"):
        verify([GOOD], instruments=GOOD)
