"""What every order request needs on its way: the rules, the two paths, the ledger, the memory of what is ours.

Imports: domain, protocol; events, lookup, ours, paths, permit, running, untold. Imported by: adding, cancels, changing
orders, repeating, sending.
"""

from fathom.domain import Instrument, LocalError
from fathom.net.client.events import RequestInDoubt
from fathom.net.client.feeds.pairs import unknown_pair
from fathom.net.client.ordering.lookup import Lookup
from fathom.net.client.ordering.ours import Ours
from fathom.net.client.ordering.paths import Paths
from fathom.net.client.ordering.permit import Permit
from fathom.net.client.ordering.untold import Untold
from fathom.net.client.running import Running
from fathom.net.clock import clock_ns
from fathom.protocol import check_request, translate
from fathom.protocol.messages import Execution, Request


class Means:
    """Made once a client."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.account = running.hearing.account
        self.rates = running.rates
        self.paths = Paths(running)
        self.lookup = Lookup(running)
        self.permit = Permit(running)
        self.untold = Untold(running)
        self.ours = Ours(running.hearing.account)

    def check(self, request: Request, *, symbol: str | None) -> None:
        """Raise LocalError for what Kraken is known to refuse: `symbol` is the pair whose rules count, if one is known.

        Raises AuthError without a key, LinkError where the client is closed.
        """
        running = self.running
        running.need_open()
        running.need_key(str(request.__struct_config__.tag))
        instrument: Instrument | None = None
        if symbol is not None:
            instruments = running.hearing.market.instruments
            instrument = instruments.get(symbol)
            if instrument is None:
                raise LocalError("symbol", unknown_pair(symbol, instruments))
        check_request(request, now_ns=clock_ns(), instrument=instrument)

    def symbol_of(self, name: str) -> str | None:
        """Return the pair of an order that we know by one of its ids."""
        order = self.account.order(name)
        return order.symbol if order is not None else None

    def leverage(self, symbol: str) -> int:
        """Return what `margin` means in this pair."""
        return self.running.hearing.market.leverage.get(symbol, translate.LEVERAGE_MAX)

    def is_ours(self, name: str, known: Execution | None) -> bool:
        """Tell whether an order is of this client, by its id or by what we know of it."""
        return self.ours.has_placed(name) or (known is not None and self.ours.has(known))

    def doubt(self, method: str, cl_ord_id: str | None, reason: str) -> None:
        """Tell that nobody knows what became of a request."""
        self.running.tell(RequestInDoubt(time_ns=clock_ns(), method=method, cl_ord_id=cl_ord_id, reason=reason))
