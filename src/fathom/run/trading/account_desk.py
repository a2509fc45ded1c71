"""Questions about the whole account, and the venue's answers to them.

Imports: domain, net, orders, protocol. Imported by: run/trading/live_world.
"""

from collections.abc import Callable, Mapping

from fathom.domain import BalancesSeen, Event, Happening, Instrument
from fathom.net import Kraken
from fathom.orders import ClientIds
from fathom.protocol import messages
from fathom.run.trading.trader import Performer


class AccountDesk:
    """Asks, one question at a time."""

    def __init__(
        self,
        arrive: Callable[[Event], None],
        kraken: Kraken,
        ids: ClientIds,
        *,
        instruments: Mapping[str, Instrument],
    ) -> None:
        self._arrive = arrive
        self._kraken = kraken
        self._ids = ids
        self._instruments = instruments

    def performers(self) -> Mapping[type[Happening], Performer]:
        """What is asked."""
        return {}

    def on_balance(self, row: messages.Balance | messages.LedgerEntry) -> None:
        """Take in what the stream tells of a balance."""
        if isinstance(row, messages.Balance):
            self._arrive(BalancesSeen(((row.asset, row.balance),)))

    def stop(self) -> None:
        """Ask nothing more."""
