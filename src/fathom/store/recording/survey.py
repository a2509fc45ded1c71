"""What a folder holds when it is opened again: where the chain goes on, and what was counted so far.

The manifest saves reading old segments once more, where it fits them. All that it does not cover is read, and every
byte of that checked, and so is the last segment in any case.

I/O: reads and writes files. Imports: domain, folder, segment, recording/manifest, recording/tally.
Imported by: recording/writer, store.
"""

import os
from pathlib import Path
from typing import Final

import msgspec

from fathom.domain import Entry, FrameReceived, JournalError, LinkDropped, LocalError
from fathom.store.folder import lock_folder
from fathom.store.recording.manifest import (
    MANIFEST_NAME,
    Manifest,
    SegmentSummary,
    read_manifest,
    write_manifest,
)
from fathom.store.recording.tally import Tally
from fathom.store.segment import (
    CHAIN_START,
    SegmentPlace,
    SegmentScan,
    TornTail,
    segment_index,
    segment_name,
    segments_in,
)

_decoder: Final = msgspec.msgpack.Decoder(Entry)


class Survey(msgspec.Struct):
    """What was found. `remade` says why the manifest had to be made again, None where it had not.

    `ends` has, of each segment that is kept plain, where its last whole record ends: 0 where it holds none.
    """

    tally: Tally
    venue: str
    next_seq: int = 1
    chain: bytes = CHAIN_START
    last_ns: int = 0
    torn: TornTail | None = None
    remade: str | None = None
    ends: dict[Path, int] = {}


def survey(folder: Path, *, anew: bool = False) -> Survey:
    """Look through a recording and change nothing. `anew` reads all of it, whatever the manifest says.

    Raises JournalError where it is damaged, LocalError where it is the journal of a run.
    """
    paths = segments_in(folder)
    manifest = read_manifest(folder)
    venue = manifest.venue if manifest else ""
    covered = [] if manifest is None or anew else manifest.segments
    if manifest is None:
        why = f"{MANIFEST_NAME} was missing, or not readable: it was made again" if paths else None
        found = Survey(Tally(), venue, remade=why)
    elif anew or not _fits(covered, paths):
        found = Survey(Tally(), venue, remade=f"{MANIFEST_NAME} did not fit the segments: it was made again")
        covered = []
    else:
        found = Survey(Tally.of(manifest), venue)
        if covered:
            last = covered[-1]
            found.next_seq, found.chain, found.last_ns = last.last_seq + 1, bytes.fromhex(last.chain), last.last_ns
        if len(paths) > len(covered):
            found.remade = f"{MANIFEST_NAME} ended before the last segment: it was brought up to date"
    for at, path in enumerate(paths):
        if at < len(covered):
            if path.name == segment_name(at + 1):  # A crash came before it was compressed.
                found.ends[path] = covered[at].plain_bytes
        else:
            _read(path, found, index=at + 1, last=at == len(paths) - 1)
    return found


def remake_manifest(folder: Path, *, venue: str | None = None) -> Manifest:
    """Make `manifest.json` again out of the segments alone, and return it.

    The segments do not say the venue: without `venue` it is what the old manifest says. Raises JournalError where
    a segment is damaged or the disk refuses, LocalError where a recorder is at work on it.
    """
    if not folder.is_dir():
        raise LocalError(str(folder), "is no folder of a recording")
    lock_fd = lock_folder(folder)
    try:
        found = survey(folder, anew=True)
        manifest = found.tally.manifest(venue=found.venue if venue is None else venue)
        write_manifest(folder, manifest)
    finally:
        os.close(lock_fd)
    return manifest


def _fits(covered: list[SegmentSummary], paths: list[Path]) -> bool:
    """Whether the listed segments are the first ones of the folder, by name and size, and the last one by content."""
    if len(covered) > len(paths):
        return False
    for at, (summary, path) in enumerate(zip(covered, paths, strict=False)):
        plain = path.name == segment_name(at + 1)
        size = path.stat().st_size
        if summary.name != segment_name(at + 1) or segment_index(path) != at + 1:
            return False
        if plain and size != summary.plain_bytes:
            return False
        if not plain:
            if summary.compressed_bytes not in {None, size}:
                return False
            summary.compressed_bytes = size
        elif summary.compressed_bytes is not None:
            summary.compressed_bytes = None
    return not covered or _last_fits(covered, paths[len(covered) - 1])


def _last_fits(covered: list[SegmentSummary], path: Path) -> bool:
    last = covered[-1]
    before = bytes.fromhex(covered[-2].chain) if len(covered) > 1 else CHAIN_START
    scan = SegmentScan(path, place=SegmentPlace(len(covered), last.first_seq, before), last=False)
    try:
        for _ in scan:
            pass
    except JournalError:
        return False  # Or damaged: reading it all will tell.
    return (scan.last_seq, scan.chain.hex(), scan.end) == (last.last_seq, last.chain, last.plain_bytes)


def _read(path: Path, found: Survey, *, index: int, last: bool) -> None:
    """Count one segment."""
    place = SegmentPlace(index, found.next_seq if index > 1 else None, found.chain)
    scan = SegmentScan(path, place=place, last=last)
    first: Entry | None = None
    entry: Entry | None = None
    frames = 0
    for payload in scan:
        entry = _decoder.decode(payload)
        first = first or entry
        match entry.event:
            case FrameReceived(link, frame):
                found.tally.frame(link, frame, entry.time_ns)
                frames += 1
            case LinkDropped(link, reason):
                found.tally.drop(link, reason, seq=entry.seq, time_ns=entry.time_ns)
            case _:
                raise LocalError(str(path.parent), "holds the journal of a run; give the recording another folder")
    found.torn = scan.torn
    if not scan.compressed:
        found.ends[path] = scan.end if entry else 0
    if first is None or entry is None:
        return
    found.next_seq, found.chain, found.last_ns = entry.seq + 1, scan.chain, entry.time_ns
    found.tally.segments.append(
        SegmentSummary(
            name=segment_name(index),
            first_seq=first.seq,
            last_seq=entry.seq,
            first_ns=first.time_ns,
            last_ns=entry.time_ns,
            frames=frames,
            plain_bytes=scan.end,
            chain=scan.chain.hex(),
            compressed_bytes=path.stat().st_size if scan.compressed else None,
        )
    )
