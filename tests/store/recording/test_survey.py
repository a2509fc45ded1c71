import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fathom.domain import BookMoved, Entry, FrameReceived, JournalError, LocalError
from fathom.store import JournalWriter, RecordingWriter, read_manifest, remake_manifest
from fathom.store.recording.manifest import MANIFEST_NAME
from fathom.store.recording.survey import survey
from fathom.store.segment import CHAIN_START

Fill = Callable[..., None]


@pytest.fixture
def recording(tmp_path: Path, fill: Fill) -> Path:
    """Five segments, all compressed, and two drops."""
    folder = tmp_path / "recording"
    with RecordingWriter(folder, venue="kraken", segment_bytes=2000) as writer:
        fill(writer, range(25))
        writer.dropped("public", "closed", 1_700_000_000_000_000_000 + 25 * 10**9)
        fill(writer, range(26, 40))
        fill(writer, range(40, 60), link="level3")
        writer.dropped("level3", "closed", 1_700_000_000_000_000_000 + 60 * 10**9)
    assert len(list(folder.glob("*.zst"))) > 4
    return folder


def test_nothing(tmp_path: Path) -> None:
    found = survey(tmp_path)
    assert (found.next_seq, found.chain, found.last_ns) == (1, CHAIN_START, 0)
    assert (found.torn, found.remade, found.ends, found.venue) == (None, None, {}, "")


def test_a_manifest_that_fits_saves_reading(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = read_manifest(recording)
    assert manifest
    # What is not read is not noticed: a byte in the middle of an old segment.
    path = recording / "journal-000002.fathom.zst"
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    found = survey(recording)
    assert found.remade is None
    assert found.tally.manifest(venue="kraken") == manifest
    assert (found.next_seq, found.last_ns) == (manifest.segments[-1].last_seq + 1, manifest.segments[-1].last_ns)
    with pytest.raises(JournalError, match=r"journal-000002\.fathom\.zst is damaged"):
        survey(recording, anew=True)


@pytest.mark.parametrize("text", [None, b"", b"{}", b'{"version": 9}'], ids=repr)
def test_made_again_where_it_is_missing_or_no_manifest(recording: Path, text: bytes | None) -> None:
    path = recording / MANIFEST_NAME
    before = read_manifest(recording)
    if text is None:
        path.unlink()
    else:
        path.write_bytes(text)
    found = survey(recording)
    assert found.remade == "manifest.json was missing, or not readable: it was made again"
    assert found.tally.manifest(venue="kraken") == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("chain", "0" * 32),
        ("last_seq", 10_000),
        ("plain_bytes", 3),
        ("compressed_bytes", 3),
        ("name", "journal-000099.fathom"),
    ],
)
def test_made_again_where_it_does_not_fit(recording: Path, key: str, value: object) -> None:
    before = read_manifest(recording)
    path = recording / MANIFEST_NAME
    content = json.loads(path.read_bytes())
    content["segments"][-1][key] = value
    path.write_text(json.dumps(content))
    found = survey(recording)
    assert found.remade == "manifest.json did not fit the segments: it was made again"
    assert found.tally.manifest(venue="kraken") == before


def test_made_again_where_segments_are_gone(recording: Path) -> None:
    max(recording.glob("*.zst")).unlink()
    found = survey(recording)
    assert found.remade == "manifest.json did not fit the segments: it was made again"


def test_brought_up_to_date_where_it_is_behind(recording: Path) -> None:
    before = read_manifest(recording)
    assert before
    path = recording / MANIFEST_NAME
    # As a crash leaves it: of a moment when only two segments were finished.
    shorter = recording.parent / "shorter"
    shorter.mkdir()
    for name in ("journal-000001.fathom.zst", "journal-000002.fathom.zst"):
        (shorter / name).write_bytes((recording / name).read_bytes())
    remake_manifest(shorter, venue="kraken")
    path.write_bytes((shorter / MANIFEST_NAME).read_bytes())
    found = survey(recording)
    assert found.remade == "manifest.json ended before the last segment: it was brought up to date"
    assert found.tally.manifest(venue="kraken") == before


def test_remade_out_of_the_segments_alone(recording: Path) -> None:
    before = read_manifest(recording)
    assert before
    assert remake_manifest(recording) == before  # The venue is the old manifest's.
    (recording / MANIFEST_NAME).unlink()
    assert remake_manifest(recording).venue == ""
    assert remake_manifest(recording, venue="kraken") == before
    assert read_manifest(recording) == before


def test_not_while_a_recorder_is_at_work(recording: Path, tmp_path: Path) -> None:
    with RecordingWriter(recording), pytest.raises(LocalError, match="another run is writing"):
        remake_manifest(recording)
    with pytest.raises(LocalError, match="no folder of a recording"):
        remake_manifest(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_the_journal_of_a_run_is_no_recording(tmp_path: Path) -> None:
    with JournalWriter(tmp_path) as writer:
        writer.append(Entry(1, 1, 1, "market", BookMoved("BTC/USD", 1, True)))
    with pytest.raises(LocalError, match="holds the journal of a run"):
        survey(tmp_path)


def test_a_journal_of_nothing_but_frames_may_begin_anywhere(tmp_path: Path, fill: Fill) -> None:
    with JournalWriter(tmp_path) as writer:
        for seq in (7, 8):
            writer.append(Entry(seq, seq, 5, "world", FrameReceived("public", b"{}")))
    found = survey(tmp_path)
    assert (found.next_seq, found.ends) == (
        9,
        {tmp_path / "journal-000001.fathom": (tmp_path / "journal-000001.fathom").stat().st_size},
    )
