"""Our orders' way to the venue and back: an approval becomes a request, an answer or a row of the stream an event.

It acts only on entries that are in the journal. An answer that does not come makes an order unsure, and the reconciler
has it looked up: nothing is ever sent twice.

Imports: domain, net, orders, protocol; order_path. Imported by: run/trading/session.
"""

from collections.abc import Callable, Mapping
from typing import Final

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    Entry,
    Event,
    ForeignCancelWanted,
    ForeignOrderSeen,
    ForeignTraded,
    Happening,
    Instrument,
    LocalError,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderRejected,
    OrderTimed,
    Refused,
    RemoteError,
    Unsure,
)
from fathom.orders import FINAL, ClientIds, OrderTable
from fathom.protocol import messages, translate
from fathom.run.trading.order_path import OrderPath, Sent
from fathom.run.trading.trader import Performer

Request = messages.AddOrder | messages.AmendOrder | messages.CancelOrder
# The venue places a close under an id of its own. Until its rows are told as ClosePlaced they would be a stranger's.
NO_CLOSE: Final = "a conditional close is not recognised as ours on this venue: let the bracket keep its exits itself"
NEWS: Final = frozenset({"canceled", "expired", "filled", "trade", "new", "amended", "restated"})


class Gateway:
    """One account's orders, by the venue's private stream and answers."""

    def __init__(
        self,
        arrive: Callable[[Event], None],
        path: OrderPath,
        *,
        ids: ClientIds,
        instruments: Mapping[str, Instrument],
    ) -> None:
        """`ids` are fed by `seen`, as everything here is: over a restart too."""
        self._arrive = arrive
        self._path = path
        self.ids = ids
        self._instruments = instruments
        self._table = OrderTable()

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
        self.ids.apply(entry.event)
        self._table.apply(entry.event)

    def open_orders(self) -> list[str]:
        """Return our ids of what is open, or may be."""
        return [order.order_id for order in self._table.open()]

    # -- Out -------------------------------------------------------------------------------------------------

    def _add(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, OrderApproved)
        order_id = event.order.order_id
        if event.order.close is not None:
            self._arrive(OrderRejected(order_id, NO_CLOSE))
            return
        instrument = self._instruments.get(event.order.symbol)
        if instrument is None:
            self._arrive(OrderRejected(order_id, f"the rules of {event.order.symbol} are not known"))
            return
        try:
            request = translate.add_request(event, instrument=instrument, cl_ord_id=self.ids.client_id(order_id))
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
        request = translate.amend_request(
            event,
            instrument=instrument,
            cl_ord_id=self.ids.client_id(order_id),
            post_only=event.amend.post_only,
            order_type=order.wanted.order_type,
        )
        self._send(request, order_id, "amend")

    def _cancel(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, CancelApproved)
        request = translate.cancel_request(event, cl_ord_id=self.ids.client_id(event.order_id))
        self._send(request, event.order_id, "cancel")

    def _cancel_foreign(self, entry: Entry) -> None:
        event = entry.event
        assert isinstance(event, ForeignCancelWanted)
        params = messages.CancelOrderParams(order_id=(event.venue_order_id,))
        self._path.send(messages.CancelOrder(params=params), lambda _: None)

    def _send(self, request: Request, order_id: str, kind: str) -> None:
        self._path.send(request, lambda sent: self._answered(sent, order_id, kind))

    # -- Back ------------------------------------------------------------------------------------------------

    def _answered(self, sent: Sent, order_id: str, kind: str) -> None:
        """Say what an answer says, and when it went its way."""
        if sent.timed:
            self._arrive(OrderTimed(order_id, kind, sent.sent_ns, sent.received_ns, sent.time_in_ns, sent.time_out_ns))
        event = self._said(sent, order_id, kind)
        if event is not None:
            self._arrive(event)

    def _said(self, sent: Sent, order_id: str, kind: str) -> Event | None:
        error = sent.error
        if error is None:
            return self._done(sent, order_id, kind)
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

    def _done(self, sent: Sent, order_id: str, kind: str) -> Event | None:
        match kind:
            case "add":
                assert sent.venue_order_id is not None
                return OrderAccepted(order_id, sent.venue_order_id)
            case "amend":
                order = self._table.get(order_id)
                asked = None if order is None else order.asked
                # The stream tells the same with the venue's own numbers; whichever comes first settles it.
                if order is None or asked is None or order.state in FINAL:
                    return None
                return OrderAmended(order_id, asked.price_ticks, asked.qty_lots)
            case _:
                return CancelRejected(order_id, "it was not open any more") if sent.missing else None

    # -- The private stream --------------------------------------------------------------------------------------

    def on_execution(self, row: messages.Execution) -> None:
        """Say what a row of the private stream says of one of our orders, or of a stranger's."""
        order_id = None if row.cl_ord_id is None else self.ids.order_id(row.cl_ord_id)
        order = None if order_id is None else self._table.get(order_id)
        try:
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
                self._arrive(event)
        except (RemoteError, LocalError) as error:  # A pair that is not subscribed: the account's own look tells it.
            self.odd(str(error))

    def _stranger(self, row: messages.Execution, order_id: str) -> None:
        """Say what a row says of an order that is not ours, or that the log has forgotten."""
        fill = translate.row_fill(row, order_id=order_id, instruments=self._instruments)
        if fill is not None:
            self._arrive(ForeignTraded(fill))
        order = translate.row_order(row, order_id=order_id, instruments=self._instruments)
        if order is not None and fill is None:
            self._arrive(ForeignOrderSeen(order))

    def odd(self, what: str) -> None:
        """A row that cannot be said in our words; whoever listens may tell."""

    def absent(self, order_id: str) -> None:
        """The venue has never heard of it."""
        self._arrive(OrderAbsent(order_id))
