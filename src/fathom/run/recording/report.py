"""What a recorder says at its end: verified, mismatched, missing, in words for a person.

Pure. Imports: protocol, recorder, store. Imported by: session.
"""

from typing import Final

from fathom.protocol import time_text
from fathom.run.recording.book_stream import StreamReport
from fathom.run.recording.recorder import Gap, RecordReport
from fathom.store import TornTail

MIB: Final = 2**20
SHOWN_MAX: Final = 20  # So many books and gaps are named each; the worst books first.


def opened(*, last_seq: int, torn: TornTail | None, remade: str | None) -> list[str]:
    """Return what is to be said when a recording goes on."""
    said = [f"goes on after entry {last_seq:,}"] if last_seq else []
    if torn is not None:
        said.append(f"a crash left {torn.bytes_cut:,} bytes of an unfinished entry in {torn.segment}: cut off")
    if remade is not None:
        said.append(remade)
    return said


def told(report: RecordReport) -> list[str]:
    """Return the sentences of the end."""
    books = sum(stream.frames for stream in report.streams) + report.unverified
    said = [
        f"{report.frames:,} frames recorded ({report.frame_bytes / MIB:,.1f} MiB), {books:,} of them of books",
        f"{report.verified:,} verified, {report.mismatched:,} mismatched",
    ]
    worst = sorted(report.streams, key=lambda stream: (-stream.mismatched - stream.refused, -stream.frames))
    said += [f"  {_stream(stream)}" for stream in worst[:SHOWN_MAX]]
    if len(worst) > SHOWN_MAX:
        said.append(f"  and {len(worst) - SHOWN_MAX} books more")
    if report.unverified:
        said.append(
            f"{report.unverified:,} book frames could not be verified: no instrument frame came before them; "
            "record `instrument` too"
        )
    if report.first_stray is not None:
        said.append(
            f"{report.strays:,} frames could not be read, the first is entry {report.first_stray.line}: "
            f"{report.first_stray.why}"
        )
    if report.denials:
        first = report.denials[0]
        said.append(
            f"{report.denial_count:,} subscriptions were REFUSED, the first is {first.channel} {first.symbol}: "
            f"{first.error}"
        )
    said.append(f"{report.drop_count:,} lost links, {report.gap_count:,} gaps")
    said += [f"  {_gap(gap)}" for gap in report.gaps[:SHOWN_MAX]]
    if report.gap_count > SHOWN_MAX:
        said.append(f"  and {report.gap_count - SHOWN_MAX:,} gaps more")
    return said


def _stream(stream: StreamReport) -> str:
    said = f"{stream.channel} {stream.symbol}: {stream.frames:,} frames, {stream.verified:,} verified"
    for count, what in (
        (stream.mismatched, "MISMATCHED"),
        (stream.refused, "REFUSED"),
        (stream.unchecked, "unchecked"),
    ):
        if count:
            said += f", {count:,} {what}"
    if (first := stream.first_mismatch) is not None:
        said += f" (the first is entry {first.line})"
    return said


def _gap(gap: Gap) -> str:
    to = "the end" if gap.to_ns is None else time_text(gap.to_ns)
    name = f"{gap.channel} {gap.symbol}".strip()
    missed = "" if gap.missed is None else f"{gap.missed:,} missed"
    why = "; ".join(text for text in (gap.reason, missed) if text)
    return f"{name}: from {time_text(gap.from_ns)} to {to}" + (f" ({why})" if why else "")
