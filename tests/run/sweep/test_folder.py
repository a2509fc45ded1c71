from pathlib import Path

import pytest
from fake_market import bot, settings_of
from msgspec import structs

from fathom.domain import JournalError, LocalError
from fathom.run.config import StrategyConfig
from fathom.run.sweep.deflated import Moments
from fathom.run.sweep.folder import OPTUNA, RESULTS, SETTINGS, Row, Settings, bot_print, opened

SETTINGS_OF_IT = settings_of(bot())
ROW = Row(
    kind="trial", number=1, params={"trend.entry_n": 20, "trend.stop_atr": 1.5, "trend.shorts": True}, score=1.25,
    tests=[1.0, 1.5], trains=[None, 2.0], fills=3, moments=Moments(5, 0.1, 0.2, 3.0),
)  # fmt: skip
FAILED = Row(kind="trial", number=2, params={}, why="it broke")


def test_what_was_kept_is_there_again(tmp_path: Path) -> None:
    with opened(tmp_path / "s", SETTINGS_OF_IT) as folder:
        for row in (ROW, FAILED, structs.replace(ROW, kind="held_out")):
            folder.add(row)
    with opened(tmp_path / "s", SETTINGS_OF_IT) as folder:
        assert folder.of("trial") == [ROW, FAILED]
        assert [row.kind for row in folder.rows] == ["trial", "trial", "held_out"]


def test_a_lock_of_one_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / f"{OPTUNA}.lock").symlink_to("nowhere")
    with opened(tmp_path, SETTINGS_OF_IT):
        assert not (tmp_path / f"{OPTUNA}.lock").is_symlink()


def test_a_line_that_was_cut_off_is_taken_away(tmp_path: Path) -> None:
    with opened(tmp_path, SETTINGS_OF_IT) as folder:
        folder.add(ROW)
    (tmp_path / OPTUNA).write_bytes(b'{"op_code": 1}\n{"op_')
    whole = (tmp_path / RESULTS).read_bytes()
    (tmp_path / RESULTS).write_bytes(whole + whole[:40])
    with opened(tmp_path, SETTINGS_OF_IT) as folder:
        assert folder.rows == [ROW]
        folder.add(FAILED)
    assert (tmp_path / OPTUNA).read_bytes() == b'{"op_code": 1}\n'
    with opened(tmp_path, SETTINGS_OF_IT) as folder:
        assert folder.rows == [ROW, FAILED]


@pytest.mark.parametrize(
    ("other", "word"),
    [
        (settings_of(bot(), bot="other"), "bot file"),
        (settings_of(bot(), data="other"), "data"),
        (settings_of(bot(), only=("trend.fast_n",)), "parameters to search"),
        (settings_of(bot(), objective="profit"), "objective"),
        (settings_of(bot(), seed=2), "seed"),
        (settings_of(bot(), sampler="random"), "sampler"),
    ],
)
def test_another_sweep_is_refused(tmp_path: Path, other: Settings, word: str) -> None:
    with opened(tmp_path, SETTINGS_OF_IT):
        pass
    before = (tmp_path / SETTINGS).read_bytes()
    with (
        pytest.raises(LocalError, match=f"holds a sweep of another {word}.*: give another --out"),
        opened(tmp_path, other),
    ):
        pass
    assert (tmp_path / SETTINGS).read_bytes() == before


def test_two_at_a_time_are_refused(tmp_path: Path) -> None:
    with (
        opened(tmp_path, SETTINGS_OF_IT),
        pytest.raises(LocalError, match="another sweep is at work there"),
        opened(tmp_path, SETTINGS_OF_IT),
    ):
        pass


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (SETTINGS, "{}", "is of no sweep of this version"),
        (RESULTS, "{}\n", "that says of what"),
    ],
)
def test_a_folder_that_is_none_of_ours_is_left_alone(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(LocalError, match=said), opened(tmp_path, SETTINGS_OF_IT):
        pass
    assert (tmp_path / name).read_text() == text


def test_a_broken_line_says_where(tmp_path: Path) -> None:
    with opened(tmp_path, SETTINGS_OF_IT) as folder:
        folder.add(ROW)
    with (tmp_path / RESULTS).open("a") as file:
        file.write("nonsense\n")
    with (
        pytest.raises(LocalError, match=r"results\.jsonl:2: is no result of a sweep"),
        opened(tmp_path, SETTINGS_OF_IT),
    ):
        pass


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be written"), opened(tmp_path / "file" / "s", SETTINGS_OF_IT):
        pass


def test_a_bot_is_the_same_wherever_its_files_lie() -> None:
    def at(folder: str, sha256: str = "x") -> str:
        mine = StrategyConfig(name="a", strategy=f"{folder}/mine.py:Mine", sha256=sha256)
        return bot_print(structs.replace(bot(), strategies=[mine]))

    assert at("/here") == at("/there")
    assert at("/here") != at("/here", sha256="y")
    assert bot_print(bot(entry_n=5)) != bot_print(bot())
