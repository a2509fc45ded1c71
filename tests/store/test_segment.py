import re
import zlib
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest
import zstandard

from fathom.domain import Entry, JournalError
from fathom.store.segment import (
    CHAIN_START,
    HEADER_BYTES,
    READ_BYTES,
    RECORD,
    SegmentHeader,
    SegmentPlace,
    SegmentScan,
    TornTail,
    compressed_name,
    entry_seq,
    os_sentence,
    pack_header,
    pack_record,
    segment_index,
    segment_name,
    segments_in,
)

EntryAt = Callable[[int], Entry]


def payload_of(entry: Entry) -> bytes:
    return msgspec.msgpack.encode(entry)


@pytest.fixture
def segment(tmp_path: Path, entry_at: EntryAt) -> Callable[..., Path]:
    """Writes a segment of `count` entries by hand, from the documented form alone."""

    def write(*, count: int = 5, first_seq: int = 1, index: int = 1, tail: bytes = b"") -> Path:
        chain = bytes(16)
        head = b"FATHOMJ\n" + b"".join(n.to_bytes(size, "little") for n, size in ((1, 4), (index, 4), (first_seq, 8)))
        data = head + chain
        data += zlib.crc32(data).to_bytes(4, "little")
        for seq in range(first_seq, first_seq + count):
            payload = payload_of(entry_at(seq))
            chain = blake2b(chain + payload, digest_size=16).digest()
            length = len(payload).to_bytes(4, "little")
            crc = zlib.crc32(length + chain + payload).to_bytes(4, "little")
            data += length + crc + chain + payload
        path = tmp_path / segment_name(index)
        path.write_bytes(data + tail)
        return path

    return write


def test_the_form_is_as_documented(segment: Callable[..., Path], entry_at: EntryAt) -> None:
    path = segment(count=3)
    packed = pack_header(SegmentHeader(index=1, first_seq=1, chain=CHAIN_START))
    chain = CHAIN_START
    for seq in (1, 2, 3):
        record, chain = pack_record(payload_of(entry_at(seq)), chain)
        packed += record
    assert path.read_bytes() == packed

    scan = SegmentScan(path, place=SegmentPlace(), last=True)
    assert list(scan) == [payload_of(entry_at(seq)) for seq in (1, 2, 3)]
    assert (scan.torn, scan.last_seq, scan.next_seq, scan.chain) == (None, 3, 4, chain)
    assert scan.end == path.stat().st_size
    assert scan.following() == SegmentPlace(index=2, first_seq=4, chain=chain)


def test_names() -> None:
    assert segment_name(1) == "journal-000001.fathom"
    assert segment_index(Path("/x/journal-000041.fathom")) == 41
    assert segment_index(Path("/x/journal-1000000.fathom")) == 1_000_000
    assert segment_index(Path("/x/journal.lock")) is None


def test_segments_in_order_and_none_missing(tmp_path: Path) -> None:
    for index in (3, 1, 2):
        (tmp_path / segment_name(index)).touch()
    (tmp_path / "notes.txt").touch()
    assert [segment_index(path) for path in segments_in(tmp_path)] == [1, 2, 3]
    (tmp_path / segment_name(2)).unlink()
    with pytest.raises(JournalError, match=r"journal-000002\.fathom is missing, and journal-000003"):
        segments_in(tmp_path)
    with pytest.raises(JournalError, match=r"Cannot read .*No such file"):
        segments_in(tmp_path / "nowhere")


def test_entry_seq(entry_at: EntryAt) -> None:
    for seq in (0, 1, 127, 128, 70_000, 2**40):
        assert entry_seq(payload_of(entry_at(seq))) == seq
    assert entry_seq(b"\xc1") is None
    assert entry_seq(msgspec.msgpack.encode({"seq": 1})) is None


