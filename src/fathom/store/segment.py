"""The form of a journal on disk: segments, headers, records, and how damage is told from a torn tail.

A journal is a directory of `journal-000001.fathom`, `journal-000002.fathom` and so on. A segment is a header
and then records; all numbers are little-endian:

    header  magic 8s | version u32 | index u32 | first seq u64 | chain 16s | CRC32 of the 40 bytes before u32
    record  length u32 | CRC32 of length, digest and payload u32 | digest 16s | payload (one entry,
    MessagePack)

The digest is BLAKE2b-128 over the previous record's digest and the payload, so the records form one chain
through all segments; a header repeats the digest that its segment continues from, and the first one starts
from zeros. Only the last segment can be cut short by a crash, because a segment is synced before the next one
is made.

A finished segment may be compressed: `journal-000001.fathom.zst` holds the same bytes in one Zstandard frame.
It takes its name when it is whole, and the plain one goes after that, so where both are there they say the same.

I/O: reads files. Imports: domain, lines. Imported by: journal, reader, captures, recordings.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from struct import Struct as Layout
from typing import BinaryIO, Final, NoReturn
from zlib import crc32

import msgspec

from fathom.domain import JournalError
from fathom.store.lines import BROKEN, is_compressed, open_plain

MAGIC: Final = b"FATHOMJ\n"
VERSION: Final = 1
HEADER: Final = Layout("<8sIIQ16s")
HEADER_BYTES: Final = HEADER.size + 4
LENGTH: Final = Layout("<I")
RECORD: Final = Layout("<II16s")
CHAIN_BYTES: Final = 16
CHAIN_START: Final = bytes(CHAIN_BYTES)
PAYLOAD_BYTES_MAX: Final = 64 * 2**20  # A longer entry is refused: no frame of the venue comes near it.
READ_BYTES: Final = 2**20

COMPRESSED_SUFFIX: Final = ".zst"

_NAME: Final = re.compile(r"journal-(\d{6,9})\.fathom(?:\.zst)?")


class TornTail(msgspec.Struct, frozen=True):
    """What a crash left after the last whole record: `bytes_cut` bytes at the end of `segment`.

    `last_seq` is the last entry that is whole, None where the journal holds none.
    """

    segment: str
    bytes_cut: int
    last_seq: int | None


class SegmentHeader(msgspec.Struct, frozen=True):
    """What a segment says about itself: its place, its first entry, and the digest that it continues from."""

    index: int
    first_seq: int
    chain: bytes


class SegmentPlace(msgspec.Struct, frozen=True):
    """What a segment must say because of those before it. A journal may begin with any seq: None."""

    index: int = 1
    first_seq: int | None = None
    chain: bytes = CHAIN_START


class _Seq(msgspec.Struct, array_like=True, gc=False):
    """The first field of an entry; the others are skipped over, which costs less than to decode them."""

    seq: int


_seq_decoder: Final = msgspec.msgpack.Decoder(_Seq)


def segment_name(index: int) -> str:
    """Return the file name of segment `index`, counted from 1."""
    return f"journal-{index:06}.fathom"


def segment_index(path: Path) -> int | None:
    """Return the index in the file's name, None where it is no segment's name."""
    found = _NAME.fullmatch(path.name)
    return int(found[1]) if found else None


def segments_in(directory: Path) -> list[Path]:
    """Return the segments of a journal in their order, the plain one where there are both forms of one.

    Raises JournalError where one is missing, or the directory cannot be read.
    """
    try:
        # Longest name first: the plain form comes after the compressed one, and takes its place.
        names = sorted(directory.iterdir(), key=lambda path: -len(path.name))
    except OSError as error:
        raise JournalError(os_sentence("read", directory, error)) from error
    indexed = {index: path for path in names if (index := segment_index(path)) is not None}
    paths = [indexed[index] for index in sorted(indexed)]
    for expected, path in enumerate(paths, start=1):
        if expected not in indexed:
            raise JournalError(
                f"{directory / segment_name(expected)} is missing, and {path.name} is there: "
                "bring the file back from where it was moved to; a journal is read whole or not at all"
            )
    return paths


def compressed_name(path: Path) -> Path:
    """Return where the compressed form of a plain segment stands."""
    return path.with_name(path.name + COMPRESSED_SUFFIX)


def os_sentence(verb: str, path: Path, error: OSError) -> str:
    """Return the sentence for a disk that refused: which file, what the system said, what to do."""
    return (
        f"Cannot {verb} {path}: {error.strerror or error} (error {error.errno}); "
        "make room or mend the disk and its permissions, then start again"
    )


def pack_header(header: SegmentHeader) -> bytes:
    """Return the header as it stands at the start of a segment."""
    packed = HEADER.pack(MAGIC, VERSION, header.index, header.first_seq, header.chain)
    return packed + LENGTH.pack(crc32(packed))


def pack_record(payload: bytes, chain: bytes) -> tuple[bytes, bytes]:
    """Return the record of `payload` after a record with digest `chain`, and its own digest."""
    digest = blake2b(chain + payload, digest_size=CHAIN_BYTES).digest()
    length = len(payload)
    crc = crc32(payload, crc32(LENGTH.pack(length) + digest))
    return RECORD.pack(length, crc, digest) + payload, digest


def entry_seq(payload: bytes) -> int | None:
    """Return the place of the entry in `payload`, None where it is no entry."""
    try:
        return _seq_decoder.decode(payload).seq
    except msgspec.MsgspecError:
        return None


class SegmentScan:
    """Reads one segment's payloads in order and checks every byte; memory is bounded by the longest record.

    `place` is what must stand in its header (None: believe the header). A torn tail is only possible where
    `last` is true and the segment is not compressed; it ends the scan and is told in `torn`. Everything else
    that is wrong raises JournalError with segment, offset and seq. After the scan `end` is the offset after the
    last whole record, `last_seq` the last whole entry of the journal up to here, `next_seq` and `chain` are what
    follows, and `compressed` tells how the segment is kept.
    """

    def __init__(self, path: Path, *, place: SegmentPlace | None, last: bool) -> None:
        self.path = path
        self.torn: TornTail | None = None
        self.compressed = False
        self.end = 0
        self.next_seq = place.first_seq if place else None
        self.last_seq = None if self.next_seq is None else self.next_seq - 1
        self.chain = place.chain if place else CHAIN_START
        self._place = place
        self._last = last

    def following(self) -> SegmentPlace:
        """Return what the next segment must say."""
        return SegmentPlace(
            index=self._place.index + 1 if self._place else 1,
            first_seq=None if self.last_seq is None else self.next_seq,
            chain=self.chain,
        )

    def __iter__(self) -> Iterator[bytes]:
        try:
            with self._opened() as file:
                self.compressed = is_compressed(file) or self.path.suffix == COMPRESSED_SUFFIX
                self._last = self._last and not self.compressed
                if self._read_header(file):
                    yield from self._scan(file)
        except BROKEN as error:
            self._damaged(f"its compression is broken: {error}")
        except OSError as error:
            raise JournalError(os_sentence("read", self.path, error)) from error

    def _opened(self) -> BinaryIO:
        """Open the segment, in the form that it has by now: its writer may have compressed it a moment ago."""
        try:
            return open_plain(self.path)
        except FileNotFoundError:
            compressed = compressed_name(self.path)
            if not compressed.exists():
                raise
            return open_plain(compressed)

    def _scan(self, file: BinaryIO) -> Iterator[bytes]:
        held = b""
        at = 0  # Where in `held` the next record starts; `self.end` is the same place in the file.
        while True:
            need = RECORD.size
            if len(held) - at >= need:
                length, crc, digest = RECORD.unpack_from(held, at)
                if not 0 < length <= PAYLOAD_BYTES_MAX:
                    self._torn_or_damaged(file, f"a record of {length} bytes cannot be")
                    return
                need += length
            if len(held) - at < need:
                more = file.read(max(READ_BYTES, need))
                held, at = held[at:] + more, 0
                if not more:
                    if held:
                        self._torn_or_damaged(file, "the record is not whole")
                    return
                continue
            body = held[at + 8 : at + need]
            if crc32(body, crc32(held[at : at + 4])) != crc:
                self._torn_or_damaged(file, "the record fails its CRC32")
                return
            payload = body[CHAIN_BYTES:]
            self._check_chain(payload, digest)
            at += need
            self.end += need
            yield payload

    def _read_header(self, file: BinaryIO) -> bool:
        """Take the header in. False where a crash cut it short, or left zeros: the segment holds nothing."""
        raw = file.read(HEADER_BYTES)
        if (len(raw) < HEADER_BYTES and raw.startswith(MAGIC[: len(raw)])) or not any(raw):
            self._torn_or_damaged(file, "its header is not whole")
            return False
        if not raw.startswith(MAGIC):
            self._damaged("it does not start as a journal segment does")
        if crc32(raw[: HEADER.size]) != LENGTH.unpack_from(raw, HEADER.size)[0]:
            self._damaged("its header fails its CRC32")
        _, version, index, first_seq, chain = HEADER.unpack_from(raw)
        if version != VERSION:
            self._damaged(f"it has version {version} of the form, and this fathom reads version {VERSION}")
        if self._place and (
            (index, chain) != (self._place.index, self._place.chain) or self._place.first_seq not in {None, first_seq}
        ):
            self._damaged(
                f"its header says segment {index}, from seq {first_seq}, on chain {chain.hex()}, "
                f"and the chain before it ends with {self._place.chain.hex()}"
            )
        if chain != CHAIN_START:
            self.last_seq = first_seq - 1
        self.next_seq = first_seq
        self.chain = chain
        self.end = HEADER_BYTES
        return True

    def _check_chain(self, payload: bytes, digest: bytes) -> None:
        if blake2b(self.chain + payload, digest_size=CHAIN_BYTES).digest() != digest:
            self._damaged("the hash chain is broken: the record does not follow from the one before it")
        seq = entry_seq(payload)
        if seq is None or seq != self.next_seq:
            self._damaged(f"the record holds seq {seq}")
        self.chain = digest
        self.last_seq = seq
        self.next_seq = self.next_seq + 1

    def _torn_or_damaged(self, file: BinaryIO, why: str) -> None:
        """A bad record ends the journal only where no good one follows: a crash leaves nothing behind it."""
        if not self._last or self._good_record_after(file):
            self._damaged(why)
        if bytes_cut := file.seek(0, 2) - self.end:
            self.torn = TornTail(segment=self.path.name, bytes_cut=bytes_cut, last_seq=self.last_seq)

    def _good_record_after(self, file: BinaryIO) -> bool:
        """Whether a whole record stands anywhere behind `end`.

        A bad length hides where the next record starts, so every place is tried where a payload could start:
        an entry is a MessagePack array of five, whose first byte is 0x95. The search reads windows that
        overlap by one record's head; only a place whose length and CRC32 fit counts.
        """
        size = file.seek(0, 2)
        window_start = self.end + 1
        while window_start + RECORD.size < size:
            file.seek(window_start)
            window = file.read(READ_BYTES + RECORD.size)
            for found in re.finditer(b"\x95", window):
                start = found.start() - RECORD.size
                if start >= 0 and self._good_record_at(file, window, start, window_start + start, size):
                    return True
            window_start += READ_BYTES
        return False

    @staticmethod
    def _good_record_at(file: BinaryIO, window: bytes, start: int, offset: int, size: int) -> bool:
        length, crc, _ = RECORD.unpack_from(window, start)
        if not 0 < length <= PAYLOAD_BYTES_MAX or offset + RECORD.size + length > size:
            return False
        file.seek(offset)
        record = file.read(RECORD.size + length)
        return bool(crc32(record[8:], crc32(record[:4])) == crc)

    def _damaged(self, why: str) -> NoReturn:
        place = "" if self.next_seq is None else f", where seq {self.next_seq} should stand"
        raise JournalError(
            f"{self.path} is damaged at offset {self.end}{place}: {why}; "
            "restore the file from a copy, or move the whole journal aside and start a new one"
        )
