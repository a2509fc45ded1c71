"""`fathom order`: one request each, shown before it goes out, and what became of it after.

I/O: writes to stdout and stderr. Imports: domain, net, protocol; everything about orders beside it. Imported by: cli.
"""

import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from fathom.domain import FathomError, LinkError, LocalError
from fathom.net import Kraken
from fathom.protocol import budget, check_request
from fathom.protocol.messages import BatchAdd, BatchAddParams, CancelAllOrdersAfter, CancelAllOrdersAfterParams
from fathom.run.confirming import confirmed, need_somebody
from fathom.run.ordering.file import read_orders
from fathom.run.ordering.forms import OrderWords, add_of, amend_of, edit_of, is_venue_id
from fathom.run.ordering.outcome import Outcome, outcomes
from fathom.run.ordering.quote import Rows, add_rows, batch_rows, clock_rows, open_order, rate_text
from fathom.run.reaching import reach
from fathom.run.where import Where

NOT_SENT = "nothing was sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCommand:
    """What every order command takes."""

    yes: bool = False
    json: bool = False
    where: Where = field(default_factory=Where)


async def add(command: OrderCommand, symbol: str, words: OrderWords, *, validate: bool) -> int:
    """Place one order; return 1 where it came to nothing."""
    request = add_of(symbol, words, validate=validate, now_ns=time.time_ns())
    params = request.params
    check_request(request, now_ns=time.time_ns())
    async with _connected(command) as (kraken, shown):
        if symbol in kraken.instruments:
            check_request(request, now_ns=time.time_ns(), instrument=kraken.instruments[symbol])
        if not command.yes:
            await _ask(f"new order at {shown}", await add_rows(kraken, params), "Send it?")
        given = {name: value for name in type(params).__struct_fields__ if (value := getattr(params, name)) is not None}
        async with kraken.executions() as stream:
            added = await kraken.add_order(**given)
            _warn(added.warnings)
            if validate or added.order_id is None:
                return _told(command, {"status": "valid"}, "valid: the venue would take it; nothing was placed")
            outcome = Outcome(added.order_id, added.cl_ord_id)
            await outcomes(stream, [outcome], ends=params.order_type == "market" or params.time_in_force in _AT_ONCE)
    _told(command, outcome.as_dict(), "\n".join([outcome.sentence(), *outcome.fill_lines()]))
    return 1 if outcome.came_to_nothing else 0


async def batch(command: OrderCommand, path: Path, *, symbol: str | None, validate: bool) -> int:
    """Place the orders of a file with one request; return 1 where one of them was refused or came to nothing."""
    symbol, orders = read_orders(path, symbol=symbol)
    request = BatchAdd(params=BatchAddParams(symbol=symbol, orders=orders, validate=validate or None))
    check_request(request, now_ns=time.time_ns())
    async with _connected(command) as (kraken, shown):
        if symbol in kraken.instruments:
            check_request(request, now_ns=time.time_ns(), instrument=kraken.instruments[symbol])
        if not command.yes:
            await _ask(f"{len(orders)} new orders at {shown}", await batch_rows(kraken, symbol, orders), "Send them?")
        async with kraken.executions() as stream:
            added = await kraken.add_orders(symbol, orders, validate=validate)
            _warn(added.warnings)
            if validate:
                return _told(command, {"status": "valid"}, "valid: the venue would take them; nothing was placed")
            taken = [Outcome(item.order_id, item.cl_ord_id) for item in added.items if item.order_id is not None]
            await outcomes(stream, taken, ends=False)
    refused = [(item.cl_ord_id, item.error or "no order id came") for item in added.items if item.order_id is None]
    lines = [line for outcome in taken for line in (outcome.sentence(), *outcome.fill_lines())]
    lines += [f"{name or 'an order'}: refused: {error}" for name, error in refused]
    said = {
        "orders": [outcome.as_dict() for outcome in taken],
        "refused": [{"cl_ord_id": name, "error": error} for name, error in refused],
    }
    _told(command, said, "\n".join(lines))
    return 1 if refused or any(outcome.came_to_nothing for outcome in taken) else 0


