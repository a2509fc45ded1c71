"""Our orders, fills and balances as the private channels tell them: deltas merged, fills counted once.

Executions come as deltas (websocket-v2.md 7.1): only the first row of an order is complete, so each row is merged into
what is known of its order before anybody sees it. After a gap the snapshot is the truth; orders that we held for open
and that it does not name are looked up by the owner.

Imports: domain, protocol; topics. Imported by: private, orders, kraken.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from msgspec import structs, to_builtins

from fathom.protocol import parse_time
from fathom.protocol.messages import BalancesSnapshot, BalancesUpdate, Execution, ExecutionsMessage

CLOSED_MAX: Final = 5_000  # Orders that are over and still remembered; the oldest goes.
FILLS_MAX: Final = 50_000  # Ids of fills that were told; a fill so old does not come again.
SNAPSHOT_FILLS: Final = 50  # websocket-v2.md 7.1: a snapshot of fills has so many at most.
ORPHANS_MAX: Final = 1_000  # Orders never heard of whose fills wait; beyond it a fill is told as it came.
FINAL: Final = frozenset({"filled", "canceled", "expired"})
# What belongs to one row and not to the order: a fill's numbers must not stay with it.
_ROW_ONLY: Final = frozenset(
    {
        "exec_id", "trade_id", "last_qty", "last_price", "cost", "liquidity_ind", "fees", "margin_borrow", "ratecount",
        "ext_exec_id",
    }
)  # fmt: skip
_FORGOTTEN: Final[Mapping[str, Any]] = {name: () if name == "fees" else None for name in _ROW_ONLY}
_STRUCTS: Final = ("contingent", "triggers", "fees")  # Not to be taken apart.
_SO_FAR: Final = ("cum_qty", "cum_cost", "avg_price", "fee_usd_equiv")


class Account:
    """What the account has, as far as we heard."""

    def __init__(self) -> None:
        self.orders: dict[str, Execution] = {}  # Open ones, by Kraken's id.
        self.closed: OrderedDict[str, Execution] = OrderedDict()
        self.balances: dict[str, Decimal] = {}
        self.orphans: dict[str, list[Execution]] = {}  # Fills without a pair, of orders never heard of: by order.
        self.bygone: set[str] = set()  # Of these, the ids of fills from before we listened.
        self.snapshots = 0  # Messages of them. What the first one leaves out we never knew.
        self._by_client_id: dict[str, str] = {}
        self._fills: OrderedDict[str, None] = OrderedDict()
        self._unconfirmed: set[str] = set()  # Held for open, and not in the snapshot (yet).
        self._snapshot_due = True  # What comes before it is not all.
        self._snapshot_fills = 0  # New fills that the snapshot after a gap told.
        self._last_fill_ns = 0
        self._whole_to_ns = 0  # Every fill up to here is known.
        self._heard_before = (
            False  # What the snapshot that is due leaves out is a gap's; of the first we never knew more.
        )
        self._hole = False  # The snapshot's fills did not reach back to one that we knew: there may be others.

    # -- Looking ---------------------------------------------------------------------------------------------

    def order(self, name: str) -> Execution | None:
        """Return an order by Kraken's id or by ours, as it is, open or over; None where we never heard of it."""
        order_id = self._by_client_id.get(name, name)
        return self.orders.get(order_id) or self.closed.get(order_id)

    @property
    def unconfirmed(self) -> list[str]:
        """Orders that were open before a gap and that no snapshot row named since."""
        return sorted(self._unconfirmed)

    @property
    def awaits_snapshot(self) -> bool:
        """Whether the snapshot after the last gap is still to come: until then nobody knows what is open."""
        return self._snapshot_due

    @property
    def first_snapshot(self) -> bool:
        """Whether a snapshot that comes now tells of before we listened, and not of a gap: all of its messages do."""
        return not self._heard_before

    # -- Executions ------------------------------------------------------------------------------------------

    def begin_snapshot(self) -> None:
        """A snapshot is to come: until it names an order again, nobody knows whether that is still open."""
        self._unconfirmed = set(self.orders)
        if not self._hole and not self._snapshot_due:
            self._whole_to_ns = self._last_fill_ns
        self._heard_before = self._heard_before or not self._snapshot_due
        self._snapshot_due = True
        self._snapshot_fills = 0

    def executions(self, message: ExecutionsMessage) -> list[Execution]:
        """Take a message in; return its rows, each whole, without fills that were told before."""
        rows: list[Execution] = []
        past = message.type == "snapshot"
        if past and self._snapshot_due:  # All that was told before may be over: we were deaf until now.
            self._unconfirmed = set(self.orders)
        for row in message.data:
            if row.exec_id is None or not past:  # A fill of the past does not tell whether its order is still open.
                self._unconfirmed.discard(row.order_id)
            if row.exec_id is None:
                rows.append(self._state_told(row))
            elif (fill := self.fill_told(row, past=past)) is not None:
                rows.append(fill)
        if message.type == "snapshot":
            self.snapshots += 1
            self._snapshot_due = False
            self._snapshot_fills += sum(row.exec_id is not None for row in rows)
            if self._heard_before and self._snapshot_fills >= SNAPSHOT_FILLS:
                self._hole = True
        return rows

    @property
    def hole_ns(self) -> int | None:
        """Since when fills may be missing after a gap, on the venue's clock; None where none can be."""
        return self._whole_to_ns if self._hole else None

    def hole_filled(self) -> None:
        """Every fill of the hole is known now."""
        self._hole = False

    def fill_told(self, row: Execution, *, past: bool) -> Execution | None:
        """Take in one fill; None where it was told before.

        One that is `past` (from a snapshot, or from REST) says nothing of how its order is now.
        """
        assert row.exec_id is not None
        if row.exec_id in self._fills:
            return None
        self._fills[row.exec_id] = None
        if len(self._fills) > FILLS_MAX:
            self._fills.popitem(last=False)
        self._last_fill_ns = max(self._last_fill_ns, parse_time(row.timestamp))
        known = self.orders.get(row.order_id) or self.closed.get(row.order_id)
        if known is None:
            if row.symbol is None and len(self.orphans) < ORPHANS_MAX:  # Nobody could book it.
                self.orphans.setdefault(row.order_id, []).append(row)
                if past and self.first_snapshot:
                    self.bygone.add(row.exec_id)
                return None
            if not past:
                self._keep(row)
            return row
        whole = _merged(known, row)
        if past or known.order_status in FINAL:  # Told late: it counts, and the order stays what it is.
            whole = structs.replace(whole, order_status=known.order_status)
        self._keep(whole)
        return whole

    def adopted(self, order_id: str) -> list[Execution]:
        """Return the fills that waited for their order to be known, whole where it is now."""
        known = self.orders.get(order_id) or self.closed.get(order_id)
        fills = self.orphans.pop(order_id, [])
        if known is None:
            return fills
        return [structs.replace(_merged(known, fill), order_status=known.order_status) for fill in fills]

    def forget(self, order_id: str) -> None:
        """The venue does not know an order that we held for open: it is no more."""
        self._unconfirmed.discard(order_id)
        self.orders.pop(order_id, None)

    def _state_told(self, row: Execution) -> Execution:
        over = self.closed.get(row.order_id)
        known = self.orders.get(row.order_id) or over
        whole = row if known is None else _merged(known, row)
        if over is not None and whole.order_status not in FINAL:
            whole = structs.replace(whole, order_status=over.order_status)
        self._keep(whole)
        return whole

    def looked_up(self, row: Execution) -> Execution | None:
        """Take in what REST says of an order; return it whole. None where the stream knows better.

        REST may be behind the stream: what it calls open may be over, and whose end we know stays so.
        """
        known = self.orders.get(row.order_id) or self.closed.get(row.order_id)
        if known is not None and (row.order_status not in FINAL or known.order_status in FINAL):
            return None
        self._unconfirmed.discard(row.order_id)
        whole = row if known is None else _merged(known, row)
        self._keep(whole)
        return whole

    def _keep(self, whole: Execution) -> None:
        remembered = structs.replace(whole, **_FORGOTTEN)
        if whole.cl_ord_id is not None:
            self._by_client_id[whole.cl_ord_id] = whole.order_id
        if whole.order_status not in FINAL:
            self.orders[whole.order_id] = remembered
            return
        self.orders.pop(whole.order_id, None)
        self.closed[whole.order_id] = remembered
        if len(self.closed) > CLOSED_MAX:
            _, oldest = self.closed.popitem(last=False)
            if oldest.cl_ord_id is not None and self._by_client_id.get(oldest.cl_ord_id) == oldest.order_id:
                del self._by_client_id[oldest.cl_ord_id]

    # -- Balances --------------------------------------------------------------------------------------------

    def balances_told(self, message: BalancesSnapshot | BalancesUpdate) -> None:
        """Take the totals in; what is held by open orders is not told here."""
        if isinstance(message, BalancesSnapshot):
            self.balances = {row.asset: row.balance for row in message.data}
        else:
            self.balances.update((row.asset, row.balance) for row in message.data)


def _merged(known: Execution, row: Execution) -> Execution:
    news: dict[str, Any] = to_builtins(row, builtin_types=(Decimal,))  # What is not there it leaves out.
    for name in _STRUCTS:
        if name in news:
            news[name] = getattr(row, name)
    if row.cum_qty is not None and known.cum_qty is not None and row.cum_qty < known.cum_qty:
        for name in _SO_FAR:  # Older than what we know: fills never go back.
            news.pop(name, None)
    return structs.replace(known, **news)


def open_orders(account: Account, *, symbol: str | None = None) -> Iterable[Execution]:
    """Return our open orders, of one pair or all."""
    return [order for order in account.orders.values() if symbol is None or order.symbol == symbol]
