"""The screen: drawn within the terminal, given back, and summed up."""

import asyncio
import io

from rich.console import Console

import fathom
from fathom.run.ladder_screen import LadderScreen
from local_exchange import LocalExchange


def test_it_draws_measures_and_sums_up(local: LocalExchange) -> None:
    out = io.StringIO()
    console = Console(file=out, width=100, height=30, force_terminal=True, color_system=None)

    async def main() -> None:
        async with asyncio.timeout(20), fathom.connect("local") as kraken:
            stream = kraken.book("BTC/USD", depth=10)
            book = await stream.next()
            screen = LadderScreen(kraken, [book], venue="local", console=console)
            drawing = asyncio.create_task(screen.run())
            while screen.pulse().verified < 10 or "verified" not in out.getvalue():  # And a picture was drawn.
                await stream.next()
            drawing.cancel()
            await asyncio.wait([drawing])
            screen.close()
            pulse = screen.pulse()
            assert (pulse.venue, pulse.system, pulse.lost, pulse.gaps) == ("local", "online", 0, 0)
            assert pulse.frames >= pulse.verified >= 10
        screen.summary()

    asyncio.run(main())
    shown = out.getvalue()
    assert "● verified" in shown
    assert shown.index("\x1b[?1049h") < shown.index("\x1b[?1049l")
    told = shown.splitlines()[-1].split("\x1b[?1049l")[-1]
    assert told.startswith("BTC/USD: ")
    assert told.endswith(" 0 times not, 0 gaps")
    assert not told.startswith("BTC/USD: 0 ")
