"""`fathom demo`: a bot trades on paper on real recorded Kraken frames, and its journal replays to the same bytes.

I/O: draws, sleeps, writes a journal. Imports: every room below. Imported by: cli.
"""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.live import Live
from rich.table import Table

from fathom.domain import LocalError
from fathom.engine import Engine, Replayed
from fathom.run.bot import Bot
from fathom.run.paced import Paced, run_safely
from fathom.run.packaged import demo_config, recorded_frames
from fathom.run.replay import replay_journal, told
from fathom.sim import BookVenue, Playback
from fathom.store import JournalWriter
from fathom.ui import Watch, line, screen

FRAMES_PER_S: Final = 8  # Pictures a second, where there is a terminal.
LINE_EVERY_S: Final = 1.0


def demo(*, seconds: float, journal: Path | None, console: Console) -> bool:
    """Play the demo in about `seconds`; return whether its replay agreed.

    The journal goes to `journal`, or to a new folder under ./runs. Raises JournalError where it cannot be written.
    """
    folder = journal or Path("runs") / f"demo-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if folder.exists() and any(folder.iterdir()):
        raise LocalError("journal", f"{folder} holds a journal already, or other files: name a new folder")
    bot = Bot(demo_config())
    frames = recorded_frames(set(bot.config.depths))
    recorded_s = (frames[-1].time_ns - frames[0].time_ns) / 1e9
    venue = BookVenue(bot.market, bot.config.fees)
    openings = bot.openings(folder.name, mode="paper")
    world = Playback(frames, venue, openings=openings, latency_ns=bot.config.latency_ms * 1_000_000)
    watch = Watch(bot.market, quote=bot.config.quote)
    begun_s = time.monotonic()
    with JournalWriter(folder) as log, _stopped_by_ctrl_c(world), _picture(console, watch, begun_s) as draw:
        paced = Paced(world, speed=recorded_s / seconds, watch=watch.observe, draw=draw)
        run_safely(Engine(bot.components, log), paced, world)
    wall_s = time.monotonic() - begun_s
    replayed, _ = replay_journal(folder)
    _summary(console, watch, wall_s=wall_s, folder=folder, replayed=replayed)
    return replayed.agrees


@contextmanager
def _stopped_by_ctrl_c(world: Playback) -> Iterator[None]:
    """Let the first Ctrl-C (or SIGTERM) end the run cleanly, and a second one end it at once."""

    def on_signal(number: int, _frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        world.stop(f"stopped by {signal.Signals(number).name}")

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _picture(console: Console, watch: Watch, begun_s: float) -> Iterator[Callable[[], None]]:
    """Yield what draws: a live table in a terminal, a line a second elsewhere."""
    title = "fathom demo: real recorded Kraken frames, orders on paper"
    drawn_s = 0.0

    def due(every_s: float) -> bool:
        nonlocal drawn_s
        now_s = time.monotonic()
        if now_s - drawn_s < every_s:
            return False
        drawn_s = now_s
        return True

    if console.is_terminal:
        with Live(console=console, auto_refresh=False, screen=False, transient=True) as live:

            def draw() -> None:
                if due(1 / FRAMES_PER_S):
                    wall_s = time.monotonic() - begun_s
                    width, height = console.size
                    picture = screen(watch, title=title, wall_s=wall_s, width=width, height=height)
                    live.update(picture, refresh=True)

            yield draw
        return

    def print_line() -> None:
        if watch.entries and due(LINE_EVERY_S):
            print(line(watch, wall_s=time.monotonic() - begun_s))
            sys.stdout.flush()

    print(title)
    yield print_line


def _change_of_equity(watch: Watch, first: Decimal, last: Decimal) -> str:
    """Return both ends, and what of the difference is the price of what the account held from the start."""
    quote = watch.portfolio.quote
    drift = last - first - watch.portfolio.profit_quote()
    return f"{first:,.4f} → {last:,.4f} {quote}; prices of what was held moved it by {drift:+.4f}"


def _summary(console: Console, watch: Watch, *, wall_s: float, folder: Path, replayed: Replayed) -> None:
    table = Table(title="What happened", title_justify="left", show_header=False, box=None, padding=(0, 2))
    counts, portfolio = watch.orders.counts, watch.portfolio
    equity, first = portfolio.equity_quote(), watch.equity_first
    rows = {
        "recorded frames": f"{watch.frames:,} over {watch.seconds:.1f} s, played in {wall_s:.1f} s",
        "book frames": f"{watch.verified:,} verified, {watch.unverified:,} not",
        "orders": f"{counts['approved']:,} approved by risk, {watch.counts['OrderDenied']:,} denied, "
        f"{watch.counts['OrderAmended']:,} amends",
        "fills": f"{counts['fills']:,}, {portfolio.fees_quote():.4f} {portfolio.quote} in fees",
        "PnL after fees": f"{portfolio.profit_quote():+.4f} {portfolio.quote}, of our own fills",
        "equity": "unknown" if equity is None or first is None else _change_of_equity(watch, first, equity),
        "still open": f"{len(watch.orders.open())} orders",
        "log": f"{watch.entries:,} entries",
        "journal": str(folder),
        "replay": told(replayed).removeprefix("replay "),
    }
    if watch.news.halted:
        rows["halted"] = watch.news.halted
    for name, value in rows.items():
        table.add_row(f"[bold]{name}[/]", value)
    console.print(table)
    # As it was called: it may not be on PATH.
    program = sys.argv[0] if Path(sys.argv[0]).name == "fathom" else "fathom"
    console.print(f"Run it again from its journal: [bold]{program} replay {folder}[/]", soft_wrap=True)
