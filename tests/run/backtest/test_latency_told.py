from pathlib import Path

import pytest

from fathom.domain import Entry, Event, HealthSeen, LocalError, OrderTimed
from fathom.run.backtest.latency_told import measured_latency
from fathom.store import JournalWriter

MS = 1_000_000


def journal(folder: Path, *events: Event) -> Path:
    with JournalWriter(folder, fsync="close") as log:
        for seq, event in enumerate(events, 1):
            log.append(Entry(seq, seq, seq, "world", event))
        log.commit()
    return folder


def timed(number: int, there_ms: int, here_ms: int, *, ahead_ms: int = 0, told: bool = True) -> OrderTimed:
    sent, venue = number * 1_000 * MS, (number * 1_000 + there_ms + ahead_ms) * MS
    ends = (venue, venue + MS) if told else (None, None)
    return OrderTimed(f"a-{number}", "add", sent, sent + (there_ms + here_ms + 1) * MS, *ends)


def test_both_ways_are_their_own_by_the_clock_s_distance(tmp_path: Path) -> None:
    health = HealthSeen(0, 0, 500 * MS)
    events = [timed(number, 5 + number % 3, 20, ahead_ms=500) for number in range(30)]
    model, words = measured_latency(journal(tmp_path / "j", health, *events), seed=2)
    assert (model.out_ns[0], model.out_ns[-1], set(model.back_ns), model.seed) == (5 * MS, 7 * MS, {20 * MS}, 2)
    assert "as 30 requests of" in words
    assert "26.0 ms there and back" in words


def test_without_the_venue_s_times_each_is_half(tmp_path: Path) -> None:
    model, _ = measured_latency(journal(tmp_path / "j", *(timed(n, 5, 20, told=False) for n in range(20))), seed=1)
    assert (set(model.out_ns), set(model.back_ns)) == ({13 * MS}, {13 * MS})


def test_too_few_say_nothing(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="timed 3 requests; 20 are needed"):
        measured_latency(journal(tmp_path / "j", *(timed(n, 5, 20) for n in range(3))), seed=1)
