"""`fathom data import`: a line a file, for people or for machines."""

from pathlib import Path

import msgspec
import pytest

from fathom.cli import main

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")


def test_people_get_a_sentence_and_machines_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "XBTUSD.csv").write_text("1,100.5,0.25\n")
    (tmp_path / "mine.txt").write_text("60,1,1,1,1,1,1\n")
    data = str(tmp_path / "data")
    assert main(["data", "import", str(tmp_path / "XBTUSD.csv"), "--into", data]) == 0
    assert capsys.readouterr().out.endswith(
        "XBTUSD.csv: 1 trades of BTC/USD, 1970-01-01T00:00:01Z to 1970-01-01T00:00:01Z, in 1 parts; "
        "prices with 1 decimals, volumes with 2\n"
    )
    words = ["--symbol", "ETH/USD", "--interval", "1", "--json"]
    assert main(["data", "import", str(tmp_path / "mine.txt"), "--into", data, *words]) == 0
    told = msgspec.json.decode(capsys.readouterr().out)
    assert (told["symbol"], told["kind"], told["interval_s"], told["rows"]) == ("ETH/USD", "candles", 60, 1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["mine.txt"], "say --symbol BTC/USD"),
        (["XBTUSD.csv"], "cannot be read as trades"),
        (["XBTUSD.csv", "--symbol", "../.."], "is no pair"),
    ],
)
def test_wrong_input_is_one_line(
    words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if "--symbol" in words:
        (tmp_path / "XBTUSD.csv").write_text("1,1,1\n")
    assert main(["data", "import", *words, "--into", "data"]) == 1
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1
