"""The reconciler: compares the log with the venue, by orders, fills and balances, and says what lacks.

It asks for the account at the start, after every gap of the private stream, and all the time; it looks orders without
an answer up, and never has one sent again. What it finds is news like the stream's; what nobody can explain is
disputed, and nothing new is ordered there. docs/reconciliation.md has the rules. Pure. Imports: domain, and its own
files. Imported by: run.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Final

from fathom.domain import (
    AccountAgreed,
    AccountSeen,
    AccountWanted,
    AnswerOverdue,
    BalancesSeen,
    Entry,
    Event,
    ForeignCancelWanted,
    ForeignOrderSeen,
    ForeignTraded,
    FundsMoved,
    Happening,
    InstrumentChanged,
    LinkDropped,
    LinkOpened,
    OrderTraded,
    ResumeOrdered,
    RunResumed,
    RunStarted,
    TimerFired,
    TimerWanted,
    VenueOrder,
)
from fathom.orders.balances import BalanceRecord, Difference
from fathom.orders.closes import close_placed
from fathom.orders.comparing import OrderComparison, overfill, traded, unknown_ends
from fathom.orders.disputes import Disputes, Doubt
from fathom.orders.foreign import ForeignOrders
from fathom.orders.ids import is_marked
from fathom.orders.lookups import SECOND_NS, Lookups
from fathom.orders.state import ORDER_NEWS
from fathom.orders.table import Order, OrderTable

PRIVATE: Final = "private"  # The link whose stream tells of our orders.
DISPUTE: Final = "dispute"  # `limit` of the ResumeOrdered with which a person accepts the venue's word.
EVERY_NS: Final = 60 * SECOND_NS
REST_LAG_NS: Final = 60 * SECOND_NS  # REST's accounts may be a minute behind (websocket-v2.md 2.3).
SOON_NS: Final = 5 * SECOND_NS  # To the second look at what does not agree; doubled up to EVERY_NS while it does not.
ANSWER_NS: Final = 30 * SECOND_NS  # No account came in this time: it is asked for again, doubled up to the next.
ANSWER_NS_MAX: Final = 600 * SECOND_NS
ASKED_MAX: Final = 50  # Orders asked for by name in one question; the others have their turn when these are settled.
LOOK: Final = "look"
LOOKUP: Final = "lookup"


class Reconciler:
    """Keeps its own replica of our orders, and its own sum of the balances."""

    name = "reconciler"
    hears: tuple[type[Happening], ...] = (
        RunStarted,
        RunResumed,
        LinkOpened,
        LinkDropped,
        TimerFired,
        AccountSeen,
        BalancesSeen,
        FundsMoved,
        ForeignOrderSeen,
        ForeignTraded,
        InstrumentChanged,
        ResumeOrdered,
        *ORDER_NEWS,
    )

    def __init__(
        self, *, mark: str, symbols: Collection[str], every_ns: int = EVERY_NS, lag_ns: int = REST_LAG_NS
    ) -> None:
        """`mark`: this bot's, as `mark_of` gives it. `symbols`: what it trades; balances of other assets may differ.

        `lag_ns`: how far REST may be behind, 0 where it is not REST that answers.
        """
        self.mark = mark
        self._symbols = tuple(sorted(symbols))
        self._every_ns = every_ns
        self._lag_ns = lag_ns
        self._table = OrderTable()
        self._record = BalanceRecord()
        self._foreign = ForeignOrders()
        self._disputes = Disputes()
        self._lookups = Lookups(lag_ns=lag_ns)
        self._assets: dict[str, list[str]] = {}  # What our symbols trade -> those symbols.
        self._heard_ns: dict[str, int] = {}  # When each order was told of last.
        self._unknown: list[str] = []  # Should be open, and the last account showed nothing of them.
        self._stream_whole = True
        self._accepting = False  # A person accepts what the next account says.
        self._since_ns = 0  # Everything before was compared and agreed.
        self._asked_ns: int | None = None  # When the question was asked whose answer is to come.
        self._asked: frozenset[str] = frozenset()
        self._fresh_ns = 0  # An account from before this was asked too early: a gap came after it.
        self._agreed_since_gap = False
        self._answer_wait_ns = ANSWER_NS
        self._soon_wait_ns = SOON_NS
        self._due_ns: dict[str, int] = {}  # When each timer is due; one that fires earlier was overtaken.

    @property
    def orders(self) -> OrderTable:
        """Our orders, as this component knows them: to look at, never to change."""
        return self._table

    @property
    def foreign(self) -> tuple[VenueOrder, ...]:
        """Strangers' open orders."""
        return self._foreign.open

    @property
    def disputed(self) -> tuple[Doubt, ...]:
        """What cannot be explained now."""
        return self._disputes.open

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in; return what is asked, found and made of it."""
        if entry.author == self.name:
            return ()  # It was taken in when it was said.
        event, now_ns = entry.event, entry.time_ns
        match event:
            case AccountSeen():
                return self._look(event, now_ns)
            case TimerFired():
                return self._wake(event.timer, now_ns) if event.owner == self.name else ()
            case RunStarted() | RunResumed() | LinkOpened() | LinkDropped() | ResumeOrdered():
                return self._on_run(event, now_ns)
            case BalancesSeen():
                self._record.told(event.balances, time_ns=now_ns)
            case FundsMoved():
                self._record.row(event, time_ns=now_ns)
            case ForeignTraded():
                self._record.trade(event.fill, time_ns=now_ns, by_stream=True)
            case ForeignOrderSeen():
                self._foreign.told(event.order, time_ns=now_ns)
            case InstrumentChanged():
                self._learn(event)
            case _:
                return list(self._on_news(event, now_ns))
        return ()

    def _on_run(self, event: Event, now_ns: int) -> Iterable[Event]:
        match event:
            case RunStarted():
                self._since_ns = now_ns
                return self._begin("the run begins", now_ns)
            case RunResumed():
                self._due_ns.clear()  # Whoever had to wake us is gone.
                self._asked_ns = None
                return [*self._begin("the run goes on", now_ns), *self._lookup_timer(now_ns)]
            case LinkOpened() if event.link == PRIVATE:
                self._stream_whole = True
                return self._begin("the private stream is there", now_ns)
            case LinkDropped() if event.link == PRIVATE:
                self._stream_whole = False
            case ResumeOrdered() if event.limit == DISPUTE:
                if self._accepting:  # Said again: the account that was asked for then is not put off.
                    return ()
                self._accepting = True
                return self._begin("a person accepts the venue's word", now_ns)
            case _:
                pass
        return ()

    # -- Orders --

    def _on_news(self, event: Event, now_ns: int) -> Iterable[Event]:
        if isinstance(event, OrderTraded):
            self._record.trade(event, time_ns=now_ns)
        before = self._table.counts["contradictions"]
        order = self._table.apply(event)
        if order is None:
            return
        self._heard_ns[order.order_id] = now_ns
        if order.state != "unsure":
            self._lookups.clear(order.order_id)
        elif isinstance(event, AnswerOverdue):
            self._lookups.doubt(order.order_id, now_ns=now_ns)
            yield from self._lookup_timer(now_ns)
        if self._table.counts["contradictions"] > before:
            yield from self._contradicted(order, event, now_ns)
        elif isinstance(event, OrderTraded) and order.overfilled:
            yield from self._dispute(order, "overfill of", overfill(order), now_ns)
        elif isinstance(event, AnswerOverdue) and order.amends:
            yield from self._soon(now_ns)

    def _contradicted(self, order: Order, event: Event, now_ns: int) -> Iterable[Event]:
        venue_order_id = getattr(event, "venue_order_id", "")
        if venue_order_id:  # Something is at the venue under our id that must not be there.
            yield ForeignCancelWanted(venue_order_id)
        yield from self._dispute(order, "what was said of", f"contradicts itself: {order.contradiction}", now_ns)

    def _dispute(self, order: Order, part: str, words: str, now_ns: int) -> Iterable[Event]:
        doubt = Doubt(
            about=f"{part} {order.order_id}",
            symbols=(order.symbol,),
            reason=f"{order.order_id} {words}",
            measure=words,
            certain=True,
        )
        return [*self._disputes.dispute(doubt), *self._soon(now_ns)]

    def _learn(self, event: InstrumentChanged) -> None:
        instrument = event.instrument
        self._record.learn(instrument)
        if instrument.symbol in self._symbols:
            for asset in (instrument.base, instrument.quote):
                symbols = self._assets.setdefault(asset, [])
                if instrument.symbol not in symbols:
                    symbols.append(instrument.symbol)

    # -- Asking --

    def _begin(self, reason: str, now_ns: int) -> list[Event]:
        """Ask for the account as it is from now on, or after the answer that is still to come."""
        self._fresh_ns, self._agreed_since_gap = now_ns, False
        self._answer_wait_ns, self._soon_wait_ns = ANSWER_NS, SOON_NS
        return self._ask(reason, now_ns) if self._asked_ns is None else []

    def _ask(self, reason: str, now_ns: int) -> list[Event]:
        # After a gap any of them may have ended: asked for by name, nobody has to miss it first and ask again.
        on_the_way = [
            order.order_id for order in self._table.open() if order.state == "approved" or not self._agreed_since_gap
        ]
        asked = tuple(dict.fromkeys([*self._unclear(), *self._unknown, *on_the_way]))[:ASKED_MAX]
        self._asked, self._asked_ns = frozenset(asked), now_ns
        wait_ns, self._answer_wait_ns = self._answer_wait_ns, min(2 * self._answer_wait_ns, ANSWER_NS_MAX)
        self._due_ns.pop(LOOK, None)
        return [AccountWanted(reason, self._since_ns, asked), *self._timer(LOOK, now_ns + wait_ns, now_ns)]

    def _soon(self, now_ns: int) -> list[Event]:
        """Look again soon; where an answer is to come, it decides."""
        return [] if self._asked_ns is not None else self._timer(LOOK, now_ns + SOON_NS, now_ns)

    def _unclear(self) -> list[str]:
        return unknown_ends([*self._table.open(), *self._table.ended()])

    def _wake(self, timer: str, now_ns: int) -> list[Event]:
        due_ns = self._due_ns.get(timer)
        if due_ns is None or now_ns < due_ns:
            return []
        del self._due_ns[timer]
        if timer == LOOK:
            return self._ask("no answer came" if self._asked_ns is not None else "as always", now_ns)
        wanted = self._lookups.wake(now_ns, stream_whole=self._stream_whole)
        return [*wanted, *self._lookup_timer(now_ns)]

    def _lookup_timer(self, now_ns: int) -> list[Event]:
        due_ns = self._lookups.due_ns
        return [] if due_ns is None else self._timer(LOOKUP, max(due_ns, now_ns + 1), now_ns)

    def _timer(self, timer: str, at_ns: int, now_ns: int) -> list[Event]:
        """Have us woken at this time, unless we are woken before."""
        due_ns = self._due_ns.get(timer)
        if due_ns is not None and now_ns < due_ns <= at_ns:
            return []
        self._due_ns[timer] = at_ns
        return [TimerWanted(self.name, timer, at_ns)]

    # -- Looking --

    def _look(self, seen: AccountSeen, now_ns: int) -> list[Event]:
        """Compare the account with ours; say what lacks, what does not agree, and when to look again."""
        asked = frozenset(self._asked_by(seen))
        self._asked_ns = None
        said: list[Event] = [*self._fills(seen, now_ns)]
        marked = {order.client_id for order in seen.orders if is_marked(order.client_id, mark=self.mark)}
        compared = OrderComparison(
            self._table,
            seen,
            heard_ns=self._heard_ns,
            lag_ns=self._lag_ns,
            asked=asked,
            stream_whole=self._stream_whole,
        ).run(is_marked=marked)
        said += compared.news
        said += self._foreign.look(seen, is_ours=self._ours_among(), lag_ns=self._lag_ns, time_ns=now_ns)
        self._unknown = compared.unknown
        self._forget(now_ns, compared.news)
        accept = self._accepting and seen.as_of_ns >= self._fresh_ns
        differences = self._record.compare(
            seen.balances, since_ns=seen.as_of_ns - self._lag_ns, time_ns=now_ns, accept=accept
        )
        said += self._disputes.looked([*compared.doubts, *self._doubts(differences)])
        if accept:
            self._accepting = False
            said += self._disputes.accept()
        said += [ForeignCancelWanted(venue_order_id) for venue_order_id in compared.unwelcome]
        return [*said, *self._conclude(seen, now_ns, is_clean=not compared.unwelcome)]

    def _asked_by(self, seen: AccountSeen) -> Collection[str]:
        """Return the orders whose absence from this account means something."""
        if seen.asked is not None:
            return seen.asked
        return self._asked if self._asked_ns is not None and seen.as_of_ns >= self._asked_ns else ()

    def _conclude(self, seen: AccountSeen, now_ns: int, *, is_clean: bool) -> list[Event]:
        """Say that all is well where it is, and when the next look is due."""
        if seen.as_of_ns < self._fresh_ns:  # A gap came between: what was before it is no proof of what is.
            return self._ask("a gap came after the last question", now_ns)
        self._answer_wait_ns = ANSWER_NS
        self._due_ns.pop(LOOK, None)
        agreed: list[Event] = []
        if is_clean and self._stream_whole and not self._disputes.doubted and not self._is_open_question(seen):
            # Both answers of an overlap are compared; what REST told late is in the next one.
            self._since_ns = max(self._since_ns, seen.as_of_ns - 2 * self._lag_ns - SECOND_NS)
            self._agreed_since_gap = True
            agreed = [AccountAgreed(seen.as_of_ns)]
        if agreed and not self._disputes.open and not self._unclear() and not self._unknown:
            self._soon_wait_ns = SOON_NS
            return [*agreed, *self._timer(LOOK, now_ns + self._every_ns, now_ns)]
        wait_ns, self._soon_wait_ns = self._soon_wait_ns, 2 * self._soon_wait_ns
        self._soon_wait_ns = min(self._soon_wait_ns, max(self._every_ns, SOON_NS))
        return [*agreed, *self._timer(LOOK, now_ns + min(wait_ns, self._every_ns), now_ns)]

    def _is_open_question(self, seen: AccountSeen) -> bool:
        """Return whether nobody knows of some order if it is there.

        One that was heard of after the last gap, and that REST does not show yet, is no question.
        """
        late_ns = max(self._fresh_ns, seen.as_of_ns - self._lag_ns - 1)
        return any(order.state == "unsure" for order in self._table.open()) or any(
            self._heard_ns.get(order_id, 0) <= late_ns for order_id in self._unknown
        )

    def _fills(self, seen: AccountSeen, now_ns: int) -> Iterable[Event]:
        """Yield the fills that nobody told: ours as ours, the others as strangers'; and the venue's own closes of ours.

        A close comes after the fill that it is for, and before its own.
        """
        orders = [*self._table.open(), *self._table.ended()]
        shown = (*seen.orders, *seen.closed)
        # An order that has no name of the venue's yet may have it in this very account.
        names = {order.venue_order_id: order.order_id for order in shown if order.order_id}
        names |= {order.venue_order_id: order.order_id for order in orders if order.venue_order_id}
        closes = {order.venue_order_id: order for order in shown if order.parent_id}
        for fill in seen.fills:
            order_id = names.get(fill.venue_order_id) or fill.order_id
            if not order_id and (close := closes.pop(fill.venue_order_id, None)) is not None:
                yield from self._close(close, names, now_ns)
                order_id = names.get(fill.venue_order_id, "")
            ours = traded(fill, order_id) if order_id else None
            if not self._record.trade(ours or fill, time_ns=now_ns):
                continue
            if ours is None:
                yield ForeignTraded(fill)
                continue
            self._table.apply(ours)
            self._heard_ns[order_id] = now_ns
            self._lookups.clear(order_id)
            yield ours
        for close in closes.values():
            yield from self._close(close, names, now_ns)

    def _close(self, close: VenueOrder, names: dict[str, str], now_ns: int) -> Iterable[Event]:
        placed = close_placed(self._table, close)
        if placed is not None:
            self._table.apply(placed)
            names[placed.venue_order_id] = placed.order.order_id
            self._heard_ns[placed.order.order_id] = now_ns
            yield placed

    def _doubts(self, differences: Iterable[Difference]) -> Iterable[Doubt]:
        for one in differences:
            if symbols := self._assets.get(one.asset):
                reason = f"the venue holds {one.venue} {one.asset}, and {one.ours} follow from the fills"
                measure = f"{one.venue - one.ours:f}"
                yield Doubt(about=f"balance {one.asset}", symbols=tuple(symbols), reason=reason, measure=measure)

    def _ours_among(self) -> Callable[[VenueOrder], bool]:
        """Return what tells our orders from strangers': by our id, by the mark, or as the venue's close of one."""
        known = {order.venue_order_id for order in (*self._table.open(), *self._table.ended())}

        def is_ours(order: VenueOrder) -> bool:
            marked = is_marked(order.client_id, mark=self.mark)
            return bool(order.order_id) or marked or order.venue_order_id in known

        return is_ours

    def _forget(self, now_ns: int, news: Iterable[Event]) -> None:
        """Note which orders were told of now, and forget when those were that the table has forgotten."""
        for event in news:
            order_id: str = getattr(event, "order_id", "")
            self._heard_ns[order_id] = now_ns
            self._lookups.clear(order_id)
        self._heard_ns = {
            order_id: time_ns for order_id, time_ns in self._heard_ns.items() if self._table.get(order_id) is not None
        }
