import io
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from fathom.domain import (
    AnswerOverdue,
    Entry,
    Event,
    LinkDropped,
    LinkOpened,
    LocalError,
    OrderAccepted,
    OrderApproved,
    OrderWanted,
    RunResumed,
    RunStarted,
)
from fathom.engine import Engine
from fathom.run.bot import Bot
from fathom.run.config import RunConfig, config_json
from fathom.run.demo import demo
from fathom.run.packaged import demo_config
from fathom.run.replay import replay_journal
from fathom.run.trading.resuming import Resumed, _Seen, resume, resume_from
from fathom.store import JournalReader, JournalWriter

T0 = 1_700_000_000_000_000_000


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("resuming") / "journal"
    assert demo(seconds=0.2, journal=folder, console=Console(file=io.StringIO()))
    return folder


def copied(journal: Path, folder: Path, *, cut: int = 0) -> Path:
    folder.mkdir()
    for segment in journal.iterdir():
        if segment.name.startswith("journal-"):
            data = segment.read_bytes()
            (folder / segment.name).write_bytes(data[: len(data) - cut])
    return folder


def resumed(folder: Path, config: RunConfig | None = None) -> tuple[Resumed, list[Entry]]:
    seen: list[Entry] = []
    return resume(folder, config or demo_config(), "paper", lambda _: [seen.append]), seen


def test_a_journal_that_is_kept_elsewhere_is_resumed_with_a_bot_of_its_own(journal: Path) -> None:
    kept = list(JournalReader(journal))
    made: list[Bot] = []

    def make(config: RunConfig) -> Bot:
        made.append(Bot(config))
        return made[-1]

    again = resume_from(kept, demo_config(), "paper", lambda _: [], place="memory", make=make)
    assert (again.entries, again.bot) == (len(kept), made[0])
    with pytest.raises(LocalError, match="memory"):
        resume_from(kept, demo_config(), "live", lambda _: [], place="memory")


def test_a_run_goes_on_and_its_journal_replays_as_one(journal: Path, tmp_path: Path) -> None:
    folder = copied(journal, tmp_path / "journal")
    before, seen = resumed(folder)
    assert [entry.seq for entry in seen] == list(range(1, before.last_seq + 1))
    with JournalWriter(folder) as log:
        engine = before.engine(log)
        engine.step(RunResumed("again", "0"), time_ns=before.time_ns)
    replayed, _ = replay_journal(folder)
    assert replayed.agrees
    assert replayed.entries == engine.last_seq > before.last_seq


@pytest.mark.parametrize("cut", [1, 40, 200, 1000])
def test_what_a_crash_kept_from_the_last_step_is_written_when_it_goes_on(
    journal: Path, tmp_path: Path, cut: int
) -> None:
    folder = copied(journal, tmp_path / "journal", cut=cut)
    with JournalWriter(folder) as log:
        before, seen = resumed(folder)
        assert seen[-1].seq == before.last_seq
        engine = before.engine(log)
        engine.step(RunResumed("again", "0"), time_ns=before.time_ns)
    assert [entry.seq for entry, _ in JournalReader(folder)] == list(range(1, engine.last_seq + 1))
    assert replay_journal(folder)[0].agrees


def test_another_configuration_is_refused_and_named(journal: Path) -> None:
    other = msgspec.structs.replace(demo_config(), latency_ms=7, quote="EUR")
    with pytest.raises(LocalError, match="quote, latency_ms changed"):
        resumed(journal, other)


def test_a_journal_of_another_mode_is_refused(journal: Path) -> None:
    with pytest.raises(LocalError, match="was begun in mode paper, not live"):
        resume(journal, demo_config(), "live", lambda _: [])


def test_a_recording_is_no_run_to_go_on_with(tmp_path: Path) -> None:
    with JournalWriter(tmp_path / "j") as log:
        Engine([], log).step(LinkOpened("public"), time_ns=T0)
    with pytest.raises(LocalError, match="does not begin with a run"):
        resumed(tmp_path / "j")


def test_a_journal_that_says_something_else_is_refused(tmp_path: Path) -> None:
    config = demo_config()
    with JournalWriter(tmp_path / "j") as log:
        log.append(Entry(1, 1, T0, "world", RunStarted("r", "paper", config_json(config), "0")))
        log.append(Entry(2, 1, T0, "risk", OrderApproved(OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 1, 1))))
        log.commit()
    with pytest.raises(LocalError, match="would not have said what entry 2 says"):
        resumed(tmp_path / "j", config)


def test_what_was_up_is_down_and_what_was_asked_is_unanswered() -> None:
    seen = _Seen()
    order = OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 1, 1)
    events: list[Event] = [
        LinkOpened("public"),
        LinkOpened("private"),
        LinkDropped("public", "x"),
        OrderApproved(order),
        OrderApproved(OrderWanted("mm-1-2", "BTC/USD", "buy", "limit", 1, 1)),
        OrderAccepted("mm-1-2", "O2"),
    ]
    for event in events:
        seen.take(Entry(1, 1, T0, "world", event))
    found = Resumed(
        bot=Bot(demo_config()),
        last_seq=1,
        time_ns=T0,
        unwritten=(),
        unanswered=tuple(seen.unanswered()),
        links=tuple(seen.links),
        entries=1,
        torn=None,
    )
    assert found.news() == [LinkDropped("private", "the run was down"), AnswerOverdue("mm-1-1")]
