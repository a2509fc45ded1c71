import gzip
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard

from fathom.domain import Entry, FrameReceived, LocalError
from fathom.store.captures import BAD_LINES_MAX, Capture, CaptureReader, write_capture
from fathom.store.journal import JournalWriter

BEAT = b'{"channel":"heartbeat"}'
PONG = b'{"method":"pong","req_id":1}'
V1 = b'[0,[["5541.2","0.1","1534614057.3","s","l",""]],"trade","XBT/USD"]'

LINES = b"""\xef\xbb\xbf{"channel":"heartbeat"}

{"ts":7,"frame":"{\\"method\\":\\"pong\\",\\"req_id\\":1}"}
{"channel":"hea
{"recorder":"1.0"}
wss://ws.kraken.com <-> 1618678132.36
wss://ws.kraken.com <- 1618678132.5: {"method":"pong","req_id":1}
https://api.kraken.com/0/public/Time -> 1618678132.358447: {"error":[],"result":{}}
1618678133.0000001: [0,[["5541.2","0.1","1534614057.3","s","l",""]],"trade","XBT/USD"]
1618678134: {"channel":"heartbeat"}
1618678134
\x00\xff\xfe
"""


def test_every_form_of_line(tmp_path: Path) -> None:
    for name, data in (("a", LINES), ("b", gzip.compress(LINES)), ("c", zstandard.compress(LINES))):
        path = tmp_path / name
        path.write_bytes(data)
        reader = CaptureReader(path)
        assert list(reader) == [
            Capture(None, "", BEAT, 1),
            Capture(7, "", PONG, 3),
            Capture(1618678132_500_000_000, "", PONG, 7, sent=True),
            Capture(1618678133_000_000_100, "", V1, 9),
            Capture(1618678134_000_000_000, "", BEAT, 10),
        ]
        assert (reader.lines, reader.skipped_count, reader.bad_count) == (12, 3, 3)
        assert [bad.line for bad in reader.bad] == [4, 11, 12]
        assert reader.bad[1].why == "the line is a number alone"


def test_the_recorded_files(fixtures: Path) -> None:
    for name, frames, sent in (
        ("cryptofeed/KRAKEN.ws.50.0", 4322, 1),
        ("python-kraken-sdk/orderbook-v2.json", 510, 0),
        ("kraken-async-rs/ws-v2-messages.jsonl", 32, 0),
        ("kraken-docs/level3-checksum-example.json", 1, 0),
        ("XChange/stream-v1/orderBookMessageUpdate02.json", 1, 0),
    ):
        path = fixtures / name
        reader = CaptureReader(path)
        captures = list(reader)
        assert (len(captures), reader.bad_count) == (frames, 0)
        assert sum(capture.sent for capture in captures) == sent
        raw = path.read_bytes()
        at = 0
        for capture in captures:  # Every frame stands in the file, byte for byte, in this order.
            at = raw.index(capture.frame, at)
            assert raw.count(b"\n", 0, at) + 1 == capture.line
            at += len(capture.frame)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b'{\n"a": {"channel":\n"heartbeat"}\n}', [2]),
        (b'[\n{"channel":"heartbeat"},\n\n{"channel":"heartbeat"}]\n', [2, 4]),
        (b'\n\n{"x":"' + BEAT.replace(b'"', b'\\"') + b'"\n}', [1]),
    ],
)
def test_a_document_over_several_lines(tmp_path: Path, text: bytes, lines: list[int]) -> None:
    (tmp_path / "x").write_bytes(text)
    reader = CaptureReader(tmp_path / "x")
    assert [capture.line for capture in reader] == lines
    assert reader.bad_count == reader.skipped_count == 0


def test_a_broken_first_line_is_not_taken_for_a_document(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b'{"channel":"book","data":[{"a":\n' + BEAT + b"\n" + BEAT + b"\n")
    reader = CaptureReader(tmp_path / "x")
    assert [capture.line for capture in reader] == [2, 3]
    assert [bad.line for bad in reader.bad] == [1]


