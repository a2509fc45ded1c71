"""The risk component: the only author of OrderApproved, AmendApproved and CancelApproved.

Nothing reaches the venue that it has not said. It keeps its own replicas of our orders and of the portfolio; the room
that an approved order holds follows that order, so a final state gives it back by itself.

Pure. Imports: domain, market, orders, portfolio, and every file of risk. Imported by: run.
"""

from collections.abc import Iterable
from typing import Final

from fathom.domain import (
    AccountAgreed,
    AccountSeen,
    AmendApproved,
    AmendDenied,
    AmendWanted,
    BalancesSeen,
    BookMoved,
    BookQuarantined,
    BookTrusted,
    CancelApproved,
    CancelWanted,
    ClosePlaced,
    DisputeSettled,
    Ear,
    Entry,
    Event,
    ForeignTraded,
    FundsMoved,
    HaltOrdered,
    Happening,
    HealthSeen,
    InstrumentChanged,
    LimitsChanged,
    LimitsOrdered,
    LimitsRefused,
    OrderAbsent,
    OrderAccepted,
    OrderApproved,
    OrderDenied,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    ResumeOrdered,
    RunResumed,
    RunStarted,
    RunStopped,
    TimerFired,
    TimerWanted,
    VenueStatus,
    VenueStatusChanged,
)
from fathom.market import Market
from fathom.orders import ORDER_NEWS, Order
from fathom.portfolio import PORTFOLIO_NEWS
from fathom.risk.account import Account
from fathom.risk.amounts import exactly
from fathom.risk.breakers import BREAKERS, Breakers
from fathom.risk.checks import CHECKS, judge
from fathom.risk.flatten import slices
from fathom.risk.gate import GATE_NEWS, GATES, Gate
from fathom.risk.judging import ORDER, Refusal, propose, unamendable
from fathom.risk.limits import Limits, SymbolLimits, changed_limits, limits_at, limits_json
from fathom.risk.losses import LossWatch
from fathom.risk.repeats import Repeats
from fathom.risk.room import Terms
from fathom.risk.watches import Broken, RejectionWatch, VolatilityWatch, health_broken

NS_PER_SECOND: Final = 1_000_000_000
LOOK: Final = "look"  # The timer at which everything is looked at that no event tells of.
OF_TRADING: Final = frozenset({"trade", "margin", "rollover", "settled"})  # Rows of the ledger that may be a loss.
POST_ONLY: Final = "ost only"  # A refusal that a maker gets every day (errors.md): no sign of anything wrong.
NO_ROOM: Final = "rate: no room"  # Our own ledger's: nothing was sent, and the venue has refused nothing.
# Every name that a refusal or a halt may have.
REASONS: Final = tuple(dict.fromkeys((*GATES, ORDER, *BREAKERS, *(check.__name__ for check in CHECKS))))

_GATE: Final = frozenset(GATE_NEWS)
_OWN: Final = frozenset({OrderApproved, AmendApproved, CancelApproved})
_FIRST: Final[tuple[type[Happening], ...]] = (
    OrderWanted,
    AmendWanted,
    CancelWanted,
    BookMoved,
    BookTrusted,
    BookQuarantined,
    VenueStatusChanged,
    TimerFired,
    HealthSeen,
    HaltOrdered,
    ResumeOrdered,
    LimitsOrdered,
    BalancesSeen,
    AccountSeen,
    ForeignTraded,
    *GATE_NEWS,
)


