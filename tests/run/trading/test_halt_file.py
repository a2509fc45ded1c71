"""The file that halts every bot, as one of them sees it."""

import asyncio
from pathlib import Path

import pytest

from fathom.domain import Event, HaltOrdered, ResumeOrdered
from fathom.net import halt, run_loop
from fathom.run.trading.halt_file import HaltFile


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A halt is for every bot of this user: here it is for nobody else."""
    monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "state"))


def test_it_is_told_once_when_it_comes_and_once_when_it_goes() -> None:
    told: list[Event] = []
    file = HaltFile(told.append)
    file.look()
    assert told == []
    halt.write_halt("enough")
    file.look()
    file.look()
    assert told == [HaltOrdered("the halt file: enough")]
    halt.halt_file().unlink()
    file.look()
    file.look()
    assert told[1:] == [ResumeOrdered("kill", "the halt file was taken away")]


def test_it_is_seen_while_nobody_asks() -> None:
    async def use() -> None:
        came = asyncio.Event()
        watching = asyncio.create_task(HaltFile(lambda _: came.set()).watch())
        halt.write_halt("enough")
        async with asyncio.timeout(20):
            await came.wait()
        watching.cancel()

    run_loop(use())
