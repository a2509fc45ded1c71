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


def problem_with_compiler() -> str | None:
    """Return what keeps an extension from being compiled here, or None."""
    command = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    if shutil.which(command[0]) is None:
        if shutil.which("cc") is None:
            return (
                "fathom needs a C compiler to build its kernel: install one (Debian, Ubuntu: apt install gcc libc6-dev)"
            )
        command = ["cc"]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "probe.c")
        for include, message in (
            (
                "#include <stdio.h>\n",
                "fathom needs a working C compiler and the C library's headers: install them "
                "(Debian, Ubuntu: apt install gcc libc6-dev)",
            ),
            (
                "#include <Python.h>\n",
                "fathom needs Python's C headers to build its kernel: install them "
                "(Debian, Ubuntu: apt install python3-dev)",
            ),
        ):
            source.write_text(include + "int probe(void) { return 0; }\n")
            paths = {sysconfig.get_path("include"), sysconfig.get_path("platinclude")}
            includes = [f"-I{path}" for path in sorted(paths)]
            done = subprocess.run(
                [*command, *includes, "-c", str(source), "-o", str(Path(folder, "probe.o"))],
                capture_output=True,
                check=False,
                timeout=60,
            )
            if done.returncode != 0:
                return message
    return None


def require_compiler() -> None:
    """Stop with one sentence where the kernel cannot be compiled."""
    if message := problem_with_compiler():
        raise SystemExit(f"error: {message}")


if __name__ == "__main__":
    if message := problem_with_python() or problem_with_compiler():
        raise SystemExit(f"error: {message}")
