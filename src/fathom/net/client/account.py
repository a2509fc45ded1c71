"""Our orders, fills and balances as the private channels tell them: deltas merged, fills counted once.

Executions come as deltas (websocket-v2.md 7.1): only the first row of an order is complete, so each row is merged into
what is known of its order before anybody sees it. After a gap the snapshot is the truth; orders that we held for open
and that it does not name are looked up by the owner.

Imports: domain, protocol; topics. Imported by: private, orders, kraken.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from msgspec import structs

from fathom.protocol.messages import BalancesSnapshot, BalancesUpdate, Execution, ExecutionsMessage

CLOSED_MAX: Final = 5_000  # Orders that are over and still remembered; the oldest goes.
FILLS_MAX: Final = 50_000  # Ids of fills that were told; a fill so old does not come again.
FINAL: Final = frozenset({"filled", "canceled", "expired"})
# What belongs to one row and not to the order: a fill's numbers must not stay with it.
_ROW_ONLY: Final = frozenset(
    {
        "exec_id", "trade_id", "last_qty", "last_price", "cost", "liquidity_ind", "fees", "margin_borrow", "ratecount",
        "ext_exec_id",
    }
)  # fmt: skip
_ABSENT: Final[Mapping[str, object]] = {name: () if name == "fees" else None for name in Execution.__struct_fields__}


class Account:
    """What the account has, as far as we heard."""

    def __init__(self) -> None:
        self.orders: dict[str, Execution] = {}  # Open ones, by Kraken's id.
        self.closed: OrderedDict[str, Execution] = OrderedDict()
        self.balances: dict[str, Decimal] = {}
        self._by_client_id: dict[str, str] = {}
        self._fills: OrderedDict[str, None] = OrderedDict()
        self._unconfirmed: set[str] = set()  # Held for open, and not in the snapshot (yet).

    # -- Looking ---------------------------------------------------------------------------------------------

    def order(self, name: str) -> Execution | None:
        """Return an order by Kraken's id or by ours, as it is, open or over; None where we never heard of it."""
        order_id = self._by_client_id.get(name, name)
        return self.orders.get(order_id) or self.closed.get(order_id)

    @property
    def unconfirmed(self) -> list[str]:
        """Orders that were open before a gap and that no snapshot row named since."""
        return sorted(self._unconfirmed)

    # -- Executions ------------------------------------------------------------------------------------------

    def begin_snapshot(self) -> None:
        """A snapshot is to come: until it names an order again, nobody knows whether that is still open."""
        self._unconfirmed = set(self.orders)

    def executions(self, message: ExecutionsMessage) -> list[Execution]:
        """Take a message in; return its rows, each whole, without fills that were told before."""
        return [whole for row in message.data if (whole := self._row(row)) is not None]

    def _row(self, row: Execution) -> Execution | None:
        self._unconfirmed.discard(row.order_id)
        if row.exec_id is not None:
            if row.exec_id in self._fills:
                return None
            self._fills[row.exec_id] = None
            if len(self._fills) > FILLS_MAX:
                self._fills.popitem(last=False)
        known = self.orders.get(row.order_id)
        over = self.closed.get(row.order_id)
        whole = row if known is None and over is None else _merged(known or over or row, row)
        if over is not None and whole.order_status not in FINAL:
            # A fill told late, of an order that is over: it counts, and the order stays over.
            whole = structs.replace(whole, order_status=over.order_status)
        self._keep(whole)
        return whole

    def looked_up(self, row: Execution) -> Execution:
        """Take in what REST says of an order that the stream was silent about."""
        self._unconfirmed.discard(row.order_id)
        known = self.orders.get(row.order_id) or self.closed.get(row.order_id)
        whole = row if known is None else _merged(known, row)
        self._keep(whole)
        return whole

    def _keep(self, whole: Execution) -> None:
        remembered = structs.replace(whole, **{name: _ABSENT[name] for name in _ROW_ONLY})
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
    news = {name: value for name in Execution.__struct_fields__ if (value := getattr(row, name)) != _ABSENT[name]}
    return structs.replace(known, **news)


def open_orders(account: Account, *, symbol: str | None = None) -> Iterable[Execution]:
    """Return our open orders, of one pair or all."""
    return [order for order in account.orders.values() if symbol is None or order.symbol == symbol]
