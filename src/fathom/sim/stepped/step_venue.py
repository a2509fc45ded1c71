"""The venue of a backtest: our orders in the queues of a recorded market, by Kraken's rules.

It refuses what Kraken would: by form, by the pair's minima and state, by the engine's state, by how fast requests came
and how many orders are open, and by what the account has. Pure. Imports: domain, kernel, market, pace, paper_order,
paper_venue, protocol, step_fees, step_ground. Imported by: world.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    CancelApproved,
    CancelRejected,
    Event,
    FeesSeen,
    Instrument,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    VenueStatus,
)
from fathom.kernel import stepper as kernel
from fathom.market import Market, Place
from fathom.protocol import budget
from fathom.sim.paper_floor import Fees
from fathom.sim.paper_order import PaperOrder
from fathom.sim.paper_venue import UNAVAILABLE, PaperVenue, Request
from fathom.sim.stepped.pace import Pace, Sent, TierName
from fathom.sim.stepped.step_fees import StepFees
from fathom.sim.stepped.step_ground import StepGround

TICK_SIZE: Final = "EOrder:Tick size check failed"
ORDER_MINIMUM: Final = "EOrder:Order minimum not met"
COST_MINIMUM: Final = "EOrder:Cost minimum not met"
CANCEL_ONLY: Final = "EService:Market in cancel_only mode"
POST_ONLY_MODE: Final = "EService:Market in post_only mode"
LIMIT_ONLY_MODE: Final = "EService:Market in limit_only mode"


class Queued(Struct, frozen=True):
    """What became of one order's place in a queue, from when it came to rest until it was filled or left."""

    symbol: str
    ahead_lots: int  # When it came.
    rested_ns: int
    filled_lots: int
    qty_lots: int


