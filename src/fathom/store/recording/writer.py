"""The recording's writer: raw frames to journal segments, thousands a second, without waiting for the disk.

I/O: writes files. Imports: domain, folder, segment, recording/compress, recording/disk, recording/survey.
Imported by: store.
"""

import os
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Final, NoReturn, Self
from zlib import crc32

import msgspec

from fathom.domain import JournalError, LocalError
from fathom.store.folder import HALF_SUFFIX, lock_folder, sync_folder
from fathom.store.recording.compress import Compressor
from fathom.store.recording.disk import Begin, Disk, Finish
from fathom.store.recording.manifest import Manifest, SegmentSummary, write_manifest
from fathom.store.recording.survey import Survey, survey
from fathom.store.segment import (
    CHAIN_BYTES,
    HEADER_BYTES,
    LENGTH,
    PAYLOAD_BYTES_MAX,
    RECORD,
    SegmentHeader,
    TornTail,
    os_sentence,
    pack_header,
    segment_name,
    segments_in,
)

SEGMENT_BYTES: Final = 64 * 2**20
QUEUE_BYTES_MAX: Final = 64 * 2**20  # So much may wait for the disk: seconds of the busiest market. Then it is told.
DAY_NS: Final = 86_400 * 10**9
COMMIT_S: Final = 10.0
COMPRESS_S: Final = 1.5  # At the end; what is not compressed by then is when the recording goes on.
AUTHOR: Final = "world"
STOPPED: Final = "the recording stopped here"

_encoder: Final = msgspec.msgpack.Encoder()


