"""Our orders' way to the venue and back: an approval becomes a request, an answer or a row of the stream an event.

It acts only on entries that are in the journal. An answer that does not come makes an order unsure, and the reconciler
has it looked up: nothing is ever sent twice.

Imports: domain, net, orders, protocol; order_path. Imported by: session.
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypedDict

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    Entry,
    Event,
    ForeignCancelWanted,
    Happening,
    HealthSeen,
    Instrument,
    LinkDropped,
    LinkOpened,
    LocalError,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderRejected,
    OrderTimed,
    OrderTraded,
    Refused,
    RemoteError,
    Unsure,
)
from fathom.net import clock_ns
from fathom.orders import FINAL, ORDER_NEWS, ClientIds, Order, OrderTable, close_placed, order_at_venue
from fathom.protocol import messages, translate
from fathom.run.trading.order_path import OrderPath, Sent
from fathom.run.trading.trader import Performer

Kind = Literal["add", "amend", "cancel"]
HEARS: Final[frozenset[type[Happening]]] = frozenset((*ClientIds.hears, *ORDER_NEWS, HealthSeen))
Request = messages.AddOrder | messages.AmendOrder | messages.CancelOrder
# The engine refuses what reaches it later. Without it, it counts five seconds from when a request comes, however long
# that stood on its way: it could be taken after the venue was asked, knew nothing of it, and it counted as never sent.
DEADLINE_NS: Final = 5_000_000_000


class _Name(TypedDict, total=False):
    """What a request calls an order: one of the two."""

    cl_ord_id: str
    venue_order_id: str


class Gateway:
    """One account's orders, by the venue's private stream and answers."""

    def __init__(
        self,
        arrive: Callable[[Event], None],
        path: OrderPath,
        *,
        ids: ClientIds,
        instruments: Mapping[str, Instrument],
        now_ns: Callable[[], int] = clock_ns,
    ) -> None:
        """`ids` are fed by `seen`, as everything here is: over a restart too."""
        self._arrive = arrive
        self._path = path
        self.ids = ids
        self._instruments = instruments
        self._now_ns = now_ns
        self._venue_ahead_ns = 0  # The venue's clock, of ours.
        self._table = OrderTable()
        self.rows_unsaid = 0  # Rows of the stream that could not be said in our words.

    def performers(self) -> Mapping[type[Happening], Performer]:
        """What is sent."""
        return {
            OrderApproved: self._add,
            AmendApproved: self._amend,
            CancelApproved: self._cancel,
            ForeignCancelWanted: self._cancel_foreign,
        }

    def seen(self, entry: Entry) -> None:
        """Keep up with the log: before an entry is performed, and in a replay."""
        event = entry.event
        if type(event) not in HEARS:
            return
        self.ids.apply(event)
        self._table.apply(event)
        if isinstance(event, HealthSeen) and event.clock_offset_ns is not None:
            self._venue_ahead_ns = event.clock_offset_ns

    def open_orders(self) -> list[str]:
        """Return our ids of what is open, or may be."""
        return [order.order_id for order in self._table.open()]

    def names(self) -> dict[str, str]:
        """Return our id of each order that the log knows, by the venue's."""
        orders = [*self._table.ended(), *self._table.open()]
        return {order.venue_order_id: order.order_id for order in orders if order.venue_order_id}

    def parents(self) -> frozenset[str]:
        """Return the venue's ids of our orders whose fills it closes itself: what names one of them is ours."""
        orders = [*self._table.ended(), *self._table.open()]
        return frozenset(order.venue_order_id for order in orders if order.wanted.close is not None)

    # -- Out -------------------------------------------------------------------------------------------------

    def _add(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, OrderApproved)
        order_id = event.order.order_id
        instrument = self._instruments.get(event.order.symbol)
        if instrument is None:
            self._arrive(OrderRejected(order_id, f"the rules of {event.order.symbol} are not known"))
            return
        try:
            request = translate.add_request(
                event,
                instrument=instrument,
                cl_ord_id=self.ids.client_id(order_id),
                deadline_ns=self._deadline_ns(),
            )
        except LocalError as error:  # Of a form that no order can have.
            self._arrive(OrderRejected(order_id, str(error)))
            return
        self._send(request, order_id, "add")

    def _amend(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, AmendApproved)
        order_id = event.amend.order_id
        order = self._table.get(order_id)
        assert order is not None, order_id
        instrument = self._instruments[order.symbol]
        try:
            request = translate.amend_request(
                event,
                instrument=instrument,
                **self.named(order_id),
                post_only=event.amend.post_only,
                order_type=order.wanted.order_type,
                deadline_ns=self._deadline_ns(),
            )
        except LocalError as error:  # Of a form that no amend can have.
            self._arrive(AmendRejected(order_id, str(error)))
            return
        self._send(request, order_id, "amend", amend=event.amend)

    def _cancel(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, CancelApproved)
        request = translate.cancel_request(event, **self.named(event.order_id))
        self._send(request, event.order_id, "cancel")

    def _cancel_foreign(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, ForeignCancelWanted)
        params = messages.CancelOrderParams(order_id=(event.venue_order_id,))
        self._path.send(messages.CancelOrder(params=params), lambda _: None)

    def named(self, order_id: str) -> _Name:
        """Return what a request calls an order: the venue's own close has no client id."""
        client_id = self.ids.client_id(order_id)
        if client_id is not None:
            return {"cl_ord_id": client_id}
        order = self._table.get(order_id)
        return {} if order is None or not order.venue_order_id else {"venue_order_id": order.venue_order_id}

    def _send(self, request: Request, order_id: str, kind: Kind, *, amend: AmendWanted | None = None) -> None:
        self._path.send(request, lambda sent: self._answered(sent, order_id, kind, amend))

    def _deadline_ns(self) -> int:
        """Return when it is too late for what is sent now, by the venue's clock."""
        return self._now_ns() + self._venue_ahead_ns + DEADLINE_NS

    # -- Back ------------------------------------------------------------------------------------------------

    def _answered(self, sent: Sent, order_id: str, kind: Kind, amend: AmendWanted | None) -> None:
        """Say what an answer says, and when it went its way."""
        if sent.timed:
            ours, venues = (sent.sent_ns, sent.received_ns), (sent.time_in_ns, sent.time_out_ns)
            self._arrive(OrderTimed(order_id, kind, *ours, *venues, sent.encoded_ns))
        event = self._said(sent, order_id, kind, amend)
        if event is not None:
            self._arrive(event)

    def _said(self, sent: Sent, order_id: str, kind: Kind, amend: AmendWanted | None) -> Event | None:
        error = sent.error
        if error is None:
            return self._done(sent, order_id, kind, amend)
        if isinstance(error, Unsure) or (isinstance(error, Refused) and error.order_may_exist):
            return AnswerOverdue(order_id)
        reason = error.text if isinstance(error, Refused) else str(error)
        match kind:
            case "add":
                return OrderRejected(order_id, reason)
            case "amend":
                return AmendRejected(order_id, reason)
            case _:
                return CancelRejected(order_id, reason)

    def _done(self, sent: Sent, order_id: str, kind: Kind, amend: AmendWanted | None) -> Event | None:
        match kind:
            case "add":
                if sent.venue_order_id is None:  # A yes without a name: the reconciler finds out which order it is.
                    return AnswerOverdue(order_id)
                return OrderAccepted(order_id, sent.venue_order_id)
            case "amend":
                order = self._table.get(order_id)
                # The stream tells the same, often before the answer; by then another amend may be on its way, and of
                # that this answer says nothing.
                if order is None or amend is None or order.asked != amend or order.state in FINAL:
                    return None
                return OrderAmended(order_id, amend.price_ticks, amend.qty_lots)
            case _:
                return CancelRejected(order_id, "it was not open any more") if sent.missing else None

    # -- The private stream --------------------------------------------------------------------------------------

    def on_execution(self, row: messages.Execution) -> None:
        """Say what a row of the private stream says of one of our orders, or of a stranger's."""
        order_id = None if row.cl_ord_id is None else self.ids.order_id(row.cl_ord_id)
        # REST, asked for what a gap hid, names a fill's order by the venue's id alone.
        order = order_at_venue(self._table, row.order_id) if order_id is None else self._table.get(order_id)
        try:
            if order is None and row.ord_ref_id is not None:
                order = self._close(row)
            if order is None:
                self._stranger(row, order_id or "")
                return
            ours = translate.OurOrder(
                order_id=order.order_id,
                symbol=order.symbol,
                side=order.side,
                qty_lots=order.qty_lots,
                price_ticks=order.price_ticks,
                trigger_ticks=order.trigger_ticks,
            )
            message = messages.ExecutionsMessage(type="update", data=(row,), sequence=0)
            mine = {row.order_id: ours}
            for event in translate.execution_news(message, ours=mine, instruments=self._instruments).events:
                if isinstance(event, OrderTraded) and not order.venue_order_id:
                    # A fill may be all that a gap left: by the venue's id of its order, REST's word of it is ours too.
                    self._arrive(OrderAccepted(order.order_id, row.order_id))
                self._arrive(event)
        except RemoteError as error:
            # Nothing that our words can say. Of a stranger's order, such as one of a pair that is not subscribed, the
            # next look at the account tells what matters. Of ours nothing may be missing: it is looked at now.
            self.rows_unsaid += 1
            if order is not None:
                self._arrive(LinkDropped("private", f"a row that makes no sense: {error}"))
                self._arrive(LinkOpened("private"))

    def _close(self, row: messages.Execution) -> Order | None:
        """Return the order of ours that the venue placed itself, for a fill of another; say so where it is news."""
        seen = translate.row_order(row, order_id="", instruments=self._instruments)
        placed = None if seen is None else close_placed(self._table, seen)
        if placed is None:
            return None
        self._arrive(placed)
        return self._table.get(placed.order.order_id)

    def _stranger(self, row: messages.Execution, order_id: str) -> None:
        """Say what a row says of an order that is not ours, or that the log has forgotten."""
        for event in translate.foreign_news(row, instruments=self._instruments, order_id=order_id):
            self._arrive(event)
