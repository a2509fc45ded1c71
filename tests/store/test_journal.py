import errno
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    BookMoved,
    CancelApproved,
    Entry,
    Event,
    FrameReceived,
    JournalError,
    LocalError,
    OrderApproved,
    OrderWanted,
)
from fathom.store.journal import BUFFER_BYTES_MAX, FsyncPolicy, JournalWriter
from fathom.store.reader import JournalReader
from fathom.store.segment import HEADER_BYTES, PAYLOAD_BYTES_MAX, RECORD, TornTail, segment_name

EntryAt = Callable[[int], Entry]


def read(directory: Path) -> list[Entry]:
    return [entry for entry, _ in JournalReader(directory)]


def write(directory: Path, entries: list[Entry], *, segment_bytes: int = 10_000) -> None:
    with JournalWriter(directory, fsync="close", segment_bytes=segment_bytes) as writer:
        for entry in entries:
            writer.append(entry)


def record_bytes(entry: Entry) -> int:
    return RECORD.size + len(msgspec.msgpack.encode(entry))


def test_round_trip_and_continuation(tmp_path: Path, entry_at: EntryAt) -> None:
    place = tmp_path / "runs" / "journal"
    write(place, [entry_at(seq) for seq in range(1, 6)])
    with JournalWriter(place) as writer:
        assert (writer.last_seq, writer.torn) == (5, None)
        for seq in range(6, 9):
            writer.append(entry_at(seq))
        writer.commit()
    assert read(place) == [entry_at(seq) for seq in range(1, 9)]
    assert sorted(path.name for path in place.iterdir()) == ["journal-000001.fathom", "journal.lock"]


def test_commit_hands_over_what_append_holds(tmp_path: Path, entry_at: EntryAt) -> None:
    with JournalWriter(tmp_path) as writer:
        writer.append(entry_at(1))
        writer.append(entry_at(2))
        assert read(tmp_path) == []
        writer.commit()
        assert read(tmp_path) == [entry_at(1), entry_at(2)]


def test_rotation_by_size(tmp_path: Path, entry_at: EntryAt) -> None:
    write(tmp_path, [entry_at(seq) for seq in range(1, 41)], segment_bytes=400)
    sizes = [path.stat().st_size for path in sorted(tmp_path.glob("*.fathom"))]
    assert len(sizes) > 5
    assert all(400 <= size < 400 + 200 for size in sizes[:-1])
    assert read(tmp_path) == [entry_at(seq) for seq in range(1, 41)]


