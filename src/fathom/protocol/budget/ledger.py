"""One ledger of all that the venue counts for an account: every pair's transactions and the REST calls.

REST and WebSocket share it: who sends asks `quote`, says `charge` when it is sent, and `settle`, `refused` or `lost`
when it is over. `charge` takes whatever it is given: an urgent cancel may go where `quote` sees no room.

Pure. Imports: the files of arithmetic beside it, messages, refusals. Imported by: waiting, changes, the front door.
"""

from collections.abc import Iterator
from typing import Final

from fathom.domain import LocalError, Refused
from fathom.protocol.budget.action import Action, Call, Charge, Lack, Quote
from fathom.protocol.budget.call_counter import CallCounter, call_parts
from fathom.protocol.budget.costs import ADDS, CANCELS, Method, Step, age_parts, fixed_parts, steps
from fathom.protocol.budget.engine_counter import EngineCounter, room_at_ns
from fathom.protocol.budget.order_ages import Aging, OrderAges
from fathom.protocol.budget.tiers import PARTS, STARTER, Tier, tier_of
from fathom.protocol.messages import Execution
from fathom.protocol.refusals import row_of

RESERVE_SHARE: Final = 4  # A quarter of the threshold, where nobody says otherwise: about two cancels of new orders.
PAIRS_MAX: Final = 2_000  # Counters kept; beyond it those at 0 are let go.
_GONE: Final = frozenset({"canceled", "expired", "filled"})
_CHANGES: Final[frozenset[Method]] = frozenset({"amend_order", "edit_order"})
# Which requests a row of executions is the effect of.
_SHOWS: Final[dict[str, frozenset[Method]]] = {
    "pending_new": frozenset({"add_order"}),
    "new": frozenset({"add_order"}),
    "amended": frozenset({"amend_order"}),
    "canceled": frozenset({"cancel_order"}),
}


