"""The private channels of one v1 connection: `openOrders` and `ownTrades`, each with a sequence of its own from 1 on.

Pure. Imports: core, feeds, open_order_rows, own_trade_rows, channels. Imported by: session, subscriptions.
"""

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, Final

from msgspec.json import encode

from fathom.exchange.bank import Account, Fill
from fathom.exchange.core import THRESHOLDS, Venue
from fathom.exchange.core.events import OrderTold, Posted
from fathom.exchange.v1.channels import Channel
from fathom.exchange.v1.open_order_rows import changed_row, whole_row
from fathom.exchange.v1.own_trade_rows import consolidated, same_taker, trade_row

SNAPSHOT_TRADES: Final = 50

Send = Callable[[bytes, str], None]
Rows = Sequence[dict[str, Any]]


class OpenOrdersFeed:
    """One subscription to openOrders."""

    name: Final = "openOrders"

    def __init__(self, account: Account, channel: Channel, *, venue: Venue, send: Send) -> None:
        self.account = account
        self._venue = venue
        self._out = _Sequence(self.name, send)
        self._ratecounter: bool = channel.option("ratecounter")

    @property
    def subscription(self) -> dict[str, Any]:
        """Return what the answer says of it."""
        return {"maxratecount": THRESHOLDS[self.account.tier], "name": self.name}

    def snapshot(self, *, now_ns: int) -> None:
        """Send all open orders, newest first."""
        rows = []
        for order in reversed(self.account.orders.values()):
            row = whole_row(order, self._venue.listing, status=order.status)
            rows.append({order.order_id: row | self._counted(order.symbol, now_ns)})
        self._out.message(rows)

    def order_told(self, event: OrderTold) -> None:
        """Something happened to an order of the account."""
        row = changed_row(event, self._venue.listing)
        self._out.message([{event.order.order_id: row | self._counted(event.order.symbol, event.time_ns)}])

    def posted(self, event: Posted) -> None:
        """Money moved: v1 does not tell."""

    def flush(self) -> None:
        """Nothing waits here."""

    def _counted(self, symbol: str, now_ns: int) -> dict[str, int]:
        """Return the rate counter in whole points, for who asked for it."""
        return {"ratecount": int(self._venue.rates.count(self.account, symbol, now_ns))} if self._ratecounter else {}


class OwnTradesFeed:
    """One subscription to ownTrades.

    With `consolidate_taker` the fills of one taker wait for `flush`: until then there may be more of them.
    """

    name: Final = "ownTrades"

    def __init__(self, account: Account, channel: Channel, *, venue: Venue, send: Send) -> None:
        self.account = account
        self._venue = venue
        self._out = _Sequence(self.name, send)
        self._with_snapshot: bool = channel.option("snapshot")
        self._consolidate: bool = channel.option("consolidate_taker")
        self._waiting: list[Fill] = []  # Of one taker at one moment.
        self._waiting_identity: dict[str, Any] = {}

    @property
    def subscription(self) -> dict[str, Any]:
        """Return what the answer says of it."""
        return {"name": self.name}

    def snapshot(self, *, now_ns: int) -> None:  # noqa: ARG002 - what was traded does not change
        """Send the last fifty trades, newest first, where they are wanted."""
        if not self._with_snapshot:
            return
        newest = list(islice(reversed(self.account.fills), SNAPSHOT_TRADES))
        trades = consolidated(reversed(newest)) if self._consolidate else [[fill] for fill in reversed(newest)]
        self._out.message([trade_row(fills, self._venue.listing) for fills in reversed(trades)])

    def order_told(self, event: OrderTold) -> None:
        """Something happened to an order of the account: fills are told."""
        fill = event.fill
        if self._waiting and (fill is None or not same_taker(self._waiting[-1], fill)):
            self.flush()
        if fill is None:
            return
        self._waiting.append(fill)
        order = event.order
        identity = {"cl_ord_id": order.cl_ord_id, "userref": order.userref}
        self._waiting_identity = {name: value for name, value in identity.items() if value is not None}
        if fill.maker or not self._consolidate:
            self.flush()

    def posted(self, event: Posted) -> None:
        """Money moved: v1 does not tell."""

    def flush(self) -> None:
        """Send what one taker got."""
        if not self._waiting:
            return
        fills, self._waiting = self._waiting, []
        row = trade_row(fills, self._venue.listing)
        self._out.message([{trade_id: trade | self._waiting_identity for trade_id, trade in row.items()}])


PrivateFeed = OpenOrdersFeed | OwnTradesFeed


class _Sequence:
    """The messages of one subscription, numbered from 1 on."""

    __slots__ = ("_channel", "_send", "_sequence")

    def __init__(self, channel: str, send: Send) -> None:
        self._channel = channel
        self._send = send
        self._sequence = 0

    def message(self, rows: Rows) -> None:
        """Send these rows."""
        self._sequence += 1
        self._send(encode([rows, self._channel, {"sequence": self._sequence}]), self._channel)
