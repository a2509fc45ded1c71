from pathlib import Path

import msgspec
import pytest

from fathom.domain import JournalError
from fathom.store.recording.manifest import MANIFEST_NAME, Drop, Manifest, SegmentSummary, read_manifest, write_manifest

SEGMENT = SegmentSummary("journal-000001.fathom", 1, 2, 10, 20, 1, 300, "0" * 32)
MANIFEST = Manifest(
    version=1,
    venue="kraken",
    started="1970-01-01T00:00:00.000000010Z",
    ended="1970-01-01T00:00:00.000000020Z",
    frames=1,
    segments=[SEGMENT],
    links={"public": 1},
    counts={"book": {"BTC/USD": 1}},
    drop_count=1,
    drops=[Drop("public", "closed", 2, 20)],
)


def test_round_trip(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    assert read_manifest(tmp_path) == MANIFEST
    text = (tmp_path / MANIFEST_NAME).read_text()
    assert '\n  "venue": "kraken",\n' in text  # A person may look at it.


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff\xfe",
        msgspec.json.encode(msgspec.structs.replace(MANIFEST, version=2)),
        msgspec.json.encode(msgspec.structs.replace(MANIFEST, segments=[msgspec.structs.replace(SEGMENT, chain="x")])),
    ],
    ids=repr,
)
def test_what_is_none(tmp_path: Path, text: bytes) -> None:
    assert read_manifest(tmp_path) is None
    (tmp_path / MANIFEST_NAME).write_bytes(text)
    assert read_manifest(tmp_path) is None


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"Cannot write .*manifest\.json"):
        write_manifest(tmp_path / "nowhere", MANIFEST)
