"""Risk and a venue at their worst, for one algorithm: every honest answer in every order, told late, or not at all.

It keeps its own account of what each order may come to, from what it approved and did, and checks it at every step.
"""

from collections import deque
from decimal import Decimal
from random import Random

from msgspec import Struct

from execution_stage import Stage
from fathom.domain import (
    AccountAgreed,
    AmendApproved,
    AmendDenied,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    CancelWanted,
    Event,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    RunResumed,
)

LATER = ("fill", "cancel", *["judge"] * 4, *["tell"] * 4, *["time"] * 3, "book", "resume")


class Venued(Struct):
    """One order as the venue has it; quantities in lots."""

    wanted: OrderWanted
    qty: int
    filled: int = 0
    there: bool = False  # It arrived, and is open.
    gone: bool = False
    unsure: bool = False  # An answer was overdue: what became of it is told later.


class Chaos:
    """One algorithm's wants against all this."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.random = Random(seed)
        self.wants: deque[Event] = deque()
        self.orders: dict[str, Venued] = {}
        self.amends: dict[str, AmendWanted] = {}  # On their way.
        self.cancels: set[str] = set()
        self.told: deque[Event] = deque()
        self.execs = 0
        self.honest = False

    # -- What it may come to --

    def worst(self, order: Venued) -> int:
        """What an order may come to in all."""
        if order.gone:
            return order.filled
        amend = self.amends.get(order.wanted.order_id)
        return max(order.qty, order.filled, amend.qty_lots if amend else 0)

    def worst_of(self, *types: str) -> int:
        """What the orders of these types may come to, and those that are only wanted."""
        wanted = [want for want in self.wants if isinstance(want, OrderWanted) and want.order_type in types]
        amends: dict[str, int] = {}
        for want in self.wants:
            if isinstance(want, AmendWanted):
                amends[want.order_id] = want.qty_lots
        total = sum(want.qty_lots for want in wanted)
        for order_id, order in self.orders.items():
            if order.wanted.order_type in types:
                total += self.worst(order) if order.gone else max(self.worst(order), amends.get(order_id, 0))
        return total

    def filled_of(self, *types: str) -> int:
        """What the orders of these types have filled at the venue."""
        return sum(order.filled for order in self.orders.values() if order.wanted.order_type in types)

    # -- What happens --

    def hear(self, wants: list[Event]) -> None:
        self.wants += wants

    def step(self) -> None:
        """Let one thing happen."""
        happens = "tell" if self.honest and self.told else self.random.choice(LATER)
        if happens == "judge" or (self.honest and self.wants):
            self.judge()
        elif happens == "tell":
            self.tell()
        elif happens == "fill" and not self.honest:
            self.fill()
        elif happens == "cancel" and not self.honest and self.random.random() < 0.2:
            self.end([order for order in self.orders.values() if order.there and not order.gone], "by hand")
        elif happens == "time" or self.honest:
            self.hear(self.stage.pass_time(self.random.choice((0.1, 2, 7))))
        elif happens == "book":
            level = self.random.choice((1000, 998))
            self.hear(self.stage.book(bids=[(level, 5 + self.stage.feed.bids.get(level, 0) % 7)]))
        elif happens == "resume" and self.random.random() < 0.1:
            self.hear(self.stage.tell(RunResumed("b", "0")))
            for order_id, order in self.orders.items():
                if not order.gone and (not order.there or order_id in self.amends or order_id in self.cancels):
                    self.told.append(AnswerOverdue(order_id))
            self.hear(self.stage.tell(AccountAgreed(self.stage.now_ns)))

    def tell(self) -> None:
        if self.told:
            self.hear(self.stage.tell(self.told.popleft()))

    def chance(self, share: float) -> bool:
        return not self.honest and self.random.random() < share

    def judge(self) -> None:
        """Risk says its word on the oldest want, and the venue does at once what it will tell later."""
        if not self.wants:
            return
        want = self.wants.popleft()
        match want:
            case OrderWanted():
                self.order(want)
            case AmendWanted():
                self.amend(want)
            case CancelWanted():
                self.cancel(want.order_id)
            case _:
                raise AssertionError(want)

    def order(self, want: OrderWanted) -> None:
        if self.chance(0.2):
            self.hear(self.stage.tell(OrderDenied(want.order_id, "funds", "none")))
            return
        order = self.orders[want.order_id] = Venued(want, want.qty_lots)
        self.hear(self.stage.tell(OrderApproved(want)))
        if self.chance(0.15):
            order.unsure = True
            self.told.append(AnswerOverdue(want.order_id))
            if self.chance(0.5):  # It never arrived, which is known much later.
                order.gone = True
                self.told.append(OrderAbsent(want.order_id))
                return
        if self.chance(0.15) and not order.unsure:
            order.gone = True
            self.told.append(OrderRejected(want.order_id, "EOrder:Insufficient funds"))
            return
        order.there = True
        self.told.append(OrderAccepted(want.order_id, f"V-{want.order_id}"))
        if want.time_in_force == "ioc":
            self.fill(order)
            self.end([order], "ioc: nothing more to take")

    def amend(self, want: AmendWanted) -> None:
        order = self.orders[want.order_id]
        if self.chance(0.2):
            self.hear(self.stage.tell(AmendDenied(want.order_id, "collar", "far")))
            return
        self.hear(self.stage.tell(AmendApproved(want)))
        if order.gone or self.chance(0.2):
            self.told.append(AmendRejected(want.order_id, "EOrder:Unknown order"))
        elif want.qty_lots <= order.filled:
            self.end([order], "User requested")
        else:
            order.qty = want.qty_lots
            if self.chance(0.2):
                self.told.append(AnswerOverdue(want.order_id))
            self.told.append(OrderAmended(want.order_id, want.price_ticks, want.qty_lots))

    def cancel(self, order_id: str) -> None:
        order = self.orders.get(order_id)
        if order is None:
            return
        self.hear(self.stage.tell(CancelApproved(order_id)))
        if order.gone or not order.there or self.chance(0.2):
            self.told.append(CancelRejected(order_id, "EOrder:Unknown order"))
        elif self.chance(0.1):
            self.told.append(AnswerOverdue(order_id))
        else:
            self.end([order], "User requested")

    def fill(self, order: Venued | None = None) -> None:
        there = [one for one in self.orders.values() if one.there and not one.gone]
        order = order or (self.random.choice(there) if there else None)
        if order is None or order.qty <= order.filled:
            return
        lots = min(self.random.randint(1, 6), order.qty - order.filled)
        order.filled += lots
        self.execs += 1
        wanted = order.wanted
        fill = OrderTraded(
            wanted.order_id, f"T{self.execs}", "BTC/USD", wanted.side, 1000, lots, "maker", Decimal(0), "USD"
        )
        self.told.append(fill)
        if order.filled == order.qty:
            order.gone = True
            self.told.append(OrderFilled(wanted.order_id))

    def end(self, orders: list[Venued], reason: str) -> None:
        for order in orders:
            if not order.gone:
                order.gone = True
                self.told.append(OrderCanceled(order.wanted.order_id, reason))
