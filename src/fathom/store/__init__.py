"""Every file: journals of entries, recordings of raw frames, the state of an exchange.

I/O: reads and writes files. Imports: domain, kernel, protocol. Imported by: run.
"""

from fathom.store.captures import Capture, CaptureReader, write_capture
from fathom.store.folder import being_written
from fathom.store.journal import FsyncPolicy, JournalWriter
from fathom.store.lines import BROKEN, LINE_BYTES_MAX, BadLine, open_plain
from fathom.store.reader import JournalReader
from fathom.store.recording import (
    Drop,
    Manifest,
    RecordingWriter,
    SegmentSummary,
    read_manifest,
    remake_manifest,
)
from fathom.store.segment import TornTail
from fathom.store.state import StateFolder, read_state, write_state

__all__ = [
    "BROKEN",
    "LINE_BYTES_MAX",
    "BadLine",
    "Capture",
    "CaptureReader",
    "Drop",
    "FsyncPolicy",
    "JournalReader",
    "JournalWriter",
    "Manifest",
    "RecordingWriter",
    "SegmentSummary",
    "StateFolder",
    "TornTail",
    "being_written",
    "open_plain",
    "read_manifest",
    "read_state",
    "remake_manifest",
    "write_capture",
    "write_state",
]