@pytest.fixture
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of syncs would wait for the disk, and tell nothing about what is written."""
    monkeypatch.setattr(os, "fsync", lambda fd: None)


@pytest.mark.usefixtures("unsynced")
@pytest.mark.parametrize("segment_bytes", [10_000, 150])
def test_cut_at_every_byte_of_the_last_records(tmp_path: Path, entry_at: EntryAt, segment_bytes: int) -> None:
    entries = [entry_at(seq) for seq in range(1, 9)]
    original = tmp_path / "original"
    write(original, entries, segment_bytes=segment_bytes)
    last = max(original.glob("*.fathom"))
    size = last.stat().st_size
    in_last = [entry.seq for entry, _ in JournalReader(last)]
    ends = {HEADER_BYTES: in_last[0] - 1}  # After how many bytes the segment holds which entry whole.
    at = HEADER_BYTES
    for seq in in_last:
        at += record_bytes(entry_at(seq))
        ends[at] = seq
    assert at == size

    for cut in range(max(0, size - 4 * record_bytes(entry_at(2))), size):
        place = tmp_path / f"cut-{cut}"
        shutil.copytree(original, place)
        os.truncate(place / last.name, cut)
        whole_end = max((end for end in ends if end <= cut), default=0)
        whole_seq = ends.get(whole_end, in_last[0] - 1)
        expected = TornTail(last.name, cut - whole_end, whole_seq or None) if cut > whole_end else None
        with JournalWriter(place, segment_bytes=segment_bytes) as writer:
            assert (writer.torn, writer.last_seq or 0) == (expected, whole_seq)
            for seq in range(whole_seq + 1, 12):
                writer.append(entry_at(seq))
        assert read(place) == [entry_at(seq) for seq in range(1, 12)]
        with JournalWriter(place) as writer:
            assert writer.torn is None


@pytest.mark.parametrize("data", [b"", b"FATHOMJ\n", bytes(HEADER_BYTES)])
def test_a_journal_of_half_a_header_begins_anew(tmp_path: Path, entry_at: EntryAt, data: bytes) -> None:
    (tmp_path / segment_name(1)).write_bytes(data)
    with JournalWriter(tmp_path) as writer:
        assert writer.torn == (TornTail(segment_name(1), len(data), None) if data else None)
        writer.append(entry_at(1))
    assert read(tmp_path) == [entry_at(1)]


def test_damage_is_not_written_over(tmp_path: Path, entry_at: EntryAt) -> None:
    write(tmp_path, [entry_at(seq) for seq in range(1, 20)], segment_bytes=400)
    for path, offset in ((segment_name(1), 100), (segment_name(3), 60)):
        whole = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(whole[:offset] + bytes([whole[offset] ^ 1]) + whole[offset + 1 :])
        damaged = {file.name: file.read_bytes() for file in tmp_path.glob("*.fathom")}
        with pytest.raises(JournalError, match=f"{path} is damaged at offset"):
            JournalWriter(tmp_path)
        assert {file.name: file.read_bytes() for file in tmp_path.glob("*.fathom")} == damaged
        (tmp_path / path).write_bytes(whole)
    with JournalWriter(tmp_path) as writer:  # The refused openings let go of the lock.
        assert writer.last_seq == 19


def test_one_writer_at_a_time(tmp_path: Path, entry_at: EntryAt) -> None:
    with JournalWriter(tmp_path) as writer:
        with pytest.raises(LocalError, match="another run is writing this journal"):
            JournalWriter(tmp_path)
        writer.append(entry_at(1))
    with JournalWriter(tmp_path) as writer:
        assert writer.last_seq == 1


def test_one_writer_at_a_time_across_processes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from fathom.store import JournalWriter\n"
        "try: JournalWriter(Path(sys.argv[1]))\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    with JournalWriter(tmp_path):
        done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "LocalError\n"


FULL_DISK = """
import resource, sys
from pathlib import Path
from fathom.domain import BookMoved, Entry, JournalError
from fathom.store import JournalWriter

limit = int(sys.argv[2])
writer = JournalWriter(Path(sys.argv[1]), fsync="close", segment_bytes=3000)
committed = writer.last_seq or 0
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # Python ignores SIGXFSZ, so a write gets EFBIG.
try:
    for seq in range(committed + 1, committed + 200):
        writer.append(Entry(seq, seq, seq, "market", BookMoved("BTC/USD", seq, True)))
        if seq % 3 == 0:
            writer.commit()
            committed = seq
except JournalError as error:
    first = str(error)
else:
    sys.exit("the disk never filled")
entry = Entry(seq, seq, seq, "market", BookMoved("BTC/USD", 1, True))
for refused in (writer.commit, lambda: writer.append(entry)):
    try:
        refused()
    except JournalError as error:
        assert str(error) == first
    else:
        sys.exit("a failed writer took more")
