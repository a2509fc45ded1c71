"""Looks for what compiling the kernel needs, and says in one sentence what to install.

Run by the Makefile before the virtual environment is made, and by setup.py before the compiler is called.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

OLDEST = (3, 11)


def problem_with_python() -> str | None:
    """Return what is wrong with this interpreter, or None."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        return (
            f"fathom needs Python 3.11 or later and {sys.executable} is {found}: "
            "install a newer one (Debian, Ubuntu: apt install python3.11 python3.11-venv python3.11-dev) "
            "and run make PYTHON=python3.11"
        )
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        return "fathom needs Python's venv module: install it (Debian, Ubuntu: apt install python3-venv)"
    return None


NO_COMPILER = "fathom needs a C compiler to build its kernel: install one (Debian, Ubuntu: apt install gcc libc6-dev)"
NO_LIBC = (
    "fathom needs the C library's headers to build its kernel: install them (Debian, Ubuntu: apt install libc6-dev)"
)
NO_HEADERS = (
    "fathom needs Python's C headers to build its kernel: install them (Debian, Ubuntu: apt install python3-dev)"
)


def problem_with_compiler() -> str | None:
    """Return what keeps an extension from being compiled here, or None."""
    command = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    if shutil.which(command[0]) is None:
        return NO_COMPILER
    with tempfile.TemporaryDirectory() as folder:
        for header, problem in (("stdio.h", NO_LIBC), ("Python.h", NO_HEADERS)):
            if not _compiles(command, header, Path(folder)):
                return problem
    return None


def _compiles(command: list[str], header: str, folder: Path) -> bool:
    source = folder / "probe.c"
    source.write_text(f"#include <{header}>\nint probe(void) {{ return 0; }}\n")
    includes = sorted({sysconfig.get_path("include"), sysconfig.get_path("platinclude")})
    done = subprocess.run(
        [*command, *(f"-I{path}" for path in includes), "-c", str(source), "-o", str(folder / "probe.o")],
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.returncode == 0


def require_compiler() -> None:
    """Stop with one sentence where the kernel cannot be compiled."""
    if message := problem_with_compiler():
        raise SystemExit(f"error: {message}")


if __name__ == "__main__":
    if message := problem_with_python() or problem_with_compiler():
        raise SystemExit(f"error: {message}")
