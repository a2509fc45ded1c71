"""What a bot answers at its door, and what of it the log knows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fathom.domain import Entry, HaltOrdered, Happening, LimitsOrdered, LocalError, ResumeOrdered
from fathom.engine import Engine
from fathom.net import halt
from fathom.risk import Limits, Risk
from fathom.run.trading.answers import answers
from fathom.run.trading.status import Status
from fathom.run.trading.trader import Performer, Trader
from fathom.ui import Watch
from market_feed import Feed, market_of

T0 = 1_700_000_000_000_000_000


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A halt is for every bot of this user: here it is for nobody else."""
    monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path / "state"))


class Kept:
    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def append(self, entry: Entry) -> None:
        self.entries.append(entry)

    def commit(self) -> None:
        pass


class Nothing:
    def performers(self) -> Mapping[type[Happening], Performer]:
        return {}


class Door:
    def __init__(self) -> None:
        market = market_of(Feed())
        self.log = Kept()
        self.stopped: list[str] = []
        status = Status(Watch(market, quote="USD"), name="b", mode="paper", venue="local", folder="runs/b")
        risk = Risk(Limits(), market=market, quote="USD")
        self.trader = Trader(Engine([market, risk], self.log), [Nothing()], clock_ns=lambda: T0)
        self.trader.watch(status.observe)
        self._answers = answers(self.trader, status, stop=self.stopped.append)

    def ask(self, question: str, **details: Any) -> Any:
        return self._answers[question](details)

    @property
    def asked(self) -> list[Happening]:
        """What came into the log from outside."""
        return [entry.event for entry in self.log.entries if entry.author == "world"]


def test_other_limits_are_in_the_log_and_in_force_from_an_entry_on() -> None:
    door = Door()
    assert door.ask("set", order_value_max="500") == {"after_entry": door.log.entries[0].seq - 1}
    assert door.asked == [LimitsOrdered(msgspec.json.encode({"order_value_max": "500"}))]


def test_limits_that_cannot_be_are_refused_with_the_reason() -> None:
    with pytest.raises(LocalError, match=r"order_value_max.*they are as they were"):
        Door().ask("set", order_value_max="-1")


def test_a_bot_that_has_stopped_takes_no_limits() -> None:
    door = Door()
    door.trader.fail(ValueError("over"))
    with pytest.raises(LocalError, match="the bot has stopped trading"):
        door.ask("set", order_value_max="500")


def test_a_halt_and_its_end_are_told_and_in_the_log() -> None:
    door = Door()
    (told,) = door.ask("halt", reason="lunch")
    assert (told["limit"], told["detail"]) == ("kill", "lunch")
    assert door.ask("resume", limit="kill", reason="back") == []
    assert door.asked == [HaltOrdered("lunch"), ResumeOrdered("kill", "back")]


def test_nobody_resumes_while_all_bots_are_halted() -> None:
    door = Door()
    halt.write_halt("enough")
    with pytest.raises(LocalError, match="fathom kill --resume"):
        door.ask("resume")
    assert door.asked == []


def test_it_is_asked_to_stop() -> None:
    door = Door()
    assert door.ask("stop", reason="fathom stop") == "stopping"
    assert door.stopped == ["fathom stop"]