class StepVenue(PaperVenue):
    """One account's orders in the queues of recorded markets."""

    _ground: StepGround

    def __init__(
        self,
        market: Market,
        steppers: Mapping[str, kernel.Stepper],
        *,
        balances: Mapping[str, Decimal],
        fees: Fees | None = None,
        volume_usd: int = 0,
        tier: TierName | budget.Tier = "starter",
    ) -> None:
        """`fees`: those of all pairs; None: Kraken's schedule, from `volume_usd` of the last thirty days on."""
        super().__init__(market, StepGround(steppers), fees or Fees(), balances=balances)
        self.steppers = dict(steppers)
        self.fees = StepFees(fees, volume_usd=volume_usd)
        self.status: VenueStatus = "online"
        self.queued: list[Queued] = []
        self.pace = Pace(tier, symbol_of=self.symbol_of, reserve=0)
        self._joined: dict[str, tuple[int, int, int]] = {}  # Order -> ahead, when, and what of it was filled then.
        for instrument in market.instruments.values():
            self._adopt(instrument)

    def symbol_of(self, order_id: str) -> str | None:
        """Return the pair of an open order."""
        order = self._floor.open.get(order_id)
        return None if order is None else order.symbol

    def place(self, venue_order_id: str) -> Place | None:
        """Return where an order of ours stands, by the venue's id of it."""
        for order in self._floor.open.values():
            if order.venue_order_id == venue_order_id:
                return self._ground.place(order)
        return None

    def pass_time(self, now_ns: int) -> list[Event]:
        """Let it be `now_ns`; return what expired."""
        return self._told(super().pass_time(now_ns))

    def request(self, request: Request) -> list[Event]:
        """Take one request in, now; return the answers in order: first of what the recording did until now."""
        return [*self._until_now(request), *self._answered(request)]

    def _until_now(self, request: Request) -> list[Event]:
        """Return what happened up to the nanosecond of a request: whoever cancels then comes too late."""
        symbol: str | None = None
        match request:
            case OrderApproved():
                symbol = request.order.symbol
            case AmendApproved():
                symbol = self.symbol_of(request.amend.order_id)
            case CancelApproved():
                symbol = self.symbol_of(request.order_id)
            case _:
                pass
        if symbol is None or symbol not in self.steppers:
            return []
        self._ground.come_to_now(symbol)
        return self.moved(symbol)

    def _answered(self, request: Request) -> list[Event]:
        if isinstance(request, OrderApproved | AmendApproved | CancelApproved):
            refusal = self._refusal_by_state(request) or self.pace.refusal(request, self._floor.now_ns)
            if refusal:
                return [self._refused(request, refusal)]
        if isinstance(request, OrderApproved):
            self._adopt(self._market.instruments[request.order.symbol])
        said = self._told(super().request(request))
        if isinstance(request, OrderApproved | AmendApproved):
            self._note_join(request.order.order_id if isinstance(request, OrderApproved) else request.amend.order_id)
        return said

    def moved(self, symbol: str) -> list[Event]:
        """Return what the recording did to ours at the place to which it was stepped."""
        said: list[Event] = []
        self._adopt(self._market.instruments[symbol])
        for order, take in self._ground.filled(symbol):
            said += self._floor.fill(order, take, "maker")
            self._note_join(order.order_id)
        for order in self._ground.fired(symbol):
            order.trigger = None
            said += self._floor.trade(order)
            self._note_join(order.order_id)
        return self._told(said)

    def trusted_again(self, symbol: str) -> list[Event]:
        """Let those begin whose price was reached while there was no book to trade on."""
        said: list[Event] = []
        for order in [one for one in self._floor.in_symbol(symbol) if one.fired]:
            said += self._floor.trade(order)
            self._note_join(order.order_id)
        return self._told(said)

    def switched_off(self) -> list[Event]:
        """Return the end of every open order: nobody was heard of for as long as the dead man's switch waits."""
        open_orders = list(self._floor.open.values())
        return self._told([self._floor.end(order, "Dead man's switch") for order in open_orders])

    def fees_seen(self) -> list[FeesSeen]:
        """Return the account's fees as the venue tells them."""
        return [self.fees.seen(one, self._floor.now_ns) for one in self._market.instruments.values()]

    def finish(self) -> None:
        """Count what rests still among the queues."""
        for order_id in list(self._joined):
            order = self._floor.open.get(order_id)
            if order is not None:
                self._note_left(order_id, order)

    # -- Kraken's rules ----------------------------------------------------------------------------------------------

    def _refusal_by_state(self, request: Sent) -> str:
        """Return what the engine's state or the pair's forbids."""
        symbol = (
            request.order.symbol
            if isinstance(request, OrderApproved)
            else self.symbol_of(request.amend.order_id if isinstance(request, AmendApproved) else request.order_id)
        )
        if symbol is None:
            return ""
        states = {self.status, self._market.instruments[symbol].status}
        if "maintenance" in states:
            return UNAVAILABLE
        if isinstance(request, CancelApproved):
            return ""
        if "cancel_only" in states:
            return CANCEL_ONLY
        if isinstance(request, AmendApproved):
            return ""
        if "post_only" in states and not (request.order.post_only and request.order.order_type == "limit"):
            return POST_ONLY_MODE
        if "limit_only" in states and request.order.order_type != "limit":
            return LIMIT_ONLY_MODE
        return ""

    def _refusal_of(self, wanted: OrderWanted) -> str:
        """Return what the pair does not allow: finer prices than its ticks, less than its minima."""
        one = self._market.instruments[wanted.symbol]
        prices: Sequence[int] = [ticks for ticks in (wanted.price_ticks, wanted.trigger_ticks) if ticks is not None]
        if any(ticks % one.price_increment_ticks for ticks in prices):
            return TICK_SIZE
        if wanted.qty_lots < one.qty_lots_min or wanted.qty_lots % one.qty_increment_lots:
            return ORDER_MINIMUM
        ticks = wanted.price_ticks if wanted.price_ticks is not None else self._ground.last_ticks(wanted.symbol)
        if ticks is not None and one.cost(price_ticks=ticks, qty_lots=wanted.qty_lots) < one.cost_min:
            return COST_MINIMUM
        return ""

    def _refused(self, request: Sent, reason: str) -> Event:
        match request:
            case OrderApproved():
                self._floor.records.refused(request.order.order_id, reason)
                return OrderRejected(request.order.order_id, reason)
            case AmendApproved():
                return AmendRejected(request.amend.order_id, reason)
            case CancelApproved():
                return CancelRejected(request.order_id, reason)

    # -- What is kept --------------------------------------------------------------------------------------------------

    def _adopt(self, instrument: Instrument) -> None:
        """Let the fees be those that hold in a pair now."""
        self._floor.fees = self.fees.of(instrument, self._floor.now_ns)

    def _told(self, said: Iterable[Event]) -> list[Event]:
        """Keep count of what is said: fills for the volume, ends for the counters."""
        told = list(said)
        for event in told:
            match event:
                case OrderTraded():
                    one = self._market.instruments[event.symbol]
                    cost = one.cost(price_ticks=event.price_ticks, qty_lots=event.qty_lots)
                    self.fees.trade(one, cost, self._floor.now_ns)
                case OrderFilled() | OrderCanceled():
                    self.pace.gone(event.order_id)
                    ended = self._floor.records.order(event.order_id)
                    if ended is not None:
                        self._note_left(event.order_id, ended)
                case _:
                    pass
        return told

    def _note_join(self, order_id: str) -> None:
        """Remember where an order came to stand, if it does."""
        order = self._floor.open.get(order_id)
        if order is None or order.resting is None:
            return
        joined = self._joined.get(order_id)
        if joined is None or joined[1] != order.resting.since_ns:
            if joined is not None:
                self._note_left(order_id, order)
            self._joined[order_id] = (order.resting.ahead_lots, order.resting.since_ns, order.filled_lots)

    def _note_left(self, order_id: str, order: PaperOrder) -> None:
        joined = self._joined.pop(order_id, None)
        if joined is not None:
            ahead, since_ns, before = joined
            filled = order.filled_lots - before
            self.queued.append(
                Queued(order.symbol, ahead, self._floor.now_ns - since_ns, filled, filled + order.left_lots)
            )
