import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest

from fathom.domain import Entry, FrameReceived, JournalError, LinkDropped, LocalError
from fathom.store import CaptureReader, JournalReader, JournalWriter, RecordingWriter, read_manifest, remake_manifest
from fathom.store.lines import open_plain
from fathom.store.recording.manifest import MANIFEST_NAME
from fathom.store.recording.writer import DAY_NS, STOPPED
from fathom.store.segment import HEADER_BYTES, PAYLOAD_BYTES_MAX

Fill = Callable[..., None]
Numbered = Callable[[int], bytes]
Recorded = Callable[[Path], list[bytes]]

T0 = 1_700_000_000_000_000_000
# Kills a recorder so often in one run of the tests; the long form is FATHOM_CRASHES=500.
CRASHES = int(os.environ.get("FATHOM_CRASHES", "6"))


def segments(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("journal-*"))


def test_it_is_a_journal_to_the_byte(tmp_path: Path) -> None:
    """The writer packs by itself, for speed: what it writes is what the journal's writer does."""
    ours, plain = tmp_path / "ours", tmp_path / "plain"
    frames = [b"{}", b'{"channel":"heartbeat"}', bytes(range(256)), b"x" * 70_000]
    writer = RecordingWriter(ours)
    for at, frame in enumerate(frames):
        writer.frame("public", frame, T0 + at)
    writer.dropped("public", "closed", T0 + 9)
    writer.commit()
    with JournalWriter(plain) as journal:
        for seq, frame in enumerate(frames, 1):
            journal.append(Entry(seq, seq, T0 + seq - 1, "world", FrameReceived("public", frame)))
        journal.append(Entry(5, 5, T0 + 9, "world", LinkDropped("public", "closed")))
    assert (ours / "journal-000001.fathom").read_bytes() == (plain / "journal-000001.fathom").read_bytes()
    writer.close()
    assert segments(ours) == ["journal-000001.fathom.zst"]
    assert list(JournalReader(ours)) == list(JournalReader(plain))


def test_rotation_by_size(tmp_path: Path, fill: Fill, numbered: Numbered, recorded: Recorded) -> None:
    with RecordingWriter(tmp_path, segment_bytes=2000) as writer:
        fill(writer, range(100))
    assert recorded(tmp_path) == [numbered(number) for number in range(100)]
    listed = writer.manifest().segments
    assert len(listed) > 5
    assert segments(tmp_path) == [f"{segment.name}.zst" for segment in listed]
    assert all(2000 <= segment.plain_bytes < 2200 for segment in listed[:-1])
    assert all(before.last_seq + 1 == after.first_seq for before, after in pairwise(listed))
    assert sum(segment.frames for segment in listed) == 100
    assert [segment.compressed_bytes for segment in listed] == [
        (tmp_path / f"{segment.name}.zst").stat().st_size for segment in listed
    ]


def test_rotation_by_utc_day(tmp_path: Path) -> None:
    midnight = T0 - T0 % DAY_NS + DAY_NS
    with RecordingWriter(tmp_path) as writer:
        for time_ns in (midnight - 2, midnight - 1, midnight, midnight - 1, midnight + DAY_NS - 1, midnight + DAY_NS):
            writer.frame("public", b"{}", time_ns)
    # A frame that comes late stays with its neighbours: no segment goes back to yesterday.
    assert [(segment.first_ns, segment.frames) for segment in writer.manifest().segments] == [
        (midnight - 2, 2),
        (midnight, 3),
        (midnight + DAY_NS, 1),
    ]


def test_the_manifest_covers_what_it_lists_and_no_more(tmp_path: Path, fill: Fill) -> None:
    with RecordingWriter(tmp_path, venue="kraken", segment_bytes=2000) as writer:
        assert read_manifest(tmp_path) is None
        fill(writer, range(45))
        writer.commit()
        halfway = read_manifest(tmp_path)
        assert halfway
        assert 0 < halfway.frames == sum(segment.frames for segment in halfway.segments) < 45
    final = read_manifest(tmp_path)
    assert final == writer.manifest()
    assert (final.venue, final.frames, final.links) == ("kraken", 45, {"public": 45})
    assert final.counts == {"book": {"BTC/USD": 23, "ETH/USD": 22}}
    assert (final.started, final.ended) == ("2023-11-14T22:13:20.000000000Z", "2023-11-14T22:14:04.000000000Z")
    assert remake_manifest(tmp_path) == final


