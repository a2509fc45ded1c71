"""One book on its way into columns: days, doubts, and a clock that goes back."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from fathom.kernel import rows as form
from fathom.kernel.stepper import Stepper
from fathom.run.history.book_track import BookTrack
from fathom.run.recording.precisions import Precision
from market_feed import T0, S, two_sided

PLACES = Precision(1, 2)
DAY = 86_400 * S


class Kept:
    """A sink that keeps rows in memory."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.counts: Counter[str] = Counter()
        self.rows = b""
        self.first_ns = self.last_ns = 0
        self.whole: bool | None = None
        self.abandoned = False

    def write(self, rows: bytes, _names: bytes, _precisions: tuple[int, int]) -> None:
        self.rows += rows

    def close(self, *, whole: bool) -> None:
        self.whole = whole

    def abandon(self) -> None:
        self.abandoned = True


class Stage:
    def __init__(self, *, done: bool = False) -> None:
        self.sinks: list[Kept] = []
        self.gaps: list[tuple[int, int, str]] = []
        self.done = done
        self.track = BookTrack("l2", open_day=self._open, gap=lambda *gap: self.gaps.append(gap))
        self.feed = two_sided()

    def _open(self, day: date) -> Any:
        if self.done:
            return None
        self.sinks.append(Kept(day))
        return self.sinks[-1]

    def take(self, frame: bytes, time_ns: int, *, snapshot: bool = False, precision: Precision = PLACES) -> None:
        self.track.take(frame, snapshot=snapshot, precision=precision, depth=10, local_ns=time_ns)


def kinds(rows: bytes) -> list[int]:
    return [rows[at + 52] for at in range(0, len(rows), form.ROW_BYTES)]


def test_a_new_day_begins_with_the_book_and_the_old_one_is_whole() -> None:
    stage = Stage()
    stage.take(stage.feed.snapshot(), T0, snapshot=True)
    stage.take(stage.feed.update(bids=[(999, 7)]), T0 + DAY - 1)
    stage.take(stage.feed.update(bids=[(999, 8)]), T0 + DAY)
    stage.track.close()
    first, second = stage.sinks
    assert (first.whole, second.whole) == (True, False)
    assert (first.first_ns, first.last_ns) == (T0, T0 + DAY - 1)
    assert (second.first_ns, second.last_ns) == (T0 + DAY, T0 + DAY)
    assert kinds(first.rows) == [form.CLEAR, *[form.LEVEL] * 5, *[form.LEVEL + 1] * 5, form.LEVEL]
    assert kinds(second.rows) == kinds(first.rows)  # The seed, and one change.
    assert (first.counts["frames"], second.counts["frames"]) == (2, 1)


def test_a_book_that_is_doubted_begins_no_day() -> None:
    stage = Stage()
    stage.take(stage.feed.snapshot(), T0, snapshot=True)
    stage.take(stage.feed.update(bids=[(999, 7)], crc=1), T0 + S)
    stage.take(stage.feed.update(bids=[(999, 8)]), T0 + DAY)
    stage.track.close()
    assert kinds(stage.sinks[1].rows) == [form.LEVEL]
    assert stage.gaps == [(T0, T0 + DAY, "a checksum that does not agree")]


def test_a_frame_that_cannot_be_read_ends_the_book_until_a_snapshot() -> None:
    stage = Stage()
    stage.take(stage.feed.snapshot(), T0, snapshot=True)
    stage.take(b'{"channel":"book"', T0 + S)
    stage.take(stage.feed.update(bids=[(999, 8)]), T0 + 2 * S)
    stage.take(stage.feed.snapshot(), T0 + 3 * S, snapshot=True)
    stage.track.close()
    track = stage.track
    assert (track.frames, track.verified, track.refused, track.homeless) == (4, 2, 1, 1)
    ((from_ns, to_ns, reason),) = stage.gaps
    assert (from_ns, to_ns) == (T0, T0 + 3 * S)
    assert reason.startswith("a frame that cannot be read: ")


def test_updates_before_the_first_snapshot_are_counted_and_left() -> None:
    stage = Stage()
    stage.take(stage.feed.update(bids=[(999, 8)]), T0)
    stage.track.close()
    assert (stage.track.homeless, stage.sinks[0].rows, stage.gaps) == (1, b"", [])


