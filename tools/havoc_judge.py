"""The judge: the exchange's own account beside the bot's journal. It asks neither the bot nor its tables.

No order lost, none doubled, each fill counted once and to the last unit, the dead man's switch as it should be. What
an exchange forgot because it was killed before it wrote it down is no fault of the bot's: its times excuse it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from havoc_journal import FINAL, JournalFill, JournalOrder, JournalView

OPEN: Final = frozenset({"pending_new", "new", "partially_filled"})
SWITCHED_OFF: Final = "Dead man's switch"  # The exchange's reason of what the switch cancelled.
SECOND_NS: Final = 1_000_000_000
WAY_NS: Final = 10 * SECOND_NS  # From the approval to the venue, and from a fill to the journal, at most.
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, in ns."""

    begin_ns: int
    end_ns: int

    def holds(self, time_ns: int, *, before_ns: int = 0, after_ns: int = 0) -> bool:
        """Whether it was then, or so much before or after."""
        return self.begin_ns - before_ns <= time_ns <= self.end_ns + after_ns


@dataclass(slots=True)
class Excuses:
    """What the judge knows of the havoc itself."""

    forgotten: list[Span] = field(default_factory=list)  # What the exchange did then it has forgotten: it was killed.
    troubled: list[Span] = field(default_factory=list)  # From the begin of a moment until all was well again.

    def lost_order(self, order: JournalOrder) -> bool:
        """Whether the exchange may have forgotten that the order ever was."""
        return any(span.holds(order.approved_ns, before_ns=WAY_NS, after_ns=SECOND_NS) for span in self.forgotten)

    def lost_fill(self, fill: JournalFill) -> bool:
        """Whether the exchange may have forgotten it."""
        return any(span.holds(fill.time_ns, before_ns=SECOND_NS, after_ns=WAY_NS) for span in self.forgotten)


def compare(
    view: JournalView, truth: Mapping[str, Any], *, balances: Mapping[str, Decimal] | None, excuses: Excuses
) -> list[str]:
    """Return what does not hold, in sentences. The market stands still. `balances`: what the bot says it has."""
    return [
        *_orders(view, truth["orders"], excuses),
        *_strangers(view, truth["orders"]),
        *_fills(view, truth, excuses),
        *([] if balances is None else _balances(balances, truth["balances"])),
        *(f"it waits for a person: {halt}" for halt in view.waits_for_a_person),
        *(f"{symbol or 'everything'} is disputed: {reason}" for symbol, reason in view.disputed.items()),
        *(f"fill {exec_id} counts as a stranger's, and nobody else trades" for exec_id in view.foreign_fills),
    ]


def lost_fills(view: JournalView, truth: Mapping[str, Any], excuses: Excuses) -> list[str]:
    """Return the fills of which the exchange has told and then forgotten: of these a person must decide."""
    known = {fill["exec_id"] for fill in truth["fills"]}
    return [
        exec_id
        for order in view.orders.values()
        for exec_id, fill in order.fills.items()
        if exec_id not in known and excuses.lost_fill(fill)
    ]


def switch_faults(
    truth: Mapping[str, Any], excuses: Excuses, *, timeout_s: float, renew_s: float, slack_s: float
) -> list[str]:
    """Return the orders that the dead man's switch cancelled though the bot cannot have been silent for so long."""
    least_ns = int((timeout_s - renew_s - slack_s) * SECOND_NS)
    return [
        f"the dead man's switch cancelled {row['order_id']} and had no cause to"
        for row in truth["orders"]
        if row["reason"] == SWITCHED_OFF
        and not any(
            span.holds(row["closed_ns"]) and row["closed_ns"] - span.begin_ns >= least_ns for span in excuses.troubled
        )
    ]