def test_it_goes_on_and_tells_the_hole(tmp_path: Path, fill: Fill, numbered: Numbered, recorded: Recorded) -> None:
    with RecordingWriter(tmp_path, venue="kraken") as writer:
        fill(writer, range(5))
        fill(writer, range(5, 7), link="level3")
        writer.dropped("level3", "closed", T0 + 7 * 10**9)
    with RecordingWriter(tmp_path, venue="kraken") as writer:
        assert (writer.last_seq, writer.torn, writer.remade, writer.venue) == (8, None, None, "kraken")
    assert segments(tmp_path) == ["journal-000001.fathom.zst"]  # Opened and closed: nothing came.
    with RecordingWriter(tmp_path) as writer:
        fill(writer, range(10, 15))
    assert segments(tmp_path) == ["journal-000001.fathom.zst", "journal-000002.fathom.zst"]
    assert recorded(tmp_path) == [numbered(number) for number in (*range(7), *range(10, 15))]
    # `level3` was down already; of `public` nobody had said so.
    assert [entry.event for entry, _ in JournalReader(tmp_path) if isinstance(entry.event, LinkDropped)] == [
        LinkDropped("level3", "closed"),
        LinkDropped("public", STOPPED),
    ]
    drops = [(drop.link, drop.from_ns, drop.to_ns) for drop in writer.manifest().drops]
    assert drops == [("level3", T0 + 7 * 10**9, None), ("public", T0 + 7 * 10**9, T0 + 10 * 10**9)]
    assert remake_manifest(tmp_path) == writer.manifest()
    assert writer.manifest().venue == "kraken"


def test_only_one_at_a_time_and_one_venue(tmp_path: Path, fill: Fill) -> None:
    with RecordingWriter(tmp_path, venue="kraken") as writer:
        fill(writer, range(3))
        for other in (RecordingWriter, JournalWriter):
            with pytest.raises(LocalError, match="another run is writing this journal"):
                other(tmp_path)
    with pytest.raises(LocalError, match="holds a recording of kraken, not kraken-beta: name another folder"):
        RecordingWriter(tmp_path, venue="kraken-beta")
    with RecordingWriter(tmp_path, venue="kraken") as writer:  # The refused one let go of the lock.
        assert writer.last_seq == 3


def test_a_journal_writer_goes_on_behind_compressed_segments(tmp_path: Path, fill: Fill) -> None:
    with RecordingWriter(tmp_path) as writer:
        fill(writer, range(3))
    with JournalWriter(tmp_path) as journal:
        assert (journal.last_seq, journal.torn) == (3, None)
        journal.append(Entry(4, 4, T0, "world", FrameReceived("public", b"last")))
    assert segments(tmp_path) == ["journal-000001.fathom.zst", "journal-000002.fathom"]
    assert [capture.frame for capture in CaptureReader(tmp_path)][-1] == b"last"


# -- What a crash leaves -------------------------------------------------------------------------------------------


@pytest.fixture
def crashed(tmp_path: Path, fill: Fill) -> Path:
    """A recording as a crash leaves it: of three segments the last one is open."""
    running = tmp_path / "running"
    left = tmp_path / "left"
    with RecordingWriter(running, venue="kraken", segment_bytes=2000) as writer:
        fill(writer, range(35))
        writer.commit()
        while len(list(running.glob("*.zst"))) < len(segments(running)) - 1:
            writer.commit()
        shutil.copytree(running, left)
    assert segments(left) == ["journal-000001.fathom.zst", "journal-000002.fathom.zst", "journal-000003.fathom"]
    return left


def test_a_torn_tail_is_cut(crashed: Path, fill: Fill, numbered: Numbered, recorded: Recorded) -> None:
    last = crashed / "journal-000003.fathom"
    os.truncate(last, last.stat().st_size - 5)
    with RecordingWriter(crashed, venue="kraken", segment_bytes=2000) as writer:
        assert writer.torn
        assert (writer.torn.segment, writer.last_seq, writer.torn.last_seq) == (last.name, 34, 34)
        assert writer.torn.bytes_cut > 50
        assert writer.remade == "manifest.json ended before the last segment: it was brought up to date"
        brought = read_manifest(crashed)
        assert brought
        assert (brought.frames, len(brought.segments)) == (34, 3)
        fill(writer, range(35, 40))
    assert recorded(crashed) == [numbered(number) for number in (*range(34), *range(35, 40))]
    assert all(name.endswith(".zst") for name in segments(crashed))
    assert remake_manifest(crashed) == writer.manifest()


