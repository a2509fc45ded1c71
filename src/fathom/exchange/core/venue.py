"""The matching engine: every order of every account comes in here, and what happened goes out as events.

Pure. Imports: bank, listing, its neighbours. Imported by: feeds, rest, sessions, v1, crowd, faults, exchange.
"""

from collections.abc import Sequence
from typing import Final, Literal

from fathom.exchange.bank import Account, Bank, Refusal
from fathom.exchange.core import reasons
from fathom.exchange.core.amending import amend
from fathom.exchange.core.batches import add_batch
from fathom.exchange.core.cancelling import cancel, cancel_all, cancel_batch
from fathom.exchange.core.editing import edit
from fathom.exchange.core.entering import enter, go_live, work_off
from fathom.exchange.core.events import Event, SystemChanged, SystemStatus, TradeDone
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.ids import Ids
from fathom.exchange.core.intake import order_of
from fathom.exchange.core.liquidation import liquidate
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order
from fathom.exchange.core.outcomes import Amended, Edited
from fathom.exchange.core.queueing import close
from fathom.exchange.core.rate_counter import RateCounters
from fathom.exchange.core.rescaling import change_pair
from fathom.exchange.core.rules import Rules
from fathom.exchange.core.ticket import Amendment, Replacement, Ticket
from fathom.exchange.core.triggers import look_at_index, look_at_last
from fathom.exchange.listing import Listing, Pair
from fathom.protocol.messages import OrderSide

SECOND_NS: Final = 1_000_000_000
TIMEOUT_S_MAX: Final = 86_400  # A dead man's switch fires sooner than that.
EVENTS_MAX: Final = 1_000_000  # Where nobody takes them, the older half is forgotten.
OPEN_MAX: Final = 1_000_000  # Open orders of all accounts; beyond it new ones are refused.


