"""What comes with the package: the demo's configuration and two real captures (recordings/README.md has their origin).

I/O: reads files of the package. Imports: kernel, sim, store, config. Imported by: run/demo, examples.
"""

from collections.abc import Iterator
from importlib import resources
from typing import Final

from fathom.kernel import peek
from fathom.run.config import RunConfig, read_config
from fathom.sim import RecordedFrame, merged, shifted
from fathom.store import CaptureReader

CAPTURES: Final = ("btc-usd-2023-07-30", "ten-pairs-2021-04-17")
_FOLDER: Final = resources.files("fathom.run") / "recordings"


def demo_config() -> RunConfig:
    """Return what `fathom demo` runs."""
    return read_config((_FOLDER / "demo.toml").read_bytes(), where="demo.toml")


def rehearsal_text() -> bytes:
    """Return the bot that `fathom demo` runs on the local exchange."""
    return (_FOLDER / "rehearsal.toml").read_bytes()


def recorded_frames(symbols: set[str]) -> list[RecordedFrame]:
    """Return the captured frames of these symbols, in order of time.

    The captures were made on different days: the later ones are moved to begin with the first (docs/decisions/0003).
    """
    captures: list[list[RecordedFrame]] = [list(_of(symbols, name)) for name in CAPTURES]
    present = [capture for capture in captures if capture]
    return list(merged(shifted(capture, start_ns=present[0][0].time_ns) for capture in present))


def _of(symbols: set[str], name: str) -> Iterator[RecordedFrame]:
    with resources.as_file(_FOLDER / f"{name}.jsonl.zst") as path:
        for capture in CaptureReader(path):
            if capture.time_ns is not None and peek(capture.frame)[2] in symbols:
                yield RecordedFrame(capture.time_ns, name, capture.frame)
