"""Fuzzes the kernel: coverage-guided mutations of valid frames, under AddressSanitizer, against the plain versions.

    python tools/fuzz_kernel.py --seconds 600

It compiles the kernel and tools/fuzz/coverage.c into a temporary folder with gcc's sanitizers, then runs itself again
on top of them. Every input goes to `peek`, to a book, and to a desk as a view of just its bytes. A refused frame must
leave the book as it was; an accepted one must mean what Python's JSON parser and the plain book of tests/kernel say;
sides must stay sorted, positive and within the depth; the desk must say what `peek` and a book of its own say. The
first input that breaks this, or that the sanitizer stops at, is written to --crashes.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import mmap
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KERNEL = Path("src/fathom/kernel")
SANITIZED = ["-O1", "-g", "-fno-omit-frame-pointer", "-fno-strict-aliasing"]
SANITIZED += [
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=undefined",
    "-fno-sanitize=alignment,pointer-overflow",
]
SANITIZED += ["-fsanitize-coverage=trace-pc"]
INPUT_MAX = 1 << 20
CORPUS_MAX = 20_000  # Beyond it a new input takes the place of a random old one.
PLACES = (1, 8)
DEPTHS = (4, 2, 40)  # Books take turns; the search for a price goes by halves in the last.
TOKENS = list(b'{}[]",:\\ \n\t0123456789.-+eE\x00\x1f\x7f\x80\xc3\xa9\xe2\xf0')
WORDS = [
    b'"channel":"book"', b'"channel":"level3"', b'"type":"snapshot"', b'"type":"update"', b'"data":[{',
    b'"symbol":"A/B"',
    b'"bids":[', b'"asks":[', b'"checksum":', b'"timestamp":"2024-05-19T16:45:24.204654Z"', b'{"price":1.5,"qty":0.25}',
    b'"event":"add"', b'"event":"modify"', b'"event":"delete"', b'"order_id":"', b'"limit_price":', b'"order_qty":',
    b"null", b"true", b"false", b"1e-05", b"1E+2", b"0.00000000", b"9223372036854775807", b"92233720368547758.07",
    b"4294967295", b"4294967296", b"00", b"-0", b"1e999999999999999999999", b"\\u0061", b"\\ud800", b"\\n",
    b"\xe2\x82\xac",
    b"\xf4\x8f\xbf\xbf", b"\xed\xa0\x80", b",", b"},{", b"]}]}", b"1970-01-01T00:00:00Z", b"23:59:60", b"+01:00",
]  # fmt: skip


def build(folder: Path) -> None:
    """Compile the sanitized kernel into `folder`/lib, and the coverage callbacks beside it."""
    from Cython.Build import cythonize  # noqa: PLC0415 - the run itself does not need it
    from setuptools import Extension, setup  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types

    os.chdir(ROOT)
    modules = sorted(path for path in KERNEL.glob("*.py") if path.name != "__init__.py")
    extensions = [
        Extension(
            f"fathom.kernel.{path.stem}",
            [str(path)],
            extra_compile_args=SANITIZED,
            extra_link_args=["-fsanitize=address,undefined"],
        )
        for path in modules
    ]
    directives = {"boundscheck": False, "wraparound": False, "cdivision": True, "initializedcheck": False}
    lib = folder / "lib"
    os.environ["CFLAGS"] = ""
    extensions = cythonize(  # type: ignore[no-untyped-call]  # it has no types
        extensions, language_level=3, compiler_directives=directives, build_dir=str(folder / "c"), quiet=True
    )
    os.chdir(folder)
    for extension in extensions:
        extension.sources = [
            source if Path(source).is_absolute() else str(Path(ROOT, source)) for source in extension.sources
        ]
    setup(
        name="fuzzed",
        packages=[],
        ext_modules=extensions,
        script_args=["-q", "build_ext", "--build-lib", str(lib), "--build-temp", str(folder / "o")],
    )
    (lib / "fathom" / "__init__.py").write_text("")
    shutil.copy(ROOT / KERNEL / "__init__.py", lib / "fathom" / "kernel" / "__init__.py")
    source = ROOT / "tools" / "fuzz" / "coverage.c"
    subprocess.run([compiler(), "-O2", "-shared", "-fPIC", "-o", str(folder / "coverage.so"), str(source)], check=True)


def compiler() -> str:
    """Return the C compiler that Python was made for, or cc."""
    return (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]


def library(name: str) -> str:
    """Return where one of the compiler's own libraries is."""
    found = subprocess.run([compiler(), f"-print-file-name={name}"], capture_output=True, text=True, check=True)
    return found.stdout.strip()


