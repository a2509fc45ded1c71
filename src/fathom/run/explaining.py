"""`fathom orders BOT ORDER_ID`: why an order is in its state, from the journal; the bot need not run.

I/O: reads a journal, writes to stdout. Imports: domain, orders, protocol, store, ui; asking, bot_file. Imported by:
cli.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from fathom.domain import Entry, Instrument, InstrumentChanged, LocalError
from fathom.orders import Step, explain
from fathom.protocol import time_text
from fathom.run.asking import MODES
from fathom.run.bot_file import Mode, read_bot_file
from fathom.store import JournalReader
from fathom.ui import told_of


def explain_order(bot: Path, mode: Mode | None, order_id: str, *, json: bool) -> int:
    """Print each entry about an order, with the state before and after. Raises LocalError where there is none."""
    folder = journal_of(bot, mode)
    instruments: dict[str, Instrument] = {}
    steps = explain(_entries(folder, instruments), order_id)
    symbol, found = "", False
    for step in steps:
        found, symbol = True, symbol or _symbol(step)
        said = told_of(step, instruments, symbol=symbol)
        print(msgspec.json.encode(_row(step, said)).decode() if json else _line(step, said))
    if not found:
        raise LocalError(order_id, f"no entry of {folder} is about an order of that id: `fathom report` lists them")
    return 0


def journal_of(bot: Path, mode: Mode | None) -> Path:
    """Return the journal that a person means, of a bot that runs or not. Raises LocalError where it is not plain."""
    if bot.is_dir():
        return bot
    file = read_bot_file(bot, os.environ)
    folders = {one: file.folder(one) for one in (MODES if mode is None else (mode,))}
    there = {one: folder for one, folder in folders.items() if folder.is_dir()}
    if len(set(there.values())) == 1:
        return next(iter(there.values()))
    if there:
        raise LocalError(str(bot), f"{file.name} has journals of {' and '.join(there)}: say --mode")
    raise LocalError(str(bot), f"{file.name} has no journal yet: `fathom run {bot} --mode ...` begins one")


def _entries(folder: Path, instruments: dict[str, Instrument]) -> Iterator[Entry]:
    """Yield a journal's entries, and note the pairs' rules on the way."""
    for entry, _ in JournalReader(folder):
        if isinstance(entry.event, InstrumentChanged):
            instruments[entry.event.instrument.symbol] = entry.event.instrument
        yield entry


def _symbol(step: Step) -> str:
    event = step.entry.event
    order = getattr(event, "order", event)
    found: str = getattr(order, "symbol", "")
    return found


def _states(step: Step) -> Iterable[str]:
    return (step.before, step.after) if step.moved else (step.after,)


def _line(step: Step, said: str) -> str:
    entry = step.entry
    states = " -> ".join(filter(None, _states(step)))
    cause = "" if step.cause is None else f"(of {type(step.cause.event).__name__} {step.cause.seq})"
    what = f"{entry.author}: {type(entry.event).__name__}"
    return "  ".join(filter(None, (time_text(entry.time_ns), f"{entry.seq:>9,}", f"{states:<20}", what, said, cause)))


def _row(step: Step, said: str) -> dict[str, Any]:
    entry = step.entry
    return {
        "seq": entry.seq,
        "time": time_text(entry.time_ns),
        "author": entry.author,
        "event": type(entry.event).__name__,
        "cause_seq": entry.cause_seq,
        "before": step.before,
        "after": step.after,
        "filled_lots": step.filled_lots,
        "left_lots": step.left_lots,
        "told": said,
    }
