import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest

from fathom.domain import LocalError
from fathom.net import run_loop
from fathom.run.trading.control import Control, ask, socket_path, writable


def refuse(with_: dict[str, Any]) -> Any:
    raise LocalError("limits", f"no {with_['name']}")


def answered(folder: Path, question: str, **details: Any) -> Any:
    async def use() -> Any:
        door = Control(folder, {"echo": lambda with_: with_, "no": refuse})
        await door.open()
        assert stat.S_IMODE(socket_path(folder).stat().st_mode) == 0o600
        try:
            return await ask(folder, question, **details)
        finally:
            await door.close()

    return run_loop(use())


def test_a_question_gets_its_answer(tmp_path: Path) -> None:
    assert answered(tmp_path, "echo", a=1, b=["x"]) == {"a": 1, "b": ["x"]}
    assert not socket_path(tmp_path).exists()


def test_a_folder_deep_down_has_a_door_too(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    assert answered(deep, "echo", a=1) == {"a": 1}


def test_where_every_path_is_too_long_the_door_is_in_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setenv("FATHOM_STATE_DIR", str(deep / "state"))
    assert answered(deep, "echo", a=1) == {"a": 1}
    assert len(str(socket_path(deep))) < 100


@pytest.mark.parametrize(("question", "said"), [("no", "no x"), ("who", "there are echo, no")])
def test_a_no_is_an_error(tmp_path: Path, question: str, said: str) -> None:
    with pytest.raises(LocalError, match=said):
        answered(tmp_path, question, name="x")


def test_nobody_there_is_told_whatever_is_left(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="no bot runs"):
        run_loop(ask(tmp_path, "echo"))
    socket_path(tmp_path).touch()  # As a killed process leaves it.
    with pytest.raises(LocalError, match="no bot runs"):
        run_loop(ask(tmp_path, "echo"))


def test_what_is_no_question_is_answered_and_the_next_one_too(tmp_path: Path) -> None:
    async def use() -> bytes:
        door = Control(tmp_path, {"echo": lambda with_: with_})
        await door.open()
        reader, writer = await asyncio.open_unix_connection(socket_path(tmp_path))
        writer.write(b"{nonsense\n")
        said = await reader.readline()
        writer.close()
        assert await ask(tmp_path, "echo", a=2) == {"a": 2}
        await door.close()
        return said

    assert b"not understood" in run_loop(use())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LocalError, match="cannot be made"):
        writable(tmp_path / "file" / "runs")
