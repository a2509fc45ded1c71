import asyncio
import io
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from fathom.domain import AuthError, FathomError, JournalError, LinkError, LocalError
from fathom.run.recording.recorder import Recorder
from fathom.run.recording.session import Feed, RecordCommand, run_record
from fathom.store import CaptureReader, read_manifest

RECORDINGS = Path(__file__).resolve().parents[3] / "src" / "fathom" / "run" / "recordings"
T0 = 1_700_000_000_000_000_000
BOOKS = [capture.frame for capture in CaptureReader(RECORDINGS / "btc-usd-2023-07-30.jsonl.zst")]
INSTRUMENT = json.dumps(
    {
        "channel": "instrument",
        "type": "snapshot",
        "data": {"assets": [], "pairs": [{"symbol": "BTC/USD", "price_precision": 1, "qty_precision": 8}]},
    }
).encode()


def feeding(*frames: bytes) -> Feed:
    """A feed that gives these frames, and then waits as a quiet market does."""

    async def feed(recorder: Recorder) -> None:
        for at, frame in enumerate(frames):
            recorder.tap("public", frame, T0 + at)
        await asyncio.Event().wait()

    return feed


def command(tmp_path: Path, **options: object) -> RecordCommand:
    return RecordCommand(symbols=("BTC/USD",), out=tmp_path / "recording", **options)  # type: ignore[arg-type] # Passed on.


def test_so_many_frames(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_record(command(tmp_path, count=101), feeding(INSTRUMENT, *BOOKS)) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "101 frames recorded (0.0 MiB), 100 of them of books",
        "100 verified, 0 mismatched",
        "  book BTC/USD: 100 frames, 100 verified",
        "0 lost links, 0 gaps",
    ]
    assert run_record(command(tmp_path, count=101), feeding(INSTRUMENT, *BOOKS)) == 0
    assert capsys.readouterr().out.startswith("goes on after entry 101\n101 frames recorded")
    manifest = read_manifest(tmp_path / "recording")
    assert manifest
    assert (manifest.frames, manifest.venue, manifest.drop_count) == (202, "kraken", 1)


def test_so_many_seconds_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_record(command(tmp_path, seconds=0.01, json=True), feeding(INSTRUMENT, *BOOKS)) == 0
    (line,) = capsys.readouterr().out.splitlines()
    answer = json.loads(line)
    assert (answer["ok"], answer["opened"], answer["frames"]) == (True, [], len(BOOKS) + 1)
    assert answer["streams"][0]["verified"] == 510


@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGTERM])
def test_until_told_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str], one: signal.Signals) -> None:
    async def feed(recorder: Recorder) -> None:
        recorder.tap("public", b"{}", T0)
        os.kill(os.getpid(), one)
        await asyncio.Event().wait()

    assert run_record(command(tmp_path), feed) == 0
    assert capsys.readouterr().out.startswith("1 frames recorded")


def test_goodbyes_are_no_gaps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def feed(recorder: Recorder) -> None:
        recorder.tap("public", b"{}", T0)
        try:
            await asyncio.Event().wait()
        finally:
            recorder.dropped("public", "we closed it", T0)

    assert run_record(command(tmp_path, seconds=0.01), feed) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 lost links, 0 gaps"


def test_a_mismatch_shows_in_the_status(tmp_path: Path) -> None:
    assert run_record(command(tmp_path, count=300), feeding(INSTRUMENT, *BOOKS[:100], *BOOKS[101:])) == 1


def test_a_feed_that_ends_or_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def ends(recorder: Recorder) -> None:
        recorder.tap("public", b"{}", T0)

    async def fails(recorder: Recorder) -> None:
        recorder.tap("public", b"{}", T0)
        raise LinkError("no way to Kraken")

    assert run_record(command(tmp_path), ends) == 0
    with pytest.raises(LinkError, match="no way to Kraken"):
        run_record(command(tmp_path), fails)
    assert "\n1 frames recorded" in capsys.readouterr().out  # What came before is told,
    assert len(list(CaptureReader(tmp_path / "recording"))) == 2  # and kept.