class Risk:
    """Judges every want; trips breakers, cancels what they forbid, and sells what they say."""

    name = "risk"
    # Its own approvals are in its table from the moment it says them: two orders of one step share one room.
    hears: tuple[type[Happening], ...] = tuple(
        kind for kind in dict.fromkeys((*_FIRST, *ORDER_NEWS, *PORTFOLIO_NEWS)) if kind not in _OWN
    )

    def __init__(self, limits: Limits, *, market: Market, quote: str, reconciled_first: bool = False) -> None:
        """`reconciled_first`: nothing is approved until the account agreed, after each start and each gap."""
        self.limits = limits
        self.look_every_ns = NS_PER_SECOND  # At all that no event tells of.
        self.breakers = Breakers()
        self.gate = Gate(reconciled_first=reconciled_first)
        self.losses = LossWatch()
        self._repeats = Repeats()
        self.account = Account(market, quote=quote)
        self._market = market
        self._at: dict[str, tuple[Limits, SymbolLimits]] = {}
        self._volatility = VolatilityWatch(market, self.limits_at)
        self._rejections = RejectionWatch()
        self._venue_status: VenueStatus = "online"
        self._closing = False  # The run ended, and its orders with it.
        self._selling = False  # The run ended, and what our strategies hold is sold.
        self._look_ns = 0  # When the next look is due: a timer from before a restart may still come.

    def limits_at(self, symbol: str) -> tuple[Limits, SymbolLimits]:
        """Return the limits as they are at a symbol, and what it has of its own besides."""
        found = self._at.get(symbol)
        if found is None:
            found = self._at[symbol] = limits_at(self.limits, symbol)
        return found

    def ear_for(self, event: Event, plain: Ear) -> Ear | None:
        """Return what hears events like this one; None where the top of a book stands still."""
        if not isinstance(event, BookMoved):
            return plain
        return self._volatility.ear_for(event.symbol, plain) if event.top_changed else None

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what may be done."""
        event = entry.event
        # The way of nearly every entry. Where no mid moved only time passes, and that is looked at each second.
        if isinstance(event, BookMoved) and not (
            event.top_changed and self._volatility.broken_by(event.symbol, entry.time_ns)
        ):
            return ()
        return self._handle(entry)

    @exactly
    def _handle(self, entry: Entry) -> Iterable[Event]:
        event, now_ns = entry.event, entry.time_ns
        match event:
            case BookMoved() | BookTrusted():
                return self._moved(event.symbol, entry)
            case OrderWanted():
                return [self._judge_order(event, now_ns)]
            case AmendWanted():
                return [self._judge_amend(event, now_ns)]
            case CancelWanted():
                order = self.account.orders.get(event.order_id)
                return () if order is None or order.left_lots == 0 else self._cancel([order])
            case TimerFired():
                due = event.owner == self.name and now_ns >= self._look_ns
                return [*self._look(entry), self._next_look(now_ns)] if due else ()
            case BookQuarantined():  # Blind in this symbol: what rests there could be picked off.
                return self._cancel(self.account.orders.open(event.symbol))
            case HealthSeen():
                return self._trip_all(health_broken(event, self.limits, now_ns=now_ns), entry)
            case VenueStatusChanged():
                self._venue_status = event.status
                return ()
            case HaltOrdered():
                flatten = event.flatten or "kill" in self.limits.flatten_on
                return self._halt("kill", event.reason, entry, flatten=flatten)
            case ResumeOrdered():
                return self._resume(event)
            case LimitsOrdered():
                return [self._change_limits(event)]
            case _:
                return self._on_news(entry)

    # -- News --

    def _on_news(self, entry: Entry) -> Iterable[Event]:
        event, now_ns = entry.event, entry.time_ns
        if type(event) in _GATE:
            self.gate.hear(event)
            if isinstance(event, AccountAgreed):
                self._repeats.forget()
        if isinstance(event, BalancesSeen | AccountSeen | ForeignTraded | DisputeSettled | FundsMoved):
            return self._on_money(entry)
        if isinstance(event, ClosePlaced):
            placed = self.account.adopt(event, fee_share=self.limits_at(event.order.symbol)[0].fee_share)
            return self._cancel([placed]) if self._unwelcome(placed) else ()
        order = self.account.hear(event, now_ns=now_ns)
        match event:
            case OrderTraded():
                return self._look_at_losses(entry)
            case OrderAccepted() if order is not None and self._unwelcome(order):
                return self._cancel([order])  # Our first cancel overtook it.
            case OrderRejected() | OrderAbsent() if order is not None and order.state == "rejected":
                return self._on_rejection(order, entry)
            case RunStarted() | RunResumed():
                self._closing = self._selling = False
                return [self._next_look(now_ns)]
            case RunStopped() if event.orders != "keep":
                self._closing = True
                self._selling = event.orders == "flatten"
                said = self._cancel(self.account.orders.open())
                return [*said, *self._flatten(entry)] if self._selling else said
            case InstrumentChanged():
                self._volatility.forget(event.instrument.symbol)
            case _:
                pass
        return ()

    def _on_money(self, entry: Entry) -> Iterable[Event]:
        """Take in what the venue says of balances: what came or went otherwise than by our fills is no loss."""
        before = self.account.worth.equity()
        self.account.hear(entry.event, now_ns=entry.time_ns)
        if isinstance(entry.event, FundsMoved) and entry.event.kind in OF_TRADING:
            return ()
        after = self.account.worth.equity()
        if before is not None and after is not None and before != after:
            self.losses.move(after - before)
        return ()

    def _on_rejection(self, order: Order, entry: Entry) -> Iterable[Event]:
        if POST_ONLY in order.reason or order.reason.startswith(NO_ROOM):
            return ()
        limits, own = self.limits_at(order.symbol)
        return self._trip_all(self._rejections.note(order.symbol, limits, own, now_ns=entry.time_ns), entry)

    # -- Judging --

    def _judge_order(self, wanted: OrderWanted, now_ns: int) -> OrderApproved | OrderDenied:
        judged = self._judge(wanted, None, filled_lots=0, now_ns=now_ns)
        if not isinstance(judged, Terms):
            return OrderDenied(wanted.order_id, *judged)
        approved = OrderApproved(wanted)
        self.account.begin(approved, judged, now_ns=now_ns)
        return approved

    def _judge_amend(self, amend: AmendWanted, now_ns: int) -> AmendApproved | AmendDenied:
        order = self.account.orders.get(amend.order_id)
        refusal = unamendable(order, amend)
        if refusal is not None or order is None:
            return AmendDenied(amend.order_id, *(refusal or (ORDER, "")))
        judged = self._judge(order.wanted, amend, filled_lots=order.filled_lots, now_ns=now_ns)
        if not isinstance(judged, Terms):
            return AmendDenied(amend.order_id, *judged)
        approved = AmendApproved(amend)
        self.account.change(approved, judged, now_ns=now_ns)
        return approved

    def _judge(
        self, wanted: OrderWanted, amend: AmendWanted | None, *, filled_lots: int, now_ns: int
    ) -> Terms | Refusal:
        """Return the terms at which it is approved, or why it is not."""
        shut = self.gate.refusal(wanted.symbol)
        if shut is not None:
            return shut
        limits, own = self.limits_at(wanted.symbol)
        proposed = propose(
            self.account, self._market, wanted, amend=amend, filled_lots=filled_lots, now_ns=now_ns,
            venue_status=self._venue_status, limits=limits, own=own,
        )  # fmt: skip
        if isinstance(proposed[0], str):
            return proposed
        proposal, terms = proposed
        refusal = self.gate.refusal_to_add() if proposal.adds else None
        refusal = refusal or self.breakers.refusal(wanted.symbol, adds=proposal.adds) or judge(proposal, limits, own)
        if refusal is not None:
            return refusal
        assert isinstance(terms, Terms), f"no check refused what has no worth: {proposal}"
        return terms

    # -- Breakers --

    def _moved(self, symbol: str, entry: Entry) -> Iterable[Event]:
        broken = self._volatility.look(symbol, now_ns=entry.time_ns)
        return () if broken is None else self._trip_all((broken,), entry)

    def _look(self, entry: Entry) -> list[Event]:
        """Look at all that no event tells of: time, losses, mids, what outlived its cancel, what is still held."""
        said = self.breakers.release(now_ns=entry.time_ns)
        said += self._look_at_losses(entry)
        for symbol in self._market.books:
            said += self._moved(symbol, entry)
        unwelcome = [order for order in self.account.orders.open() if not order.changing and self._unwelcome(order)]
        said += self._cancel(self._repeats.due(unwelcome, now_ns=entry.time_ns))
        if self.breakers.flatten or self._selling:
            said += self._flatten(entry)
        return said

    def _next_look(self, now_ns: int) -> TimerWanted:
        self._look_ns = now_ns + self.look_every_ns
        return TimerWanted(self.name, LOOK, self._look_ns)

    def _look_at_losses(self, entry: Entry) -> list[Event]:
        equity = self.account.worth.equity()
        if equity is None:
            return []
        said: list[Event] = []
        for limit, detail in self.losses.look(equity, now_ns=entry.time_ns, limits=self.limits):
            said += self._halt(limit, detail, entry, flatten=limit in self.limits.flatten_on)
        return said

    def _trip_all(self, broken: Iterable[Broken], entry: Entry) -> list[Event]:
        said: list[Event] = []
        for one in broken:
            said += self._halt(one.limit, one.detail, entry, symbol=one.symbol, until_ns=one.until_ns)
        return said

    def _halt(
        self,
        limit: str,
        detail: str,
        entry: Entry,
        *,
        symbol: str = "",
        until_ns: int | None = None,
        flatten: bool = False,
    ) -> list[Event]:
        """Trip a breaker; cancel what it forbids, and begin to sell where it says so. Nothing where it is tripped."""
        halted = self.breakers.trip(limit, detail, symbol=symbol, until_ns=until_ns, flatten=flatten)
        if halted is None:
            return []
        forbidden = [order for order in self.account.orders.open() if self._forbidden(order)]
        said: list[Event] = [halted, *self._cancel(forbidden)]
        return [*said, *self._flatten(entry)] if flatten else said

    def _resume(self, event: ResumeOrdered) -> list[Event]:
        said: list[Event] = []
        for resumed in self.breakers.resume(event.limit, event.reason):
            self.losses.accept(resumed.limit)
            if resumed.limit == "rejections_max":
                self._rejections.forget()
            if resumed.limit == "volatility_share_max":
                self._volatility.forget(resumed.symbol)
            said.append(resumed)
        return said

    def _change_limits(self, event: LimitsOrdered) -> LimitsChanged | LimitsRefused:
        try:
            self.limits = changed_limits(self.limits, event.changes, symbols=self._market.instruments)
        except ValueError as error:
            return LimitsRefused(str(error))
        self._at.clear()
        self._volatility.forget()
        return LimitsChanged(limits_json(self.limits))

    # -- Cancelling and selling --

    def _forbidden(self, order: Order) -> bool:
        """Whether a tripped breaker wants the order gone: a hard one all but our own sales, a soft one what adds."""
        if order.left_lots == 0 or order.order_id.startswith(f"{self.name}-"):
            return False
        return self.breakers.refusal(order.symbol, adds=self.account.adds(order)) is not None

    def _unwelcome(self, order: Order) -> bool:
        """Whether the order should be gone, and may have been cancelled while it was on its way."""
        book = self._market.books.get(order.symbol)
        own_sale = self._selling and order.order_id.startswith(f"{self.name}-")
        if (self._closing and not own_sale) or book is None or not book.trusted:
            return order.left_lots > 0
        return bool(self.breakers.tripped) and self._forbidden(order)

    def _cancel(self, orders: list[Order]) -> list[Event]:
        """Cancel these, what adds first."""
        adding = [order for order in orders if self.account.adds(order)]
        said: list[Event] = []
        reducing = [order for order in orders if not self.account.adds(order)]
        for order in (*adding, *reducing):
            cancel = CancelApproved(order.order_id)
            self.account.orders.apply(cancel)
            said.append(cancel)
        return said

    def _flatten(self, entry: Entry) -> list[Event]:
        said: list[Event] = []
        for wanted, terms in slices(
            self.account,
            self._market,
            name=self.name,
            entry_seq=entry.seq,
            limits_at=lambda symbol: self.limits_at(symbol)[0],
            may_trade=self._may_sell,
        ):
            approved = OrderApproved(wanted)
            self.account.begin(approved, terms, now_ns=entry.time_ns)
            said.append(approved)
        return said

    def _may_sell(self, symbol: str) -> bool:
        status = self._market.instruments[symbol].status
        online = {status, self._venue_status} <= {"online", "limit_only"}
        return online and self.gate.refusal(symbol, selling=self._selling) is None