def test_a_flip_of_any_byte_before_the_last_record_is_damage(segment: Callable[..., Path], entry_at: EntryAt) -> None:
    path = segment(count=4)
    whole = path.read_bytes()
    last_start = len(whole) - RECORD.size - len(payload_of(entry_at(4)))
    for offset in range(last_start):
        for flip in (0x01, 0x80):
            damaged = bytearray(whole)
            damaged[offset] ^= flip
            path.write_bytes(damaged)
            with pytest.raises(JournalError) as raised:
                list(SegmentScan(path, place=SegmentPlace(), last=True))
            told = re.search(r"at offset (\d+)(, where seq \d+ should stand)?: ", str(raised.value))
            assert told
            assert int(told[1]) <= offset


def test_a_flip_in_the_last_record_is_a_torn_tail_there_and_damage_elsewhere(
    segment: Callable[..., Path], entry_at: EntryAt
) -> None:
    path = segment(count=4)
    whole = path.read_bytes()
    last_start = len(whole) - RECORD.size - len(payload_of(entry_at(4)))
    for offset in range(last_start, len(whole)):
        damaged = bytearray(whole)
        damaged[offset] ^= 0x10
        path.write_bytes(damaged)
        scan = SegmentScan(path, place=SegmentPlace(), last=True)
        assert len(list(scan)) == 3
        assert scan.torn == TornTail(path.name, len(whole) - last_start, 3)
        with pytest.raises(JournalError, match=f"offset {last_start}, where seq 4 should stand"):
            list(SegmentScan(path, place=SegmentPlace(), last=False))


@pytest.mark.parametrize("tail", [b"\x00" * 100, b"\xff" * 100, b"\x95" * 500, b"{}"], ids=repr)
def test_what_is_no_record_at_the_end_is_a_torn_tail(segment: Callable[..., Path], tail: bytes) -> None:
    path = segment(count=2, tail=tail)
    scan = SegmentScan(path, place=SegmentPlace(), last=True)
    assert len(list(scan)) == 2
    assert scan.torn == TornTail(path.name, len(tail), 2)


def test_a_good_record_far_behind_a_bad_one_is_found(segment: Callable[..., Path], entry_at: EntryAt) -> None:
    record, _ = pack_record(payload_of(entry_at(9)), CHAIN_START)
    for gap in (1, READ_BYTES - 30, READ_BYTES - 1, READ_BYTES, READ_BYTES + 1, 3 * READ_BYTES):
        path = segment(count=1, tail=b"\x00" * gap + record)
        with pytest.raises(JournalError, match="where seq 2 should stand"):
            list(SegmentScan(path, place=SegmentPlace(), last=True))


def test_whole_records_that_do_not_follow_are_damage(segment: Callable[..., Path], entry_at: EntryAt) -> None:
    stranger, _ = pack_record(payload_of(entry_at(3)), b"\x01" * 16)
    with pytest.raises(JournalError, match="hash chain is broken"):
        list(SegmentScan(segment(count=2, tail=stranger), place=SegmentPlace(), last=True))
    path = segment(count=2)
    scan = SegmentScan(path, place=SegmentPlace(), last=True)
    list(scan)
    skipped, _ = pack_record(payload_of(entry_at(4)), scan.chain)
    path.write_bytes(path.read_bytes() + skipped)
    with pytest.raises(JournalError, match="where seq 3 should stand: the record holds seq 4"):
        list(SegmentScan(path, place=SegmentPlace(), last=True))


@pytest.mark.parametrize(
    ("place", "fine"),
    [
        (None, True),
        (SegmentPlace(), False),
        (SegmentPlace(index=2), True),
        (SegmentPlace(index=2, first_seq=7), True),
        (SegmentPlace(index=2, first_seq=8), False),
        (SegmentPlace(index=2, chain=b"\x01" * 16), False),
    ],
)
def test_the_header_must_continue_what_was_before(
    segment: Callable[..., Path], place: SegmentPlace | None, *, fine: bool
) -> None:
    scan = SegmentScan(segment(index=2, first_seq=7), place=place, last=True)
    if fine:
        assert len(list(scan)) == 5
    else:
        with pytest.raises(JournalError, match="its header says segment 2, from seq 7"):
            list(scan)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 a stranger's file", "does not start as a journal segment does"),
        (b"FATHOMJ\n" + bytes(36), "its header fails its CRC32"),
        (
            (head := b"FATHOMJ\n" + bytes([2, 0, 0, 0]) + bytes(28)) + zlib.crc32(head).to_bytes(4, "little"),
            "it has version 2 of the form",
        ),
    ],
)
def test_other_headers_are_refused(tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / segment_name(1)).write_bytes(data)
    with pytest.raises(JournalError, match=why):
        list(SegmentScan(tmp_path / segment_name(1), place=None, last=True))


