"""A stage for the algorithms: the real component over a real book, with the test as strategy, risk, venue and clock."""

from decimal import Decimal

from fathom.domain import (
    AlgoEnded,
    AlgoWanted,
    AmendApproved,
    AmendWanted,
    BracketWanted,
    CancelApproved,
    CancelWanted,
    Chase,
    Event,
    Iceberg,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderTraded,
    OrderWanted,
    Side,
    TimerFired,
    TimerWanted,
    Twap,
)
from fathom.execution import Execution
from market_feed import BTC, Feed, House, Levels, market_of, two_sided

MS = 1_000_000
S = 1_000 * MS
MARKET_SAYS = {"BookMoved", "BookTrusted", "BookQuarantined", "InstrumentChanged", "TradesSeen"}


class Stage:
    """What `execution` says is kept in `wants` until the test answers it; timers fire by themselves as time passes."""

    def __init__(self, feed: Feed | None = None) -> None:
        self.feed = feed or two_sided()
        self.market = market_of(self.feed)
        self.market.want("BTC/USD", "top")
        self.execution = Execution(self.market)
        self.house = House(self.market, self.execution)
        self.timers: list[int] = []
        self.ended: list[AlgoEnded] = []
        self.orders: dict[str, OrderWanted] = {}
        self.left: dict[str, int] = {}
        self.execs = 0
        self.house.frame(self.feed.snapshot())

    @property
    def now_ns(self) -> int:
        return self.house.time_ns

    def tell(self, *events: Event) -> list[Event]:
        """Let events come in; return what is wanted of them, timers and ends aside."""
        return self._heard(self.house.step(*events))

    def _heard(self, followed: list[Event]) -> list[Event]:
        wants: list[Event] = []
        for event in followed:
            if isinstance(event, TimerWanted):
                assert event.owner == "execution"
                assert event.at_ns > self.now_ns
                self.timers.append(event.at_ns)
                self._timer = event.timer
            elif isinstance(event, AlgoEnded):
                self.ended.append(event)
            elif type(event).__name__ not in MARKET_SAYS:
                wants.append(event)
        return wants

    def pass_time(self, seconds: float) -> list[Event]:
        """Let the clock go on; the timers that fall due fire in their order."""
        until_ns = self.now_ns + round(seconds * S)
        wants: list[Event] = []
        while due := sorted(at_ns for at_ns in self.timers if at_ns <= until_ns):
            self.timers.remove(due[0])
            self.house.time_ns = max(self.now_ns, due[0])
            wants += self.tell(TimerFired("execution", self._timer))
        self.house.time_ns = until_ns
        return wants

    def book(self, *, bids: Levels = (), asks: Levels = ()) -> list[Event]:
        """The market's book moves."""
        return self._heard(self.house.frame(self.feed.update(bids=bids, asks=asks)))

    def algo(self, plan: Twap | Iceberg | Chase, *, side: Side = "buy", qty_lots: int = 60) -> list[Event]:
        """A strategy wants an algorithm."""
        return self.tell(AlgoWanted("a-1-1", "BTC/USD", side, qty_lots, plan))

    def bracket(self, *, target: int | None = 1100, stop: int | None = 900, qty_lots: int = 10) -> list[Event]:
        """A strategy wants a bracket around a bid at 999."""
        entry = OrderWanted("a-1-1", "BTC/USD", "buy", "limit", qty_lots, 999)
        return self.tell(BracketWanted(entry, target, stop))

    # -- Risk and the venue --

    def accept(self, want: Event) -> list[Event]:
        """An order is approved and taken by the venue."""
        assert isinstance(want, OrderWanted), want
        self.orders[want.order_id] = want
        self.left[want.order_id] = want.qty_lots
        return self.tell(OrderApproved(want), OrderAccepted(want.order_id, f"V-{want.order_id}"))

    def deny(self, want: Event, limit: str = "order_value_max") -> list[Event]:
        """Risk refuses an order."""
        assert isinstance(want, OrderWanted), want
        return self.tell(OrderDenied(want.order_id, limit, "too much"))

    def fill(self, order_id: str, lots: int, price_ticks: int = 1000) -> list[Event]:
        """The venue fills some of an order, and says so where that is all of it."""
        order = self.orders[order_id]
        self.execs += 1
        self.left[order_id] -= lots
        fill = OrderTraded(
            order_id, f"T{self.execs}", "BTC/USD", order.side, price_ticks, lots, "maker", Decimal(0), "USD"
        )
        return self.tell(fill, *([OrderFilled(order_id)] if self.left[order_id] == 0 else []))

    def amend(self, want: Event) -> list[Event]:
        """An amend is approved and taken."""
        assert isinstance(want, AmendWanted), want
        before = self.orders[want.order_id].qty_lots - self.left[want.order_id]
        self.left[want.order_id] = want.qty_lots - before
        self.orders[want.order_id] = OrderWanted(
            want.order_id, "BTC/USD", self.orders[want.order_id].side, "limit", want.qty_lots, want.price_ticks
        )
        return self.tell(AmendApproved(want), OrderAmended(want.order_id, want.price_ticks, want.qty_lots))

    def cancel(self, want: Event) -> list[Event]:
        """A cancel is approved and done."""
        assert isinstance(want, CancelWanted), want
        return self.tell(CancelApproved(want.order_id), OrderCanceled(want.order_id, "User requested"))


def one(events: list[Event]) -> Event:
    """The only one of them."""
    assert len(events) == 1, events
    return events[0]


def order(event: Event) -> OrderWanted:
    """The event, which is an order."""
    assert isinstance(event, OrderWanted), event
    return event


__all__ = ["BTC", "MS", "S", "Stage", "one", "order"]
