import asyncio
import io
import json
import os
import time
from contextlib import suppress

import pytest
from rich.console import Console

from fathom.domain import Entry, TradingHalted
from fathom.net import run_loop
from fathom.run.trading.picture import Form, Picture
from fathom.ui import Watch
from market_feed import Feed, market_of


def drawn(form: Form, console: Console, *, seconds: float = 1.5) -> None:
    async def use() -> None:
        watch = Watch(market_of(Feed()), quote="USD")
        watch.observe(Entry(1, 1, 5, "risk", TradingHalted("kill", "before the stop")))
        picture = Picture(form, watch, console, title="b: paper at local", status=lambda: {"entries": watch.entries})
        watch.observe(Entry(1, 1, 5, "risk", TradingHalted("drawdown", "lost too much")))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await picture.run()

    run_loop(use())


def test_lines_tell_the_news_once_and_where_it_is(capfd: pytest.CaptureFixture[str]) -> None:
    drawn("plain", Console())
    lines = capfd.readouterr().out.splitlines()
    assert sum("trading halted by drawdown" in line for line in lines) == 1
    assert any("BTC/USD" in line for line in lines)
    assert not any("before the stop" in line for line in lines)  # That is in the journal.


def test_a_program_gets_one_object_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    drawn("json", Console())
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert len(told) == 2
    assert told[0]["status"] == {"entries": 2}
    assert "drawdown" in told[0]["news"][0]
    assert told[1]["news"] == []


def test_a_terminal_gets_a_table(capfd: pytest.CaptureFixture[str]) -> None:
    drawn("screen", Console(force_terminal=True, width=120, height=50), seconds=0.6)
    assert "b: paper at local" in capfd.readouterr().out


def test_a_terminal_that_takes_nothing_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    with open(writing, "w") as full:  # noqa: PTH123 - It is a pipe.
        monkeypatch.setattr("sys.stdout", full)
        begun_s = time.monotonic()
        drawn("screen", Console(file=io.StringIO(), force_terminal=True, width=120, height=50), seconds=0.6)
        assert time.monotonic() - begun_s < 30, "it ends, though nobody reads"
        os.close(reading)  # The thread that writes gives up.
