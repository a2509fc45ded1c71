import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fathom.run.recording.precisions import Precision
from fathom.run.recording.recorder import GAPS_MAX, Denial, Gap, Recorder
from fathom.run.recording.verify import verify_file
from fathom.store import CaptureReader, JournalReader, RecordingWriter
from recorded import FIXTURES

RECORDINGS = Path(__file__).resolve().parents[3] / "src" / "fathom" / "run" / "recordings"
T0 = 1_700_000_000_000_000_000
BTC = Precision(1, 8)
INSTRUMENT = json.dumps(
    {
        "channel": "instrument",
        "type": "snapshot",
        "data": {"assets": [], "pairs": [{"symbol": "BTC/USD", "price_precision": 1, "qty_precision": 8}]},
    }
).encode()
BOOKS = [capture.frame for capture in CaptureReader(RECORDINGS / "btc-usd-2023-07-30.jsonl.zst")]


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[RecordingWriter]:
    with RecordingWriter(tmp_path / "recording") as made:
        yield made


@pytest.fixture
def given() -> Callable[..., None]:
    def give(recorder: Recorder, *frames: bytes, link: str = "public") -> None:
        for at, frame in enumerate(frames):
            recorder.tap(link, frame, T0 + at)

    return give


def test_what_it_says_is_what_verify_says_of_the_recording(
    tmp_path: Path, writer: RecordingWriter, given: Callable[..., None]
) -> None:
    recorder = Recorder(writer)
    given(recorder, INSTRUMENT, *BOOKS)
    report = recorder.report()
    assert (report.ok, report.frames, report.verified, report.mismatched) == (True, len(BOOKS) + 1, 510, 0)
    writer.close()
    later = verify_file(tmp_path / "recording")
    assert (later.ok, later.frames) == (True, report.frames)
    assert [stream.verified for stream in later.streams] == [stream.verified for stream in report.streams] == [510]


def test_what_does_not_verify_is_recorded_and_told(
    tmp_path: Path, writer: RecordingWriter, given: Callable[..., None]
) -> None:
    recorder = Recorder(writer)
    broken = [*BOOKS[:100], *BOOKS[101:200], BOOKS[0], *BOOKS[1:50]]  # One is missing; later a snapshot comes.
    given(recorder, INSTRUMENT, *broken)
    report = recorder.report()
    (stream,) = report.streams
    assert not report.ok
    assert stream.first_mismatch
    assert stream.first_mismatch.line >= 102
    assert 0 < report.mismatched < 100
    assert report.verified == len(broken) - report.mismatched
    writer.close()
    assert [capture.frame for capture in CaptureReader(tmp_path / "recording")] == [INSTRUMENT, *broken]


def test_books_of_two_links_are_two(writer: RecordingWriter, given: Callable[..., None]) -> None:
    recorder = Recorder(writer, instruments={"BTC/USD": BTC})
    given(recorder, *BOOKS[:50], link="public-1")
    given(recorder, *BOOKS[:20], link="public-2")
    assert [(stream.link, stream.verified) for stream in recorder.report().streams] == [
        ("public-1", 50),
        ("public-2", 20),
    ]


def test_level3(writer: RecordingWriter, given: Callable[..., None]) -> None:
    frame = (FIXTURES / "kraken-docs/level3-checksum-example.json").read_bytes()
    message = next(iter(CaptureReader(FIXTURES / "kraken-docs/level3-checksum-example.json"))).frame
    symbol = json.loads(message)["data"][0]["symbol"]
    assert frame
    expected = verify_file(FIXTURES / "kraken-docs/level3-checksum-example.json").streams[0]
    assert expected.price_precision is not None
    assert expected.qty_precision is not None
    precision = Precision(expected.price_precision, expected.qty_precision)
    recorder = Recorder(writer, instruments={symbol: precision}, depth=10)
    given(recorder, message, link="level3")
    assert [(stream.channel, stream.verified) for stream in recorder.report().streams] == [("level3", 1)]


def test_without_decimals_nothing_is_verified(writer: RecordingWriter, given: Callable[..., None]) -> None:
    recorder = Recorder(writer)
    given(recorder, *BOOKS[:7])
    report = recorder.report()
    assert (report.frames, report.unverified, report.streams) == (7, 7, [])


def test_the_answer_to_a_subscription_gives_the_depth(writer: RecordingWriter, given: Callable[..., None]) -> None:
    recorder = Recorder(writer, instruments={"BTC/USD": BTC})
    answer = {"method": "subscribe", "success": True, "result": {"channel": "book", "symbol": "BTC/USD", "depth": 10}}
    given(recorder, json.dumps(answer).encode(), *BOOKS[:5])
    (stream,) = recorder.report().streams
    assert (stream.depth, stream.depth_from, stream.verified) == (10, "the subscription", 5)