@pytest.mark.parametrize("data", [b"", b"FATH", bytes(10), bytes(HEADER_BYTES), b"FATHOMJ\n" + bytes(20)])
def test_a_header_cut_short_holds_nothing(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / segment_name(1)
    path.write_bytes(data)
    scan = SegmentScan(path, place=SegmentPlace(), last=True)
    assert list(scan) == []
    assert scan.end == 0
    assert scan.torn == (TornTail(path.name, len(data), None) if data else None)
    with pytest.raises(JournalError, match="its header is not whole"):
        list(SegmentScan(path, place=SegmentPlace(), last=False))


def test_what_the_system_says_is_passed_on() -> None:
    sentence = os_sentence("write", Path("/data/journal"), OSError(28, "No space left on device"))
    assert sentence.startswith("Cannot write /data/journal: No space left on device (error 28); make room")


# -- Compressed ----------------------------------------------------------------------------------------------------


def compressed(path: Path) -> Path:
    """Compress a segment by the library alone, and take the plain one away."""
    target = compressed_name(path)
    target.write_bytes(zstandard.ZstdCompressor(write_checksum=True).compress(path.read_bytes()))
    path.unlink()
    return target


def test_a_compressed_segment_reads_as_the_plain_one(segment: Callable[..., Path]) -> None:
    path = segment(count=300)
    plain = SegmentScan(path, place=SegmentPlace(), last=True)
    payloads = list(plain)
    assert not plain.compressed
    small = compressed(path)
    assert small.name == "journal-000001.fathom.zst"
    for named in (small, path):  # By the plain name, too: it was listed before it was compressed.
        scan = SegmentScan(named, place=SegmentPlace(), last=False)
        assert list(scan) == payloads
        assert (scan.compressed, scan.end, scan.chain, scan.next_seq) == (True, plain.end, plain.chain, 301)


def test_a_compressed_segment_has_no_torn_tail(segment: Callable[..., Path]) -> None:
    path = compressed(segment(count=3, tail=b"\x00" * 10))
    with pytest.raises(JournalError, match=r"journal-000001\.fathom\.zst is damaged at offset"):
        list(SegmentScan(path, place=SegmentPlace(), last=True))


def test_damage_of_a_compressed_segment_is_told(segment: Callable[..., Path]) -> None:
    path = segment(count=50)
    payloads = list(SegmentScan(path, place=SegmentPlace(), last=True))
    path = compressed(path)
    whole = path.read_bytes()
    harmless = []
    for offset in range(len(whole)):
        damaged = bytearray(whole)
        damaged[offset] ^= 0x10
        path.write_bytes(damaged)
        try:
            assert list(SegmentScan(path, place=SegmentPlace(), last=True)) == payloads
        except JournalError:
            continue
        harmless.append(offset)
    assert len(harmless) < len(whole) / 100  # Zstandard leaves a few bits unused; they change nothing.
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(JournalError, match="is damaged at offset"):
            list(SegmentScan(path, place=SegmentPlace(), last=True))


def test_both_forms_of_one_count_once(tmp_path: Path) -> None:
    for name in ("journal-000001.fathom.zst", "journal-000002.fathom", "journal-000002.fathom.zst"):
        (tmp_path / name).touch()
    (tmp_path / "journal-000003.fathom.zst.part").touch()
    assert [path.name for path in segments_in(tmp_path)] == ["journal-000001.fathom.zst", "journal-000002.fathom"]
    (tmp_path / "journal-000001.fathom.zst").unlink()
    with pytest.raises(JournalError, match=r"journal-000001\.fathom is missing, and journal-000002\.fathom is there"):
        segments_in(tmp_path)
    assert segment_index(Path("journal-000041.fathom.zst")) == 41