class Venue:
    """One venue. Every command first lets fall due what falls due by its time, and time never goes back."""

    def __init__(self, listing: Listing, bank: Bank, *, seed: int, now_ns: int, rules: Rules = Rules()) -> None:  # noqa: B008 - it is frozen.
        self.listing = listing
        self.bank = bank
        self.rules = rules
        self.markets = {symbol: Market(listing, pair) for symbol, pair in listing.pairs.items()}
        self.rates = RateCounters(limits=rules.limits)
        self._floor = Floor(
            listing=listing,
            bank=bank,
            rules=rules,
            # The bank's ids are the exchange's; orders have their own, so that both may be made apart.
            ids=Ids(seed),
            markets=self.markets,
            rates=self.rates,
            now_ns=now_ns,
        )
        self.events = self._floor.events
        self._resume_due = False

    @property
    def system(self) -> SystemStatus:
        """Return the engine's state."""
        return self._floor.system

    @property
    def now_ns(self) -> int:
        """Return the time of the last command."""
        return self._floor.now_ns

    # -- Orders ----------------------------------------------------------------------------------------------

    def add_order(self, account: Account, ticket: Ticket, *, now_ns: int, validate: bool = False) -> Order | Refusal:
        """Take a new order. `validate`: only look at it; what is returned then is nowhere."""
        floor = self._begin(now_ns)
        market = self.markets.get(ticket.symbol)
        if market is None:
            return reasons.UNKNOWN_PAIR
        if not floor.charge(account, ticket.symbol, half_points=2):
            return reasons.RATE_LIMIT
        order = order_of(floor, market, account, ticket)
        if validate or isinstance(order, Refusal):
            return order
        if floor.registry.open_count >= OPEN_MAX:
            return reasons.BUSY
        refusal = enter(floor, market, order)
        if refusal is not None:
            return refusal
        if floor.work:
            work_off(floor)
        return order

    def add_batch(
        self, account: Account, symbol: str, tickets: Sequence[Ticket], *, now_ns: int, validate: bool = False
    ) -> list[Order | Refusal] | Refusal:
        """Take 2 to 15 new orders of one pair: all valid or none, then each on its own."""
        floor = self._begin(now_ns)
        market = self.markets.get(symbol)
        if market is None:
            return reasons.UNKNOWN_PAIR
        if floor.registry.open_count >= OPEN_MAX:
            return reasons.BUSY
        return add_batch(floor, market, account, tickets, validate=validate)

    def amend_order(self, account: Account, amendment: Amendment, *, now_ns: int) -> Amended | Refusal:
        """Change an open order in place."""
        floor = self._begin(now_ns)
        order = floor.registry.find_open(account, order_id=amendment.order_id, client_id=amendment.cl_ord_id)
        if order is None:
            return reasons.UNKNOWN_ORDER
        amended = amend(floor, floor.market_of(order), order, amendment)
        work_off(floor)
        return amended

    def edit_order(
        self, account: Account, replacement: Replacement, *, now_ns: int, validate: bool = False
    ) -> Edited | Refusal:
        """Put a new order in an open one's place."""
        floor = self._begin(now_ns)
        order = floor.registry.find_open(account, order_id=replacement.order_id)
        if order is None and replacement.order_id is None and replacement.userref is not None:
            tagged = floor.registry.tagged(account, replacement.userref)
            order = tagged[0] if len(tagged) == 1 else None
        if order is None:
            return reasons.UNKNOWN_ORDER
        edited = edit(floor, floor.market_of(order), order, replacement, validate=validate)
        work_off(floor)
        return edited

    def charge_refused(self, account: Account, symbol: str, *, half_points: int = 2, now_ns: int) -> None:
        """Count a request that its door refused: the fixed part is paid though validation fails (rate-limits.md 2).

        As of all requests, what would pass the threshold costs nothing. Of a pair that is not listed nothing is kept.
        """
        floor = self._begin(now_ns)
        if symbol in self.markets:
            floor.charge(account, symbol, half_points=half_points)

    def cancel_order(
        self,
        account: Account,
        *,
        order_id: str | None = None,
        cl_ord_id: str | None = None,
        userref: int | None = None,
        now_ns: int,
    ) -> list[Order] | Refusal:
        """Cancel by one kind of id; a userref may mean several orders."""
        floor = self._begin(now_ns)
        if userref is not None:
            return cancel(floor, account, floor.registry.tagged(account, userref))
        order = floor.registry.find_open(account, order_id=order_id, client_id=cl_ord_id)
        if order is None:
            return reasons.UNKNOWN_ORDER
        return cancel(floor, account, (order,))

    def cancel_all(self, account: Account, *, now_ns: int) -> int | Refusal:
        """Cancel every open order of the account; return how many."""
        floor = self._begin(now_ns)
        return reasons.UNAVAILABLE if floor.system == "maintenance" else cancel_all(floor, account, reasons.USER)

    def cancel_batch(
        self, account: Account, ids: Sequence[str], cl_ord_ids: Sequence[str], *, now_ns: int
    ) -> int | Refusal:
        """Cancel 2 to 50 orders, named by order id, userref as text, or client id; return how many were open."""
        floor = self._begin(now_ns)
        return cancel_batch(floor, account, ids, cl_ord_ids)

    def cancel_all_after(self, account: Account, *, timeout_s: int, now_ns: int) -> int | Refusal:
        """Set the account's dead man's switch anew, or off with 0; return when it fires, in ns, or 0."""
        floor = self._begin(now_ns)
        if floor.system == "maintenance":
            return reasons.UNAVAILABLE
        if not 0 <= timeout_s < TIMEOUT_S_MAX:
            return reasons.invalid("timeout")
        floor.timers.drop("switch", account.name)
        if timeout_s == 0:
            return 0
        due_ns = floor.now_ns + timeout_s * SECOND_NS
        floor.timers.set("switch", account.name, due_ns=due_ns)
        return due_ns

    def fire_switch(self, account: Account, *, now_ns: int) -> int:
        """Let the account's dead man's switch fire now, whether it is set or not; return how many orders it ended."""
        floor = self._begin(now_ns)
        floor.timers.drop("switch", account.name)
        return cancel_all(floor, account, reasons.SWITCHED_OFF)

    def switch_ns(self, account: Account) -> int | None:
        """Return when the account's dead man's switch fires; None while it is not set."""
        return self._floor.timers.due_ns("switch", account.name)

    def find_order(
        self, account: Account, *, order_id: str | None = None, cl_ord_id: str | None = None
    ) -> Order | None:
        """Return the account's own order, open or closed."""
        return self._floor.registry.find(account, order_id=order_id, client_id=cl_ord_id)

    def remember(self, order: Order) -> None:
        """Take in a client's order that came to its end in an earlier run, older ones first."""
        self._floor.registry.remember(order)

    # -- Time ------------------------------------------------------------------------------------------------

    def advance(self, now_ns: int) -> None:
        """Let fall due what falls due until then, and close the positions that are no longer covered."""
        floor = self._begin(now_ns)
        self.bank.turn_day(floor.now_ns)
        if self._resume_due:
            self._resume()
        if floor.marks_moved and floor.system == "online":
            liquidate(floor)

    def next_timer_ns(self) -> int | None:
        """Return when something falls due next. In a maintenance nothing does: it waits for the end."""
        if self._floor.system == "maintenance":
            return None
        own_ns, bank_ns = self._floor.timers.next_ns(), self.bank.next_timer_ns()
        if own_ns is None or bank_ns is None:
            return bank_ns if own_ns is None else own_ns
        return min(own_ns, bank_ns)

    # -- The venue's own steering ----------------------------------------------------------------------------

    def set_system(self, status: SystemStatus, *, now_ns: int) -> None:
        """Change the engine's state. After a maintenance, what fell due in it does so at once."""
        floor = self._begin(now_ns)
        if status == floor.system:
            return
        floor.system = status
        floor.events.append(SystemChanged(status, floor.now_ns))
        for market in self.markets.values():
            market.set_system(status)
        self._begin(now_ns)
        self._resume()

    def set_pair(self, pair: Pair, *, now_ns: int) -> None:
        """Change a pair's state, minima or precisions.

        Raises LocalError where the pair is not listed, or has another name or asset now.
        """
        floor = self._begin(now_ns)
        market = self.markets.get(pair.symbol)
        if market is None:
            self.listing.replace_pair(pair)
            return
        if change_pair(floor, market, pair):
            # Who reads the book anew on hearing of it must not find what came after: that waits for `advance`.
            self._resume_due = True
        else:
            self._resume()

    def set_index(self, symbol: str, index_ticks: int | None, *, now_ns: int) -> None:
        """Say what the index of a pair is; None while its feed is down."""
        floor = self._begin(now_ns)
        market = self.markets[symbol]
        market.index_ticks = index_ticks
        look_at_index(floor, market)
        work_off(floor)

    def print_trade(
        self,
        symbol: str,
        side: OrderSide,
        *,
        price_ticks: int,
        qty_lots: int,
        ord_type: Literal["limit", "market"],
        now_ns: int,
    ) -> None:
        """Tell of a trade that none of the accounts made, such as a recorded one. It moves the last price."""
        floor = self._begin(now_ns)
        market = self.markets[symbol]
        trade = TradeDone(symbol, market.next_trade_id, side, price_ticks, qty_lots, ord_type, floor.now_ns)
        market.next_trade_id += 1
        market.last_ticks, market.last_trade_ns = price_ticks, floor.now_ns
        market.trades.append(trade)
        floor.events.append(trade)
        self.bank.mark(symbol, price_ticks)
        floor.marks_moved = True
        look_at_last(floor, market)
        work_off(floor)

    def take_events(self) -> list[Event]:
        """Return what happened since the last call, in order."""
        floor = self._floor
        floor.tell_postings()
        taken = floor.events[:]
        floor.events.clear()
        return taken

    # -- Inside ----------------------------------------------------------------------------------------------

    def _begin(self, now_ns: int) -> Floor:
        """Go to a time, by way of everything that falls due before."""
        floor = self._floor
        if floor.system != "maintenance":
            due_ns = self.next_timer_ns()
            while due_ns is not None and due_ns <= now_ns:
                self._fall_due(due_ns)
                due_ns = self.next_timer_ns()
        floor.now_ns = max(floor.now_ns, now_ns)
        if len(floor.events) > EVENTS_MAX:
            del floor.events[: EVENTS_MAX // 2]
        return floor

    def _fall_due(self, due_ns: int) -> None:
        floor = self._floor
        floor.now_ns = max(floor.now_ns, due_ns)
        bank_ns = self.bank.next_timer_ns()
        if bank_ns is not None and bank_ns <= due_ns:
            self.bank.advance(due_ns)
            floor.marks_moved = True
            floor.tell_postings()
            return
        _, kind, name = floor.timers.take()
        if kind == "switch":
            cancel_all(floor, self.bank.accounts[name], reasons.SWITCHED_OFF)
            return
        order = floor.registry.open_order(name)
        assert order is not None, name  # An order's timers end with it.
        market = floor.market_of(order)
        if kind == "expire":
            close(floor, market, order, "expired", reason=reasons.EXPIRED)
        elif market.mode == "online":
            go_live(floor, market, order)
            work_off(floor)
        else:
            market.suspended.append(order.order_id)

    def _resume(self) -> None:
        """After a change of state, do what waited for it."""
        floor = self._floor
        self._resume_due = False
        floor.marks_moved = True
        for market in self.markets.values():
            if market.mode != "online":
                continue
            suspended, market.suspended = market.suspended, []
            for order_id in suspended:
                order = floor.registry.open_order(order_id)
                if order is not None:
                    go_live(floor, market, order)
                    work_off(floor)
            look_at_last(floor, market)
            look_at_index(floor, market)
            work_off(floor)
