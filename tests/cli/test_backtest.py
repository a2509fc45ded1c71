import sys
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="the extra `history` is not installed")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "run" / "backtest"))

from held_data import MAKER, bot_file, hold_tape
from test_backtest import living

from fathom.cli.app import FAILED, OK, USAGE, main


def test_it_runs_a_bot_over_what_is_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hold_tape(tmp_path / "data", living(steps=200))
    bot = bot_file(tmp_path / "bot.toml", MAKER)
    words = [
        "backtest",
        str(bot),
        "--data",
        str(tmp_path / "data"),
        "--journal",
        str(tmp_path / "j"),
        "--queue",
        "trades",
    ]
    assert main(words) == OK
    assert "by the model trades" in capsys.readouterr().out
    assert main(["replay", str(tmp_path / "j")]) == OK
    assert "agrees byte for byte" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--from", "yesterday"], FAILED, "--from: must be a day or a time"),
        (["--latency", "soon"], FAILED, "no duration"),
        (["--queue", "lucky"], USAGE, "lucky"),
        (["--source", "other"], FAILED, "nothing recorded of it from other"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int, said: str
) -> None:
    hold_tape(tmp_path / "data", living(steps=20))
    bot = bot_file(tmp_path / "bot.toml", MAKER)
    assert main(["backtest", str(bot), "--data", str(tmp_path / "data"), *words]) == status
    assert said in capsys.readouterr().err