class Coverage:
    """The maps of coverage.c."""

    def __init__(self, path: Path) -> None:
        self.maps = ctypes.CDLL(str(path))
        self.maps.fuzz_places.restype = ctypes.POINTER(ctypes.c_size_t * 65536)

    def places(self) -> dict[str, set[int]]:
        """Return the addresses seen, within the file of each module."""
        spans = []
        for line in Path("/proc/self/maps").read_text().splitlines():
            span, _, offset, _, _, *rest = line.split(maxsplit=5)
            if rest and "/kernel/" in rest[0]:
                low, high = (int(end, 16) for end in span.split("-"))
                spans.append((low, high, low - int(offset, 16), rest[0]))
        seen: dict[str, set[int]] = {}
        for place in self.maps.fuzz_places().contents:
            for low, high, base, path in spans:
                if low <= place < high:
                    seen.setdefault(path, set()).add(place - base)
        return seen


def report_coverage(coverage: Coverage) -> None:
    """Print how much of each module's C functions, without Cython's own, was reached."""
    if shutil.which("objdump") is None:
        return
    total = reached = 0
    for path, seen in sorted(coverage.places().items()):
        text = subprocess.run(
            ["objdump", "-d", "--no-show-raw-insn", path], capture_output=True, text=True, check=True
        ).stdout
        sites: dict[str, set[int]] = {}
        function, called = "", False
        for line in text.splitlines():
            if head := re.match(r"[0-9a-f]+ <(\S+)>:", line):
                function, called = head[1], False
            elif at := re.match(r"\s*([0-9a-f]+):", line):
                if called and function.startswith(("__pyx_f_", "__pyx_pf_", "__pyx_pw_")):
                    sites.setdefault(function, set()).add(int(at[1], 16))
                called = "__sanitizer_cov_trace_pc" in line
        every = {site for places in sites.values() for site in places}
        core = {site for name, places in sites.items() if name.startswith("__pyx_f_") for site in places}
        total, reached = total + len(core), reached + len(core & seen)
        name = Path(path).name.split(".")[0]
        print(
            f"  {name:10} {len(core & seen):5} of {len(core):5} in C functions, "
            f"{len(every & seen):5} of {len(every):5} in all"
        )
    print(f"  all        {reached:5} of {total:5} branches in C functions: {100 * reached / max(total, 1):.1f} %")


def mutated(random: Random, frame: bytes, corpus: list[tuple[int, bytes]]) -> bytes:
    """Return a frame changed in a few places."""
    out = bytearray(frame)
    if random.random() < 0.4:
        return gently(random, out)
    for _ in range(random.choice([1, 1, 2, 2, 3, 5, 8])):
        at = random.randrange(len(out) + 1)
        what = random.randrange(9)
        if what == 0 and at < len(out):
            out[at] ^= 1 << random.randrange(8)
        elif what == 1 and at < len(out):
            out[at] = random.choice(TOKENS)
        elif what == 2:
            out.insert(at, random.choice(TOKENS))
        elif what == 3:
            del out[at : at + random.choice([1, 1, 2, 4, 8, 32])]
        elif what == 4:
            out[at:at] = random.choice(WORDS)
        elif what == 5:
            end = at + random.randrange(1, 80)
            to = random.randrange(len(out) + 1)
            out[to:to] = out[at:end]
        elif what == 6:
            other = random.choice(corpus)[1]
            start = random.randrange(len(other) + 1)
            out[at : at + random.randrange(40)] = other[start : start + random.randrange(1, 120)]
        elif what == 7:
            numbers = list(re.finditer(rb"[0-9][0-9.]*", out))
            if numbers:
                one = random.choice(numbers)
                out[one.start() : one.end()] = random.choice(
                    [b"%d" % random.getrandbits(random.randrange(1, 70)), *WORDS[19:30]]
                )
        else:
            out[at:at] = random.choice([b" ", b"\n", b"\t "])
    return bytes(out[:INPUT_MAX])


