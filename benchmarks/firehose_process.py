"""The firehose as a process of its own, and a real exchange beside it for whoever needs its REST.

Imports: venue_process. Imported by: whoever measures a whole client.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from venue_process import exchange


@dataclass(frozen=True)
class Playing:
    """A firehose that plays."""

    ws_public: str
    authority: Path | None  # What a client of `wss` must trust.
    symbols: list[str]
    update_bytes: dict[int, float]  # The mean length of an update, by depth.
    pid: int
    rest: str | None  # A real exchange of the same pairs.
    exchange: dict[str, Any] | None  # All that this says of itself.


@contextmanager
def firehose(
    *, tls: bool = False, rate: float = 0.0, updates: int = 20_000, rest: bool = False, nap: bool = False
) -> Iterator[Playing]:
    """Play until the end of the block. `nap`: sleep between updates of a rate, and leave the core to others."""
    command = [sys.executable, str(Path(__file__).with_name("firehose.py")), "--updates", str(updates)]
    command += ["--rate", str(rate), *(["--tls"] if tls else []), *(["--nap"] if nap else [])]
    with ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        assert process.stdin is not None
        assert process.stdout is not None
        stack.callback(process.stdin.close)  # Which ends it.
        said = json.loads(process.stdout.readline())
        venue = None
        if rest:
            venue = stack.enter_context(exchange("--quiet-market", "--pairs", *said["symbols"])).said
        yield Playing(
            ws_public=said["ws_public"],
            authority=None if said["authority"] is None else Path(said["authority"]),
            symbols=said["symbols"],
            update_bytes={int(depth): size for depth, size in said["update_bytes"].items()},
            pid=process.pid,
            rest=None if venue is None else venue["rest"],
            exchange=venue,
        )
