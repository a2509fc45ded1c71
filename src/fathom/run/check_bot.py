"""`fathom check`: what a bot's file would run, and every limit in force, without running it.

I/O: reads a file, writes to stdout. Imports: domain; bot, bot_file. Imported by: cli.
"""

import os
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from fathom.run.bot import Bot
from fathom.run.bot_file import BotFile, read_bot_file


def check_bot(path: Path, *, json: bool) -> int:
    """Print what would run. Raises LocalError, in one sentence, where the file cannot be run."""
    file = read_bot_file(path, os.environ)
    bot = Bot(file.run_config("live"))
    if json:
        print(msgspec.json.encode(file).decode())
        return 0
    console = Console()
    console.print(_what(file, bot))
    console.print(_limits(file))
    console.print(f"{path} can be run: `fathom run {path} --mode rehearsal`", soft_wrap=True)
    return 0


def _what(file: BotFile, bot: Bot) -> Table:
    table = Table(title=f"{file.name} would run", title_justify="left", show_header=False, box=None, padding=(0, 2))
    pairs = [
        f"{symbol} (depth {one.depth}{f', level 3 of {one.level3}' if one.level3 else ''})"
        for symbol, one in file.tables.items()
    ]
    table.add_row("pairs", ", ".join(pairs))
    for host, told in zip(bot.hosts, file.strategies, strict=True):
        wakes = ", ".join(str(wake) for wake in host.wakes)
        params = ", ".join(f"{name} = {value}" for name, value in told.params.items())
        table.add_row(f"strategy {host.name}", f"{told.kind or told.strategy}: {params}")
        table.add_row("", f"woken by {wakes}")
    table.add_row("journals", ", ".join(str(file.folder(mode)) for mode in ("rehearsal", "paper", "live")))
    table.add_row("venues", f"rehearsal {file.venue.rehearsal}, paper {file.venue.paper}, live {file.venue.live}")
    table.add_row("at its end", f"open orders: {file.stop.orders}, within {file.stop.seconds} s")
    table.add_row(
        "dead man's switch",
        f"the venue cancels everything {file.switch.timeout_s} s after it was last heard of; renewed each "
        f"{file.switch.renew_s} s",
    )
    return table


def _limits(file: BotFile) -> Table:
    table = Table(title="limits in force", title_justify="left", show_header=False, box=None, padding=(0, 2))
    for name, value in msgspec.to_builtins(file.risk).items():
        table.add_row(name, _shown(value))
    return table


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or "none"
    return "none" if value is None else str(value)
