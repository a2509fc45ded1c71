"""What a person, or a program, sees of a bot that runs: a live table, plain lines, or JSON lines.

I/O: writes to stdout. Imports: domain, ui. Imported by: run/trading/session.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec
from rich.console import Console
from rich.live import Live

from fathom.ui import Watch, line, screen

PICTURES_PER_S: Final = 4
LINE_EVERY_S: Final = 5.0

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
        self._told = 0

    async def run(self) -> None:
        """Draw until cancelled."""
        match self._form:
            case "screen":
                await self._screen()
            case "plain":
                await self._lines()
            case "json":
                await self._json()

    async def _screen(self) -> None:
        with Live(console=self._console, auto_refresh=False, transient=True) as live:
            while True:
                wall_s = time.monotonic() - self._begun_s
                width, height = self._console.size
                picture = screen(self._watch, title=self._title, wall_s=wall_s, width=width, height=height)
                live.update(picture, refresh=True)
                await asyncio.sleep(1 / PICTURES_PER_S)

    async def _lines(self) -> None:
        """Print the news as they come, and where the run is now and then."""
        due_s = time.monotonic() + 1.0
        while True:
            for text in self._news():
                print(text)
            if time.monotonic() >= due_s:
                due_s += LINE_EVERY_S
                print(line(self._watch, wall_s=time.monotonic() - self._begun_s))
            sys.stdout.flush()
            await asyncio.sleep(0.2)

    async def _json(self) -> None:
        while True:
            told = {"status": self._status(), "news": self._news()}
            sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
            sys.stdout.flush()
            await asyncio.sleep(1.0)

    def _news(self) -> list[str]:
        """Return the news since the last call, as far as they are kept."""
        count = self._watch.news_told - self._told
        self._told = self._watch.news_told
        kept = list(self._watch.news)
        return kept[-count:] if count else []
