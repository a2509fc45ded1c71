"""The live line of a recording in a terminal.

I/O: prints. Imports: recorder, report. Imported by: session.
"""

import asyncio
import shutil
import sys
import time
from typing import Final

from fathom.run.recording.recorder import Recorder
from fathom.run.recording.report import MIB

SHOWN_S: Final = 0.5
_CLEAR: Final = "\r\x1b[2K"


class Progress:
    """What the line says; `line` is called again and again."""

    def __init__(self, recorder: Recorder, *, now_s: float) -> None:
        self._recorder = recorder
        self._began_s = self._last_s = now_s
        self._last_frames = 0

    def line(self, *, now_s: float, width: int) -> str:
        """Return it, cut to a terminal's width; the rate is that since the last call."""
        recorder = self._recorder
        rate = (recorder.frames - self._last_frames) / max(now_s - self._last_s, 1e-9)
        self._last_s, self._last_frames = now_s, recorder.frames
        gone_s = int(now_s - self._began_s)
        said = (
            f"recording {gone_s // 3600:02}:{gone_s // 60 % 60:02}:{gone_s % 60:02}  {recorder.frames:,} frames  "
            f"{rate:,.0f}/s  {recorder.frame_bytes / MIB:,.1f} MiB  {recorder.gap_count:,} gaps  "
            f"{recorder.drop_count:,} lost links"
        )
        return said[: max(width - 1, 0)]


async def show(recorder: Recorder) -> None:
    """Keep the line up to date until it is cancelled; then take it away."""
    progress = Progress(recorder, now_s=time.monotonic())
    try:
        while True:
            line = progress.line(now_s=time.monotonic(), width=shutil.get_terminal_size().columns)
            sys.stdout.write(_CLEAR + line)
            sys.stdout.flush()
            await asyncio.sleep(SHOWN_S)
    finally:
        sys.stdout.write(_CLEAR)
        sys.stdout.flush()
