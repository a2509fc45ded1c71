"""One symbol's day: the part, the tape, and what they say of themselves."""

from datetime import date
from pathlib import Path

from fathom.kernel import L2Book
from fathom.kernel import rows as form
from fathom.run.history.sinks import ROWS_MAX, BookSink, TableSink, head_words
from fathom.store.history import Tape, part_head, part_path, tape_path
from market_feed import two_sided

DAY = date(2026, 11, 30)


def test_a_book_goes_into_both(tmp_path: Path) -> None:
    sink = BookSink(tmp_path, "l2", "BTC/USD", DAY, source="r", origin="o")
    rows = form.Rows()
    rows.take_levels(L2Book(10, 1, 2), two_sided().snapshot(), 5, 1)
    sink.write(*rows.drain(), (1, 2))
    sink.write(b"", b"", (1, 2))
    sink.counts.update(frames=1, verified=1)
    sink.first_ns, sink.last_ns = 5, 6
    sink.close(whole=True)
    head = part_head(part_path(tmp_path, "l2", "BTC/USD", DAY, "r"))
    assert head == {
        "source": "r", "origin": "o", "whole": "true", "first_ns": "5", "last_ns": "6", "frames": "1", "verified": "1",
        "mismatched": "0", "unchecked": "0", "gaps": "0", "rows": "10",
    }  # fmt: skip
    with Tape(tape_path(tmp_path, "l2", "BTC/USD", DAY, "r")) as tape:
        assert (tape.head.rows, tape.head.verified, tape.head.whole) == (11, 1, True)


def test_a_table_is_written_in_pieces(tmp_path: Path) -> None:
    sink = TableSink(tmp_path, "gaps", "BTC/USD", DAY, source="r", origin="o")
    for number in range(ROWS_MAX + 1):
        sink.add({"channel": "l2", "from_ns": number, "to_ns": None, "reason": "a test"})
    sink.close(whole=False)
    head = part_head(part_path(tmp_path, "gaps", "BTC/USD", DAY, "r"))
    assert (head["rows"], head["whole"]) == (str(ROWS_MAX + 1), "false")


def test_what_is_abandoned_leaves_nothing(tmp_path: Path) -> None:
    BookSink(tmp_path, "l3", "BTC/USD", DAY, source="r", origin="o").abandon()
    TableSink(tmp_path, "trades", "BTC/USD", DAY, source="r", origin="o").abandon()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_words_are_what_parquet_keeps() -> None:
    assert head_words({"a": True, "b": 1, "c": "x"}) == {"a": "true", "b": "1", "c": "x"}
