"""`manifest.json`: what a recording holds, for people and for whoever must choose among recordings.

A summary that can be made again from the segments, so nothing depends on it: it is replaced whole at each rotation
and at the end, and covers the segments that it lists and nothing else.

I/O: reads and writes files. Imports: folder. Imported by: recording/tally, recording/disk, recording/survey,
recording/writer.
"""

from pathlib import Path
from typing import Annotated, Final

import msgspec

from fathom.store.folder import replace_file

MANIFEST_NAME: Final = "manifest.json"
MANIFEST_VERSION: Final = 1


class SegmentSummary(msgspec.Struct):
    """One finished segment, by the name of its plain form. `chain` is the digest after its last entry, in hex."""

    name: str
    first_seq: int
    last_seq: int
    first_ns: int
    last_ns: int
    frames: int
    plain_bytes: int
    chain: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    compressed_bytes: int | None = None  # None: it is plain.


class Drop(msgspec.Struct):
    """A link went at entry `seq`; `to_ns` is the time of its next frame, None where there was none."""

    link: str
    reason: str
    seq: int
    from_ns: int
    to_ns: int | None = None


class Manifest(msgspec.Struct, frozen=True):
    """The whole of it. `counts` has frames by channel and symbol, "" for a frame without; times are of entries.

    A frame with several symbols counts for its first. `drops` lists the first ones; `drop_count` counts all.
    """

    version: int
    venue: str
    started: str
    ended: str
    frames: int
    segments: list[SegmentSummary]
    links: dict[str, int]
    counts: dict[str, dict[str, int]]
    drop_count: int
    drops: list[Drop]


_encoder: Final = msgspec.json.Encoder()
_decoder: Final = msgspec.json.Decoder(Manifest)


def read_manifest(folder: Path) -> Manifest | None:
    """Return what the file says; None where it is missing, unreadable or of another version. It may be behind."""
    try:
        manifest = _decoder.decode((folder / MANIFEST_NAME).read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return manifest if manifest.version == MANIFEST_VERSION else None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the file. Raises JournalError where the disk refuses; then the old one is still there."""
    text = _encoder.encode(manifest)
    replace_file(folder / MANIFEST_NAME, msgspec.json.format(text, indent=2) + b"\n")
