"""The private channels of one connection: `executions` and `balances`, each with a sequence of its own from 1 on.

Pure. Imports: core, feeds, execution_rows, balance_rows, channels. Imported by: session.
"""

from collections.abc import Callable, Sequence
from itertools import groupby, islice
from random import Random
from typing import Any, Final

from fathom.exchange.bank import Account
from fathom.exchange.core import THRESHOLDS, Venue
from fathom.exchange.core.events import OrderTold, Posted
from fathom.exchange.sessions.balance_rows import entry_row, total_rows
from fathom.exchange.sessions.channels import Wish
from fathom.exchange.sessions.execution_rows import ExecutionRows
from fathom.exchange.sessions.texts import EXECUTIONS_WARNINGS

SNAPSHOT_TRADES: Final = 50
ALL_USERS: Final = "all"  # Of `users`: subaccounts too, and then no snapshot (7.1, 7.2). There are no subaccounts.
SEVERAL_ROWS_SHARE: Final = 0.5  # How often the rows of one moment come in one message; both occur.
# `order_status` false: only these, and fills, which are no change of a status.
_OPEN_CLOSE: Final = frozenset({"new", "filled", "canceled", "expired", "trade"})

Send = Callable[[bytes, str], None]


class ExecutionsFeed:
    """One subscription to executions."""

    channel: Final = "executions"

    def __init__(self, account: Account, wish: Wish, *, venue: Venue, send: Send, random: Random) -> None:
        self.account = account
        self._options = _snap_flags(wish.options)
        self._venue = venue
        self._rows = ExecutionRows(listing=venue.listing, bank=venue.bank)
        self._send = send
        self._random = random
        self._sequence = 0
        self._pending: list[tuple[bool, str]] = []  # (is it a fill, its row), of what happened at once.
        self._collecting = False
        self._all_statuses = wish.options.get("order_status", True)
        self._ratecounter = wish.options.get("ratecounter", False)
        self._all_users = wish.options.get("users") == ALL_USERS

    @property
    def result(self) -> dict[str, Any]:
        """The result of subscribing."""
        return {
            "channel": self.channel,
            "maxratecount": THRESHOLDS[self.account.tier],
            **self._options,
            "warnings": EXECUTIONS_WARNINGS,
        }

    def snapshot(self, *, now_ns: int) -> None:
        """Send what is asked for: open orders and fills in a message each, or one that is empty."""
        if self._all_users:
            return
        account, venue = self.account, self._venue
        asked: list[list[str]] = []
        if self._options["snap_orders"]:
            orders = account.orders.values()
            asked.append([self._counted(self._rows.open_order(order), order.symbol, now_ns) for order in orders])
        if self._options["snap_trades"]:
            fills = islice(reversed(account.fills), SNAPSHOT_TRADES)
            asked.append(
                [self._rows.past_fill(fill, venue.find_order(account, order_id=fill.order_id)) for fill in fills]
            )
        told = [rows for rows in asked if rows]
        for rows in told or asked[:1]:
            self._message("snapshot", rows)

    def order_told(self, event: OrderTold) -> None:
        """Something happened to an order of the account."""
        if not self._all_statuses and event.exec_type not in _OPEN_CLOSE:
            return
        # Who is not told of pending_new would never learn what the order is: its `new` is complete.
        row = self._rows.told(event, complete=not self._all_statuses and event.exec_type == "new")
        row = self._counted(row, event.order.symbol, event.time_ns)
        self._pending.append((event.exec_type == "trade", row))
        if not self._collecting:
            self.flush()

    def posted(self, event: Posted) -> None:
        """Money moved: balances' business."""

    def collect(self) -> None:
        """What is told from now on happens at once: keep it for `flush`."""
        self._collecting = True

    def flush(self) -> None:
        """Send what happened at once, in one message or a message a row.

        Fills and other rows never share a message: a widely used client looks only at the first row of it.
        """
        pending, self._pending, self._collecting = self._pending, [], False
        together = len(pending) > 1 and self._random.random() < SEVERAL_ROWS_SHARE
        for _, group in groupby(pending, key=lambda row: row[0]):
            rows = [row for _, row in group]
            for some in [rows] if together else [[row] for row in rows]:
                self._message("update", some)

    def _counted(self, row: str, symbol: str, now_ns: int) -> str:
        """Add the rate counter, for who asked for it."""
        if not self._ratecounter:
            return row
        count = self._venue.rates.count(self.account, symbol, now_ns)
        return f'{row[:-1]},"ratecount":{count:.2f}}}'

    def _message(self, message_type: str, rows: Sequence[str]) -> None:
        self._sequence += 1
        self._send(_message("executions", message_type, rows, self._sequence), self.channel)


class BalancesFeed:
    """One subscription to balances."""

    channel: Final = "balances"

    def __init__(self, account: Account, wish: Wish, *, venue: Venue, send: Send) -> None:
        self.account = account
        self._wish = wish
        self._listing = venue.listing
        self._send = send
        self._sequence = 0

    @property
    def result(self) -> dict[str, Any]:
        """The result of subscribing."""
        return {"channel": self.channel, "snapshot": self._wish.snapshot}

    def snapshot(self, *, now_ns: int) -> None:  # noqa: ARG002 - balances are as of now
        """Send the totals, if wished."""
        if self._wish.snapshot and self._wish.options.get("users") != ALL_USERS:
            self._message("snapshot", total_rows(self.account, self._listing))

    def order_told(self, event: OrderTold) -> None:
        """An order's life: executions' business."""

    def posted(self, event: Posted) -> None:
        """Money moved: a message an entry, so two a trade."""
        self._message("update", [entry_row(event.entry, self._listing)])

    def collect(self) -> None:
        """Entries never wait."""

    def flush(self) -> None:
        """Nothing waits."""

    def _message(self, message_type: str, rows: Sequence[str]) -> None:
        self._sequence += 1
        self._send(_message("balances", message_type, rows, self._sequence), self.channel)


PrivateFeed = ExecutionsFeed | BalancesFeed


def _snap_flags(options: dict[str, Any]) -> dict[str, bool]:
    """Return the three flags of the answer. The deprecated two speak where the new ones are silent.

    `snapshot` false asks for none, `snapshot_trades` true for fills alone. An earlier answer's result may come back
    whole: its flags are all there, and mean what they said.
    """
    old, trades_only = options.get("snapshot", True), options.get("snapshot_trades", False)
    orders = options.get("snap_orders", old and not trades_only)
    trades = options.get("snap_trades", old and trades_only)
    return {"snap_orders": orders, "snap_trades": trades, "snapshot": options.get("snapshot", orders or trades)}


def _message(channel: str, message_type: str, rows: Sequence[str], sequence: int) -> bytes:
    return (
        f'{{"channel":"{channel}","type":"{message_type}","data":[{",".join(rows)}],"sequence":{sequence}}}'
    ).encode()
