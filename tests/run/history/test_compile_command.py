"""Recordings become columns: nothing lost, nothing twice, gaps told, whatever stopped it before."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from recordings import DAY, LATE, Tape, candle_frame, moved, two_days

from fathom.domain import Entry, Event, FrameReceived, JournalError, LocalError, OrderAccepted, RunStarted
from fathom.kernel import L2Book, L3Book
from fathom.kernel.stepper import FRAME, TRADE, Stepper
from fathom.kernel.steppers import Steppers
from fathom.run.config import config_json
from fathom.run.history import compile_command
from fathom.run.history.compile_command import compile_recording
from fathom.run.history.query import ask
from fathom.run.recording.precisions import Precision
from fathom.store import JournalWriter
from fathom.store.history import Tape as MappedTape
from fathom.store.history import partitions
from level3_feed import Feed3
from market_feed import BTC, S, instrument_frame, two_sided
from recorded import FIXTURES
from tape_books import books_of
from two_runs import CONFIG


def rows_of(data: Path, sql: str) -> list[tuple[object, ...]]:
    return list(ask(data, sql).rows)


def test_two_days_become_parts_of_each_kind_by_day(tmp_path: Path) -> None:
    recording = two_days().write(tmp_path / "two days.jsonl.zst")
    done = compile_recording(recording, tmp_path / "data")
    assert done.ok
    assert done.source == "two_days.jsonl.zst"
    assert done.clock == "the recorder's"
    assert done.books["BTC/USD l2"]["verified"] == 241
    assert done.books["BTC/USD l3"]["verified"] == 121
    assert (done.trades, done.trades_again, done.gaps, done.refused) == (120, 0, 0, 0)
    found = {(one.kind, str(one.day)) for one in partitions(tmp_path / "data")}
    days = ("2023-11-15", "2023-11-16")
    assert found == {(kind, day) for kind in ("l2", "l3", "trades", "candles", "instruments", "tape") for day in days}
    assert not list((tmp_path / "data").rglob("*.part"))


def test_every_ns_tick_and_lot_comes_back(tmp_path: Path) -> None:
    tape = two_days(2)
    compile_recording(tape.write(tmp_path / "r.jsonl.zst"), tmp_path / "data")
    trades = [one for one in tape.captures if one.frame.startswith(b'{"channel":"trade"')]
    found = rows_of(
        tmp_path / "data", "SELECT local_ns, trade_id, price_ticks, qty, side FROM trades ORDER BY trade_id"
    )
    assert [row[0] for row in found] == [one.time_ns for one in trades]
    assert [row[1] for row in found] == list(range(1, 121))
    assert {row[2] for row in found} == {1000}
    assert all(str(row[3]).encode() in one.frame for row, one in zip(found, trades, strict=True))
    (span,) = rows_of(tmp_path / "data", "SELECT min(local_ns), max(local_ns), count(DISTINCT symbol) FROM l2")
    assert span == (LATE + S // 2, max(one.time_ns or 0 for one in tape.captures if b'"book"' in one.frame[:20]), 1)


@pytest.mark.parametrize("seed", range(4))
def test_both_books_of_both_days_come_back_from_their_tapes(seed: int, tmp_path: Path) -> None:
    tape = two_days(seed)
    compile_recording(tape.write(tmp_path / "r.jsonl.zst"), tmp_path / "data")
    levels, queues = L2Book(10, 1, 2), L3Book(10, 1, 2)
    ends: dict[tuple[str, int], object] = {}
    for one in tape.captures:
        assert one.time_ns is not None
        if one.frame.startswith(b'{"channel":"book"'):
            levels.apply(one.frame)
            ends["l2", one.time_ns // DAY] = (levels.bids(), levels.asks())
        elif one.frame.startswith(b'{"channel":"level3"'):
            queues.apply(one.frame)
            ends["l3", one.time_ns // DAY] = [
                [qty for _, qty in queues.orders(side, price)]
                for side, book in (("buy", queues.bids()), ("sell", queues.asks()))
                for price, _ in book
            ]
    found = {}
    for part in partitions(tmp_path / "data"):
        if part.kind == "tape":
            with MappedTape(part.path) as mapped:
                found[mapped.head.kind, mapped.head.last_ns // DAY] = books_of(mapped)
    assert found == ends


def test_a_checksum_that_is_wrong_is_a_gap_until_the_next_snapshot(tmp_path: Path) -> None:
    feed, tape = two_sided(), Tape()
    tape.say(instrument_frame(BTC), feed.snapshot(), feed.update(bids=[(999, 7)]))
    tape.say(feed.update(bids=[(999, 8)], crc=1), feed.update(bids=[(999, 9)]))
    tape.say(feed.snapshot(), feed.update(bids=[(999, 11)]))
    done = compile_recording(tape.write(tmp_path / "r.jsonl"), tmp_path / "data")
    assert not done.ok
    counts = done.books["BTC/USD l2"]
    assert (counts["frames"], counts["verified"], counts["mismatched"]) == (6, 4, 2)
    assert done.gaps == 1
    (gap,) = rows_of(tmp_path / "data", "SELECT channel, from_ns, to_ns, reason FROM gaps")
    assert gap == ("l2", LATE + 3 * S // 4, LATE + 6 * S // 4, "a checksum that does not agree")
    believed = rows_of(tmp_path / "data", "SELECT DISTINCT qty_lots FROM l2 WHERE price_ticks = 999 ORDER BY 1")
    assert believed == [(7,), (9,), (10,), (11,)]  # 9 is in the second snapshot.
    doubted = rows_of(tmp_path / "data", "SELECT qty_lots FROM l2_all WHERE verdict = 'mismatch' ORDER BY frame")
    assert doubted == [(8,), (9,)]


def test_what_lies_between_two_subscriptions_is_a_gap(tmp_path: Path) -> None:
    feed, tape = two_sided(), Tape()
    tape.say(instrument_frame(BTC), feed.snapshot(), feed.trades(("buy", 1001, 1)), feed.trades(("buy", 1001, 2)))
    feed.trades_told += 5
    tape.now_ns += 60 * S
    tape.say(feed.trades(("sell", 999, 3), kind="snapshot"), feed.snapshot())
    done = compile_recording(tape.write(tmp_path / "r.jsonl"), tmp_path / "data")
    assert (done.ok, done.trades, done.gaps) == (True, 3, 2)
    gaps = rows_of(tmp_path / "data", "SELECT channel, reason FROM gaps ORDER BY channel")
    assert gaps == [("l2", "a new subscription"), ("trades", "trades 3 to 7 are missing")]


def test_trades_from_before_the_recording_and_trades_told_twice_are_not_in_it(tmp_path: Path) -> None:
    feed, tape = two_sided(), Tape()
    old = feed.trades(("buy", 1001, 1), ("buy", 1001, 2), kind="snapshot")
    told = feed.trades(("sell", 999, 3))
    tape.say(instrument_frame(BTC), feed.snapshot(), old, told, told)
    done = compile_recording(tape.write(tmp_path / "r.jsonl"), tmp_path / "data")
    assert (done.trades, done.trades_again) == (1, 1)
    assert rows_of(tmp_path / "data", "SELECT trade_id FROM trades") == [(3,)]


def test_a_candle_is_written_once_as_it_was_when_it_ended(tmp_path: Path) -> None:
    tape = Tape()
    begin = LATE // (60 * S) * 60 * S
    tape.say(instrument_frame(BTC), candle_frame(begin, close=999, trades=1), candle_frame(begin, close=1001, trades=9))
    tape.say(candle_frame(begin + 60 * S, close=1000, trades=1))
    tape.say(two_sided().snapshot())
    compile_recording(tape.write(tmp_path / "r.jsonl"), tmp_path / "data")
    found = rows_of(tmp_path / "data", "SELECT begin_ns, close_ticks, trades, volume FROM candles ORDER BY 1")
    assert found == [(begin, 1001, 9, 1.5), (begin + 60 * S, 1000, 1, 1.5)]


def test_a_precision_that_changes_begins_the_book_anew(tmp_path: Path) -> None:
    feed, tape = two_sided(), Tape()
    finer = two_sided(
        type(BTC)(**{name: getattr(BTC, name) for name in BTC.__struct_fields__} | {"price_precision": 2})
    )
    tape.say(instrument_frame(BTC), feed.snapshot(), instrument_frame(finer.instrument))
    tape.say(feed.update(bids=[(999, 5)]), finer.snapshot())
    done = compile_recording(tape.write(tmp_path / "r.jsonl"), tmp_path / "data")
    assert done.books["BTC/USD l2"]["unchecked"] == 1
    found = rows_of(tmp_path / "data", "SELECT DISTINCT price_precision FROM l2 ORDER BY 1")
    assert found == [(1,), (2,)]
    assert rows_of(tmp_path / "data", "SELECT reason FROM gaps") == [("the pair's precision changed",)]
    assert len(rows_of(tmp_path / "data", "SELECT * FROM instruments")) == 2


def test_what_was_finished_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording, data = two_days().write(tmp_path / "r.jsonl.zst"), tmp_path / "data"
    expected = tmp_path / "expected"
    compile_recording(recording, expected)
    stopped_at = compile_command.PROGRESS_EVERY
    monkeypatch.setattr(compile_command, "PROGRESS_EVERY", 1)

    def stop(what: str, done: int, _of: int) -> None:
        if what == "writing" and done == 400:  # Of the second day.
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compile_recording(recording, data, progress=stop)
    assert {str(one.day) for one in partitions(data)} == {"2023-11-15"}
    assert not list(data.rglob("*.part"))
    times = {one.path: one.path.stat().st_mtime_ns for one in partitions(data)}
    monkeypatch.setattr(compile_command, "PROGRESS_EVERY", stopped_at)
    done = compile_recording(recording, data)
    assert done.days_kept == 2  # Both books; a day of trades ends a day later.
    kept = [path for path, time_ns in times.items() if path.stat().st_mtime_ns == time_ns]
    assert sorted(path.parts[-4] for path in kept) == ["l2", "l3", "tape", "tape"]
    for one in partitions(expected):
        other = data / one.path.relative_to(expected)
        if one.kind == "tape":
            assert other.read_bytes() == one.path.read_bytes()
        else:
            assert pq.read_table(other).equals(pq.read_table(one.path))


def test_another_recording_of_the_same_name_does_not_overwrite(tmp_path: Path) -> None:
    compile_recording(two_days(1).write(tmp_path / "r.jsonl"), tmp_path / "data")
    (tmp_path / "other").mkdir()
    with pytest.raises(LocalError, match="another recording with the same name"):
        compile_recording(two_days(2).write(tmp_path / "other" / "r.jsonl"), tmp_path / "data")


def test_a_recording_without_any_time_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b'{"channel":"heartbeat"}\n')
    with pytest.raises(LocalError, match="says nowhere when its frames came"):
        compile_recording(path, tmp_path / "data")


def test_a_damaged_journal_is_refused_and_leaves_nothing_that_is_not_finished(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    with JournalWriter(journal) as writer:
        for seq, one in enumerate(two_days().captures, 1):
            writer.append(Entry(seq, seq, one.time_ns or 0, "world", FrameReceived("public", one.frame)))
        writer.commit()
    (segment,) = journal.glob("journal-*.fathom")
    data = bytearray(segment.read_bytes())
    data[len(data) * 3 // 4] ^= 1  # On the second day.
    segment.write_bytes(data)
    with pytest.raises(JournalError):
        compile_recording(journal, tmp_path / "data", depth=10)
    assert {str(one.day) for one in partitions(tmp_path / "data")} == {"2023-11-15"}
    assert not list((tmp_path / "data").rglob("*.part"))


def test_where_nobody_wrote_the_time_down_the_venue_tells_it(tmp_path: Path) -> None:
    feed, tape = two_sided(), Tape()
    tape.say(instrument_frame(BTC), feed.snapshot(), feed.update(bids=[(999, 5)]))
    path = tmp_path / "r.jsonl"
    path.write_bytes(b"\n".join(one.frame for one in tape.captures))
    done = compile_recording(path, tmp_path / "data")
    assert done.clock == "the venue's"
    assert rows_of(tmp_path / "data", "SELECT DISTINCT local_ns FROM l2") == [(feed.time_ns,)]


def test_the_longest_real_captures_compile_and_verify(tmp_path: Path) -> None:
    sdk = compile_recording(FIXTURES / "python-kraken-sdk" / "orderbook-v2.json", tmp_path / "data")
    assert sdk.books == {"BTC/USD l2": {"frames": 510, "verified": 510, "mismatched": 0, "refused": 0, "unchecked": 0}}
    old = compile_recording(FIXTURES / "cryptofeed" / "KRAKEN.ws.50.0", tmp_path / "data")
    assert sum(one["verified"] for one in old.books.values()) == 4269
    assert sum(one["mismatched"] + one["refused"] for one in old.books.values()) == 0
    assert len(rows_of(tmp_path / "data", "SELECT DISTINCT symbol FROM l2")) == 11


def test_trades_of_version_1_are_read_and_numbered(tmp_path: Path) -> None:
    done = compile_recording(FIXTURES / "cryptofeed" / "KRAKEN.ws.48.0", tmp_path / "data")
    assert (done.ok, done.refused) == (True, 0)
    assert done.trades > 0
    counts = rows_of(tmp_path / "data", "SELECT symbol, count(*), max(trade_id), count(side) FROM trades GROUP BY 1")
    assert sum(row[1] for row in counts) == done.trades  # type: ignore[misc]
    assert all(row[1] == row[2] == row[3] for row in counts)


def test_precisions_that_the_user_gives_are_used(tmp_path: Path) -> None:
    feed, tape = two_sided(), Tape()
    tape.say(feed.snapshot(), feed.update(bids=[(999, 5)]), moved(feed, __import__("random").Random(1)))
    given = {"BTC/USD": Precision(1, 2)}
    assert compile_recording(tape.write(tmp_path / "r.jsonl"), tmp_path / "data", instruments=given).ok
    assert rows_of(tmp_path / "data", "SELECT DISTINCT qty_precision FROM l2") == [(2,)]


def journal_of(tape: Tape, folder: Path, *own: str) -> Path:
    """What a run would have journaled that heard these frames, and whose orders those were."""
    events: list[tuple[int, Event]] = [(LATE, RunStarted("r", "rehearsal", config_json(CONFIG), "0"))]
    events += [(one.time_ns or LATE, FrameReceived(one.link, one.frame)) for one in tape.captures]
    last_ns = events[-1][0]
    events += [(last_ns, OrderAccepted(f"maker-{number}", name)) for number, name in enumerate(own)]
    with JournalWriter(folder, fsync="close") as writer:
        for seq, (time_ns, event) in enumerate(events, 1):
            writer.append(Entry(seq, seq, time_ns, "world", event))
        writer.commit()
    return folder


def test_a_runs_own_orders_are_left_out_of_level_3_and_trades_stay(tmp_path: Path) -> None:
    journal = journal_of(two_days(3), tmp_path / "journal", "ON3", "ON70", "V-never-seen")
    whole = compile_recording(journal, tmp_path / "whole")
    without = compile_recording(journal, tmp_path / "without", without_own=True)
    assert whole.ok
    assert without.ok
    assert (whole.own_orders, whole.own_rows) == (None, 0)
    assert without.own_orders == 3
    assert without.books == whole.books
    assert without.trades == whole.trades
    ids = "SELECT order_id, frame, date, count(*) FROM l3 GROUP BY ALL ORDER BY ALL"
    theirs = [row for row in rows_of(tmp_path / "whole", ids) if row[0] not in {"ON3", "ON70"}]
    assert rows_of(tmp_path / "without", ids) == theirs
    assert without.own_rows == sum(
        int(str(row[3])) for row in rows_of(tmp_path / "whole", ids) if row[0] in {"ON3", "ON70"}
    )
    lasts = "SELECT date, frame, count(*) FROM l3 WHERE last GROUP BY ALL HAVING count(*) <> 1"
    assert rows_of(tmp_path / "without", lasts) == []
    for one in partitions(tmp_path / "without"):
        if one.kind == "tape" and one.path.name.endswith(".l3.tape"):
            assert books_of(MappedTape(one.path))


def test_with_and_without_our_own_orders_do_not_mix(tmp_path: Path) -> None:
    journal = journal_of(two_days(), tmp_path / "journal", "ON3")
    compile_recording(journal, tmp_path / "data")
    with pytest.raises(LocalError, match="was compiled with its own orders: name another folder"):
        compile_recording(journal, tmp_path / "data", without_own=True)
    compile_recording(journal, tmp_path / "other", without_own=True)
    assert compile_recording(journal, tmp_path / "other", without_own=True).days_kept > 0
    with pytest.raises(LocalError, match="was compiled without its own orders: name another folder"):
        compile_recording(journal, tmp_path / "other")


def test_level_2_is_without_them_too_or_says_that_it_is_not(tmp_path: Path) -> None:
    queues, feed, tape = Feed3(), two_sided(), Tape()
    for price, qty in feed.bids.items():
        queues.rest(f"B{price}", "buy", price, qty)
    for price, qty in feed.asks.items():
        queues.rest(f"A{price}", "sell", price, qty)
    best, held = max(feed.bids), feed.bids[max(feed.bids)]
    tape.say(instrument_frame(BTC, kind="snapshot"), feed.snapshot())
    tape.say(queues.snapshot(), link="level3")
    tape.say(queues.add("MINE", "buy", best, 7), link="level3")
    tape.say(feed.update(bids=[(best, held + 7)]))
    tape.say(queues.modify("MINE", 3), link="level3")
    tape.say(feed.update(bids=[(best, held + 3)]), feed.trades(("sell", best, 4)))
    tape.say(queues.add("O1", "buy", best, 5), link="level3")
    tape.say(feed.update(bids=[(best, held + 8)]))
    done = compile_recording(journal_of(tape, tmp_path / "journal", "MINE"), tmp_path / "data", without_own=True)
    assert done.ok
    assert (done.own_orders, done.own_rows, done.own_levels, done.own_in_l2, done.trades) == (1, 2, 3, [], 1)
    levels = f"SELECT qty_lots FROM l2 WHERE side = 'bid' AND price_ticks = {best} AND NOT snapshot"
    assert rows_of(tmp_path / "data", levels) == [(held + 5,)]
    tape.captures = [one for one in tape.captures if one.link != "level3"]
    alone = compile_recording(journal_of(tape, tmp_path / "without level 3", "MINE"), tmp_path / "2", without_own=True)
    assert (alone.own_rows, alone.own_levels, alone.own_in_l2) == (0, 0, ["BTC/USD"])


@pytest.mark.parametrize("seed", range(4))
def test_the_days_of_both_books_are_stepped_over_as_one(seed: int, tmp_path: Path) -> None:
    tape = two_days(seed)
    compile_recording(tape.write(tmp_path / "r.jsonl.zst"), tmp_path / "data")
    parts = sorted((one for one in partitions(tmp_path / "data") if one.kind == "tape"), key=lambda one: one.day)
    mapped = [MappedTape(one.path) for one in parts]
    chains = {kind: [one for one in mapped if one.head.kind == kind] for kind in ("l2", "l3")}
    assert [len(one) for one in chains.values()] == [2, 2]
    steppers = [Stepper([one.rows for one in chain], level3=kind == "l3") for kind, chain in chains.items()]
    levels, queues, group, trades = L2Book(10, 1, 2), L3Book(10, 1, 2), Steppers(steppers), [0, 0]
    group.want(0, FRAME | TRADE)
    group.want(1, FRAME | TRADE)
    frames = iter(one for one in tape.captures if one.frame.startswith((b'{"channel":"book"', b'{"channel":"level3"')))
    while (index := group.step()) >= 0:
        stepper = steppers[index]
        trades[index] += len(stepper.trades())
        if not group.why & FRAME:
            continue
        capture = next(frames)
        assert (stepper.now_ns, stepper.moved_ns) == (capture.time_ns, capture.time_ns)
        book = queues if stepper.level3 else levels
        book.apply(capture.frame)
        assert (stepper.bids(), stepper.asks()) == (book.bids(), book.asks())
        if stepper.frames == 1:
            stepper.rest(1, "buy", 990, 5, stepper.now_ns)
    assert next(frames, None) is None
    assert trades == [120, 120]
    assert [one.frames for one in steppers] == [sum(one.head.frames for one in chain) for chain in chains.values()]
    assert [one.ahead(1) for one in steppers] == [0, 0]
    for stepper, book in zip(steppers, (levels, queues), strict=True):
        assert stepper.venue_levels() == (book.bids(), book.asks())
    del group, steppers, stepper
    for one in mapped:
        one.close()
