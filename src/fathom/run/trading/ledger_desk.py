"""What the venue's ledger says of money that came or went: by the private stream, and after a gap of it by REST.

A total alone explains nothing: a balance that differs from what fills and rows make of it is a fault until a row of the
ledger says otherwise. Rows of trades told by REST are left out: their fills are asked for, and say the same.

Imports: domain, net, orders, protocol. Imported by: account_desk.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from fathom.domain import AuthError, Event, FundsMoved, RemoteError
from fathom.net import Kraken, clock_ns
from fathom.orders import REST_LAG_NS
from fathom.protocol import messages, rest, translate

PAGES_MAX: Final = 20
TOLD_MAX: Final = 10_000  # Rows that are known again when they are told again; beyond it they come into the log twice.


class LedgerDesk:
    """Tells each row once."""

    def __init__(self, arrive: Callable[[Event], None], kraken: Kraken) -> None:
        self._arrive = arrive
        self._kraken = kraken
        self._gap_ns: int | None = None  # When the last gap ended: rows may have come that the stream has not told.
        self._forbidden = False
        self._told: dict[str, None] = {}  # Ids of rows, the oldest first.
        self.heard = False  # Whether any row came: before that nobody knows what the account holds.

    def on_balance(self, row: messages.Balance | messages.LedgerEntry) -> None:
        """Hear a row of the stream: a total of a snapshot, which means a gap before it, or a row of the ledger."""
        self.heard = True
        if isinstance(row, messages.Balance):
            self._gap_ns = clock_ns()
            return
        with suppress(RemoteError):  # One whose time cannot be read moves nothing: the next look finds the difference.
            self._tell(translate.row_moved(row))

    async def ask(self, since_ns: int, pairs: Mapping[str, rest.PairInfo]) -> None:
        """Ask for the rows that the stream may have missed, and tell them. Raises FathomError without an answer.

        As REST may be a minute behind, it is asked with every look until one that comes a minute after the gap. A key
        that may not see the ledger is asked no more: money from outside is then for a person to explain.
        """
        gap_ns, asked_ns = self._gap_ns, clock_ns()
        if gap_ns is None or self._forbidden:
            return
        try:
            rows = await self._rows(since_ns)
        except AuthError:
            self._forbidden = True
            return
        if asked_ns > gap_ns + REST_LAG_NS and self._gap_ns == gap_ns:
            self._gap_ns = None
        assets = translate.asset_names(pairs)
        for ledger_id, info in sorted(rows.items(), key=lambda row: (row[1].time, row[0])):
            if info.type != "trade":
                self._tell(translate.ledger_moved(ledger_id, info, assets))

    def _tell(self, moved: FundsMoved) -> None:
        if moved.ledger_id in self._told:
            return
        self._told[moved.ledger_id] = None
        if len(self._told) > TOLD_MAX:
            del self._told[next(iter(self._told))]
        self._arrive(moved)

    async def _rows(self, since_ns: int) -> dict[str, rest.LedgerInfo]:
        rows: dict[str, rest.LedgerInfo] = {}
        for page in range(PAGES_MAX):
            answer = await self._kraken.rest(translate.ledger_since(since_ns, page=page))
            rows |= answer.ledger
            if len(answer.ledger) < translate.PAGE:
                break
        return rows
