import asyncio
from pathlib import Path

import pytest

from fathom.run.recording.progress import Progress, show
from fathom.run.recording.recorder import Gap, Recorder
from fathom.store import RecordingWriter

T0 = 1_700_000_000_000_000_000


def test_the_line(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "recording") as writer:
        recorder = Recorder(writer)
        progress = Progress(recorder, now_s=100.0)
        for _ in range(1500):
            recorder.tap("public", b"{" + b" " * 2000 + b"}", T0)
        recorder.gap(Gap("book", "BTC/USD", T0, T0))
        recorder.dropped("public", "closed", T0)
        assert progress.line(now_s=102.0, width=200) == (
            "recording 00:00:02  1,500 frames  750/s  2.9 MiB  1 gaps  1 lost links"
        )
        assert progress.line(now_s=100.0 + 3723, width=200).startswith("recording 01:02:03  1,500 frames  0/s  ")
        assert progress.line(now_s=1e6, width=20) == "recording 277:45:00"[:19]
        assert progress.line(now_s=1e6, width=0) == ""


def test_it_is_taken_away_at_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def main(recorder: Recorder) -> None:
        showing = asyncio.ensure_future(show(recorder))
        await asyncio.wait([showing], timeout=0)
        showing.cancel()
        await asyncio.wait([showing])
        assert showing.cancelled()

    with RecordingWriter(tmp_path / "recording") as writer:
        asyncio.run(main(Recorder(writer)))
    said = capsys.readouterr().out
    assert said.startswith("\r\x1b[2Krecording 00:00:00  0 frames")
    assert said.endswith("\r\x1b[2K")
