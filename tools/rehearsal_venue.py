"""The exchange of a rehearsal in a process of its own, so that its memory is not the bot's; and its likeness here.

One call at a time goes over a pipe; what the exchange says on its connections meanwhile comes back with the result.

Imports: exchange, protocol. Imported by: rehearsal, rehearsal_world.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final

from fathom.exchange import ApiKey, Exchange, Settings
from fathom.protocol import HttpAnswer, HttpRequest, Upgrade, Wire

ACCOUNT: Final = "alice"
SLOTS_MAX: Final = 100  # Nobody here looks deeper than ten levels.
END_S_MAX: Final = 10.0

Said = list[tuple[int, bytes | tuple[int, str]]]  # By connection: a frame, or the code and reason of its end.


@dataclass(frozen=True)
class Books:
    """What the venue's own books say of the account, to the last unit."""

    balances: dict[str, Decimal]
    fees: dict[str, Decimal]  # What the venue took from all its clients: nobody else trades.
    open_orders: int
    fills: int  # As many as it remembers, which may be fewer than there were.
    ledger: Decimal  # The sum of all differences between balances and what the ledger's last rows say: 0.


class Remote:
    """The exchange, as a world in this process calls it."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._wires: dict[int, Wire] = {}
        self.key: ApiKey = self._call("key")

    def wake(self, now_ns: int) -> int:
        """Do what is due; return when to call again."""
        due_ns: int = self._call("wake", now_ns)
        return due_ns

    def answer(self, request: HttpRequest, *, now_ns: int) -> HttpAnswer:
        """Answer one REST request."""
        answer: HttpAnswer = self._call("answer", request, now_ns)
        return answer

    def refusal(self, upgrade: Upgrade, *, now_ns: int) -> HttpAnswer | None:
        """Return how an upgrade is refused, or None."""
        refusal: HttpAnswer | None = self._call("refusal", upgrade, now_ns)
        return refusal

    def open(self, upgrade: Upgrade, wire: Wire, *, now_ns: int) -> RemoteConversation:
        """Begin a conversation."""
        number = len(self._wires) + 1
        self._wires[number] = wire
        self._call("open", number, upgrade, now_ns)
        return RemoteConversation(self, number)

    def books(self) -> Books:
        """Return what the account has there."""
        books: Books = self._call("books")
        return books

    def received(self, number: int, frame: bytes, now_ns: int) -> None:
        """One frame of ours on a connection."""
        self._call("received", number, frame, now_ns)

    def closed(self, number: int, now_ns: int) -> None:
        """A connection of ours is gone."""
        self._call("closed", number, now_ns)

    def _call(self, name: str, *given: Any) -> Any:
        self._pipe.send((name, given))
        result, said = self._pipe.recv()
        for number, words in said:
            if isinstance(words, bytes):
                self._wires[number].send(words)
            else:
                self._wires[number].close(*words)
        return result


class RemoteConversation:
    """One connection, from the bot's side."""

    def __init__(self, remote: Remote, number: int) -> None:
        self._remote = remote
        self._number = number

    def received(self, frame: bytes, *, now_ns: int) -> None:
        """One frame."""
        self._remote.received(self._number, frame, now_ns)

    def alive(self, *, now_ns: int) -> None:
        """Nobody pings here."""

    def closed(self, *, now_ns: int) -> None:
        """The connection is gone."""
        self._remote.closed(self._number, now_ns)


@contextmanager
def remote_exchange(settings: Settings) -> Iterator[Remote]:
    """Run an exchange until the end of the block."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, settings), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Remote(ours)
    finally:
        ours.close()  # Which ends it.
        process.join(END_S_MAX)
        if process.is_alive():
            process.kill()


class _Wire:
    """A connection as the exchange sees it: what it says is kept until the call returns."""

    def __init__(self, number: int, said: Said) -> None:
        self._number = number
        self._said = said

    def send(self, frame: bytes) -> None:
        self._said.append((self._number, frame))

    def close(self, code: int, reason: str = "") -> None:
        self._said.append((self._number, (code, reason)))

    def backlog(self) -> int:
        return 0


def _serve(pipe: Connection, settings: Settings) -> None:
    """Be the exchange until the pipe is closed."""
    exchange = Exchange(settings, machine_ns=settings.start_ns)
    said: Said = []
    conversations: dict[int, Any] = {}

    def opened(number: int, upgrade: Upgrade, now_ns: int) -> None:
        conversations[number] = exchange.open(upgrade, _Wire(number, said), now_ns=now_ns)

    doors: dict[str, Any] = {
        "key": lambda: next(key for key in exchange.samples if key.account == ACCOUNT),
        "wake": exchange.wake,
        "answer": lambda request, now_ns: exchange.answer(request, now_ns=now_ns),
        "refusal": lambda upgrade, now_ns: exchange.refusal(upgrade, now_ns=now_ns),
        "open": opened,
        "received": lambda number, frame, now_ns: conversations[number].received(frame, now_ns=now_ns),
        "closed": lambda number, now_ns: conversations.pop(number).closed(now_ns=now_ns),
        "books": lambda: _books(exchange),
    }
    while True:
        try:
            name, given = pipe.recv()
        except EOFError:
            return
        result = doors[name](*given)
        pipe.send((result, said[:]))
        said.clear()


def _books(exchange: Exchange) -> Books:
    account = exchange.bank.accounts[ACCOUNT]

    def money(units: dict[str, int]) -> dict[str, Decimal]:
        decimals = {asset: exchange.listing.asset(asset).decimals for asset in units}
        return {asset: Decimal(amount).scaleb(-decimals[asset]) for asset, amount in units.items()}

    last = {row.asset: row.balance_units for row in account.ledger}  # The newest of each asset.
    apart = sum(abs(account.balances.get(asset, 0) - units) for asset, units in last.items())
    return Books(
        balances=money(account.balances),
        fees=money(exchange.bank.ledger.fees.balances),
        open_orders=len(account.orders),
        fills=len(account.fills),
        ledger=Decimal(apart),
    )
