"""The journal's reader: entries and their exact bytes, in order, every byte checked.

I/O: reads files, changes nothing. Imports: domain, segment. Imported by: captures, and run through the front
door.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from fathom.domain import Entry, JournalError
from fathom.store.segment import SegmentPlace, SegmentScan, TornTail, segments_in

_decoder: Final = msgspec.msgpack.Decoder(Entry)


class JournalReader:
    """Iterates (entry, payload) over a journal's directory, or over one of its segments.

    `payload` is the entry as it was written, to the byte: what replay compares. Memory is bounded by the
    longest entry. Afterwards `torn` tells what a crash left at the end (None: nothing), `last_seq` the last
    whole entry, and `chain` the digest that stands for all that was read. A journal that is still being
    written reads up to its last whole record. Raises JournalError, with segment, offset and seq, where
    anything else is wrong.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.torn: TornTail | None = None
        self.last_seq: int | None = None
        self.chain = b""

    def __iter__(self) -> Iterator[tuple[Entry, bytes]]:
        self.torn = self.last_seq = None
        self.chain = b""
        whole = self.path.is_dir()
        paths = segments_in(self.path) if whole else [self.path]
        place = SegmentPlace() if whole else None
        for path in paths:
            scan = SegmentScan(path, place=place, last=path is paths[-1])
            for payload in scan:
                yield self._decoded(payload, path), payload
            self.torn, self.last_seq, self.chain = scan.torn, scan.last_seq, scan.chain
            place = scan.following()

    @staticmethod
    def _decoded(payload: bytes, path: Path) -> Entry:
        try:
            return _decoder.decode(payload)
        except msgspec.MsgspecError as error:
            raise JournalError(
                f"{path} holds a whole record that is no entry of this version ({error}): "
                "read it with the version of fathom that wrote it"
            ) from error
