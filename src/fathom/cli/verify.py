"""`fathom verify`.

Imports: domain, run. Imported by: cli/app, by name.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

if TYPE_CHECKING:
    from fathom.run.recording.book_stream import StreamReport
    from fathom.run.recording.verify import FileReport

OK: Final = 0
WRONG: Final = 1
WIDTH_PIPED: Final = 200  # Wide enough that nothing is cut off where nobody's terminal says how wide it is.


def verify(
    files: list[Path],
    /,
    *,
    json: Annotated[bool, Parameter(negative=())] = False,
    instruments: Path | None = None,
    depth: int | None = None,
) -> int:
    """Verify the checksums of recorded book frames.

    Builds every level 2 and level 3 book in a recording again, frame by frame,
    and compares each checksum. The exit status is 0 only where nothing
    mismatched or was refused, every line could be read, and there were books.

    Parameters
    ----------
    files
        Recordings: JSON frames one a line (bare, or {"ts": ..., "frame": ...}), JSON documents, or cryptofeed's form.
        Plain, .gz or .zst. Or the journal of a run.
    json
        One JSON object instead of tables.
    instruments
        A file that says how many decimals pairs have, where the recording does not: an instrument frame, or AssetPairs.
        Without either, the padding of the numbers tells; books of version 1 always go by their padding.
    depth
        The depth of every book: 10, 25, 100, 500 or 1000.
        Without it the recording's subscriptions tell, or else the size of the snapshot.
    """
    from fathom.domain import FathomError, LocalError  # noqa: PLC0415 - Only now: start-up time.
    from fathom.run.recording.book_stream import DEPTHS  # noqa: PLC0415 - As above.
    from fathom.run.recording.precisions import read_precisions  # noqa: PLC0415 - As above.
    from fathom.run.recording.verify import verify_file  # noqa: PLC0415 - As above.

    if depth is not None and depth not in DEPTHS["book"]:
        raise LocalError("depth", f"must be 10, 25, 100, 500 or 1000, not {depth}")
    given = read_precisions(instruments) if instruments else {}
    reports: list[FileReport] = []
    failures: dict[str, str] = {}
    for path in files:
        try:
            report = verify_file(path, instruments=given, depth=depth)
        except FathomError as error:
            failures[str(path)] = str(error)
        else:
            reports.append(report)
            if not json:
                _show(report)
    for sentence in failures.values():
        sys.stderr.write(f"error: {sentence}\n")
    ok = bool(reports) and not failures and all(report.ok for report in reports)
    if json:
        _write_json(reports, failures, ok=ok)
    return OK if ok else WRONG


def _show(report: "FileReport") -> None:
    """Print a table of one recording's streams, and a sentence for each thing that is wrong."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - Slow to import.
    from rich.console import Console  # noqa: PLC0415 - As above.
    from rich.markup import escape  # noqa: PLC0415 - As above.
    from rich.table import Table  # noqa: PLC0415 - As above.

    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console = Console(highlight=False, soft_wrap=True, width=WIDTH_PIPED)
    if not report.streams:
        console.print(_nothing(report), markup=False)
    else:
        table = Table(box=SIMPLE_HEAD, title=escape(report.file), title_justify="left", pad_edge=False)
        for heading in ("symbol", "channel"):
            table.add_column(heading)
        for heading in ("frames", "verified", "mismatched", "refused", "unchecked", "depth", "decimals"):
            table.add_column(heading, justify="right")
        for stream in report.streams:
            wrong = stream.mismatched or stream.refused
            decimals = "" if stream.price_precision is None else f"{stream.price_precision} {stream.qty_precision}"
            table.add_row(
                escape(_printable(stream.symbol)),
                escape(_printable(f"{stream.channel} {stream.link}".strip())),
                *(
                    str(n)
                    for n in (
                        stream.frames,
                        stream.verified,
                        stream.mismatched,
                        stream.refused,
                        stream.unchecked,
                    )
                ),
                _depth(stream),
                decimals,
                style="red" if wrong else None,
            )
        console.print(table)
    for sentence in _sentences(report):
        console.print(sentence, markup=False)


def _depth(stream: "StreamReport") -> str:
    """Return the depth; one that only the snapshot's size tells may be more."""
    from fathom.run.recording.book_stream import FROM_SIZE  # noqa: PLC0415 - Only now: start-up time.

    if stream.depth is None:
        return ""
    return f"{stream.depth} or more" if stream.depth_from == FROM_SIZE else str(stream.depth)


def _nothing(report: "FileReport") -> str:
    """Say why there was nothing to verify."""
    if report.lines == 0:
        return f"{report.file}: the file is empty"
    if report.frames == 0 and report.first_bad_lines:
        first = report.first_bad_lines[0]
        return (
            f"{report.file}: no frames in {_count(report.lines, 'line')}, {report.bad_lines} of which could not be "
            f"read: line {first.line}: {first.why}"
        )
    if report.frames == 0:
        return f"{report.file}: no frames in {_count(report.lines, 'line')}"
    return f"{report.file}: no book or level3 frames among {_count(report.frames, 'frame')}"


def _sentences(report: "FileReport") -> list[str]:
    """Say in words what the table's numbers mean, the worst first."""
    said: list[str] = []
    if report.frames == 0:
        return said  # All is said already.
    for stream in report.streams:
        name = _printable(f"{stream.symbol} {stream.channel}")
        if first := stream.first_mismatch:
            said.append(
                f"{name}: the first mismatch is at line {first.line}: the frame says {first.expected}, the book "
                f"gives {first.computed} (depth from {stream.depth_from}, decimals from {stream.precision_from})"
            )
        if refused := stream.first_refusal:
            said.append(f"{name}: the first refused frame is at line {refused.line}: {refused.why}")
        if stream.frames == stream.unchecked:
            said.append(f"{name}: nothing could be checked: no snapshot, or no checksums")
    if report.first_stray:
        said.append(
            f"{_count(report.strays, 'frame')} could not be read, the first at line {report.first_stray.line}: "
            f"{report.first_stray.why}"
        )
    if report.bad_lines:
        said.append(f"{report.bad_lines} of {report.lines} lines could not be read:")
        said += [f"  line {bad.line}: {bad.why}" for bad in report.first_bad_lines]
        if report.bad_lines > len(report.first_bad_lines):
            said.append("  and so on")
    if report.skipped_lines:
        said.append(f"without a frame: {_count(report.skipped_lines, 'line')}")
    if torn := report.torn:
        said.append(f"{torn.segment} ends with {torn.bytes_cut} bytes of an entry that a crash cut short")
    total = sum(stream.frames for stream in report.streams)
    verified = sum(stream.verified for stream in report.streams)
    if report.streams:
        said.append(f"{verified} of {total} book frames verified")
    return said


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _printable(text: str) -> str:
    """Return a recorded text without what would drive a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _write_json(reports: list["FileReport"], failures: dict[str, str], *, ok: bool) -> None:
    import msgspec  # noqa: PLC0415 - Only now: start-up time.

    counts = ("frames", "verified", "mismatched", "refused", "unchecked")
    streams = [stream for report in reports for stream in report.streams]
    answer = {
        "ok": ok,
        **{count: sum(getattr(stream, count) for stream in streams) for count in counts},
        "files": [{"ok": report.ok, **msgspec.to_builtins(report)} for report in reports],
        "errors": [{"file": file, "error": sentence} for file, sentence in failures.items()],
    }
    sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
