"""The door of a bot that runs: a socket in its journal's folder, for `fathom status`, `orders`, `set`, `stop`.

One JSON object a line each way. Only this user may open it. What it is asked is told to the log as events, so that
everything that moved the bot is in the journal.

Imports: domain, net. Imported by: session, run/asking.
"""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from fathom.domain import LocalError
from fathom.net import state_dir

LINE_BYTES_MAX: Final = 1_000_000
ASK_S_MAX: Final = 5.0
SOCKET_PATH_MAX: Final = 100  # The operating system takes 107 bytes.
SHORT: Final = Path("/tmp")  # noqa: S108 - The folder in it is checked to be ours, and closed to others.

Answerer = Callable[[dict[str, Any]], Any]


class Question(Struct, frozen=True):
    """What is asked, and with what."""

    ask: str
    with_: dict[str, Any] = msgspec.field(name="with", default_factory=dict)


def socket_path(folder: Path) -> Path:
    """Return where the door of a journal's folder is: in it, or, where that path is too long, in the first that is not.

    That is fathom's state, or a folder of this user's own in /tmp.
    """
    path = folder.resolve() / "control.sock"
    name = f"{hashlib.blake2b(str(path).encode(), digest_size=8).hexdigest()}.sock"
    places = (path, state_dir() / name)
    return next(
        (one for one in places if len(os.fsencode(one)) <= SOCKET_PATH_MAX), SHORT / f"fathom-{os.getuid()}" / name
    )


class Control:
    """Answers while the bot runs."""

    def __init__(self, folder: Path, answerers: Mapping[str, Answerer]) -> None:
        self._path = socket_path(folder)
        self._answerers = answerers
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen. Whatever an earlier run left there is taken away: the journal's lock says that it is gone."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._path.parent.parent == SHORT and self._path.parent.stat().st_uid != os.getuid():
            raise LocalError(
                str(self._path.parent), "is another user's: name a folder for the journal with a shorter path"
            )
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self._path, limit=LINE_BYTES_MAX)
        self._path.chmod(0o600)

    async def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
            async with asyncio.timeout(ASK_S_MAX):
                line = await reader.readline()
                writer.write(msgspec.json.encode(self._answer(line)) + b"\n")
                await writer.drain()
        writer.close()

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            question = msgspec.json.decode(line, type=Question)
        except msgspec.DecodeError as error:
            return {"error": f"not understood: {error}"}
        answerer = self._answerers.get(question.ask)
        if answerer is None:
            return {"error": f"no question {question.ask!r}; there are {', '.join(sorted(self._answerers))}"}
        try:
            return {"answer": answerer(question.with_)}
        except LocalError as error:
            return {"error": str(error)}


async def ask(folder: Path, question: str, **details: Any) -> Any:
    """Ask the bot that runs on the journal in `folder`. Raises LocalError where none runs there, or it says no."""
    path = socket_path(folder)
    nobody = LocalError(str(folder), "no bot runs on this journal now")
    if not path.exists():
        raise nobody
    try:
        async with asyncio.timeout(ASK_S_MAX):
            reader, writer = await asyncio.open_unix_connection(path, limit=LINE_BYTES_MAX)
            writer.write(msgspec.json.encode({"ask": question, "with": details}) + b"\n")
            await writer.drain()
            line = await reader.readline()
            writer.close()
    except (ConnectionError, FileNotFoundError):
        raise nobody from None
    except TimeoutError:
        raise LocalError(str(folder), f"the bot there did not answer within {ASK_S_MAX:g} s: is it stopped?") from None
    if not line:
        raise nobody
    told: dict[str, Any] = msgspec.json.decode(line)
    if "error" in told:
        raise LocalError(question, told["error"])
    return told["answer"]


def writable(folder: Path) -> None:
    """Make the folder, or raise LocalError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LocalError(str(folder), f"cannot be made: {os.strerror(error.errno or 0)}") from None
