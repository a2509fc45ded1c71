"""`fathom data ls` and `info`: what there is, for people and for machines."""

from pathlib import Path

import msgspec
import pytest

from fathom.cli import main
from market_feed import BTC, instrument_frame, two_sided

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    feed = two_sided()
    path = tmp_path / "r.jsonl"
    path.write_bytes(b"\n".join([instrument_frame(BTC), feed.snapshot(), feed.update(bids=[(999, 7)])]))
    assert main(["data", "compile", str(path), "--into", str(tmp_path / "data")]) == 0
    capsys.readouterr()
    return str(tmp_path / "data")


def test_ls_has_a_line_a_symbol(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "ls", data]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["symbol", "from", "to", "days"]
    assert line.split()[:7] == ["BTC/USD", "2023-11-15", "2023-11-15", "1", "2", "100.00%", "0"]
    assert main(["data", "ls", data, "--json"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out)["rows"]["l2"] == 11


def test_info_has_a_line_a_file(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "info", data, "BTC/USD"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[2] for line in lines[1:]] == ["instruments", "l2", "tape"]
    assert all("not whole" in line for line in lines[1:])
    assert main(["data", "info", data, "--json"]) == 0
    rows = [msgspec.json.decode(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["kind"] for row in rows} == {"instruments", "l2", "tape"}


def test_nothing_there_is_one_line(data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "ls", str(tmp_path / "none")]) == 1
    assert "is no folder" in capsys.readouterr().err
    assert main(["data", "info", data, "ETH/USD"]) == 1
    assert "holds no recorded market of ETH/USD" in capsys.readouterr().err