def gently(random: Random, out: bytearray) -> bytes:
    """Return a frame that is still well formed, mostly: other digits, and levels or orders sent twice."""
    for _ in range(random.choice([1, 2, 4])):
        if random.random() < 0.6:
            digits = [place for place, byte in enumerate(out) if 48 <= byte <= 57]
            if digits:
                out[random.choice(digits)] = random.randrange(48, 58)
        else:
            objects = list(re.finditer(rb"\{[^{}]*\}", out))
            if objects:
                one, other = random.choice(objects), random.choice(objects)
                out[other.end() : other.end()] = b"," + one[0]
    return bytes(out[:INPUT_MAX])


def check(holds: bool, said: str) -> None:
    """Raise AssertionError where something does not hold."""
    assert holds, said


class Round:
    """Runs one input through the kernel and the plain versions, and compares."""

    def __init__(self) -> None:
        sys.path.insert(0, str(ROOT / "tests" / "kernel"))
        import kernel_oracle  # noqa: PLC0415 - found through the line above
        from kernel_twins import Twins  # noqa: PLC0415

        from fathom import kernel  # noqa: PLC0415 - the sanitized one

        self.kernel, self.oracle, self.twins_of = kernel, kernel_oracle, Twins
        self.taken = dict.fromkeys(("passed", "applied", "top", "broken"), 0)
        self.undecided = self.accepted = self.refused = 0
        self.books: list[tuple[Any, Any]] = []
        self.rounds = 0
        self.renew()

    def renew(self) -> None:
        """Start with empty books."""
        self.depth = DEPTHS[self.rounds % len(DEPTHS)]
        self.rounds += 1
        self.books = [
            (self.kernel.L2Book(self.depth, *PLACES), self.oracle.PlainL2(self.depth)),
            (self.kernel.L3Book(self.depth, *PLACES), self.oracle.PlainL3(self.depth)),
        ]
        seats = {(channel, "BTC/USD"): (self.depth, *PLACES) for channel in ("book", "level3")}
        self.twins = self.twins_of(self.kernel, seats)

    def state(self, target: int) -> tuple[Any, ...]:
        """Return everything that a book shows."""
        book = self.books[target][0]
        bids, asks = book.bids(), book.asks()
        orders = (
            [book.orders("bid", price) for price, _ in bids] + [book.orders("ask", price) for price, _ in asks]
            if target
            else []
        )
        return (bids, asks, orders, book.checksum(), book.flaws, book.top_changed, book.time_ns)

    def run(self, target: int, frame: bytes) -> None:
        """Apply a frame; raise AssertionError where the kernel and the plain versions differ."""
        self.look(frame)
        self.sit(frame)
        book, plain = self.books[target]
        before = self.state(target)
        read = self.oracle.read_l3 if target else self.oracle.read_l2
        said: Any
        try:
            said = read(frame, PLACES)
        except self.oracle.Refused as refused:
            said = str(refused) or "refused"
        except RecursionError:
            said = None
        try:
            verdict = book.apply(frame)
        except self.kernel.FrameRefused as refused:
            self.refused += 1
            check(self.state(target) == before, "a refused frame changed the book")
            check(0 <= int(str(refused).rsplit(" ", 1)[1]) <= len(frame), str(refused))
            if not isinstance(said, tuple) or b"\\" in frame or "too" in str(refused) or "fit 64" in str(refused):
                self.undecided += isinstance(said, tuple)
                return
            raise AssertionError(f"refused, but well formed: {refused}") from None
        self.accepted += 1
        self.check_sides(target)
        if said is None:
            self.undecided += 1
            self.renew()
            return
        assert isinstance(said, tuple), f"accepted, but not well formed: {said}"
        kind, bids, asks, checksum = said
        plain.apply(kind, bids, asks)
        right = plain.checksum()
        assert book.checksum() == right, "another checksum than the plain book's"
        assert verdict == (3 if checksum is None else 1 if checksum == right else 2), "another verdict"
        if target:
            assert (book.bids(), book.asks()) == (plain.levels(0, self.depth), plain.levels(1, self.depth)), (
                "another book"
            )
        else:
            assert (book.bids(), book.asks()) == (plain.bids(self.depth), plain.asks(self.depth)), "another book"

    def check_sides(self, target: int) -> None:
        """Check what holds for every book."""
        book = self.books[target][0]
        for levels, sign in ((book.bids(), -1), (book.asks(), 1)):
            keys = [price * sign for price, _ in levels]
            assert keys == sorted(set(keys)), "a side is not sorted"
            assert all(qty > 0 for _, qty in levels), "a quantity is not positive"
            assert len(levels) <= self.depth, "a side is too deep"
        book.imbalance(2)
        book.microprice()
        for side, price in (("buy", book.best_ask), ("sell", book.best_bid)):
            filled, cost, _ = book.cost_to_fill(side, 10**9)
            assert cost >= filled, "a fill costs too little"
            assert price is None or book.level_qty("bid" if side == "sell" else "ask", price) > 0, "no best level"
        assert bool(book.flaws & 1) == bool(book.bids() and book.asks() and book.best_bid >= book.best_ask), "crossed"

    def sit(self, frame: bytes) -> None:
        """Give a frame to the desk: with nothing behind it that could be read, then with its own beginning.

        The second time with the right checksum where the first was wrong, which it nearly always is.
        """
        for behind in (b"", frame[:16]):
            self.twins.arm()
            said = self.twins.run(frame, behind=behind)
            self.taken[list(self.taken)[said]] += 1
            seat = self.twins.desk.last
            if seat is not None and seat.verdict == self.kernel.MISMATCH:
                right = b'"checksum":%d' % seat.book.checksum()
                frame = re.sub(rb'"checksum":[0-9]+', right, frame, count=1)

    def look(self, frame: bytes) -> None:
        """Compare `peek` with a whole parse, where names do not come twice."""
        found = self.kernel.peek(frame)
        check(type(found) is tuple and list(map(type, found)) == [str, str, str], f"peek says {found!r}")
        oracle = self.oracle
        try:
            outer = oracle.members(oracle.parse(frame), {"channel", "type", "data"})
            data = outer.get("data")
            inner = (
                oracle.members(data[0], {"symbol"})
                if type(data) is list and data and isinstance(data[0], oracle.Pairs)
                else {}
            )
        except (oracle.Refused, RecursionError):
            return
        parts = (outer.get("channel"), outer.get("type"), inner.get("symbol"))
        want = tuple(part if type(part) is str else "" for part in parts)
        assert found == want, f"peek says {found}, a whole parse {want}"


