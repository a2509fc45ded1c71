"""A recording: a journal of nothing but frames, written in the background, compressed, with a manifest.

| file | what it is |
|---|---|
| writer | takes frames, thousands a second, and gives each its record |
| disk | the thread that writes and syncs |
| compress | the thread that compresses finished segments |
| tally, manifest | what was counted, and the file that says so |
| survey | what a folder holds when it is opened again |

I/O: reads and writes files. Imports: domain, kernel, store. Imported by: store.
"""

from fathom.store.recording.manifest import Drop, Manifest, SegmentSummary, read_manifest
from fathom.store.recording.survey import remake_manifest
from fathom.store.recording.writer import RecordingWriter

__all__ = ["Drop", "Manifest", "RecordingWriter", "SegmentSummary", "read_manifest", "remake_manifest"]
