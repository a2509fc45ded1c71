"""Which orders this client has placed, and of which nobody could say what became.

Imports: domain, protocol; account. Imported by: means, orders.
"""

from collections import OrderedDict
from collections.abc import Iterable
from os import urandom
from typing import Final

from fathom.net.client.feeds.account import Account
from fathom.protocol.messages import Execution

PLACED_MAX: Final = 20_000  # Orders of ours that are remembered as such: more than an account may have open.
# One of 32 signs for each byte of chance, all alike often.
_SIGNS: Final = b"0123456789abcdefghijklmnopqrstuv" * 8


def new_client_id() -> str:
    """Return an order id of our own, 18 characters: every order that we send can be looked up by it."""
    return "f-" + urandom(16).translate(_SIGNS).decode()


class Ours:
    """Ids, the oldest first; beyond `PLACED_MAX` the oldest are forgotten."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._placed: OrderedDict[str, None] = OrderedDict()  # Of both kinds.
        self._unheard: OrderedDict[str, None] = OrderedDict()  # Kraken's, which the stream has not named yet.
        self.in_doubt: OrderedDict[str, None] = OrderedDict()  # Client ids.

    def still_open(self) -> list[str]:
        """Return Kraken's ids of the orders that are open, as far as we heard."""
        heard = [order.order_id for order in self._account.orders.values() if self.has(order)]
        return [*heard, *(name for name in self._unheard if self._account.order(name) is None)]

    def has(self, order: Execution) -> bool:
        """Tell whether an order is of this client."""
        return order.order_id in self._placed or order.cl_ord_id in self._placed

    def has_placed(self, name: str) -> bool:
        """Tell whether this id is of an order of this client."""
        return name in self._placed

    def sent(self, *names: str | None) -> None:
        """Orders of these ids are about to be sent."""
        _note(self._placed, names)

    def made(self, *order_ids: str | None) -> None:
        """Kraken named orders of ours: by these ids they are cancelled, should the stream be late."""
        known = self._account.order
        _note(self._placed, order_ids)
        if self._unheard:
            for name in [name for name in self._unheard if known(name) is not None]:
                del self._unheard[name]
        _note(self._unheard, [name for name in order_ids if name is not None and known(name) is None])

    def doubted(self, names: Iterable[str]) -> None:
        """Nobody knows whether these are there."""
        _note(self.in_doubt, names)

    def cleared(self, name: str) -> None:
        """It is known whether this one is there."""
        self.in_doubt.pop(name, None)


def _note(where: OrderedDict[str, None], names: Iterable[str | None]) -> None:
    """Add names, and let the oldest go where there are too many."""
    for name in names:
        if name is not None:
            where[name] = None
    while len(where) > PLACED_MAX:
        where.popitem(last=False)
