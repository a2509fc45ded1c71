"""`fathom data export`: a line of what was written, or of what is wrong."""

from pathlib import Path

import pytest

from fathom.cli import main

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")


def test_it_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "XBTUSD.csv").write_text("1,100.5,0.25\n86400,1,1\n")
    data, out = str(tmp_path / "data"), str(tmp_path / "t.parquet")
    assert main(["data", "import", str(tmp_path / "XBTUSD.csv"), "--into", data]) == 0
    capsys.readouterr()
    assert main(["data", "export", data, "BTC/USD", "trades", "--out", out, "--to", "1970-01-01"]) == 0
    assert capsys.readouterr().out.startswith(f"{out}: 1 rows, ")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--out", "a.csv", "--from", "monday"], "--from: must be a day, such as 2026-11-30, not monday"),
        (["--out", "a.csv"], "is no folder"),
    ],
)
def test_wrong_input_is_one_line(
    words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "export", str(tmp_path / "none"), "BTC/USD", "trades", *words]) == 1
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1