def test_a_document_in_broken_compression_is_told(tmp_path: Path) -> None:
    document = b'{\n"a": [' + b",\n".join([BEAT] * 50_000) + b"]}"
    for packed in (gzip.compress(document), zstandard.compress(document)):
        (tmp_path / "x").write_bytes(packed[: len(packed) // 2])
        reader = CaptureReader(tmp_path / "x")
        list(reader)
        assert reader.bad_count > 0
        assert reader.bad[-1].why


def test_many_bad_lines_are_counted_and_few_are_kept(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"what\n" * 1000)
    reader = CaptureReader(tmp_path / "x")
    assert list(reader) == []
    assert (reader.bad_count, len(reader.bad), reader.lines) == (1000, BAD_LINES_MAX, 1000)


def test_a_journal_is_a_recording(tmp_path: Path, entry_at: Callable[[int], Entry]) -> None:
    with JournalWriter(tmp_path / "journal") as writer:
        for seq in range(1, 7):
            writer.append(entry_at(seq))
    frames = [seq for seq in range(1, 7) if isinstance(entry_at(seq).event, FrameReceived)]
    compressed = tmp_path / "journal-000001.fathom.zst"
    compressed.write_bytes(zstandard.compress((tmp_path / "journal" / "journal-000001.fathom").read_bytes()))
    for path in (compressed, tmp_path / "journal", tmp_path / "journal" / "journal-000001.fathom"):
        reader = CaptureReader(path)
        assert list(reader) == [Capture(entry_at(seq).time_ns, "public", BEAT, seq) for seq in frames]
        assert (reader.lines, reader.skipped_count, reader.torn) == (6, 6 - len(frames), None)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    list(reader)
    assert reader.torn is not None


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: None, "cannot be read: No such file"),
        (lambda path: path.mkdir(), "is a directory without a journal"),
        (lambda path: path.write_bytes(bytes(range(256)) * 10), "is not a recording"),
    ],
)
def test_what_is_no_recording(tmp_path: Path, make: Callable[[Path], object], why: str) -> None:
    path = tmp_path / "x"
    make(path)
    with pytest.raises(LocalError, match=why):
        list(CaptureReader(path))


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    reader = CaptureReader(tmp_path / "x")
    assert list(reader) == []
    assert (reader.lines, reader.bad_count) == (0, 0)


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    captures = [
        Capture(1, "", BEAT, 1),
        Capture(None, "level3", '{"channel":"é\\u00e9", "n": 1.500}'.encode(), 2),
        Capture(2**62, "", b"no json", 3),
    ]
    path = tmp_path / "x.jsonl.zst"
    assert write_capture(path, captures, level=19) == 3
    assert list(CaptureReader(path)) == captures
    assert zstandard.ZstdDecompressor().decompressobj().decompress(path.read_bytes()).splitlines()[0] == (
        b'{"ts":1,"frame":"{\\"channel\\":\\"heartbeat\\"}"}'
    )


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.zst"
    write_capture(path, [Capture(1, "", BEAT, 1)])
    before = path.read_bytes()
    with pytest.raises(LocalError, match="the frame of line 9 is not UTF-8"):
        write_capture(path, [Capture(1, "", BEAT, 1), Capture(1, "", b"\xff", 9)])
    script = (
        "import resource, sys, os; from pathlib import Path\n"
        "from fathom.store import Capture, write_capture\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "rows = (Capture(n, '', os.urandom(30).hex().encode(), n) for n in range(100_000))\n"
        "try: write_capture(Path(sys.argv[1]), rows)\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"JournalError Cannot write {path}: File too large")
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_memory_is_flat(tmp_path: Path) -> None:
    def many() -> Iterator[Capture]:
        return (Capture(n, "", b'{"channel":"x","pad":"%s"}' % (b"y" * 5000), n) for n in range(1, 4001))

    path = tmp_path / "x.jsonl.zst"
    tracemalloc.start()
    write_capture(path, many())
    assert sum(1 for _ in CaptureReader(path)) == 4000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000