def test_what_was_left_plain_is_compressed(crashed: Path) -> None:
    before = [entry for entry, _ in JournalReader(crashed)]
    (crashed / "journal-000002.fathom.zst.part").write_bytes(b"half")
    with RecordingWriter(crashed) as writer:
        assert (writer.last_seq, writer.torn) == (35, None)
    assert segments(crashed) == [f"journal-00000{index}.fathom.zst" for index in (1, 2, 3)]
    assert [entry for entry, _ in JournalReader(crashed)] == before


def test_both_forms_of_a_segment_are_read_once(crashed: Path, recorded: Recorded) -> None:
    """As a crash leaves it between the compressed form's name and the plain one's end."""
    before = recorded(crashed)
    with open_plain(crashed / "journal-000002.fathom.zst") as file:
        (crashed / "journal-000002.fathom").write_bytes(file.read())
    assert recorded(crashed) == before
    with RecordingWriter(crashed):
        pass
    assert segments(crashed) == [f"journal-00000{index}.fathom.zst" for index in (1, 2, 3)]
    assert recorded(crashed) == before


@pytest.mark.parametrize("size", [0, 10, HEADER_BYTES])
def test_a_segment_that_had_only_begun_is_made_again(
    crashed: Path, fill: Fill, numbered: Numbered, recorded: Recorded, size: int
) -> None:
    os.truncate(crashed / "journal-000003.fathom", size)
    whole = len(recorded(crashed))
    with RecordingWriter(crashed, venue="kraken") as writer:
        assert writer.last_seq == whole
        fill(writer, range(whole, 40))
    assert recorded(crashed) == [numbered(number) for number in range(40)]
    assert segments(crashed) == [f"journal-00000{index}.fathom.zst" for index in (1, 2, 3)]
    assert remake_manifest(crashed) == writer.manifest()


def test_damage_is_not_written_over(crashed: Path) -> None:
    path = crashed / "journal-000003.fathom"
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    before = {file.name: file.read_bytes() for file in crashed.iterdir()}
    with pytest.raises(JournalError, match=r"journal-000003\.fathom is damaged at offset"):
        RecordingWriter(crashed)
    assert {file.name: file.read_bytes() for file in crashed.iterdir()} == before


