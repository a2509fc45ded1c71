"""The bot's private link: orders out, and what the venue says of them as events.

Pure. Imports: domain, protocol, line, our_orders, rest_desk. Imported by: rough.
"""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Final

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    Entry,
    ForeignCancelWanted,
    FrameReceived,
    LinkDropped,
    LinkOpened,
    LocalError,
    OrderAmended,
    OrderApproved,
    OrderRejected,
    RemoteError,
)
from fathom.protocol import (
    CloseWanted,
    FailedResponse,
    Reconnect,
    RequestSettled,
    RequestUnsure,
    SequenceGap,
    Session,
    SubscriptionActive,
    cancel_order,
    rest,
    translate,
)
from fathom.protocol.messages import (
    AddOrder,
    AddOrderResponse,
    AmendOrder,
    AmendOrderResponse,
    BalancesParams,
    BalancesSnapshot,
    BalancesUpdate,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterParams,
    CancelOrder,
    Execution,
    ExecutionsMessage,
    ExecutionsParams,
)
from fathom.sim.chaos.line import Door, Line, Shore
from fathom.sim.chaos.our_orders import OurOrders
from fathom.sim.chaos.rest_desk import RestDesk
from fathom.sim.chaos.strangers import Strangers
from fathom.sim.chaos.weather import SECOND_NS, Weather

LINK: Final = "private"
DEADLINE_NS: Final = 5 * SECOND_NS  # The engine refuses an order that reaches it later (websocket-v2.md 8.1).
NOT_SENT: Final = "not sent: there is no connection"