@pytest.mark.parametrize("error", [LocalError("symbol", "XBT/USD is no pair"), AuthError("no key")])
def test_what_never_began_is_an_error_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], error: FathomError
) -> None:
    async def feed(recorder: Recorder) -> None:
        recorder.tap("public", b"{}", T0)
        raise error

    with pytest.raises(type(error)):
        run_record(command(tmp_path), feed)
    assert capsys.readouterr().out == ""


def test_a_disk_that_is_full_at_the_very_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def feed(recorder: Recorder) -> None:
        recorder.tap("public", b"{}", T0)
        (tmp_path / "recording" / "manifest.json").mkdir()  # Something that no manifest can replace.

    with pytest.raises(JournalError, match="manifest"):
        run_record(command(tmp_path, json=True), feed)
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["frames"]) == (False, 1)


def test_a_full_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def feed(recorder: Recorder) -> None:
        (tmp_path / "recording" / "journal-000001.fathom").touch()
        while recorder.failure is None:
            recorder.tap("public", b"{}", T0)
            await asyncio.wait([asyncio.ensure_future(asyncio.Event().wait())], timeout=0)

    with pytest.raises(JournalError, match="Cannot create"):
        run_record(command(tmp_path), feed)
    assert "frames recorded" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"channels": ("boook",)}, "channels: 'boook' must be one of book, trade"),
        ({"channels": ()}, "channels: name one or more"),
        ({"symbols": ()}, "symbols: name one or more, such as BTC/USD, or all"),
        ({"depth": 7}, "depth: of book must be one of 10, 25, 100, 500, 1000, not 7"),
        ({"depth": 25, "channels": ("level3",)}, "depth: of level3 must be one of 10, 100, 1000, not 25"),
        ({"seconds": 0.0}, "seconds: must be above 0"),
        ({"count": 0}, "count: must be 1 or more"),
        ({"size_mib": 0}, "size-mib: must be from 1 to 4096"),
    ],
    ids=str,
)
def test_what_cannot_be(tmp_path: Path, options: dict[str, object], sentence: str) -> None:
    made = RecordCommand(**{"symbols": ("BTC/USD",), "out": tmp_path / "recording", **options})  # type: ignore[arg-type] # Passed on.
    with pytest.raises(LocalError) as raised:
        run_record(made, feeding())
    assert str(raised.value).startswith(sentence)
    assert not (tmp_path / "recording").exists()


def test_instruments_come_with_books() -> None:
    def subscribed(*channels: str) -> tuple[str, ...]:
        return RecordCommand(symbols=("BTC/USD",), out=Path("x"), channels=channels).subscribed

    assert subscribed("book", "trade") == ("book", "trade", "instrument")
    assert subscribed("level3") == ("level3", "instrument")
    assert subscribed("instrument", "book") == ("instrument", "book")
    assert subscribed("trade") == ("trade",)
    RecordCommand(symbols=(), out=Path("x"), channels=("instrument",)).check()


def test_all_symbols() -> None:
    assert [
        RecordCommand(symbols=symbols, out=Path("x")).everything for symbols in (("all",), ("*",), ("BTC/USD",))
    ] == [
        True,
        True,
        False,
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_a_line_and_then_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[bool, str] = {}
    for as_json in (False, True):
        monkeypatch.setattr(sys, "stdout", screen := Terminal())
        assert run_record(command(tmp_path, seconds=0.05, json=as_json), feeding(INSTRUMENT, *BOOKS[:9])) == 0
        seen[as_json] = screen.getvalue()
    assert "\r\x1b[2Krecording 00:00:00  " in seen[False]
    assert "\r\x1b[2K10 frames recorded" in seen[False]  # The line is gone.
    assert "recording" not in seen[True]
