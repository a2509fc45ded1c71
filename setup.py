"""Compiles the kernel: every module of `fathom.kernel` is Cython in pure Python syntax.

All else about the package stands in pyproject.toml.
"""

from __future__ import annotations

import os
import runpy
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

ROOT = Path(__file__).parent
KERNEL = Path("src/fathom/kernel")

runpy.run_path(str(ROOT / "tools" / "preflight.py"))["require_compiler"]()

modules = sorted(path for path in (ROOT / KERNEL).glob("*.py") if path.name != "__init__.py")
extensions = [
    Extension(
        f"fathom.kernel.{path.stem}",
        [str(KERNEL / path.name)],
        extra_compile_args=["-O3", "-fno-strict-aliasing"],
    )
    for path in modules
]

setup(
    options={"build_ext": {"parallel": os.cpu_count() or 1}},
    ext_modules=cythonize(
        extensions,
        language_level=3,
        compiler_directives={
            "boundscheck": False,
            "wraparound": False,
            "cdivision": True,
            "initializedcheck": False,
            "embedsignature": True,
        },
    ),
)