class PrivateEdge:
    """One connection after another to the private host."""

    def __init__(
        self, shore: Shore, door: Door, desk: RestDesk, ours: OurOrders, *, weather: Weather, random: Random
    ) -> None:
        self._shore = shore
        self._door = door
        self._desk = desk
        self._ours = ours
        self._weather = weather
        self._random = random
        self._session = Session(rng=random)
        self._reconnect = Reconnect(rng=random)
        self._strangers = Strangers(ours)
        self._asked: dict[int, tuple[str, AddOrder | AmendOrder | CancelOrder]] = {}
        self._amended: dict[str, tuple[int, int]] = {}  # Amends that the answer told before the stream did.
        self._gap = False
        self._connections = 0
        self.line: Line | None = None
        now_ns = shore.bot_ns
        self._session.want(ExecutionsParams(snap_orders=True, snap_trades=True), now_ns=now_ns)
        self._session.want(BalancesParams(snapshot=True), now_ns=now_ns)

    @property
    def deadline_ns(self) -> int | None:
        """When `wake` is due, by the bot's clock."""
        return self._session.deadline_ns

    # -- The connection ----------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Get a token and connect, or try again later."""
        self._desk.ask(rest.GetWebSocketsToken(), self._connect, urgent=True)

    def _connect(self, token: rest.WebSocketsToken) -> None:
        line = self._door(LINK, self._on_frame, self._closed)
        if line is None:
            self._again()
            return
        self.line = line
        self._gap = False
        self._connections += 1
        self._reconnect.opened(now_ns=self._shore.bot_ns)
        self._shore.say(LinkOpened(LINK))
        self._session.opened(now_ns=self._shore.bot_ns, token=token.token)
        self._flush()
        self._hold_switch(self._connections)

    def wake(self) -> None:
        """Do what is due."""
        self._heed(self._session.wake(now_ns=self._shore.bot_ns))

    def _closed(self, reason: str) -> None:
        self.line = None
        told = self._session.closed(now_ns=self._shore.bot_ns, reason=reason)
        if not self._gap:
            self._shore.say(LinkDropped(LINK, reason))
        self._amended.clear()
        self._heed(told)
        self._asked.clear()
        self._again()

    def _again(self) -> None:
        now_ns = self._shore.bot_ns
        self._shore.after(self._reconnect.ended("dropped", now_ns=now_ns) - now_ns, self.connect)

    def _hold_switch(self, connection: int) -> None:
        """Renew the dead man's switch, as long as this connection lives."""
        if self.line is None or connection != self._connections:
            return
        params = CancelAllOrdersAfterParams(timeout=self._weather.switch_s)
        self._send(CancelAllOrdersAfter(params=params))
        self._shore.after(self._weather.switch_s * SECOND_NS // 3, lambda: self._hold_switch(connection))

    # -- Out ---------------------------------------------------------------------------------------------------

    def perform(self, entry: Entry) -> None:
        """Send what was approved. What cannot be sent is told so: it surely never was."""
        event = entry.event
        match event:
            case OrderApproved():
                order_id = event.order.order_id
                request = translate.add_request(
                    event,
                    instrument=self._ours.instruments[event.order.symbol],
                    cl_ord_id=self._ours.client_id(order_id),
                    deadline_ns=self._shore.bot_ns + DEADLINE_NS,
                )
                if not self._send(request, order_id):
                    self._shore.say(OrderRejected(order_id, NOT_SENT))
            case AmendApproved():
                order_id = event.amend.order_id
                known = self._ours.get(order_id)
                if known is None or not self._send(
                    translate.amend_request(
                        event,
                        instrument=self._ours.instruments[known.symbol],
                        cl_ord_id=self._ours.client_id(order_id),
                        post_only=event.amend.post_only,
                        deadline_ns=self._shore.bot_ns + DEADLINE_NS,
                    ),
                    order_id,
                ):
                    self._shore.say(AmendRejected(order_id, NOT_SENT))
            case CancelApproved():
                cancel = translate.cancel_request(event, cl_ord_id=self._ours.client_id(event.order_id))
                if not self._send(cancel, event.order_id):
                    self._shore.say(CancelRejected(event.order_id, NOT_SENT))
            case ForeignCancelWanted():
                self._send(cancel_order(order_ids=(event.venue_order_id,)))
            case _:
                pass

    def _send(self, request: AddOrder | AmendOrder | CancelOrder | CancelAllOrdersAfter, order_id: str = "") -> bool:
        try:
            req_id = self._session.send(request, now_ns=self._shore.bot_ns, timeout_ns=self._weather.answer_ns)
        except LocalError:
            return False
        if order_id and not isinstance(request, CancelAllOrdersAfter):
            self._asked[req_id] = (order_id, request)
        self._flush(may_be_lost=True)
        return True

    def _flush(self, *, may_be_lost: bool = False) -> None:
        for frame in self._session.take_outbox():
            if self.line is None or not self.line.is_open:
                continue
            chance = self._random.random() if may_be_lost and self._shore.stormy else 1.0
            if chance < self._weather.lost_request_share:
                self.line.lose(frame)
            elif chance < self._weather.lost_request_share + self._weather.late_request_share:
                self.line.post(frame, extra_ns=self._random.randint(*self._weather.late_request_ns))
            else:
                self.line.post(frame)

    # -- In ----------------------------------------------------------------------------------------------------

    def _on_frame(self, frame: bytes) -> None:
        self._shore.say(FrameReceived(LINK, frame))
        self._heed(self._session.receive(frame, now_ns=self._shore.bot_ns))

    def _heed(self, said: Sequence[object]) -> None:
        self._flush()
        for one in said:
            match one:
                case ExecutionsMessage():
                    self._executions(one)
                case BalancesSnapshot():
                    self._shore.say(translate.balances_seen(one))
                case BalancesUpdate():
                    for moved in translate.funds_moved(one):
                        self._shore.say(moved)
                case AddOrderResponse() | AmendOrderResponse():
                    self._taken(one)
                case FailedResponse():
                    self._refused(one)
                case CloseWanted():
                    self._leave(one.reason)
                case _:
                    self._told(one)

    def _told(self, one: object) -> None:
        """Heed what the session tells of requests and subscriptions."""
        match one:
            case RequestSettled():
                self._asked.pop(one.req_id, None)
            case RequestUnsure() if one.req_id in self._asked:  # It stays there: the answer may come yet.
                self._shore.say(AnswerOverdue(self._asked[one.req_id][0]))
            case SequenceGap(channel="executions") if not self._gap:
                self._gap = True
                self._shore.say(LinkDropped(LINK, "a gap in executions"))
            case SubscriptionActive(channel="executions") if self._gap:
                self._gap = False
                self._shore.say(LinkOpened(LINK))
            case _:
                pass

    def _leave(self, reason: str) -> None:
        if self.line is not None:
            self.line.leave()
            self._closed(reason)

    def _taken(self, response: AddOrderResponse | AmendOrderResponse) -> None:
        order_id, request = self._asked.get(response.req_id or 0, ("", None))
        if isinstance(response, AddOrderResponse):
            accepted = translate.order_taken(response, order_id=order_id)
            if order_id and accepted is not None:
                self._ours.met(order_id, accepted.venue_order_id)
                self._shore.say(accepted)
            return
        known = self._ours.get(order_id)
        if known is None or not isinstance(request, AmendOrder):
            return
        instrument = self._ours.instruments[known.symbol]
        price, qty = request.params.limit_price, request.params.order_qty
        if not isinstance(price, Decimal) or qty is None:
            return
        asked = (instrument.price_ticks(price), instrument.qty_lots(qty))
        if (known.price_ticks, known.qty_lots) != asked:
            self._amended[order_id] = asked
            self._tell_amended(order_id, *asked)

    def _refused(self, response: FailedResponse) -> None:
        order_id, request = self._asked.get(response.req_id or 0, ("", None))
        if request is not None:
            self._shore.say(translate.order_refused(request, response.error, order_id=order_id))

    def _tell_amended(self, order_id: str, price_ticks: int, qty_lots: int) -> None:
        self._ours.changed(order_id, price_ticks=price_ticks, qty_lots=qty_lots)
        self._shore.say(OrderAmended(order_id, price_ticks, qty_lots))

    def _executions(self, message: ExecutionsMessage) -> None:
        try:
            for row in message.data:
                self._row(row, message)
        except RemoteError as error:
            self._leave(str(error))

    def _row(self, row: Execution, message: ExecutionsMessage) -> None:
        alone = ExecutionsMessage(type=message.type, data=(row,), sequence=message.sequence)
        known = self._ours.known.get(row.cl_ord_id or "") or self._ours.known.get(row.order_id)
        if known is None:
            for event in self._strangers.told(row):
                self._shore.say(event)
            return
        self._ours.met(known.order_id, row.order_id)
        news = translate.execution_news(alone, ours=self._ours.known, instruments=self._ours.instruments)
        for event in news.events:
            if isinstance(event, OrderAmended):
                told = self._amended.pop(event.order_id, None)
                if told != (event.price_ticks, event.qty_lots):
                    self._tell_amended(event.order_id, event.price_ticks, event.qty_lots)
                continue
            self._shore.say(event)
        if message.type == "snapshot" and row.exec_id is None:
            self._as_it_rests(row, known)

    def _as_it_rests(self, row: Execution, known: translate.OurOrder) -> None:
        """Tell what an open order rests with where that is not what we knew: an amend was taken in a gap."""
        instrument = self._ours.instruments[known.symbol]
        price_ticks = None if row.limit_price is None else instrument.price_ticks(row.limit_price)
        qty_lots = None if row.order_qty is None else instrument.qty_lots(row.order_qty)
        if price_ticks is None or qty_lots is None or (price_ticks, qty_lots) == (known.price_ticks, known.qty_lots):
            return
        self._tell_amended(known.order_id, price_ticks, qty_lots)
