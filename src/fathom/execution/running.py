"""An algorithm of one quantity while it runs: what every plan shares, around the part that differs.

Pure. Imports: domain, work, moment. Imported by: execution.
"""

from collections.abc import Iterator
from typing import Protocol

from fathom.domain import AlgoWanted, Event, Happening
from fathom.execution.moment import Moment
from fathom.execution.work import Work, numbered


class Plan(Protocol):
    """How one quantity is brought to the market. It looks at what is, never at what changed."""

    def act(self, work: Work, moment: Moment) -> Iterator[Event]:
        """Yield what is wanted now."""

    def ending(self, work: Work, moment: Moment) -> str:
        """Return why it is to end, empty while it goes on."""


class Algorithm(Protocol):
    """What `execution` knows of each."""

    symbol: str

    @property
    def filled_lots(self) -> int:
        """What it brought about so far."""

    @property
    def over(self) -> str:
        """Why it is over with nothing open any more; empty while it is not."""

    @property
    def wake_ns(self) -> int | None:
        """When it wants to think again though nothing happens."""

    def ours(self, order_id: str) -> bool:
        """Whether this is one of its orders."""

    def apply(self, event: Happening, *, now_ns: int) -> None:
        """Take news of one of its orders in."""

    def think(self, moment: Moment) -> Iterator[Event]:
        """Yield what is wanted now. Asked after all that may matter."""

    def stop(self, reason: str) -> None:
        """End: cancel what is open, want nothing more."""

    def halt(self, reason: str) -> None:
        """Trading was halted: end what brings new exposure."""


class Running:
    """A plan, its quantity, and how it comes to its end."""

    def __init__(self, wanted: AlgoWanted, plan: Plan) -> None:
        self.symbol = wanted.symbol
        self.work = Work(wanted.symbol, wanted.side, qty_lots=wanted.qty_lots, new_id=numbered(wanted.algo_id))
        self._plan = plan
        self._ending = ""

    @property
    def filled_lots(self) -> int:
        """What it bought or sold."""
        return self.work.filled_lots

    @property
    def over(self) -> str:
        """Why it is over; empty while something is open."""
        return self._ending if self.work.children.idle else ""

    @property
    def wake_ns(self) -> int | None:
        """When to think again."""
        return self.work.wake_ns

    def ours(self, order_id: str) -> bool:
        """Whether this is one of its orders."""
        return self.work.children.ours(order_id)

    def apply(self, event: Happening, *, now_ns: int) -> None:
        """Take news of one of its orders in."""
        self.work.apply(event, now_ns=now_ns)

    def think(self, moment: Moment) -> Iterator[Event]:
        """Yield what is wanted now."""
        work = self.work
        work.wake_ns = None
        yield from work.cut(moment)
        if not self._ending:
            self._ending = self._why_end(moment)
        if not self._ending:
            yield from self._plan.act(work, moment)
        if self._ending:
            yield from work.cancel_all(moment)

    def stop(self, reason: str) -> None:
        """End: cancel what is open, want nothing more."""
        self._ending = self._ending or reason

    def halt(self, reason: str) -> None:
        """All that it does is new exposure."""
        self.stop(reason)

    def _why_end(self, moment: Moment) -> str:
        work = self.work
        if work.filled_lots >= work.qty_lots:
            return "filled"
        if work.patience.worn_out:
            return f"refused {work.patience.refusals} times in a row, at last by {work.patience.reason}"
        return self._plan.ending(work, moment)
