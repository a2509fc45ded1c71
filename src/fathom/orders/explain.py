"""Why an order is in its state: the entries of the log that are about it, with the state before and after each.

Pure. Imports: domain, orders/table. Imported by: run.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from fathom.domain import (
    AccountSeen,
    AccountWanted,
    AmendDenied,
    AmendWanted,
    CancelWanted,
    Entry,
    Happening,
    OrderDenied,
    OrderLookupWanted,
    OrderTimed,
    OrderWanted,
    VenueOrder,
)
from fathom.orders.table import NEWS, Order, OrderTable, order_id_of

# What tells of an order without moving it: what was wanted and refused, and what was asked and seen.
ASIDES = (OrderWanted, OrderDenied, AmendWanted, AmendDenied, CancelWanted, OrderLookupWanted, OrderTimed)


class Step(Struct, frozen=True, kw_only=True):
    """One entry about the order. States are empty before its approval; quantities in lots."""

    entry: Entry
    cause: Entry | None  # The entry that this one followed from, where it is another.
    before: str
    after: str
    filled_lots: int
    left_lots: int
    note: str = ""  # What it meant: told again, a contradiction, or how the venue's account showed the order.

    @property
    def moved(self) -> bool:
        """Whether the order's state changed."""
        return self.before != self.after


def explain(entries: Iterable[Entry], order_id: str) -> Iterator[Step]:
    """Yield the entries that moved an order and those that tell of it, in their order; nothing for an unknown id.

    The entries are a journal's, from its first.
    """
    table = OrderTable()
    step: dict[int, Entry] = {}  # The input and what followed from it, so far.
    for entry in entries:
        if entry.cause_seq == entry.seq:
            step.clear()
        step[entry.seq] = entry
        event = entry.event
        note = _mention(event, order_id)
        if note is None:
            continue
        order = table.get(order_id)
        before, counts = "" if order is None else order.state, dict(table.counts)
        if type(event) in NEWS:
            order = table.apply(event)
            note = _meaning(order, {name: table.counts[name] - counts[name] for name in counts})
        yield Step(
            entry=entry,
            cause=None if entry.cause_seq == entry.seq else step.get(entry.cause_seq),
            before=before,
            after="" if order is None else order.state,
            filled_lots=0 if order is None else order.filled_lots,
            left_lots=0 if order is None else order.left_lots,
            note=note,
        )


def _mention(event: Happening, order_id: str) -> str | None:
    """Return what an entry shows of the order beside its kind; None where it is about others."""
    match event:
        case AccountSeen():
            shown = [order for order in (*event.orders, *event.closed) if order.order_id == order_id]
            return _shown(shown[-1]) if shown else None
        case AccountWanted():
            return "its end is asked for" if order_id in event.order_ids else None
        case _:
            is_told = type(event) in NEWS or isinstance(event, ASIDES)
            return "" if is_told and order_id_of(event) == order_id else None


def _shown(order: VenueOrder) -> str:
    reason = f" ({order.reason})" if order.reason else ""
    return f"the venue shows it {order.status}{reason}, {order.filled_lots} of {order.qty_lots} lots filled"


def _meaning(order: Order | None, counted: Mapping[str, int]) -> str:
    if order is None:
        return "nothing is known of the order"
    if counted["contradictions"]:
        return f"a contradiction: {order.contradiction}"
    return "told before: it counts once" if counted["retold"] else ""
