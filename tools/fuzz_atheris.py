"""Fuzzes the kernel with libFuzzer, through atheris: the compiled modules themselves guide it, under AddressSanitizer.

    python tools/fuzz_atheris.py --seconds 600

Needs clang (Debian, Ubuntu: apt install clang libclang-rt-dev) and the extra `fuzz`. It compiles the kernel with clang
into a temporary folder and starts two fuzzers side by side: books of level 2 with `peek`, books of level 3. An input
is up to eight frames for one new book; what must hold of each is what tools/fuzz_kernel.py checks.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import fuzz_kernel

ROOT = fuzz_kernel.ROOT
BETWEEN = b"\x1e"  # Stands in no JSON text, so it parts the frames of an input.
FRAMES_MAX = 8
FLAGS = ["-O1", "-g", "-fPIC", "-shared", "-fno-strict-aliasing", "-fno-omit-frame-pointer", "-w"]
FLAGS += ["-fsanitize=address,fuzzer-no-link"]
TARGETS = {0: "level 2 and peek", 1: "level 3"}


def build(folder: Path) -> None:
    """Compile the kernel into `folder`/lib with clang's coverage and AddressSanitizer."""
    from Cython.Build import cythonize  # noqa: PLC0415 - the fuzzers themselves do not need it

    package = folder / "lib" / "fathom"
    shutil.copytree(ROOT / fuzz_kernel.KERNEL, package / "kernel", ignore=shutil.ignore_patterns("*.so", "*.c"))
    (package / "__init__.py").touch()
    os.chdir(folder / "lib")
    names = [path.stem for path in sorted((package / "kernel").glob("*.py")) if path.stem != "__init__"]
    directives = {"boundscheck": False, "wraparound": False, "cdivision": True, "initializedcheck": False}
    sources = [f"fathom/kernel/{name}.py" for name in names]
    cythonize(sources, language_level=3, compiler_directives=directives, quiet=True)
    include, suffix = sysconfig.get_path("include"), sysconfig.get_config_var("EXT_SUFFIX")
    for name in names:
        library = package / "kernel" / f"{name}{suffix}"
        source = package / "kernel" / f"{name}.c"
        subprocess.run(["clang", *FLAGS, f"-I{include}", str(source), "-o", str(library)], check=True)


def write_seeds(folder: Path) -> None:
    """Write a corpus for each target, of single frames and of four in a row, and a dictionary of JSON's words."""
    for target in TARGETS:
        corpus = folder / f"corpus{target}"
        corpus.mkdir()
        frames = [frame for kind, frame in fuzz_kernel.seeds() if kind == target]
        for number, frame in enumerate(frames):
            (corpus / f"one{number}").write_bytes(frame)
            (corpus / f"four{number}").write_bytes(BETWEEN.join(frames[number : number + 4]))
    words = ("".join(f"\\x{byte:02x}" for byte in word) for word in fuzz_kernel.WORDS)
    (folder / "words.dict").write_text("".join(f'"{word}"\n' for word in words))


def fuzz(target: int, options: list[str]) -> None:
    """Run one fuzzer in this process; it never returns."""
    import atheris  # noqa: PLC0415 - the parent process does without

    rounds = fuzz_kernel.Round()

    def one_input(data: bytes) -> None:
        rounds.rounds = len(data)  # The same input always meets a book of the same depth.
        rounds.renew()
        for frame in data.split(BETWEEN)[:FRAMES_MAX]:
            rounds.run(target, frame)

    atheris.Setup([sys.argv[0], *options], one_input)
    atheris.Fuzz()


def main() -> int:
    """Build, start both fuzzers, and say how they ended."""
    if sys.argv[1:2] == ["--target"]:
        fuzz(int(sys.argv[2]), sys.argv[3:])
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--crashes", type=Path, default=Path("fuzz-crashes"))
    asked = parser.parse_args()
    if shutil.which("clang") is None:
        raise SystemExit("error: clang is missing: install it (Debian, Ubuntu: apt install clang libclang-rt-dev)")
    import atheris  # noqa: PLC0415 - after the sentence about clang

    crashes = asked.crashes.resolve()
    crashes.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder)
        write_seeds(folder)
        environment = os.environ | {
            "LD_PRELOAD": str(Path(atheris.path()) / "asan_with_fuzzer.so"),
            "ASAN_OPTIONS": "detect_leaks=0:allocator_may_return_null=1",
            "PYTHONMALLOC": "malloc",
            "PYTHONPATH": f"{folder / 'lib'}:{ROOT / 'tools'}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        running = {}
        for target in TARGETS:
            options = [f"-max_total_time={asked.seconds}", "-max_len=65536", "-print_final_stats=1", "-verbosity=1"]
            options += [f"-dict={folder / 'words.dict'}", f"-artifact_prefix={crashes}/{target}-"]
            command = [sys.executable, __file__, "--target", str(target), *options, str(folder / f"corpus{target}")]
            log = (folder / f"log{target}").open("wb")
            running[target] = subprocess.Popen(command, env=environment, stderr=log, stdout=log)
        failed = 0
        for target, process in running.items():
            failed |= process.wait()
            lines = (folder / f"log{target}").read_text(errors="replace").splitlines()
            print(f"{TARGETS[target]}: {'nothing found' if process.returncode == 0 else 'FAILED'}")
            print(*lines[-8 if process.returncode == 0 else -60 :], sep="\n")
    return int(failed != 0)


if __name__ == "__main__":
    raise SystemExit(main())