async def amend(command: OrderCommand, order: str, words: OrderWords, *, symbol: str | None) -> int:
    """Change an order in place."""
    request = amend_of(order, words, symbol=symbol, now_ns=time.time_ns())
    params = request.params
    check_request(request, now_ns=time.time_ns())
    async with _connected(command) as (kraken, shown):
        if not command.yes:
            rows = _change_rows(kraken, order, structs.asdict(params), "amend_order")
            await _ask(f"amend at {shown}", [*rows, *await clock_rows(kraken)], "Send it?")
        given = {name: value for name, value in structs.asdict(params).items() if value is not None}
        amended = await kraken.amend_order(**given)
        _warn(amended.warnings)
        said = {"order": order, "amend_id": amended.amend_id, "found_out": amended.recovered}
    return _told(command, said, f"{order}: amended{f' ({amended.amend_id})' if amended.amend_id else ''}")


async def edit(command: OrderCommand, order: str, words: OrderWords, *, symbol: str | None, validate: bool) -> int:
    """Replace an order by another."""
    if not is_venue_id(order):
        raise LocalError("order", f"{order[:40]!r} is not Kraken's id, and an edit takes no other: see `amend`")
    async with _connected(command) as (kraken, shown):
        known = kraken.account.order(order)
        symbol = symbol or (known.symbol if known is not None else None)
        if symbol is None:
            raise LocalError("symbol", f"{order} is not among the open orders: name its pair by --symbol")
        request = edit_of(order, words, symbol=symbol, validate=validate, now_ns=time.time_ns())
        check_request(request, now_ns=time.time_ns(), instrument=kraken.instruments.get(symbol))
        given = {name: value for name, value in structs.asdict(request.params).items() if value is not None}
        if not command.yes:
            rows = _change_rows(kraken, order, given, "edit_order")
            await _ask(f"edit (cancel and replace) at {shown}", rows, "Send it?")
        edited = await kraken.edit_order(**{**given, "triggers": request.params.triggers})
        _warn(edited.warnings)
    if edited.order_id is None:
        return _told(command, {"status": "valid"}, "valid: the venue would take it; nothing was changed")
    said = {"order_id": edited.order_id, "original_order_id": edited.original_order_id}
    return _told(command, said, f"{order}: replaced by {edited.order_id}")


async def cancel(command: OrderCommand, orders: Sequence[str], userrefs: Sequence[int]) -> int:
    """Cancel orders; return 1 where one of them was not open any more."""
    if not orders and not userrefs:
        raise LocalError("order", "name at least one: Kraken's id or yours; `cancel-all` cancels everything")
    async with _connected(command) as (kraken, shown):
        if not command.yes:
            rows: Rows = [("cancel", open_order(kraken.account.order(name), name)) for name in orders]
            rows += [("cancel", f"every order with userref {ref}") for ref in userrefs]
            for name in orders:
                known = kraken.account.order(name)
                if known is not None:
                    action = budget.Action(method="cancel_order", symbol=known.symbol, orders=(name,))
                    rows.append(("rate", rate_text(kraken, action)))
            await _ask(f"cancel at {shown}", rows, "Cancel?")
        ids = tuple(name for name in orders if is_venue_id(name))
        ours = tuple(name for name in orders if not is_venue_id(name))
        done = await kraken.cancel_order(*ids, cl_ord_ids=ours, order_userrefs=userrefs)
        _warn(done.warnings)
    text = f"{done.count} cancelled"
    if done.missing:
        text += f"; not open any more, so they may have filled: {', '.join(done.missing)}"
    _told(command, {"count": done.count, "missing": list(done.missing)}, text)
    return 1 if done.missing else 0


