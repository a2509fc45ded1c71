"""Our orders beside the venue's account: what we were not told, and what does not agree.

What REST shows may be a minute old, and absent is what is not there yet: so it speaks against us only of what was last
heard of before that. Pure. Imports: domain, orders/state, orders/table, orders/disputes. Imported by:
orders/reconciler.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from msgspec import Struct

from fathom.domain import (
    AccountSeen,
    AmendRejected,
    Event,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderTraded,
    VenueFill,
    VenueOrder,
)
from fathom.orders.disputes import Doubt
from fathom.orders.state import FINAL
from fathom.orders.table import Order, OrderTable

ENDED: Final = frozenset({"filled", "canceled", "expired"})  # The venue's words for an end.
GONE: Final = "the venue does not have it any more"


class Compared(Struct):
    """What one look at our orders gave."""

    news: list[Event]  # What the venue's account says and the stream did not; the table was told.
    doubts: list[Doubt]
    unwelcome: list[str]  # Venue ids of open orders that must not be there.
    unknown: list[str]  # Orders of ours of which the account shows nothing, though they should be open.


class OrderComparison:
    """One look: the table, which learns what the account says, and the account."""

    def __init__(
        self,
        table: OrderTable,
        seen: AccountSeen,
        *,
        heard_ns: Mapping[str, int],
        lag_ns: int,
        asked: Collection[str],
        stream_whole: bool,
    ) -> None:
        """`heard_ns`: when each order was last told of; `asked`: the orders that the venue was asked for by name."""
        self._table = table
        self._seen = seen
        self._heard_ns = heard_ns
        self._lag_ns = lag_ns
        self._asked = asked
        self._stream_whole = stream_whole
        self._found = Compared([], [], [], [])

    def run(self, *, is_marked: Collection[str]) -> Compared:
        """Compare every order. `is_marked`: the client ids in the account that this bot made."""
        ours = [*self._table.open(), *self._table.ended()]
        names = {order.venue_order_id: order.order_id for order in ours if order.venue_order_id}
        shown: dict[str, list[VenueOrder]] = {}
        # An order that ended between the two questions is in both answers: the later one counts.
        for venue in {venue.venue_order_id: venue for venue in (*self._seen.orders, *self._seen.closed)}.values():
            order_id = names.get(venue.venue_order_id) or venue.order_id
            if order_id and self._table.get(order_id) is not None:
                shown.setdefault(order_id, []).append(venue)
            elif venue.status not in ENDED and (order_id or venue.client_id in is_marked):
                self._found.unwelcome.append(venue.venue_order_id)  # A crash took it from the journal's end.
        for order in ours:
            self._look(order, shown.get(order.order_id, []))
        return self._found

    # -- One order --

    def _look(self, order: Order, shown: list[VenueOrder]) -> None:
        same: VenueOrder | None = None
        for venue in shown:
            if same is None and order.venue_order_id in {"", venue.venue_order_id}:
                same = venue
            else:
                self._second(order, venue)
        if same is None:
            self._missing(order)
        elif (same.symbol, same.side) == (order.symbol, order.side):
            self._shown(order, same)
        else:
            self._doubt(order, "terms of", f"is a {same.side} of {same.symbol} at the venue", certain=True)
        if order.contradiction:
            if self._explains(order, same):
                order.contradiction = ""
            else:
                self._doubt(order, "what was said of", f"contradicts itself: {order.contradiction}", certain=True)

    def _second(self, order: Order, venue: VenueOrder) -> None:
        if venue.status not in ENDED:
            self._found.unwelcome.append(venue.venue_order_id)
        elif not venue.filled_lots:
            return
        self._doubt(order, "a second", f"is there twice, the second as {venue.venue_order_id}", certain=True)

    def _shown(self, order: Order, venue: VenueOrder) -> None:
        has_ended = venue.status in ENDED
        if order.state == "rejected":
            self._filled(order, venue)
            if not has_ended:
                self._found.unwelcome.append(venue.venue_order_id)
                self._doubt(order, "the end of", "was refused or never there, and is open at the venue", certain=True)
            return
        if not order.venue_order_id or order.state == "unsure":
            self._say(OrderAccepted(order.order_id, venue.venue_order_id))
        self._terms(order, venue)
        self._filled(order, venue)
        if has_ended and order.state not in FINAL:
            self._say(_end(order.order_id, venue))
        elif not has_ended and order.state in FINAL and self._is_ripe(order):
            self._found.unwelcome.append(venue.venue_order_id)
            self._doubt(order, "the end of", f"is {order.state} in the journal and open at the venue")

    def _terms(self, order: Order, venue: VenueOrder) -> None:
        """Price and quantity. A change on its way, or one that the venue shows too late, is no difference."""
        if (order.changing and not self._is_ripe(order)) or (order.state in FINAL and not order.untold_lots):
            return
        ticks = order.terms_ticks
        told_ticks = venue.price_ticks if order.price_ticks is not None else venue.trigger_ticks
        if told_ticks is None or order.trails:
            told_ticks = ticks
        if (told_ticks, venue.qty_lots) == (ticks, order.qty_lots):
            if self._is_ripe(order):  # Of the amends without an answer none was taken.
                for _ in range(order.amends):
                    self._say(AmendRejected(order.order_id, "no answer came, and the order is as it was"))
            return
        if told_ticks is None or not (order.amends or self._is_ripe(order)):
            return
        if venue.qty_lots != order.qty_lots and not order.amends and order.state not in FINAL:
            self._doubt(
                order,
                "quantity of",
                f"is of {venue.qty_lots} lots at the venue, {order.qty_lots} in the journal; nobody asked for that",
                certain=True,
            )
        self._say(OrderAmended(order.order_id, told_ticks, venue.qty_lots))

    def _filled(self, order: Order, venue: VenueOrder) -> None:
        off_lots = venue.filled_lots - order.filled_lots
        if off_lots > 0 or (off_lots < 0 and self._is_ripe(order)):
            words = f"has {venue.filled_lots} lots filled at the venue and {order.filled_lots} in the journal"
            self._doubt(order, "fills of", words, measure=str(off_lots))
        if off_lots and order.overfilled:
            self._doubt(order, "overfill of", overfill(order), certain=True)
        elif order.overfilled:  # The venue says the same of it: it is of as much.
            order.qty_lots = order.filled_lots

    def _missing(self, order: Order) -> None:
        if order.overfilled:
            self._doubt(order, "overfill of", overfill(order), certain=True)
        if order.state in FINAL or order.state == "approved":
            return
        if order.filled_lots >= order.qty_lots and not order.amends:
            # Its fills say it: nothing is left of it to be open.
            self._say(OrderFilled(order.order_id))
            return
        self._found.unknown.append(order.order_id)
        if order.order_id in self._asked and self._stream_whole and self._is_ripe(order):
            if order.state == "unsure":
                self._say(OrderAbsent(order.order_id))
            else:
                self._say(OrderCanceled(order.order_id, GONE))

    def _explains(self, order: Order, venue: VenueOrder | None) -> bool:
        """Return whether the account leaves nothing open of what was said against all rules."""
        if venue is None:
            return (
                order.state in FINAL
                and not order.filled_lots
                and order.order_id in self._asked
                and self._is_ripe(order)
            )
        has_ended = venue.status in ENDED
        return venue.filled_lots == order.filled_lots and has_ended == (order.state in FINAL)

    # -- Saying --

    def _is_ripe(self, order: Order) -> bool:
        """Return whether the account, however late, must know all that we know of the order."""
        return self._seen.as_of_ns > self._heard_ns.get(order.order_id, 0) + self._lag_ns

    def _say(self, event: Event) -> None:
        self._table.apply(event)
        self._found.news.append(event)

    def _doubt(self, order: Order, part: str, words: str, *, measure: str = "", certain: bool = False) -> None:
        self._found.doubts.append(
            Doubt(
                about=f"{part} {order.order_id}",
                symbols=(order.symbol,),
                reason=f"{order.order_id} {words}",
                measure=measure or words,
                certain=certain,
            )
        )


def overfill(order: Order) -> str:
    """Return what is wrong with an order that filled beyond its quantity."""
    return f"filled {order.filled_lots} lots, and it is of {order.qty_lots}"


def traded(fill: VenueFill, order_id: str) -> OrderTraded:
    """Return the news that a fill of the venue's account is of an order of ours."""
    return OrderTraded(
        order_id,
        exec_id=fill.exec_id,
        symbol=fill.symbol,
        side=fill.side,
        price_ticks=fill.price_ticks,
        qty_lots=fill.qty_lots,
        liquidity=fill.liquidity,
        fee=fill.fee,
        fee_asset=fill.fee_asset,
        cost=fill.cost,
    )


def unknown_ends(orders: Iterable[Order]) -> list[str]:
    """Return the orders that the venue must be asked for by name."""
    return [
        order.order_id
        for order in orders
        if order.state == "unsure" or order.untold_lots or order.contradiction or order.overfilled or order.amends
    ]


def _end(order_id: str, venue: VenueOrder) -> Event:
    if venue.status == "filled":
        return OrderFilled(order_id)
    return OrderCanceled(order_id, venue.reason or venue.status)
