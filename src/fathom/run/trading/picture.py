"""What a person, or a program, sees of a bot that runs: a live table, plain lines, or JSON lines.

I/O: writes to stdout. Imports: domain, ui; printing. Imported by: session.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Literal

import msgspec
from rich.console import Console
from rich.live import Live

from fathom.run.printing import Printer, PrinterFile
from fathom.ui import Watch, line, screen

PICTURES_PER_S: Final = 4
LINE_EVERY_S: Final = 5.0
NEWS_EVERY_S: Final = 0.2
FLUSH_S_MAX: Final = 1.0  # For the last lines; a reader who does not read holds up no end.

Form = Literal["screen", "plain", "json"]


class Picture:
    """Draws while it is told to run."""

    def __init__(self, form: Form, watch: Watch, console: Console, *, title: str, status: Callable[[], Any]) -> None:
        self._form = form
        self._watch = watch
        self._console = console
        self._title = title
        self._status = status
        self._begun_s = time.monotonic()
        self._told = watch.news.told  # What a run that goes on was told before its stop is in its journal.

    async def run(self) -> None:
        """Draw until cancelled. Whoever reads it may be slow, or gone: trading goes on all the same."""
        printer = Printer(sys.stdout.fileno(), on_end=lambda _: None)
        try:
            match self._form:
                case "screen":
                    await self._screen(printer)
                case "plain":
                    await self._lines(printer)
                case "json":
                    await self._json(printer)
        finally:
            with suppress(TimeoutError):
                async with asyncio.timeout(FLUSH_S_MAX):
                    await printer.flush()
            printer.close()

    async def _screen(self, printer: Printer) -> None:
        """Draw again and again; while the terminal is stopped, as by Ctrl-S, nothing new is drawn."""
        far = Console(file=PrinterFile(printer), force_terminal=True)  # type: ignore[arg-type]  # It writes texts.
        with Live(console=far, auto_refresh=False, transient=True) as live:
            while True:
                if not printer.waiting:
                    wall_s = time.monotonic() - self._begun_s
                    far.size = size = self._console.size
                    picture = screen(
                        self._watch, title=self._title, wall_s=wall_s, width=size.width, height=size.height
                    )
                    live.update(picture, refresh=True)
                await asyncio.sleep(1 / PICTURES_PER_S)

    async def _lines(self, printer: Printer) -> None:
        """Print the news as they come, and where the run is now and then."""
        due_s = time.monotonic() + 1.0
        while True:
            for text in self._news():
                printer.write(text.encode())
            if time.monotonic() >= due_s:
                due_s += LINE_EVERY_S
                printer.write(line(self._watch, wall_s=time.monotonic() - self._begun_s).encode())
            await asyncio.sleep(NEWS_EVERY_S)

    async def _json(self, printer: Printer) -> None:
        while True:
            printer.write(msgspec.json.encode({"status": self._status(), "news": self._news()}))
            await asyncio.sleep(1.0)

    def _news(self) -> list[str]:
        """Return the news since the last call, as far as they are kept."""
        count = self._watch.news.told - self._told
        self._told = self._watch.news.told
        kept = list(self._watch.news.lines)
        return kept[-count:] if count else []
