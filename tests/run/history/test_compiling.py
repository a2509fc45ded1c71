"""Every frame of a recording goes to the table that it belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from fathom.kernel.stepper import TRADE, Stepper
from fathom.run.history.compiling import Compiler, Done
from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorded_books import BookSaid
from fathom.store.history import Kind, Tape, day_of, part_path, partitions, tape_path
from market_feed import BTC, ETH, T0, Feed, S, instrument_frame, status_frame, two_sided

PLACES = Precision(1, 2)
DAY = 86_400 * S


def compiler_in(data: Path, *done: Done) -> Compiler:
    return Compiler(data, "r", origin="o", precision_of={"BTC/USD": PLACES}.get, done=done)


def said(frame: bytes, *, link: str = "public", snapshot: bool = False) -> BookSaid:
    return BookSaid(1, frame, "book", "BTC/USD", link, snapshot)


def table(data: Path, kind: Kind, time_ns: int = T0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(
        part_path(data, kind, "BTC/USD", day_of(time_ns), "r"), partitioning=None
    ).to_pylist()
    return found


def test_a_pair_is_told_once_a_day_and_when_it_changes(tmp_path: Path) -> None:
    compiler, feed = compiler_in(tmp_path), two_sided()
    compiler.other(instrument_frame(BTC, ETH, kind="snapshot"), T0)  # ETH/USD is in no book.
    compiler.book(said(feed.snapshot(), snapshot=True), precision=PLACES, depth=10, local_ns=T0)
    compiler.other(instrument_frame(BTC), T0 + S)
    closed = msgspec.structs.replace(BTC, status="cancel_only")
    compiler.other(instrument_frame(closed), T0 + 2 * S)
    compiler.book(said(feed.update(bids=[(999, 8)])), precision=PLACES, depth=10, local_ns=T0 + DAY)
    compiler.close()
    assert [(one["local_ns"], one["status"]) for one in table(tmp_path, "instruments")] == [
        (T0, "online"),
        (T0 + 2 * S, "cancel_only"),
    ]
    assert [one["status"] for one in table(tmp_path, "instruments", T0 + DAY)] == ["cancel_only"]
    assert {one.symbol for one in partitions(tmp_path)} == {"BTC/USD"}


def test_a_book_that_two_connections_tell_is_written_once(tmp_path: Path) -> None:
    compiler, feed = compiler_in(tmp_path), two_sided()
    for link in ("one", "other"):
        compiler.book(said(feed.snapshot(), link=link, snapshot=True), precision=PLACES, depth=10, local_ns=T0)
    compiler.close()
    assert compiler.elsewhere == 1
    assert len(table(tmp_path, "l2")) == 10


def test_trades_without_a_book_have_a_tape_of_their_own(tmp_path: Path) -> None:
    compiler = compiler_in(tmp_path)
    compiler.other(Feed().trades(("buy", 1001, 5), ("sell", 999, 6)), T0)
    compiler.close()
    assert [(one["side"], one["price_ticks"], one["trade_id"]) for one in table(tmp_path, "trades")] == [
        ("buy", 1001, 1),
        ("sell", 999, 2),
    ]
    (tape,) = [one for one in partitions(tmp_path) if one.kind == "tape"]
    assert tape.source == "r.l2"


def test_trades_of_one_message_are_one_frame_of_the_tape(tmp_path: Path) -> None:
    compiler, feed = compiler_in(tmp_path), Feed()
    compiler.other(feed.trades(("buy", 1001, 5), ("sell", 999, 6)), T0)
    compiler.other(feed.trades(("buy", 1001, 5)), T0)
    compiler.close()
    with Tape(tape_path(tmp_path, "l2", "BTC/USD", day_of(T0), "r")) as tape:
        stepper = Stepper(tape.rows)
        assert stepper.step(wants=TRADE) == TRADE
        assert [trade[3] for trade in stepper.trades()] == [1, 2]
        assert stepper.step(wants=TRADE) == TRADE
        assert [trade[3] for trade in stepper.trades()] == [3]
        del stepper


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (b'{"channel":"trade"', "truncated"),
        (Feed(ETH).trades(("buy", 1001, 5)), "nothing says how many decimals ETH/USD has"),
        (Feed().trades(("buy", 1001, 5)).replace(b'"price":100.1', b'"price":100.123'), "price"),
    ],
)
def test_what_cannot_be_read_is_counted_with_the_first_reason(frame: bytes, says: str, tmp_path: Path) -> None:
    compiler = compiler_in(tmp_path)
    compiler.other(frame, T0)
    compiler.other(b"[]", T0)
    compiler.close()
    assert compiler.refused + compiler.others == 2
    assert says in compiler.first_refusal
    assert not list(partitions(tmp_path))


def test_what_nobody_makes_columns_of_is_counted(tmp_path: Path) -> None:
    compiler = compiler_in(tmp_path)
    for frame in (b'{"channel":"heartbeat"}', status_frame("online")):
        compiler.other(frame, T0)
    compiler.close()
    assert (compiler.others, compiler.refused) == (2, 0)


def test_parts_that_are_there_already_are_left(tmp_path: Path) -> None:
    compiler = compiler_in(tmp_path, Done("trades", "BTC/USD", day_of(T0)))
    compiler.other(Feed().trades(("buy", 1001, 5)), T0)
    compiler.close()
    assert {one.kind for one in partitions(tmp_path)} == {"tape"}


def test_what_is_abandoned_leaves_nothing(tmp_path: Path) -> None:
    compiler = compiler_in(tmp_path)
    compiler.other(instrument_frame(BTC), T0)
    compiler.other(Feed().trades(("buy", 1001, 5)), T0)
    compiler.abandon()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
