"""Where orders are found: open ones by the ids that clients gave, closed ones as long as they are remembered.

Pure. Imports: bank, market, order. Imported by: floor, core.
"""

from fathom.exchange.bank import Account
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order


class Registry:
    """The only code that adds to an account's open and closed orders, or takes away."""

    __slots__ = ("_closed", "_open", "_open_by_client_id")

    def __init__(self) -> None:
        self._open: dict[str, Order] = {}
        # Client ids are unique among the open orders of an account.
        self._open_by_client_id: dict[tuple[str, str], Order] = {}
        self._closed: dict[str, Order] = {}

    def open(self, order: Order, market: Market) -> None:
        """Take an order in."""
        account = order.account
        account.orders[order.order_id] = order
        self._open[order.order_id] = order
        if account.house:
            return
        market.open_counts[account.name] = market.open_counts.get(account.name, 0) + 1
        if order.cl_ord_id is not None:
            self._open_by_client_id[account.name, order.cl_ord_id] = order

    def close(self, order: Order, market: Market) -> None:
        """Put an ended order to the closed ones; where those are many, the oldest is forgotten."""
        account = order.account
        del account.orders[order.order_id]
        del self._open[order.order_id]
        if account.house:
            return
        market.open_counts[account.name] -= 1
        if order.cl_ord_id is not None:
            del self._open_by_client_id[account.name, order.cl_ord_id]
        self.remember(order)

    def remember(self, order: Order) -> None:
        """Take in a client's order that came to its end, here or in an earlier run; older ones first."""
        closed = order.account.closed
        if len(closed) == closed.maxlen:
            del self._closed[closed[0].order_id]
        closed.append(order)
        self._closed[order.order_id] = order

    @property
    def open_count(self) -> int:
        """Return how many orders are open, of all accounts."""
        return len(self._open)

    def open_order(self, order_id: str) -> Order | None:
        """Return the open order of this id, whosever it is."""
        return self._open.get(order_id)

    def is_taken(self, account: Account, client_id: str) -> bool:
        """Tell whether one of the account's open orders goes by this client id."""
        return (account.name, client_id) in self._open_by_client_id

    def find_open(self, account: Account, *, order_id: str | None = None, client_id: str | None = None) -> Order | None:
        """Return the account's open order of this id."""
        if order_id is not None:
            return account.orders.get(order_id)
        return None if client_id is None else self._open_by_client_id.get((account.name, client_id))

    def find(self, account: Account, *, order_id: str | None = None, client_id: str | None = None) -> Order | None:
        """Return the account's order of this id, open or closed; of several closed ones the last."""
        order = self.find_open(account, order_id=order_id, client_id=client_id)
        if order is not None:
            return order
        if order_id is not None:
            closed = self._closed.get(order_id)
            return closed if closed is not None and closed.account is account else None
        if client_id is None:
            return None
        return next((closed for closed in reversed(account.closed) if closed.cl_ord_id == client_id), None)

    def tagged(self, account: Account, userref: int) -> list[Order]:
        """Return the account's open orders that carry this userref, oldest first."""
        return [order for order in account.orders.values() if order.userref == userref]