RECORDER = """
import sys
from pathlib import Path
from fathom.store import CaptureReader, RecordingWriter

folder = Path(sys.argv[1])
number = 0
if list(folder.glob("journal-*")):
    number = 1 + max(int(capture.frame) for capture in CaptureReader(folder))
writer = RecordingWriter(folder, venue="kraken", segment_bytes=6000)
while True:
    for _ in range(37):
        writer.frame("public", str(number).encode(), 1_700_000_000_000_000_000 + number)
        number += 1
    writer.commit()
    print(number, flush=True)
"""


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """Whatever was committed is there, once and in order; the chain holds; the next one goes on from there."""
    chance = random.Random(20)
    folder = tmp_path / "recording"
    committed = 0
    for _ in range(CRASHES):
        process = subprocess.Popen([sys.executable, "-c", RECORDER, str(folder)], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        for _ in range(chance.randrange(1, 40)):
            line = process.stdout.readline()
            assert line, "the recorder ended by itself"
            committed = int(line)
        process.kill()
        rest = process.stdout.read().splitlines()
        process.wait(60)
        process.stdout.close()
        committed = int(rest[-1]) if rest and rest[-1].isdigit() and int(rest[-1]) > committed else committed
        numbers = [int(capture.frame) for capture in CaptureReader(folder)]
        assert numbers == list(range(len(numbers)))
        assert len(numbers) >= committed
    reader = JournalReader(folder)
    count = sum(isinstance(entry.event, FrameReceived) for entry, _ in reader)
    with RecordingWriter(folder, venue="kraken", segment_bytes=6000) as writer:
        assert writer.last_seq == reader.last_seq
        writer.frame("public", b"the end", T0 + count)
        writer.commit()
        writer.close(compress_s=60)
    assert all(name.endswith(".zst") for name in segments(folder))
    assert not list(folder.glob("*.part"))
    assert remake_manifest(folder) == writer.manifest()
    assert writer.manifest().frames == count + 1


# -- A disk that is full, or slow ----------------------------------------------------------------------------------

FULL_DISK = """
import resource, sys
from pathlib import Path
from fathom.domain import JournalError
from fathom.store import RecordingWriter

limit = int(sys.argv[2])
writer = RecordingWriter(Path(sys.argv[1]), segment_bytes=100_000)
committed = writer.last_seq
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # Python ignores SIGXFSZ, so a write gets EFBIG.
try:
    for seq in range(1, 400):
        writer.frame("public", b"x" * 50, 1_700_000_000_000_000_000 + seq)
        if seq % 3 == 0:
            writer.commit()
            committed = writer.last_seq
except JournalError as error:
    first = str(error)
else:
    sys.exit("the disk never filled")
for refused in (writer.commit, lambda: writer.frame("public", b"{}", 1), lambda: writer.dropped("public", "", 1)):
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


@pytest.mark.parametrize("limit", [0, 20, HEADER_BYTES, 500, 2048])
def test_a_full_disk(tmp_path: Path, limit: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path), str(limit)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    committed, sentence = done.stdout.splitlines()
    assert sentence.startswith(f"Cannot write {tmp_path / 'journal-000001.fathom'}: File too large (error 27); make")
    reader = JournalReader(tmp_path)
    seqs = [entry.seq for entry, _ in reader]
    assert reader.torn is None
    assert seqs == list(range(1, len(seqs) + 1))
    assert len(seqs) >= int(committed)
    with RecordingWriter(tmp_path) as writer:  # There is room again.
        assert writer.last_seq == len(seqs)
        writer.frame("public", b"{}", T0 + 10**12)
    assert next(capture.frame for capture in CaptureReader(tmp_path) if capture.line == writer.last_seq) == b"{}"


def test_a_full_disk_is_told_by_close_where_nobody_asked_before(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    (tmp_path / "journal-000001.fathom").touch()
    writer.frame("public", b"{}", T0)
    with pytest.raises(JournalError, match=r"Cannot create .*journal-000001\.fathom: File exists"):
        writer.close()
    writer.close()
    assert not (tmp_path / MANIFEST_NAME).exists()


def test_a_slow_disk_is_told_and_loses_nothing_that_was_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorded: Recorded
) -> None:
    goes_on = Event()
    real = os.fsync

    def slow(fd: int) -> None:
        goes_on.wait(60)
        real(fd)

    writer = RecordingWriter(tmp_path, queue_bytes=10_000)
    monkeypatch.setattr(os, "fsync", slow)
    taken = 0
    while writer.waiting_bytes <= 10_000:
        writer.frame("public", b"%d" % taken, T0 + taken)
        taken += 1
    with pytest.raises(JournalError, match=r"does not keep up: 10,\d+ bytes wait to be written, and 10,000 may"):
        writer.frame("public", b"{}", T0 + taken)
    assert 10_000 < writer.waiting_bytes < 10_200
    for refused in (lambda: writer.frame("public", b"", T0), writer.commit):
        with pytest.raises(JournalError, match="does not keep up"):
            refused()
    goes_on.set()
    writer.close()
    assert recorded(tmp_path) == [b"%d" % number for number in range(taken)]
    assert remake_manifest(tmp_path) == writer.manifest()


def test_a_disk_too_full_to_compress_is_told_and_loses_nothing(tmp_path: Path, recorded: Recorded) -> None:
    writer = RecordingWriter(tmp_path, segment_bytes=2000)
    in_the_way = tmp_path / "journal-000001.fathom.zst"
    in_the_way.mkdir()
    taken = 0

    def fill_up() -> None:
        nonlocal taken
        while True:
            writer.frame("public", b"%d" % taken, T0 + taken)
            taken += 1
            if taken % 100 == 0:
                writer.commit()

    with pytest.raises(JournalError, match=r"Cannot compress .*journal-000001\.fathom"):
        fill_up()
    writer.close()
    in_the_way.rmdir()
    kept = recorded(tmp_path)
    assert kept == [b"%d" % number for number in range(len(kept))]
    assert len(kept) >= taken - taken % 100 - 100
    with RecordingWriter(tmp_path) as writer:
        assert writer.last_seq == len(kept)
    assert recorded(tmp_path) == kept


def test_a_frame_too_long_is_refused(tmp_path: Path, recorded: Recorded) -> None:
    with RecordingWriter(tmp_path) as writer:
        writer.frame("public", b"{}", T0)
        with pytest.raises(JournalError, match="A frame has 67108"):
            writer.frame("public", bytes(PAYLOAD_BYTES_MAX), T0)
    assert recorded(tmp_path) == [b"{}"]


def test_a_closed_one_takes_nothing(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    writer.close()
    writer.close()
    for refused in (lambda: writer.frame("public", b"{}", T0), writer.commit):
        with pytest.raises(JournalError, match="is closed: open it again"):
            refused()
    assert segments(tmp_path) == []