def seeds() -> list[tuple[int, bytes]]:
    """Return (0 for level 2 or 1 for level 3, frame): markets in both layouts, and what Kraken sends besides."""
    sys.path.insert(0, str(ROOT / "tests" / "kernel"))
    from kernel_market import l2_stream, l3_stream  # noqa: PLC0415

    found: list[tuple[int, bytes]] = []
    for depth in DEPTHS:
        found += [(0, frame) for frame, _ in l2_stream(depth, 1, 100, places=PLACES)]
        found += [(1, frame) for frame, _ in l3_stream(depth, 1, 100, places=PLACES)]
    others = [
        {"channel": "heartbeat"},
        {"method": "subscribe", "result": {"channel": "book", "symbol": "A/B"}, "success": True},
        {"channel": "trade", "type": "update", "data": [{"symbol": "A/B", "price": 1.5}]},
        {"channel": "instrument", "type": "snapshot", "data": {"pairs": [{"symbol": "A/B"}]}},
    ]
    return found + [(0, json.dumps(other).encode()) for other in others]


def fuzz(folder: Path, seconds: float, seed: int, crashes: Path) -> int:
    """Run for so long, or until something is wrong; return the exit code."""
    random, one, coverage = Random(seed), Round(), Coverage(folder / "coverage.so")
    first = seeds()
    corpus: list[tuple[int, bytes]] = []
    with (folder / "last").open("w+b") as file:
        file.truncate(INPUT_MAX + 16)
        last = mmap.mmap(file.fileno(), INPUT_MAX + 16)
    begun, said, runs = time.monotonic(), time.monotonic(), 0
    while time.monotonic() - begun < seconds or first:
        target, frame = first.pop(0) if first else random.choice(corpus)
        if not first and runs > len(corpus):
            frame = mutated(random, frame, corpus)
            target = target if random.random() < 0.98 else 1 - target
        last[:16] = b"%d %014d" % (target, len(frame))
        last[16 : 16 + len(frame)] = frame
        coverage.maps.fuzz_begin()
        try:
            one.run(target, frame)
        except AssertionError as error:
            keep(crashes, target, frame)
            print(f"run {runs}, seed {seed}: {error}\n{frame!r}")
            return 1
        runs += 1
        if coverage.maps.fuzz_news() or not corpus:
            if len(corpus) < CORPUS_MAX:
                corpus.append((target, frame))
            else:
                corpus[random.randrange(len(corpus))] = (target, frame)
        if runs % 300 == 0:
            one.renew()
            for number in range(2):
                one.run(number, random.choice([frame for kind, frame in corpus if kind == number][:50]))
        if time.monotonic() - said > 30:
            said = time.monotonic()
            print(f"{said - begun:6.0f} s, {runs} runs, {len(corpus)} in the corpus", flush=True)
    print(
        f"{runs} runs, {len(corpus)} in the corpus: "
        f"{one.accepted} accepted, {one.refused} refused, {one.undecided} undecided; at the desk: "
        f"{', '.join(f'{count} {what}' for what, count in one.taken.items())}"
    )
    report_coverage(coverage)
    return 0


