"""`fathom status`, `orders`, `set`, `resume`, `stop`: a question to a bot that runs, and its answer in words.

I/O: writes to stdout. Imports: domain; bot_file, trading/control. Imported by: cli.
"""

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, get_args

import msgspec
from rich.console import Console
from rich.table import Table

from fathom.domain import LocalError
from fathom.run.bot_file import Mode, read_bot_file
from fathom.run.trading.control import ask, socket_path

MODES: Final[tuple[Mode, ...]] = get_args(Mode)


def folder_of(bot: Path, mode: Mode | None) -> Path:
    """Return the journal's folder that a person means: it, or what a bot's file says for the mode that runs.

    Raises LocalError where none runs, or several do.
    """
    if bot.is_dir():
        return bot
    file = read_bot_file(bot, os.environ)
    folders = {one: file.folder(one) for one in (MODES if mode is None else (mode,))}
    running = {one: folder for one, folder in folders.items() if socket_path(folder).exists()}
    if len(running) == 1:
        return next(iter(running.values()))
    if not running:
        raise LocalError(str(bot), f"{file.name} does not run now: `fathom run {bot} --mode ...` starts it")
    raise LocalError(str(bot), f"{file.name} runs as {' and '.join(running)}: say --mode")


async def show_status(bot: Path, mode: Mode | None, *, json: bool) -> int:
    """Print how a bot does; the exit status is 1 while something has halted it."""
    told = await ask(folder_of(bot, mode), "status")
    if json:
        print(msgspec.json.encode(told).decode())
    else:
        _print_status(told)
    return 1 if told["halts"] else 0


async def show_orders(bot: Path, mode: Mode | None, *, json: bool) -> int:
    """Print the open orders of a bot."""
    told = await ask(folder_of(bot, mode), "orders")
    if json:
        print(msgspec.json.encode(told).decode())
        return 0
    if not told:
        print("no order is open")
        return 0
    for order in told:
        price = "at the market" if order["price"] is None else f"@ {order['price']}"
        filled = "" if Decimal(order["filled"]) == 0 else f", {order['filled']} filled"
        print(
            f"{order['order_id']}  {order['symbol']} {order['side']} {order['type']} {order['qty']} {price}{filled}  "
            f"{order['state']}  {order['venue_order_id'] or '(no id of the venue yet)'}"
        )
    return 0


async def set_limits(bot: Path, mode: Mode | None, changes: Sequence[str]) -> int:
    """Change limits of a bot that runs: `order_value_max=500`, or `symbols.BTC/USD.order_value_max=500`."""
    told = await ask(folder_of(bot, mode), "set", **changed(changes))
    print(f"in force from entry {told['after_entry'] + 1:,} of the log on: {', '.join(changes)}")
    return 0


def changed(changes: Sequence[str]) -> dict[str, Any]:
    """Return `a.b=c` as nested tables. Raises LocalError for what is no such text, or none."""
    if not changes:
        raise LocalError("limits", "name what to change, such as order_value_max=500; `fathom check` lists all limits")
    told: dict[str, Any] = {}
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals or not key or not value:
            raise LocalError("limits", f"{change!r} is no change: write NAME=VALUE, such as order_value_max=500")
        *tables, name = key.split(".")
        place = told
        for table in tables:
            place = place.setdefault(table, {})
        place[name] = _value(change, value)
    return told


def _value(change: str, text: str) -> Any:
    """Return a limit's new value: None for `null`, what a list or a table is in JSON, else the text."""
    if text == "null":
        return None
    if text[0] not in "[{":
        return text
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise LocalError("limits", f"{change!r} is no JSON: {error}") from None


async def resume_trading(bot: Path, mode: Mode | None, limit: str, reason: str) -> int:
    """Release a breaker that waits for a person, or all of them."""
    halts = await ask(folder_of(bot, mode), "resume", limit=limit, reason=reason)
    if halts:
        print("still halted by " + ", ".join(halt["limit"] for halt in halts))
        return 1
    print("nothing is halted: it trades")
    return 0


async def stop_bot(bot: Path, mode: Mode | None) -> int:
    """Ask a bot to end in good order."""
    folder = folder_of(bot, mode)
    await ask(folder, "stop", reason="fathom stop")
    print(f"it ends: its orders are handled as [stop] says; the journal is {folder}")
    return 0


def _print_status(told: Mapping[str, Any]) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2), pad_edge=False)
    table.add_row("bot", f"{told['name']}, {told['mode']} at {told['venue']}, for {told['seconds']:,.0f} s")
    for halt in told["halts"]:
        where = f" in {halt['symbol']}" if halt["symbol"] else ""
        table.add_row("HALTED", f"by {halt['limit']}{where}: {halt['detail']}")
    if told["margin_unknown"]:
        table.add_row("margin", f"what is open is not known: {told['margin_unknown']}")
    for symbol, book in told["books"].items():
        state = "verified" if book["verified"] else f"not verified: {book['reason'] or 'no snapshot yet'}"
        table.add_row(symbol, f"{book['bid']} / {book['ask']}  {state}")
    quote = told["quote"]
    equity = "not known yet" if told["equity"] is None else f"{Decimal(told['equity']):,.2f} {quote}"
    table.add_row("equity", equity)
    table.add_row("profit", f"{Decimal(told['profit']):+,.4f} {quote}, after {Decimal(told['fees']):,.4f} in fees")
    held = ", ".join(f"{qty} {symbol}" for symbol, qty in told["positions"].items()) or "none"
    table.add_row("positions", held)
    counts = told["orders"]
    table.add_row(
        "orders",
        f"{told['open_orders']} open, {counts['approved']:,} approved, {told['denied']:,} denied, "
        f"{counts['fills']:,} fills",
    )
    if told["switch"]:
        table.add_row("dead man's switch", told["switch"])
    table.add_row("journal", f"{told['journal']}, {told['entries']:,} entries")
    Console().print(table, soft_wrap=True)