def test_a_clock_that_goes_back_goes_back_nowhere() -> None:
    stage = Stage()
    stage.take(stage.feed.snapshot(), T0 + DAY, snapshot=True)
    stage.take(stage.feed.update(bids=[(999, 7)]), T0)
    stage.track.close()
    assert len(stage.sinks) == 1
    times = {int.from_bytes(stage.sinks[0].rows[at : at + 8], "little") for at in range(0, 56 * 12, 56)}
    assert times == {T0 + DAY}


def test_a_day_that_is_there_already_is_gone_through_and_not_written() -> None:
    stage = Stage(done=True)
    stage.take(stage.feed.snapshot(), T0, snapshot=True)
    stage.take(stage.feed.update(bids=[(999, 7)]), T0 + S)
    stage.done = False
    stage.take(stage.feed.update(bids=[(998, 7)]), T0 + DAY)
    stage.track.close()
    (sink,) = stage.sinks
    assert kinds(sink.rows) == [form.CLEAR, *[form.LEVEL] * 5, *[form.LEVEL + 1] * 5, form.LEVEL]


def test_a_trade_lies_between_the_frames() -> None:
    stage = Stage()
    stage.take(stage.feed.snapshot(), T0, snapshot=True)
    stage.track.trade(local_ns=T0 + 1, venue_ns=T0, buys=False, price=999, qty=3, trade_id=7)
    stage.take(stage.feed.update(bids=[(999, 7)]), T0 + 2)
    stage.track.close()
    assert kinds(stage.sinks[0].rows)[-2:] == [form.TRADE + 1, form.LEVEL]
    assert stage.sinks[0].counts["trades"] == 1


def test_trades_of_one_message_share_its_number() -> None:
    stage = Stage()
    stage.take(stage.feed.snapshot(), T0, snapshot=True)
    for trade_id, more in ((7, False), (8, True), (9, False)):
        stage.track.trade(local_ns=T0 + 1, venue_ns=T0, buys=False, price=999, qty=3, trade_id=trade_id, more=more)
    stage.take(stage.feed.update(bids=[(999, 7)]), T0 + 2)
    stage.track.close()
    rows = stage.sinks[0].rows
    numbers = [int.from_bytes(rows[at + 48 : at + 52], "little") for at in range(0, len(rows), form.ROW_BYTES)]
    assert numbers[-4:] == [2, 2, 3, 4]


def test_what_is_abandoned_is_closed_by_nobody() -> None:
    stage = Stage()
    stage.take(stage.feed.snapshot(), T0, snapshot=True)
    stage.track.abandon()
    assert (stage.sinks[0].abandoned, stage.sinks[0].whole) == (True, None)


def trusted_at(rows: bytes, times: list[int]) -> list[bool]:
    """Whether who steps over the rows trusts the book, as of these times."""
    stepper, found = Stepper([rows]), []
    for time_ns in times:
        stepper.step(time_ns)
        found.append(stepper.trusted)
    return found


def test_a_book_of_which_nothing_was_told_any_more_is_not_trusted_ten_seconds_later() -> None:
    stage = Stage()
    stage.take(stage.feed.snapshot(), T0, snapshot=True)
    stage.take(stage.feed.update(bids=[(999, 7)]), T0 + S)
    stage.take(stage.feed.snapshot(), T0 + 60 * S, snapshot=True)  # A new subscription: something was lost before.
    stage.track.close()
    times = [T0 + S, T0 + 10 * S, T0 + 11 * S, T0 + 59 * S, T0 + 60 * S]
    assert trusted_at(stage.sinks[0].rows, times) == [True, True, False, False, True]
    assert stage.gaps == [(T0 + S, T0 + 60 * S, "a new subscription")]


def test_a_new_subscription_at_once_is_told_too() -> None:
    stage = Stage()
    stage.take(stage.feed.snapshot(), T0, snapshot=True)
    stage.take(stage.feed.snapshot(), T0 + S, snapshot=True)
    stage.track.close()
    assert kinds(stage.sinks[0].rows).count(form.GAP) == 1


def test_after_a_frame_that_cannot_be_read_nobody_trusts_the_book_until_a_snapshot() -> None:
    stage = Stage()
    stage.take(stage.feed.snapshot(), T0, snapshot=True)
    stage.take(b'{"channel":"book","type":"update","data":[{"symbol":', T0 + S)
    stage.take(stage.feed.update(bids=[(999, 9)]), T0 + 2 * S)
    stage.take(stage.feed.snapshot(), T0 + 5 * S, snapshot=True)
    stage.track.close()
    assert trusted_at(stage.sinks[0].rows, [T0, T0 + S, T0 + 4 * S, T0 + 5 * S]) == [True, False, False, True]