writer.close()
print(committed)
print(first)
"""


@pytest.mark.parametrize("limit", [0, 20, HEADER_BYTES, 500, 1111, 2048])
def test_a_full_disk(tmp_path: Path, entry_at: EntryAt, limit: int) -> None:
    for _ in range(2):  # A second run on the same full disk fails as the first did.
        done = subprocess.run(
            [sys.executable, "-c", FULL_DISK, str(tmp_path), str(limit)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        committed, sentence = done.stdout.splitlines()
        assert sentence.startswith(f"Cannot write {tmp_path / segment_name(1)}: File too large (error 27); make")
        reader = JournalReader(tmp_path)
        seqs = [entry.seq for entry, _ in reader]
        assert reader.torn is None  # What was half-written was taken back.
        assert seqs == list(range(1, int(committed) + 1))
    with JournalWriter(tmp_path) as writer:  # There is room again.
        writer.append(entry_at(len(seqs) + 1))
    assert read(tmp_path)[-1] == entry_at(len(seqs) + 1)


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(JournalError, match=r"Cannot open .*file/journal"):
        JournalWriter(tmp_path / "file" / "journal")


def test_an_entry_too_long_stops_the_journal(tmp_path: Path, entry_at: EntryAt) -> None:
    with JournalWriter(tmp_path) as writer:
        writer.append(entry_at(1))
        writer.commit()
        with pytest.raises(JournalError, match="Entry 2 has 67108"):
            writer.append(Entry(2, 2, 2, "world", FrameReceived("public", bytes(PAYLOAD_BYTES_MAX))))
        with pytest.raises(JournalError, match="Entry 2 has 67108"):
            writer.append(entry_at(2))
    assert read(tmp_path) == [entry_at(1)]


def test_a_gap_is_a_bug(tmp_path: Path, entry_at: EntryAt) -> None:
    with JournalWriter(tmp_path) as writer:
        writer.append(entry_at(7))  # A journal may begin anywhere.
        for seq in (7, 9):
            with pytest.raises(AssertionError):
                writer.append(entry_at(seq))


def test_a_closed_writer_takes_nothing(tmp_path: Path, entry_at: EntryAt) -> None:
    writer = JournalWriter(tmp_path)
    writer.close()
    writer.close()
    with pytest.raises(JournalError, match="is closed"):
        writer.append(entry_at(1))
    with pytest.raises(JournalError, match="is closed"):
        writer.commit()


ORDER = OrderWanted("a-1", "BTC/USD", "buy", "limit", 1, 1)


@pytest.mark.parametrize(
    ("policy", "event", "synced"),
    [
        ("always", BookMoved("BTC/USD", 1, True), True),
        ("effects", BookMoved("BTC/USD", 1, True), False),
        ("effects", ORDER, False),
        ("effects", OrderApproved(ORDER), True),
        ("effects", AmendApproved(AmendWanted("a-1", 1, 1)), True),
        ("effects", CancelApproved("a-1"), True),
        ("behind", BookMoved("BTC/USD", 1, True), False),
        ("close", OrderApproved(ORDER), False),
    ],
)
def test_when_the_disk_must_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: FsyncPolicy, event: Event, *, synced: bool
) -> None:
    syncs: list[int] = []
    real = os.fsync

    def counted(fd: int) -> None:
        syncs.append(fd)
        real(fd)

    monkeypatch.setattr(os, "fsync", counted)
    with JournalWriter(tmp_path, fsync=policy) as writer:
        writer.append(Entry(1, 1, 1, "market", BookMoved("BTC/USD", 1, True)))
        writer.commit()
        syncs.clear()
        writer.append(Entry(2, 2, 2, "x", event))
        writer.commit()
        assert bool(syncs) is synced
        syncs.clear()
        writer.append(Entry(3, 3, 3, "market", BookMoved("BTC/USD", 1, True)))
        writer.commit()
        assert bool(syncs) is (policy == "always")  # An effect is synced once.
        syncs.clear()
    assert syncs  # And all of it at the end.


def test_behind_a_commit_the_disk_syncs_while_the_writer_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry_at: EntryAt
) -> None:
    """The disk is held up until the writer has come back from three commits; each has reached the system by then."""
    begun, may_end = threading.Event(), threading.Event()
    real = os.fsync

    def held(fd: int) -> None:
        if threading.current_thread() is not threading.main_thread():
            begun.set()
            assert may_end.wait(60)
        real(fd)

    with JournalWriter(tmp_path, fsync="behind") as writer:
        writer.append(entry_at(1))
        writer.commit()
        monkeypatch.setattr(os, "fsync", held)
        for seq in range(2, 5):
            writer.append(Entry(seq, seq, seq, "risk", OrderApproved(ORDER)))
            writer.commit()
            assert begun.wait(60)
            assert len(read(tmp_path)) == seq
        assert writer.slowest_sync_ns() > 0  # It still waits.
        may_end.set()
    assert len(read(tmp_path)) == 4


def test_a_disk_that_refuses_behind_a_commit_ends_the_writer_at_a_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry_at: EntryAt
) -> None:
    writer = JournalWriter(tmp_path, fsync="behind")
    writer.append(entry_at(1))
    writer.commit()
    refused = threading.Event()

    def refuse(fd: int) -> None:
        refused.set()
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    writer.append(Entry(2, 2, 2, "risk", OrderApproved(ORDER)))
    writer.commit()
    assert refused.wait(60)

    def commit_for_long() -> None:
        for _ in range(60_000):
            writer.commit()
            threading.Event().wait(0.001)

    with pytest.raises(JournalError, match="Input/output error"):
        commit_for_long()
    with pytest.raises(JournalError, match="Input/output error"):
        writer.append(entry_at(3))
    writer.close()


def test_a_segment_is_synced_before_the_next_one_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry_at: EntryAt
) -> None:
    """Otherwise a crash could tear a segment that is not the last one."""
    synced: list[tuple[int, int]] = []  # Inode, and how many segments there were.
    real = os.fsync

    def noted(fd: int) -> None:
        synced.append((os.fstat(fd).st_ino, len(list(tmp_path.glob("*.fathom")))))
        real(fd)

    monkeypatch.setattr(os, "fsync", noted)
    with JournalWriter(tmp_path, fsync="close", segment_bytes=200) as writer:
        for seq in range(1, 12):
            writer.append(entry_at(seq))
    paths = sorted(tmp_path.glob("*.fathom"))
    assert len(paths) > 3
    for count, path in enumerate(paths, start=1):
        assert (path.stat().st_ino, count) in synced


def test_memory_is_flat_without_a_commit(tmp_path: Path) -> None:
    event = FrameReceived("public", bytes(10_000))
    with JournalWriter(tmp_path, segment_bytes=20_000_000) as writer:
        tracemalloc.start()
        for seq in range(1, 4001):
            writer.append(Entry(seq, seq, seq, "world", event))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 3 * BUFFER_BYTES_MAX
    assert len(list(tmp_path.glob("*.fathom"))) == 3


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 12)),
        st.tuples(st.just("commit"), st.just(0)),
        st.tuples(st.just("reopen"), st.just(0)),
        st.tuples(st.just("tear"), st.integers(1, 300)),
    ),
    max_size=25,
)


@pytest.mark.usefixtures("unsynced")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, segment_bytes=st.sampled_from([50, 200, 500, 5000]))
def test_any_story_reads_back(entry_at: EntryAt, steps: list[tuple[str, int]], segment_bytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        writer = JournalWriter(place, fsync="close", segment_bytes=segment_bytes)
        seq = 0
        for step, number in steps:
            if step == "append":
                for _ in range(number):
                    seq += 1
                    writer.append(entry_at(seq))
                continue
            if step == "commit":
                writer.commit()
            else:
                writer.close()
                segments = sorted(place.glob("*.fathom"))
                if step == "tear" and segments:  # What a crash leaves: the last segment, shorter.
                    size = segments[-1].stat().st_size
                    os.truncate(segments[-1], max(0, size - number))
                writer = JournalWriter(place, fsync="close", segment_bytes=segment_bytes)
                seq = writer.last_seq or 0
            assert read(place) == [entry_at(at) for at in range(1, seq + 1)]
        writer.close()
        assert read(place) == [entry_at(at) for at in range(1, seq + 1)]