class RecordingWriter:
    """Records frames in the folder `directory`; opening it goes on with what is there.

    `frame` and `dropped` pack the entry and return; a thread writes it 50 ms later at most, and syncs once a second.
    A segment ends at `segment_bytes`, and with the UTC day of its frames; then it is compressed in the background.

    Opening cuts a torn tail off (`torn`), compresses what was left plain, and says in `remade` why the manifest had to
    be made again. The links that were up get a LinkDropped, because frames are missing from there on. It
    raises JournalError where the recording is damaged or the disk refuses, LocalError where another writer has it, or
    it is of another venue or the journal of a run.

    A disk that refuses, or lets more than `queue_bytes` wait, is told by JournalError at the next call, and by every
    later one; the frame that was refused and all after it are not recorded.
    """

    def __init__(
        self,
        directory: Path,
        *,
        venue: str = "",
        segment_bytes: int = SEGMENT_BYTES,
        queue_bytes: int = QUEUE_BYTES_MAX,
    ) -> None:
        self.directory = directory
        self._segment_bytes: Final = segment_bytes
        self._queue_bytes: Final = queue_bytes
        self._lock_fd = lock_folder(directory)
        try:
            found = survey(directory)
            _check_venue(directory, found.venue, venue)
            self._begin(found, venue or found.venue)
        except BaseException:
            os.close(self._lock_fd)
            raise

    def _begin(self, found: Survey, venue: str) -> None:
        self.venue = venue
        self.torn: TornTail | None = found.torn
        self.remade: str | None = found.remade
        self._tally = found.tally
        left_plain = _mend(self.directory, found)
        if found.remade is not None or found.torn is not None:
            write_manifest(self.directory, found.tally.manifest(venue=venue))
        self._index = len(segments_in(self.directory))
        self._next_seq = found.next_seq
        self._chain = found.chain
        self._stopped_ns = found.last_ns
        self._plain = 0  # Bytes of the open segment: what is packed, whether written or not.
        self._day_end_ns = 0  # When the day of the open segment ends; 0 where none is open.
        self._first = (0, 0)  # Seq and time of its first entry.
        self._drops = 0
        self._last_ns = 0
        self._taken = 0  # Bytes of records since the start; less what the disk has written, it is what waits.
        self._failure: str | None = None
        self._told = False
        self._compressor = Compressor()
        by_name = {summary.name: summary for summary in found.tally.segments}
        for path in left_plain:
            self._compressor.add(path, by_name[path.name])
        self._disk = Disk(self.directory, self._compressor)

    @property
    def last_seq(self) -> int:
        """The last entry that was taken, 0 where there is none."""
        return self._next_seq - 1

    @property
    def waiting_bytes(self) -> int:
        """How much was taken and is not written yet."""
        return self._taken - self._disk.written

    def frame(self, link: str, frame: bytes, time_ns: int) -> None:
        """Take one frame as it came. Raises JournalError where it cannot be recorded."""
        if self._failure is not None or self._disk.failure is not None:
            self._refuse()
        if time_ns >= self._day_end_ns or self._plain >= self._segment_bytes:
            self._rotate(time_ns)
        seq = self._next_seq
        # As an Entry of FrameReceived is written, to the byte.
        self._append(_encoder.encode((seq, seq, time_ns, AUTHOR, ("FrameReceived", link, frame))), time_ns)
        self._tally.frame(link, frame, time_ns)

    def dropped(self, link: str, reason: str, time_ns: int) -> None:
        """Take down that a link is gone: what it would have brought from here to its next frame is missing."""
        if self._failure is not None or self._disk.failure is not None:
            self._refuse()
        if time_ns >= self._day_end_ns or self._plain >= self._segment_bytes:
            self._rotate(time_ns)
        self._drop(link, reason, time_ns)

    def commit(self, *, wait_s: float = COMMIT_S) -> None:
        """Wait until the operating system has all that was taken."""
        self._raise_failure()
        if not self._disk.wait_written(self._taken, wait_s=wait_s):
            self._fail(self._behind())
        self._raise_failure()

    def manifest(self) -> Manifest:
        """Return what is finished so far; all of it after `close`."""
        return self._tally.manifest(venue=self.venue)

    def close(self, *, wait_s: float = COMMIT_S, compress_s: float = COMPRESS_S) -> None:
        """Write and sync what was taken, compress what there is time for, write the manifest, let go of the folder.

        Raises JournalError where the disk refused and nobody has been told yet. A second time does nothing.
        """
        if self._lock_fd < 0:
            return
        if self._disk.failure is None and self._day_end_ns and self.last_seq >= self._first[0]:
            self._finish()
        self._disk.close(wait_s=wait_s)
        failure = self._disk.failure
        self._compressor.close(wait_s=compress_s if failure is None else 0.0)
        failure = failure or self._compressor.failure
        try:
            if failure is None:
                write_manifest(self.directory, self.manifest())
        except JournalError as error:
            failure = str(error)
        finally:
            if not self._disk.busy:  # It might still write: then nobody else may, until this process ends.
                os.close(self._lock_fd)
            self._lock_fd = -1
            self._failure = self._failure or f"The recording {self.directory} is closed: open it again to go on"
        if failure is not None and not self._told:
            raise JournalError(failure)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, payload: bytes, time_ns: int) -> None:
        size = len(payload)
        if size > PAYLOAD_BYTES_MAX:
            self._fail(f"A frame has {size} bytes and a recording takes {PAYLOAD_BYTES_MAX}: make the limit smaller")
        # `pack_record`, drawn together: half of what a frame costs is here.
        chain = blake2b(self._chain + payload, digest_size=CHAIN_BYTES).digest()
        crc = crc32(payload, crc32(chain, crc32(LENGTH.pack(size))))
        record = RECORD.pack(size, crc, chain) + payload
        waiting = self._taken - self._disk.written
        if waiting > self._queue_bytes:
            self._fail(self._behind())
        self._chain = chain
        self._disk.put(record)
        self._taken += len(record)
        self._plain += len(record)
        self._last_ns = time_ns
        self._next_seq += 1

    def _drop(self, link: str, reason: str, time_ns: int) -> None:
        seq = self._next_seq
        self._append(_encoder.encode((seq, seq, time_ns, AUTHOR, ("LinkDropped", link, reason))), time_ns)
        self._tally.drop(link, reason, seq=seq, time_ns=time_ns)
        self._drops += 1

    def _rotate(self, time_ns: int) -> None:
        """Finish the open segment and begin the next one."""
        if self._day_end_ns:
            self._finish()
        self._index += 1
        self._plain = HEADER_BYTES
        self._day_end_ns = time_ns - time_ns % DAY_NS + DAY_NS
        self._drops = 0
        header = SegmentHeader(index=self._index, first_seq=self._next_seq, chain=self._chain)
        self._disk.put(Begin(self.directory / segment_name(self._index), pack_header(header)))
        self._first = (self._next_seq, time_ns)
        if self._stopped_ns:
            stopped_ns, self._stopped_ns = self._stopped_ns, 0
            for at, link in enumerate(self._tally.links_up()):
                if at == 0:
                    self._first = (self._next_seq, stopped_ns)
                self._drop(link, STOPPED, stopped_ns)

    def _finish(self) -> None:
        first_seq, first_ns = self._first
        summary = SegmentSummary(
            name=segment_name(self._index),
            first_seq=first_seq,
            last_seq=self.last_seq,
            first_ns=first_ns,
            last_ns=self._last_ns,
            frames=self._next_seq - first_seq - self._drops,
            plain_bytes=self._plain,
            chain=self._chain.hex(),
        )
        self._day_end_ns = 0
        self._tally.segments.append(summary)
        self._disk.put(Finish(summary, self.manifest()))

    def _behind(self) -> str:
        return (
            f"The disk of {self.directory} does not keep up: {self.waiting_bytes:,} bytes wait to be written, "
            f"and {self._queue_bytes:,} may; use a faster disk, or record less"
        )

    def _raise_failure(self) -> None:
        if self._failure is not None or self._disk.failure is not None:
            self._refuse()

    def _refuse(self) -> NoReturn:
        self._fail(self._failure or str(self._disk.failure))

    def _fail(self, sentence: str) -> NoReturn:
        self._failure = sentence
        self._told = True
        raise JournalError(sentence)


def _check_venue(directory: Path, recorded: str, wanted: str) -> None:
    if wanted and recorded and wanted != recorded:
        raise LocalError(str(directory), f"holds a recording of {recorded}, not {wanted}: name another folder")


def _mend(directory: Path, found: Survey) -> list[Path]:
    """Make what a crash left ready to go on from; return the finished segments that are still plain."""
    plain: list[Path] = []
    path = directory
    try:
        for path in directory.glob(f"*{HALF_SUFFIX}"):
            path.unlink()
        for path, end in found.ends.items():
            if end == 0:  # It holds no entry, so it is made again.
                path.unlink()
                continue
            if path.stat().st_size > end:
                os.truncate(path, end)
            with path.open("rb") as file:  # What the crash left may never have been synced; the next one stands on it.
                os.fsync(file.fileno())
            plain.append(path)
        sync_folder(directory)
    except OSError as error:
        raise JournalError(os_sentence("mend", path, error)) from error
    return plain