async def cancel_all(command: OrderCommand) -> int:
    """Cancel every order of the account."""
    async with _connected(command) as (kraken, shown):
        if not command.yes:
            open_now = list(kraken.account.orders.values())
            rows: Rows = [("open now", open_order(row, row.order_id)) for row in open_now[:20]]
            rows.append(("in all", f"{len(open_now)} orders, and whatever else is open by then, whoever placed it"))
            await _ask(f"cancel everything at {shown}", rows, "Cancel all of it?")
        done = await kraken.cancel_all()
        _warn(done.warnings)
    return _told(command, {"count": done.count}, f"{done.count} cancelled")


async def cancel_after(command: OrderCommand, seconds: int) -> int:
    """Set the dead man's switch, or switch it off with 0."""
    check_request(CancelAllOrdersAfter(params=CancelAllOrdersAfterParams(timeout=seconds)), now_ns=time.time_ns())
    async with _connected(command) as (kraken, shown):
        if not command.yes:
            what = f"every order of the account is cancelled in {seconds} s, unless this comes again before"
            rows: Rows = [("dead man's switch", what if seconds else "off: nothing is cancelled by itself")]
            await _ask(f"dead man's switch at {shown}", rows, "Set it?")
        done = await kraken.cancel_all_after(seconds)
    left_s = (done.trigger_ns - done.now_ns) / 1e9 if done.trigger_ns else None
    text = "off" if left_s is None else f"every order is cancelled in {left_s:.0f} s, unless this comes again before"
    return _told(command, {"seconds": left_s}, text)


# -- Parts ---------------------------------------------------------------------------------------------------

_AT_ONCE = frozenset({"ioc", "fok"})


@asynccontextmanager
async def _connected(command: OrderCommand) -> AsyncIterator[tuple[Kraken, str]]:
    """Connect with the private stream up, so that orders and the rate counter are known. Nothing without a person."""
    need_somebody(yes=command.yes)
    reached = await reach(command.where, key=True)
    async with reached.client() as kraken:
        try:
            await kraken.trading()
        except LinkError as error:
            _note(f"what is open, and the rate counter, are not known: {error}")
        yield kraken, reached.shown


def _change_rows(kraken: Kraken, order: str, changes: dict[str, Any], method: budget.Method) -> Rows:
    known = kraken.account.order(order)
    shown = {name: value for name, value in changes.items() if value is not None and name not in _NAMES}
    words = "  ".join(f"{name} {_plain(value)}" for name, value in shown.items())
    action = budget.Action(method=method, symbol=known.symbol if known is not None else None, orders=(order,))
    rows: Rows = [("now", open_order(known, order)), ("change", words), ("rate", rate_text(kraken, action))]
    if known is None:
        return rows
    price = changes.get("limit_price") or known.limit_price
    qty = changes.get("order_qty") or known.order_qty
    if price is not None and qty is not None and not changes.get("limit_price_type"):
        quote = (known.symbol or "/").partition("/")[2]
        rows.insert(2, ("cost", f"about {(price * (qty - (known.cum_qty or 0))).normalize():f} {quote} for the rest"))
    return rows


_NAMES = frozenset({"order_id", "cl_ord_id", "symbol", "validate"})


def _plain(value: object) -> str:
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)


async def _ask(title: str, rows: Rows, question: str) -> None:
    """Show what is to be sent, and ask. Raises FathomError where the person does not want it."""
    width = max(len(name) for name, _ in rows)
    sys.stderr.write(title + "\n")
    for name, text in rows:
        sys.stderr.write(f"  {name.ljust(width)}  {text}\n")
    if not await confirmed(question):
        raise FathomError(NOT_SENT)


def _told(command: OrderCommand, said: dict[str, Any], text: str) -> int:
    sys.stdout.write((msgspec.json.encode(said).decode() if command.json else text) + "\n")
    sys.stdout.flush()
    return 0


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        sys.stderr.write(f"warning: {warning}\n")


def _note(text: str) -> None:
    sys.stderr.write(f"note: {text}\n")
