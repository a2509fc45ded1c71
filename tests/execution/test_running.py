from collections.abc import Iterator

from fathom.domain import AlgoWanted, CancelWanted, Event, Iceberg, OrderAccepted, OrderApproved, OrderDenied
from fathom.execution.moment import Moment
from fathom.execution.running import Running
from fathom.execution.work import Work
from market_feed import BTC, T0, S, trusted_market, two_sided

WANTED = AlgoWanted("a-1-1", "BTC/USD", "buy", 10, Iceberg(999, 5))


class Whole:
    """A plan that places all there is room for, and ends when it is told to."""

    def __init__(self) -> None:
        self.enough = ""

    def act(self, work: Work, moment: Moment) -> Iterator[Event]:
        if work.room_lots and work.may_place(moment):
            yield work.place("limit", work.room_lots, 999)

    def ending(self, work: Work, moment: Moment) -> str:
        return self.enough


def moment(seconds: float = 0) -> Moment:
    book = trusted_market(two_sided()).books["BTC/USD"]
    return Moment(now_ns=T0 + round(seconds * S), instrument=BTC, book=book, open=True)


def begun() -> tuple[Running, Whole, str]:
    plan = Whole()
    running = Running(WANTED, plan)
    [wanted] = running.think(moment())
    running.apply(OrderApproved(wanted), now_ns=T0)  # type: ignore[arg-type]
    running.apply(OrderAccepted("a-1-1.1", "V"), now_ns=T0)
    return running, plan, "a-1-1.1"


def test_it_is_over_only_when_nothing_is_open() -> None:
    running, plan, order_id = begun()
    assert running.ours(order_id)
    plan.enough = "enough"
    assert list(running.think(moment())) == [CancelWanted(order_id)]
    assert running.over == ""
    assert running.wake_ns is not None


def test_the_first_reason_to_end_is_the_one_that_is_told() -> None:
    running = Running(WANTED, Whole())
    running.halt("halted")
    running.stop("stopped")
    assert list(running.think(moment())) == []
    assert (running.over, running.filled_lots) == ("halted", 0)


def test_refused_too_often_it_says_by_whom() -> None:
    running = Running(WANTED, Whole())
    for second in range(0, 200, 40):
        [wanted] = running.think(moment(second))
        running.apply(OrderDenied(wanted.order_id, "funds", "none left"), now_ns=T0 + second * S)  # type: ignore[union-attr]
    assert list(running.think(moment(300))) == []
    assert running.over == "refused 5 times in a row, at last by funds: none left"
