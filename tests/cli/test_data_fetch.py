"""`fathom data fetch`: wrong input is one line, and nobody is asked."""

from pathlib import Path

import pytest

from fathom.cli import main

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["BTC/USD"], "say from which day on: --from"),
        (["BTC/USD", "--from", "monday"], "--from: must be a day, such as 2026-11-30, not monday"),
        (["BTC/USD", "--interval", "7"], "interval: must be one of 1, 5, 15, 30"),
        (["../..", "--from", "2026-11-30"], "is no pair"),
    ],
)
def test_wrong_input_is_one_line(
    words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "fetch", *words, "--into", str(tmp_path / "data")]) == 1
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1
    assert not (tmp_path / "data").exists()
