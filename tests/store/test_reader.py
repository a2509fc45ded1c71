import tracemalloc
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from fathom.domain import Entry, FrameReceived, JournalError
from fathom.store.journal import JournalWriter
from fathom.store.reader import JournalReader
from fathom.store.segment import TornTail, pack_record, segment_name

EntryAt = Callable[[int], Entry]


def written(directory: Path, entries: list[Entry], *, segment_bytes: int = 300) -> None:
    with JournalWriter(directory, fsync="close", segment_bytes=segment_bytes) as writer:
        for entry in entries:
            writer.append(entry)
            writer.commit()


def test_reads_what_was_written_to_the_byte(tmp_path: Path, entry_at: EntryAt) -> None:
    entries = [entry_at(seq) for seq in range(1, 40)]
    written(tmp_path, entries)
    reader = JournalReader(tmp_path)
    read = list(reader)
    assert [entry for entry, _ in read] == entries
    assert [payload for _, payload in read] == [msgspec.msgpack.encode(entry) for entry in entries]
    assert (reader.torn, reader.last_seq) == (None, 39)
    assert list(reader) == read  # Again, from the start.


def test_one_segment_alone(tmp_path: Path, entry_at: EntryAt) -> None:
    written(tmp_path, [entry_at(seq) for seq in range(1, 40)])
    segments = sorted(tmp_path.glob("*.fathom"))
    assert len(segments) > 3
    seqs = [[entry.seq for entry, _ in JournalReader(path)] for path in segments]
    assert [seq for some in seqs for seq in some] == list(range(1, 40))
    assert all(seqs)


def test_the_chain_stands_for_all_that_was_read(tmp_path: Path, entry_at: EntryAt) -> None:
    chains = []
    for name, count, segment_bytes in (("a", 9, 10_000), ("b", 9, 100), ("c", 8, 10_000)):
        written(tmp_path / name, [entry_at(seq) for seq in range(1, count + 1)], segment_bytes=segment_bytes)
        reader = JournalReader(tmp_path / name)
        list(reader)
        chains.append(reader.chain)
    assert chains[0] == chains[1] != chains[2]


def test_a_torn_tail_is_told_and_left_as_it_is(tmp_path: Path, entry_at: EntryAt) -> None:
    written(tmp_path, [entry_at(seq) for seq in range(1, 6)], segment_bytes=10_000)
    path = tmp_path / segment_name(1)
    path.write_bytes(path.read_bytes()[:-1])
    before = path.read_bytes()
    reader = JournalReader(tmp_path)
    assert [entry.seq for entry, _ in reader] == [1, 2, 3, 4]
    assert reader.torn is not None
    assert reader.torn == TornTail(path.name, reader.torn.bytes_cut, 4)
    assert path.read_bytes() == before


def test_damage_in_an_early_segment_is_never_skipped(tmp_path: Path, entry_at: EntryAt) -> None:
    written(tmp_path, [entry_at(seq) for seq in range(1, 40)])
    path = tmp_path / segment_name(2)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(JournalError, match=r"journal-000002\.fathom is damaged at offset \d+, where seq"):
        list(JournalReader(tmp_path))


def test_segments_in_each_others_place_are_refused(tmp_path: Path, entry_at: EntryAt) -> None:
    written(tmp_path, [entry_at(seq) for seq in range(1, 40)])
    (tmp_path / segment_name(2)).rename(tmp_path / "kept")
    (tmp_path / segment_name(3)).rename(tmp_path / segment_name(2))
    (tmp_path / "kept").rename(tmp_path / segment_name(3))
    with pytest.raises(JournalError, match="its header says segment 3"):
        list(JournalReader(tmp_path))


def test_an_entry_of_another_version_is_refused(tmp_path: Path, entry_at: EntryAt) -> None:
    written(tmp_path, [entry_at(1)])
    reader = JournalReader(tmp_path)
    list(reader)
    strange, _ = pack_record(msgspec.msgpack.encode([2, 1, 0, "world", ["MoonLanded"]]), reader.chain)
    path = tmp_path / segment_name(1)
    path.write_bytes(path.read_bytes() + strange)
    with pytest.raises(JournalError, match="no entry of this version"):
        list(JournalReader(tmp_path))


def test_a_missing_or_empty_place(tmp_path: Path) -> None:
    assert list(JournalReader(tmp_path)) == []
    with pytest.raises(JournalError, match="No such file"):
        list(JournalReader(tmp_path / "nowhere.fathom"))


def test_memory_is_flat_while_reading(tmp_path: Path) -> None:
    frame = bytes(100_000)
    written(
        tmp_path,
        [Entry(seq, seq, seq, "world", FrameReceived("public", frame)) for seq in range(1, 301)],
        segment_bytes=20_000_000,
    )
    tracemalloc.start()
    count = sum(1 for _ in JournalReader(tmp_path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 300
    assert peak < 6_000_000