class Ledger:
    """What an account has spent, of what it may. Times are one clock's, in ns, and never needed to be exact."""

    def __init__(self, tier: Tier = STARTER, *, reserve: int | None = None) -> None:
        self.ages = OrderAges()
        self._tier = tier
        self._reserve_asked = reserve
        self._reserve_parts = self.reserve_parts
        self._pairs: dict[str, EngineCounter] = {}
        self._calls = CallCounter.private(tier)
        self._last_key = 0

    # -- What the account may ----------------------------------------------------------------------------------

    @property
    def tier(self) -> Tier:
        """Return the tier that is counted with."""
        return self._tier

    @property
    def reserve_parts(self) -> int:
        """Return what only cancels may spend, of each pair's counter."""
        threshold = self._tier.threshold
        reserve = threshold // RESERVE_SHARE if self._reserve_asked is None else self._reserve_asked
        return min(max(0, reserve), threshold) * PARTS

    def know(self, maxratecount: int, *, now_ns: int) -> Tier:
        """Learn the tier from the answer to subscribing to executions. Until then the lowest is counted with."""
        self._tier = tier_of(maxratecount)
        self._reserve_parts = self.reserve_parts
        self._calls.adopt(self._tier, now_ns)
        for counter in self._pairs.values():
            counter.adopt(self._tier, now_ns)
        return self._tier

    # -- Asking ------------------------------------------------------------------------------------------------

    def count_parts(self, symbol: str, *, now_ns: int) -> int:
        """Return the most that the pair's counter may say now."""
        counter = self._pairs.get(symbol)
        return 0 if counter is None else counter.parts(now_ns)

    def call_count_parts(self, *, now_ns: int) -> int:
        """Return the most that the REST counter may say now."""
        return self._calls.parts(now_ns)

    def forecast(self, method: Method, order: str | None = None, *, now_ns: int, ends: bool = False) -> list[Step]:
        """Return what it costs to do this to an order now, and each time from which it costs less."""
        return steps(method, changed_ns=self.ages.changed_ns(order, now_ns=now_ns), now_ns=now_ns, ends=ends)

    def quote(self, what: Action | Call, *, now_ns: int) -> Quote:
        """Say what it would cost now, whether there is room, and when there will be."""
        if isinstance(what, Call):
            cost = call_parts(what.endpoint)
            limit = self._calls.calls_max
            at_ns = room_at_ns(self._calls, [Step(now_ns, cost)], limit=limit, now_ns=now_ns) if cost else now_ns
            return Quote(
                cost_parts=cost,
                count_parts=self._calls.parts(now_ns),
                limit_parts=limit,
                room_at_ns=at_ns,
                lack=None if at_ns == now_ns else "calls",
            )
        quotes = [self._quote_pair(what, symbol, cost, now_ns) for symbol, cost in self._costs(what, now_ns).items()]
        return max(quotes, key=_want)

    def symbols_of(self, what: Action, *, now_ns: int) -> frozenset[str]:
        """Return the pairs whose counters an action needs."""
        return frozenset(self._costs(what, now_ns))

    # -- Sending and hearing -----------------------------------------------------------------------------------

    def take(self, what: Action, *, now_ns: int) -> Charge | None:
        """Count what is sent now, where `quote` would see room for it; else None. Both at one look."""
        parts = self._costs(what, now_ns)
        for symbol, cost in parts.items():
            counter = self._pairs.get(symbol) or EngineCounter(self._tier)  # Of what is not sent nothing is kept.
            needed = 0 if what.method == "batch_cancel" else cost  # Accepted even where it passes the threshold.
            if what.method != "cancel_all" and counter.parts(now_ns) + needed > self._limit(what, counter):
                return None
            if not self._has_place(what, symbol):
                return None
        return self._charged(what, parts, now_ns)

    def charge(self, what: Action | Call, *, now_ns: int) -> Charge:
        """Count what is sent now."""
        if isinstance(what, Action):
            return self._charged(what, self._costs(what, now_ns), now_ns)
        self._last_key += 1
        self._calls.send(self._last_key, call_parts(what.endpoint), now_ns)
        return Charge(key=self._last_key, what=what, parts={}, fixed={})

    def _charged(self, what: Action, parts: dict[str, int], now_ns: int) -> Charge:
        self._last_key += 1
        key, method, size = self._last_key, what.method, what.size
        fixed = dict.fromkeys(parts, fixed_parts(method, orders=size))
        for symbol, cost in parts.items():
            self._counter(symbol, now_ns).send(key, cost, now_ns)
        makes = method in ADDS and not what.validate
        if makes:
            pair = next(iter(parts))
            orders = [self.ages.born(name, symbol=pair, now_ns=now_ns) for name in what.orders]
        else:
            orders = list(self._known(what))
        if makes or method in _CHANGES:
            for order in orders:
                order.pending += 1
        if size == 1:
            for order in orders:
                order.expect(method, key)
        return Charge(key=key, what=what, parts=parts, fixed=fixed)

    def settle(self, charge: Charge, *, now_ns: int, order_ids: tuple[str | None, ...] = ()) -> None:
        """It was done. `order_ids` are Kraken's of what was made, in the request's order; None: that one was refused.

        An edit makes a new order: its id is the one to give.
        """
        self._land(charge, now_ns)
        what = charge.what
        if not isinstance(what, Action) or what.validate:
            return
        if what.method in ADDS:
            self._made(what, order_ids, charge, now_ns)
        elif what.method == "edit_order":
            self.ages.gone(*what.orders)
            self._made(Action(method="add_order"), order_ids, charge, now_ns)
        elif what.method in CANCELS or what.ends:
            for name in what.orders:
                self.ages.gone(name)
        else:
            for order in self._known(what):
                self._changed(order, now_ns)

    def refused(self, charge: Charge, refusal: Refused, *, now_ns: int) -> None:
        """Kraken said no: the fixed part is paid, and after some refusals nobody knows how much more."""
        if refusal.order_may_exist:
            self.lost(charge, now_ns=now_ns)
            return
        row = row_of(refusal.text)
        said = row.prefix if row is not None else ""
        what = charge.what
        if said == "EAPI:Rate limit exceeded":  # Of an order's call too, though it costs nothing there.
            self._calls.limited(charge.key, now_ns)
        if isinstance(what, Call):
            self._calls.settle(charge.key, now_ns)
            return
        for symbol, fixed in charge.fixed.items():
            counter = self._counter(symbol, now_ns)
            if said == "EOrder:Rate limit exceeded":
                counter.limited(charge.key, now_ns, fixed=fixed)
            counter.settle(charge.key, now_ns, parts=fixed)
        for order in self._known(what):
            order.forget(charge.key)
            if what.method in ADDS or said == "EOrder:Unknown order":
                self.ages.gone(*order.ids)
            elif what.method not in CANCELS:
                order.pending = max(0, order.pending - 1)

    def lost(self, charge: Charge, *, now_ns: int) -> None:
        """No answer came, or none that says: it is counted in full, and what it was to change is thought young."""
        self._land(charge, now_ns)
        what = charge.what
        if isinstance(what, Action) and what.method not in CANCELS:
            for order in self._known(what):
                self._changed(order, now_ns)

    def seen(self, row: Execution, *, now_ns: int) -> None:
        """Learn from a row of executions: which orders there are, how old they are, and the venue's own count."""
        order = self.ages.find(row.order_id, row.cl_ord_id)
        if row.exec_type in _GONE or row.order_status in _GONE:
            self._count_seen(row, order, now_ns)
            self.ages.gone(row.order_id, row.cl_ord_id)
            return
        symbol = row.symbol or (order.symbol if order is not None else None)
        if symbol is None:
            return  # A stranger's delta without its pair.
        if order is None:
            order = self.ages.born(row.order_id, row.cl_ord_id, symbol=symbol, now_ns=now_ns)
        else:
            if row.order_id not in order.ids or (row.cl_ord_id is not None and row.cl_ord_id not in order.ids):
                self.ages.born(row.order_id, row.cl_ord_id, symbol=symbol, now_ns=now_ns)
            if row.exec_type in {"amended", "restated"}:
                order.changed_ns = now_ns
        self._count_seen(row, order, now_ns)

    def gone(self, *ids: str | None) -> None:
        """Learn from elsewhere that an order is not open: a look at the open orders, the dead man's switch."""
        self.ages.gone(*ids)

    # -- Inside ------------------------------------------------------------------------------------------------

    def _known(self, action: Action) -> Iterator[Aging]:
        for name in action.orders:
            order = self.ages.find(name)
            if order is not None:
                yield order

    def _changed(self, order: Aging, now_ns: int) -> None:
        order.changed_ns = now_ns
        order.pending = max(0, order.pending - 1)

    def _made(self, what: Action, order_ids: tuple[str | None, ...], charge: Charge, now_ns: int) -> None:
        symbol = next(iter(charge.parts))
        for place in range(max(len(what.orders), len(order_ids))):
            name = what.orders[place] if place < len(what.orders) else None
            order_id = order_ids[place] if place < len(order_ids) else None
            if order_ids and order_id is None:
                self.ages.gone(name)  # Refused in its own place.
                continue
            known = self.ages.find(name, order_id)
            if known is None and (name is not None or order_id is None or self.ages.has_ended(order_id)):
                continue  # A row said already that it has ended.
            self._changed(self.ages.born(name, order_id, symbol=symbol, now_ns=now_ns), now_ns)

    def _count_seen(self, row: Execution, order: Aging | None, now_ns: int) -> None:
        symbol = row.symbol or (order.symbol if order is not None else None)
        counted = order.shown(_SHOWS.get(row.exec_type, frozenset())) if order is not None else None
        if row.ratecount is not None and symbol is not None:
            self._counter(symbol, now_ns).seen(row.ratecount, now_ns, counted=counted)

    def _land(self, charge: Charge, now_ns: int) -> None:
        if isinstance(charge.what, Call):
            self._calls.settle(charge.key, now_ns)
        for symbol in charge.parts:
            self._counter(symbol, now_ns).settle(charge.key, now_ns)

    def _counter(self, symbol: str, now_ns: int) -> EngineCounter:
        counter = self._pairs.get(symbol)
        if counter is None:
            if len(self._pairs) >= PAIRS_MAX:
                self._pairs = {name: one for name, one in self._pairs.items() if not one.is_idle(now_ns)}
            counter = self._pairs[symbol] = EngineCounter(self._tier)
        return counter

    def _costs(self, what: Action, now_ns: int) -> dict[str, int]:
        """Return what an action costs now, by pair."""
        if what.method in ADDS:
            if what.symbol is None:
                raise LocalError("symbol", "an order that is added is of a pair: name it")
            return {what.symbol: fixed_parts(what.method, orders=what.size)}
        costs: dict[str, int] = {}
        for symbol, changed_ns in self._concerned(what, now_ns):
            cost = age_parts(what.method, now_ns - changed_ns, ends=what.ends)
            costs[symbol] = costs.get(symbol, fixed_parts(what.method)) + cost
        return costs

    def _steps(self, what: Action, now_ns: int) -> dict[str, list[Step]]:
        """Return what it costs now, and each time from which that is less, by pair."""
        if what.method in ADDS:
            return {symbol: [Step(now_ns, cost)] for symbol, cost in self._costs(what, now_ns).items()}
        changed: dict[str, list[int]] = {}
        for symbol, changed_ns in self._concerned(what, now_ns):
            changed.setdefault(symbol, []).append(changed_ns)
        return {symbol: self._sum(what, each, now_ns) for symbol, each in changed.items()}

    def _concerned(self, what: Action, now_ns: int) -> Iterator[tuple[str, int]]:
        """Name pair and age of each order that is changed or cancelled. An unknown one is new, and may be anywhere."""
        if what.method == "cancel_all":
            orders = list(self.ages.of())
            yield from ((order.symbol, self.ages.changed_ns(*order.ids, now_ns=now_ns)) for order in orders)
            if not orders:
                yield what.symbol or "", now_ns - 10**12  # Nothing is open: nothing to pay.
            return
        for name in what.orders or (None,) * what.count:
            order = self.ages.find(name)
            if order is not None:
                yield order.symbol, self.ages.changed_ns(name, now_ns=now_ns)
            elif what.symbol is not None:
                yield what.symbol, now_ns
            else:
                yield from ((symbol, now_ns) for symbol in list(self._pairs) or ("",))

    def _sum(self, what: Action, changed: list[int], now_ns: int) -> list[Step]:
        """Add up the costs of several orders."""
        if len(changed) == 1:
            return steps(what.method, changed_ns=changed[0], now_ns=now_ns, ends=what.ends)
        fixed = fixed_parts(what.method, orders=len(changed))
        times = {
            step.from_ns
            for changed_ns in set(changed)
            for step in steps(what.method, changed_ns=changed_ns, now_ns=now_ns, ends=what.ends)
        }
        return [
            Step(
                at_ns, fixed + sum(age_parts(what.method, at_ns - changed_ns, ends=what.ends) for changed_ns in changed)
            )
            for at_ns in sorted(times)
        ]

    def _limit(self, what: Action, counter: EngineCounter) -> int:
        """Return how far an action may fill a pair's counter."""
        return counter.threshold if what.method in CANCELS else counter.threshold - self._reserve_parts

    def _has_place(self, what: Action, symbol: str) -> bool:
        """Tell whether the account may have so many open orders of a pair."""
        if what.method not in ADDS or what.validate:
            return True
        room = self._tier.open_orders_max - self.ages.open_count(symbol)
        if what.size <= room:
            return True
        return sum(self.ages.find(name) is None for name in what.orders) <= room if what.orders else False

    def _quote_pair(self, what: Action, symbol: str, cost: int, now_ns: int) -> Quote:
        counter = self._pairs.get(symbol) or EngineCounter(self._tier)
        threshold = counter.threshold
        limit = self._limit(what, counter)
        count = counter.parts(now_ns)
        at_ns: int | None
        lack: Lack | None = None
        if count + cost <= limit or what.method == "cancel_all":
            at_ns = now_ns
        elif what.method == "batch_cancel":  # Accepted even where it passes the threshold.
            at_ns = room_at_ns(counter, [Step(now_ns, 0)], limit=limit, now_ns=now_ns)
        else:
            at_ns = room_at_ns(counter, self._steps(what, now_ns)[symbol], limit=limit, now_ns=now_ns)
        if at_ns is None:
            lack = "never"
        elif at_ns > now_ns:
            lack = "rate" if count + cost > threshold else "reserve"
        if not self._has_place(what, symbol):
            at_ns, lack = None, "open_orders"
        return Quote(cost_parts=cost, count_parts=count, limit_parts=limit, room_at_ns=at_ns, lack=lack)


def _want(quote: Quote) -> tuple[bool, int, int]:
    """Order quotes by how long they make one wait."""
    if quote.room_at_ns is None:
        return (True, 0, 0)
    return (False, quote.room_at_ns, quote.count_parts + quote.cost_parts - quote.limit_parts)