def test_other_frames_are_recorded_and_not_judged(writer: RecordingWriter, given: Callable[..., None]) -> None:
    recorder = Recorder(writer)
    given(recorder, b'{"channel":"heartbeat"}', b'{"method":"pong","req_id":1}', b"nonsense", b'{"channel":"book"}')
    report = recorder.report()
    assert (report.frames, report.unverified, report.streams) == (4, 0, [])


def test_a_frame_that_should_be_an_instrument_and_is_none(writer: RecordingWriter, given: Callable[..., None]) -> None:
    recorder = Recorder(writer)
    given(recorder, b'{"channel":"instrument","data":{"pairs":[{"symbol":7}]}}')
    report = recorder.report()
    assert (report.ok, report.strays) == (False, 1)
    assert report.first_stray
    assert report.first_stray.line == 1


def test_it_ends_after_as_many_as_wanted(tmp_path: Path, writer: RecordingWriter, given: Callable[..., None]) -> None:
    ends: list[int] = []
    recorder = Recorder(writer, wanted=3, ended=lambda: ends.append(recorder.frames))
    given(recorder, *[b"{}"] * 10)
    recorder.dropped("public", "closed", T0)
    recorder.gap(Gap("book", "BTC/USD", T0, None))
    recorder.denied("book", "ETH/USD", "no")
    recorder.end()
    assert (ends, recorder.frames, recorder.failure) == ([3], 3, None)
    report = recorder.report()
    assert (report.drop_count, report.gap_count, report.denial_count, report.frame_bytes) == (0, 0, 0, 6)
    writer.close()
    assert len(list(JournalReader(tmp_path / "recording"))) == 3


def test_drops_and_gaps(tmp_path: Path, writer: RecordingWriter, given: Callable[..., None]) -> None:
    recorder = Recorder(writer)
    given(recorder, INSTRUMENT, *BOOKS[:5])
    recorder.dropped("public", "closed", T0 + 50)
    given(recorder, *BOOKS[:5])
    recorder.gap(Gap("book", "BTC/USD", T0 + 50, T0 + 90, "reconnected"))
    for _ in range(GAPS_MAX):
        recorder.gap(Gap("trade", "BTC/USD", T0, None))
    report = recorder.report()
    assert (report.ok, report.verified, report.drop_count) == (True, 10, 1)
    assert (report.gap_count, len(report.gaps)) == (GAPS_MAX + 1, GAPS_MAX)
    assert report.gaps[0] == Gap("book", "BTC/USD", T0 + 50, T0 + 90, "reconnected")
    writer.close()
    assert writer.manifest().drop_count == 1


def test_what_the_venue_denies_is_no_good_recording(writer: RecordingWriter, given: Callable[..., None]) -> None:
    recorder = Recorder(writer)
    given(recorder, INSTRUMENT)
    assert recorder.report().ok
    for _ in range(GAPS_MAX + 1):
        recorder.denied("level3", "BTC/USD", "ESubscription:No permission")
    report = recorder.report()
    assert (report.ok, report.denial_count, len(report.denials)) == (False, GAPS_MAX + 1, GAPS_MAX)
    assert report.denials[0] == Denial("level3", "BTC/USD", "ESubscription:No permission")


def test_gaps_that_stay_are_told_just_before_the_end(writer: RecordingWriter, given: Callable[..., None]) -> None:
    recorder = Recorder(writer, wanted=2)
    recorder.ending = lambda: recorder.gap(Gap("book", "BTC/USD", T0, None, "link down"))
    given(recorder, INSTRUMENT, BOOKS[0], BOOKS[1])
    recorder.end()
    assert recorder.report().gaps == [Gap("book", "BTC/USD", T0, None, "link down")]


def test_a_disk_that_refuses_ends_it_and_nobody_is_thrown_at(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    ends: list[str] = []
    (tmp_path / "journal-000001.fathom").touch()
    recorder = Recorder(writer, ended=lambda: ends.append("ended"))
    taken = 0
    while recorder.failure is None:
        recorder.tap("public", b"{}", T0)
        taken += 1
    assert recorder.failure.startswith("Cannot create")
    recorder.tap("public", b"{}", T0)
    recorder.dropped("public", "closed", T0)
    assert (ends, recorder.frames, recorder.report().ok) == (["ended"], taken - 1, False)
    writer.close()  # It has been told.
    writer = RecordingWriter(tmp_path)
    (tmp_path / "journal-000001.fathom").touch()
    recorder = Recorder(writer)
    while recorder.failure is None:
        recorder.dropped("public", "closed", T0)
    assert recorder.failure.startswith("Cannot create")
    writer.close()
