"""How old our open orders are for the engine's costs: since they were made or last amended.

What is certain is when we heard of it, which is later than it was: an order is thought younger than it is, so dearer.
An order that nobody knows, or whose making or change is on its way, has no age: it costs the most.

Pure. Imports: costs. Imported by: ledger.
"""

from collections.abc import Collection, Iterator
from typing import Final

from msgspec import Struct

from fathom.protocol.budget.costs import Method

ORDERS_MAX: Final = 20_000  # Beyond it the one that was made first is forgotten: it costs the most then.
GONE_MAX: Final = 4_096
UNSEEN_MAX: Final = 8  # Requests of one order whose rows have not come; beyond it the oldest are given up.


class Aging(Struct, kw_only=True):
    """One order that is open, or on its way."""

    symbol: str
    changed_ns: int  # When we heard that it was made or last amended.
    pending: int = 0  # Changes on their way, its making among them.
    ids: tuple[str, ...] = ()
    unseen: list[tuple[Method, int]] = []  # Requests of this order alone, and their keys, until the venue shows them.

    def expect(self, method: Method, key: int) -> None:
        """Keep in mind that a row of executions will come of this request."""
        self.unseen.append((method, key))
        del self.unseen[:-UNSEEN_MAX]

    def shown(self, methods: Collection[Method]) -> int | None:
        """Return the key of the request that a row is of, once: of several alike the first."""
        for number, (method, key) in enumerate(self.unseen):
            if method in methods:
                del self.unseen[number]
                return key
        return None

    def forget(self, key: int) -> None:
        """Expect no row of a request."""
        self.unseen = [expected for expected in self.unseen if expected[1] != key]


class OrderAges:
    """Open orders by our id and by Kraken's: either will do."""

    __slots__ = ("_by_id", "_counts", "_gone", "_orders", "orders_max")

    def __init__(self, *, orders_max: int = ORDERS_MAX) -> None:
        self.orders_max = orders_max
        self._by_id: dict[str, Aging] = {}
        self._orders: dict[int, Aging] = {}  # By identity, in the order of making.
        self._counts: dict[str, int] = {}  # Of orders, by symbol.
        self._gone: dict[str, None] = {}  # Ids of those that ended lately: an answer may come after the end.

    def __len__(self) -> int:
        return len(self._orders)

    def find(self, *ids: str | None) -> Aging | None:
        """Return the order that one of the ids means."""
        for name in ids:
            if name is not None and (order := self._by_id.get(name)) is not None:
                return order
        return None

    def open_count(self, symbol: str) -> int:
        """Return how many orders of a pair are open or on their way."""
        return self._counts.get(symbol, 0)

    def of(self, symbol: str | None = None) -> Iterator[Aging]:
        """Name the orders of one pair, or all."""
        return (order for order in self._orders.values() if symbol in {None, order.symbol})

    def born(self, *ids: str | None, symbol: str, now_ns: int, pending: int = 0) -> Aging:
        """Keep an order that is new to us; learn another id of one that is not."""
        order = self.find(*ids)
        if order is None:
            order = Aging(symbol=symbol, changed_ns=now_ns, pending=pending)
            self._orders[id(order)] = order
            self._counts[symbol] = self._counts.get(symbol, 0) + 1
        for name in ids:
            if name is not None and name not in order.ids:
                order.ids = (*order.ids, name)
                self._by_id[name] = order
        if len(self._orders) > self.orders_max:
            self._forget(next(iter(self._orders.values())))
        return order

    def gone(self, *ids: str | None) -> None:
        """Forget an order that is not open any more."""
        order = self.find(*ids)
        if order is not None:
            self._forget(order)
        for name in (*ids, *(order.ids if order is not None else ())):
            if name is not None:
                self._gone[name] = None
        while len(self._gone) > GONE_MAX:
            del self._gone[next(iter(self._gone))]

    def has_ended(self, name: str) -> bool:
        """Tell whether an order of this id was open and is not any more, as far as we remember."""
        return name in self._gone and name not in self._by_id

    def changed_ns(self, *ids: str | None, now_ns: int) -> int:
        """Return since when the order is as it is, at the latest; now where nobody knows or a change is on its way."""
        order = self.find(*ids)
        return now_ns if order is None or order.pending > 0 else min(order.changed_ns, now_ns)

    def _forget(self, order: Aging) -> None:
        if self._orders.pop(id(order), None) is None:
            return
        for name in order.ids:
            if self._by_id.get(name) is order:
                del self._by_id[name]
        left = self._counts.get(order.symbol, 0) - 1
        if left > 0:
            self._counts[order.symbol] = left
        else:
            self._counts.pop(order.symbol, None)
