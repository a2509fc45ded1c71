"""The journal's writer: every entry of the log, on disk before anyone acts on it.

I/O: writes files. Imports: domain, folder, segment, segment_file, syncing. Imported by: run, by the front door.
"""

import os
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, NoReturn, Self

import msgspec

from fathom.domain import (
    AmendApproved,
    CancelApproved,
    Entry,
    JournalError,
    OrderApproved,
)
from fathom.store.folder import lock_folder, sync_folder
from fathom.store.segment import (
    CHAIN_START,
    PAYLOAD_BYTES_MAX,
    SegmentHeader,
    SegmentPlace,
    SegmentScan,
    TornTail,
    os_sentence,
    pack_header,
    pack_record,
    segment_name,
    segments_in,
)
from fathom.store.segment_file import SegmentFile
from fathom.store.syncing import Syncing

FsyncPolicy = Literal["always", "effects", "behind", "close"]

SEGMENT_BYTES: Final = 64 * 2**20
BUFFER_BYTES_MAX: Final = 2**20  # At this much the buffer goes to the operating system without waiting for a commit.

# What the gateway acts on: after a crash the journal must know of every order that may have been sent.
EFFECTS: Final = frozenset({OrderApproved, AmendApproved, CancelApproved})

_encoder: Final = msgspec.msgpack.Encoder()


class JournalWriter:
    """Appends entries to the journal in `directory`; opening it continues what is there.

    `append` buffers, `commit` writes what is buffered to the operating system. `fsync` says when the disk
    must have it: at each commit (`always`), at a commit that holds an approved order, amend or cancel
    (`effects`), a moment after such a commit, in a thread of its own (`behind`), or at the end (`close`); a segment
    is synced in any case before the next one begins.

    Opening checks every record. A torn tail is cut off and told in `torn`. Raises JournalError where the
    journal is damaged or the disk refuses, LocalError where another writer has it. After a refusal of the
    disk the writer stays failed: every later call raises the same sentence, and what the last call left
    half-written is cut off again.
    """

    def __init__(self, directory: Path, *, fsync: FsyncPolicy = "effects", segment_bytes: int = SEGMENT_BYTES) -> None:
        self.directory = directory
        self.torn: TornTail | None = None
        self.last_seq: int | None = None
        self._fsync: Final = fsync
        self._segment_bytes: Final = segment_bytes
        self._index = 0
        self._chain = CHAIN_START
        self._file: SegmentFile | None = None
        self._buffer: list[bytes] = []
        self._buffered = 0
        self._effect_waits = False
        self._failure: str | None = None
        self._lock_fd = lock_folder(directory)
        self._syncing: Syncing | None = None
        try:
            self._continue()
        except BaseException:
            self._release()
            raise
        if fsync == "behind":
            self._syncing = Syncing()

    def append(self, entry: Entry) -> None:
        """Take one entry in, the next in line. It is safe only after `commit`."""
        if self._failure is not None:
            raise JournalError(self._failure)
        seq = entry.seq
        assert self.last_seq is None or seq == self.last_seq + 1, (self.last_seq, seq)
        payload = _encoder.encode(entry)
        if len(payload) > PAYLOAD_BYTES_MAX:
            self._fail(
                f"Entry {seq} has {len(payload)} bytes and the journal takes {PAYLOAD_BYTES_MAX}: "
                "make the frame's limit smaller"
            )
        if self._file is None or self._file.written + self._buffered >= self._segment_bytes:
            self._rotate(seq)
        record, self._chain = pack_record(payload, self._chain)
        self._buffer.append(record)
        self._buffered += len(record)
        self.last_seq = seq
        if type(entry.event) in EFFECTS:
            self._effect_waits = True
        if self._buffered >= BUFFER_BYTES_MAX:
            self._flush()

    def commit(self) -> None:
        """Hand what is buffered to the operating system, and to the disk where the policy says so."""
        if self._failure is not None:
            raise JournalError(self._failure)
        if self._syncing is not None and self._syncing.failure is not None:
            self._fail(self._syncing.failure)
        self._flush()
        if self._fsync == "always" or (self._effect_waits and self._fsync == "effects"):
            self._sync()
        elif self._effect_waits and self._syncing is not None and self._file is not None:
            self._effect_waits = False
            self._syncing.want(self._file)

    def slowest_sync_ns(self) -> int:
        """Return how long the slowest sync behind the commits took since the last call, or takes already."""
        return 0 if self._syncing is None else self._syncing.slowest_ns()

    def close(self) -> None:
        """Commit, sync, and let go of the lock. A failed writer only lets go; a closed one does nothing."""
        if self._lock_fd < 0:
            return
        try:
            if self._failure is None:
                self._flush()
                self._sync()
        finally:
            self._release()
            self._failure = f"The journal {self.directory} is closed: open it again to go on"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _continue(self) -> None:
        """Check all that is there, cut a torn tail off, and open the last segment at its end."""
        paths = segments_in(self.directory)
        scan: SegmentScan | None = None
        place = SegmentPlace()
        for path in paths:
            scan = SegmentScan(path, place=place, last=path is paths[-1])
            for _ in scan:
                pass
            place = scan.following()
        if scan is None:
            return
        self._index = len(paths)
        self._chain, self.last_seq = scan.chain, scan.last_seq
        self.torn = scan.torn
        if scan.compressed:
            return  # It is finished: the next entry begins a new one.
        if scan.end == 0:  # Not even its header is whole, so it is made again, by the next entry.
            try:
                scan.path.unlink()
                sync_folder(self.directory)
            except OSError as error:
                raise JournalError(os_sentence("continue", scan.path, error)) from error
            self._index -= 1
            return
        self._file = SegmentFile.reopen(scan.path, end=scan.end)

    def _rotate(self, first_seq: int) -> None:
        """Finish the open segment and begin the next one, which starts with `first_seq`."""
        if self._file is not None:
            self._flush()
            self._sync()
            self._file.close()
            self._file = None
        index = self._index + 1
        header = pack_header(SegmentHeader(index=index, first_seq=first_seq, chain=self._chain))
        try:
            self._file = SegmentFile.create(self.directory / segment_name(index), header)
        except JournalError as error:
            self._fail(str(error), error)
        self._index = index

    def _flush(self) -> None:
        if self._buffer and self._file is not None:
            data = self._buffer[0] if len(self._buffer) == 1 else b"".join(self._buffer)
            self._buffer.clear()
            self._buffered = 0
            try:
                self._file.write(data)
            except JournalError as error:
                self._fail(str(error), error)

    def _sync(self) -> None:
        """Wait until the disk has it. A failed sync is not tried again: what it lost would look synced."""
        if self._syncing is not None:
            self._syncing.settle()
            if self._syncing.failure is not None:
                self._fail(self._syncing.failure)
        if self._file is not None:
            try:
                self._file.sync()
            except JournalError as error:
                self._fail(str(error), error)
        self._effect_waits = False

    def _fail(self, sentence: str, error: JournalError | None = None) -> NoReturn:
        self._failure = sentence
        self._buffer.clear()
        self._buffered = 0
        raise JournalError(sentence) from error

    def _release(self) -> None:
        if self._syncing is not None:
            self._syncing.stop()
            self._syncing = None
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._lock_fd >= 0:
            os.close(self._lock_fd)
            self._lock_fd = -1