def _orders(view: JournalView, rows: Iterable[Mapping[str, Any]], excuses: Excuses) -> Iterator[str]:
    """Every intent of the journal is final or open, and the venue agrees; no intent is there twice."""
    by_client: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_client[row["cl_ord_id"]].append(row)
    for order in view.orders.values():
        found = by_client.get(order.client_id, [])
        if len(found) > 1:
            yield f"{order.order_id} is at the venue {len(found)} times: {', '.join(row['order_id'] for row in found)}"
        elif found:
            yield from _order(order, found[0], excuses)
        elif order.state == "rejected" or (order.state in FINAL and excuses.lost_order(order)):
            continue
        else:
            yield f"{order.order_id} is {order.state} in the journal, and the venue has never had it"


def _order(order: JournalOrder, row: Mapping[str, Any], excuses: Excuses) -> Iterator[str]:
    name = f"{order.order_id} ({row['order_id']})"
    if any(excuses.lost_fill(fill) for fill in order.fills.values()):
        if order.state not in FINAL:
            yield f"{name} is {order.state} in the journal, and the exchange that had it was killed"
        return
    if order.state == "rejected":
        yield f"{name} was refused or never there by the journal, and is {row['status']} at the venue"
    elif order.state in FINAL:
        if row["status"] != order.state and (row["status"], order.state) != ("expired", "canceled"):
            yield f"{name} is {order.state} in the journal and {row['status']} at the venue"
    elif row["status"] not in OPEN:
        yield f"{name} is {order.state} in the journal and {row['status']} ({row['reason']}) at the venue"
    elif order.state != "open":
        yield f"{name} is open at the venue, and the journal does not know what became of it"
    elif (order.price, order.qty) != (Decimal(row["price"]), Decimal(row["qty"])):
        yield f"{name} is {order.qty} @ {order.price} in the journal and {row['qty']} @ {row['price']} at the venue"
    if Decimal(row["filled"]) != order.filled:
        yield f"{name} has {order.filled} filled in the journal and {row['filled']} at the venue"


def _strangers(view: JournalView, rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        if row["cl_ord_id"] not in view.by_client:
            name = f"{row['order_id']} ({row['cl_ord_id']}, {row['status']})"
            yield f"the venue has {name}, and no intent of the journal explains it"


def _fills(view: JournalView, truth: Mapping[str, Any], excuses: Excuses) -> Iterator[str]:
    """Each fill of the venue's once, with its very numbers, under the order whose it is; and no other."""
    ours: dict[str, tuple[JournalOrder, JournalFill]] = {}
    for order in view.orders.values():
        for exec_id, fill in order.fills.items():
            if exec_id in ours:
                yield f"fill {exec_id} counts for {order.order_id} and for {ours[exec_id][0].order_id}"
            ours[exec_id] = (order, fill)
    clients = {row["order_id"]: row["cl_ord_id"] for row in truth["orders"]}
    for row in truth["fills"]:
        order, fill = ours.pop(row["exec_id"], (None, None))
        if order is None or fill is None:
            yield f"fill {row['exec_id']} of {row['order_id']} is not in the journal: {row['side']} {row['qty']}"
            continue
        if clients.get(row["order_id"], order.client_id) != order.client_id:
            yield f"fill {row['exec_id']} is of {row['order_id']}, and counts for {order.order_id}"
        told = (fill.side, fill.price, fill.qty, fill.fee, fill.fee_asset)
        true = (row["side"], Decimal(row["price"]), Decimal(row["qty"]), Decimal(row["fee"]), row["fee_asset"])
        if told != true:
            yield f"fill {row['exec_id']} is {told} in the journal and {true} at the venue"
    for exec_id, (order, fill) in ours.items():
        if not excuses.lost_fill(fill):
            yield f"fill {exec_id} of {order.order_id} is in the journal, and the venue has never made it"


def _balances(ours: Mapping[str, Decimal], theirs: Mapping[str, str]) -> Iterator[str]:
    for asset in sorted({*ours, *theirs}):
        mine, its = ours.get(asset, ZERO), Decimal(theirs.get(asset, "0"))
        if mine != its:
            yield f"the bot has {mine:f} {asset}, and the venue {its:f}: {mine - its:+f}"