def keep(crashes: Path, target: int, frame: bytes) -> None:
    """Write an input that something was wrong with."""
    crashes.mkdir(parents=True, exist_ok=True)
    path = crashes / f"{'l3' if target else 'l2'}-{time.time_ns()}"
    path.write_bytes(frame)
    print(f"the input is in {path}")


def main() -> int:
    """Build, run on top of what was built, and keep the input at which that died."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--crashes", type=Path, default=Path("fuzz-corpus"))
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        return fuzz(asked.inside, asked.seconds, asked.seed, asked.crashes)
    with tempfile.TemporaryDirectory() as name:
        folder, crashes = Path(name), asked.crashes.resolve()
        build(folder)
        preload = [library("libasan.so"), library("libubsan.so"), str(folder / "coverage.so")]
        environment = {
            **os.environ,
            "LD_PRELOAD": " ".join(preload),
            "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1",
            "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
            "PYTHONMALLOC": "malloc",
            "PYTHONPATH": str(folder / "lib"),
        }
        inside = [
            "--inside",
            name,
            "--seconds",
            str(asked.seconds),
            "--seed",
            str(asked.seed),
            "--crashes",
            str(crashes),
        ]
        done = subprocess.run([sys.executable, "-P", __file__, *inside], env=environment, check=False, cwd=name)
        if done.returncode not in {0, 1} and (folder / "last").exists():
            raw = (folder / "last").read_bytes()
            target, length = raw[:16].split()
            keep(crashes, int(target), raw[16 : 16 + int(length)])
        return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
