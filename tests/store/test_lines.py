import gzip
import random
import tracemalloc
from pathlib import Path

import pytest
import zstandard

from fathom.store.lines import BadLine, is_compressed, numbered_lines, open_plain

TEXT = b'{"channel":"heartbeat"}\r\n\n{"a":1}\nno line feed at the end'
LINES = [(1, b'{"channel":"heartbeat"}'), (2, b""), (3, b'{"a":1}'), (4, b"no line feed at the end")]
BIG = b"".join(b"%d,%d\n" % (n, random.Random(n).getrandbits(64)) for n in range(20_000))


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def lines_of(path: Path, *, bytes_max: int = 1000) -> list[tuple[int, bytes | BadLine]]:
    with open_plain(path) as file:
        return list(numbered_lines(file, bytes_max=bytes_max))


@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        gzip.compress(TEXT),
        zstd(TEXT),
        gzip.compress(TEXT[:20]) + gzip.compress(TEXT[20:]),
        zstd(TEXT[:20]) + zstd(b"") + zstd(TEXT[20:]),
    ],
    ids=["plain", "gzip", "zstd", "gzip in two", "zstd in three"],
)
def test_the_start_of_the_file_says_how_it_is_packed(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "named.wrongly.gz"
    path.write_bytes(data)
    assert lines_of(path) == LINES


@pytest.mark.parametrize("data", [b"", gzip.compress(b"", mtime=0), zstd(b"")], ids=["plain", "gzip", "zstd"])
def test_nothing_inside(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    assert lines_of(tmp_path / "x") == []


def test_a_line_too_long_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a" * 10 + b"\n" + b"b" * 11 + b"\n" + b"c" * 95 + b"\nd\n" + b"e" * 30)
    why = "the line is longer than 10 bytes"
    assert lines_of(tmp_path / "x", bytes_max=10) == [
        (1, b"a" * 10),
        (2, BadLine(2, why)),
        (3, BadLine(3, why)),
        (4, b"d"),
        (5, BadLine(5, why)),
    ]


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
@pytest.mark.parametrize("harm", ["cut", "flip"])
def test_broken_compression_ends_with_a_bad_line(tmp_path: Path, pack: object, harm: str) -> None:
    assert callable(pack)
    packed = bytearray(pack(BIG))
    if harm == "cut":
        del packed[len(packed) // 2 :]
    else:
        packed[len(packed) // 2] ^= 0xFF
    (tmp_path / "x").write_bytes(packed)
    *good, (number, bad) = lines_of(tmp_path / "x")
    assert isinstance(bad, BadLine)
    assert number == len(good) + 1
    assert bad.why.startswith("the compression is broken from here on: ")
    if harm == "cut":
        assert good
        assert all(isinstance(line, bytes) and BIG.startswith(line, BIG.index(line)) for _, line in good)


def test_zstd_cut_at_every_byte_is_noticed(tmp_path: Path) -> None:
    packed = zstd(TEXT * 3)
    for cut in range(4, len(packed)):
        (tmp_path / "x").write_bytes(packed[:cut])
        assert isinstance(lines_of(tmp_path / "x")[-1][1], BadLine)


def test_a_bomb_stays_small(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(zstd(b"\x00" * 200_000_000))
    tracemalloc.start()
    assert len(lines_of(tmp_path / "x")) == 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 150_000_000


def test_whether_a_file_was_compressed(tmp_path: Path) -> None:
    for name, content, expected in (
        ("plain", b"{}\n", False),
        ("empty", b"", False),
        ("gzip", gzip.compress(b"{}\n"), True),
        ("zstd", zstandard.compress(b"{}\n"), True),
    ):
        (tmp_path / name).write_bytes(content)
        with open_plain(tmp_path / name) as file:
            assert is_compressed(file) is expected
