"""Who may send an order request now, and who waits: drives the rate ledger's waiting line.

Imports: domain, protocol. Imported by: orders, kraken.
"""

import asyncio
from contextlib import suppress
from decimal import Decimal
from typing import Final

from fathom.domain import LinkError, LocalError, Refused
from fathom.net.clock import clock_ns
from fathom.protocol import budget
from fathom.protocol.messages import Execution

# A cancel waits so long for room; then it goes all the same: the ledger guesses high, and a refused one costs nothing.
CANCEL_WAIT_S_MAX: Final = 1.0


class Rates:
    """The account's rate ledger. `ledger` may be asked anything; this decides who goes."""

    def __init__(self, tier: budget.Tier, *, reserve: int | None = None) -> None:
        self.ledger = budget.Ledger(tier, reserve=reserve)
        self._line = budget.WaitingLine(self.ledger)
        self._futures: dict[int, asyncio.Future[budget.Charge]] = {}
        self._timer: asyncio.TimerHandle | None = None

    # -- What a user may ask ---------------------------------------------------------------------------------

    def cost(self, action: budget.Action) -> budget.Quote:
        """Say what an action would cost now, whether there is room, and when there will be."""
        return self.ledger.quote(action, now_ns=clock_ns())

    def forecast(self, method: budget.Method, order: str) -> list[tuple[float, Decimal]]:
        """Return (seconds from now, points): what it costs to do this to an order now, and whenever it gets cheaper."""
        now_ns = clock_ns()
        steps = self.ledger.forecast(method, order, now_ns=now_ns)
        return [((step.from_ns - now_ns) / 1e9, budget.points(step.parts)) for step in steps]

    def count(self, symbol: str) -> Decimal:
        """Return the most that the pair's counter can be at, in points."""
        return budget.points(self.ledger.count_parts(symbol, now_ns=clock_ns()))

    # -- Sending ---------------------------------------------------------------------------------------------

    async def room(self, action: budget.Action, *, wait_s: float) -> budget.Charge:
        """Wait for room and take it. Raises LocalError, with nothing sent, where there is none in time.

        A cancel is never refused here: after a short wait it goes.
        """
        now_ns = clock_ns()
        quote = self.ledger.quote(action, now_ns=now_ns)
        if quote.has_room and not len(self._line):
            return self.ledger.charge(action, now_ns=now_ns)
        is_cancel = action.method in budget.CANCELS
        if quote.room_at_ns is None and not is_cancel:
            raise LocalError("rate", _no_room(quote))
        if is_cancel:
            wait_s = min(wait_s, CANCEL_WAIT_S_MAX)
        return await self._wait(action, is_cancel=is_cancel, wait_s=wait_s)

    def take(self, action: budget.Action) -> budget.Charge | None:
        """Take room where there is some and nobody waits for it; else None."""
        return None if len(self._line) else self.ledger.take(action, now_ns=clock_ns())

    def settled(self, charge: budget.Charge, *order_ids: str | None) -> None:
        """It was done."""
        self.ledger.settle(charge, now_ns=clock_ns(), order_ids=order_ids)
        self._pump()

    def refused(self, charge: budget.Charge, refusal: Refused) -> None:
        """Kraken said no."""
        self.ledger.refused(charge, refusal, now_ns=clock_ns())
        self._pump()

    def lost(self, charge: budget.Charge) -> None:
        """Nobody knows."""
        self.ledger.lost(charge, now_ns=clock_ns())
        self._pump()

    def seen(self, rows: list[Execution]) -> None:
        """Learn from rows of executions."""
        now_ns = clock_ns()
        for row in rows:
            self.ledger.seen(row, now_ns=now_ns)
        if len(self._line):
            self._pump()

    def gone(self, *ids: str | None) -> None:
        """Learn that an order is surely not open."""
        self.ledger.gone(*ids)
        self._pump()

    def know(self, maxratecount: int) -> None:
        """Learn the tier."""
        self.ledger.know(maxratecount, now_ns=clock_ns())
        self._pump()

    def stop(self) -> None:
        """Nobody waits any more: the client closes."""
        if self._timer is not None:
            self._timer.cancel()
        for future in self._futures.values():
            if not future.done():
                future.set_exception(LinkError("the client was closed before there was room, and nothing was sent"))

    # -- Inside ----------------------------------------------------------------------------------------------

    async def _wait(self, action: budget.Action, *, is_cancel: bool, wait_s: float) -> budget.Charge:
        deadline_ns = clock_ns() + int(wait_s * 1e9)
        try:
            waiter, pushed = self._line.join(action, deadline_ns=deadline_ns)
        except LocalError:  # The line is full, of cancels too.
            if not is_cancel:
                raise
            return self.ledger.charge(action, now_ns=clock_ns())
        if pushed is not None:
            self._fail(pushed, "pushed out of the line by what is more urgent")
        future = self._futures[waiter.number] = asyncio.get_running_loop().create_future()
        self._pump()
        try:
            async with asyncio.timeout(wait_s + 0.5):  # The line itself tells who is late.
                charge: budget.Charge = await future
                return charge
        except (LocalError, TimeoutError):
            if is_cancel:
                return self.ledger.charge(action, now_ns=clock_ns())
            quote = self.ledger.quote(action, now_ns=clock_ns())
            raise LocalError("rate", f"no room within {wait_s:g} s: {_no_room(quote)}") from None
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and future.exception() is None:
                self.lost(future.result())  # There was room just now, and nobody is there to take it.
            raise
        finally:
            self._line.leave(waiter)
            self._futures.pop(waiter.number, None)

    def _pump(self) -> None:
        """Let go who may, and look again when the next one may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not len(self._line):
            return
        taken = self._line.take(now_ns=clock_ns())
        for waiter, charge in taken.go:
            future = self._futures.get(waiter.number)
            if future is not None and not future.done():
                future.set_result(charge)
            else:
                self.ledger.lost(charge, now_ns=clock_ns())
        for waiter in taken.late:
            self._fail(waiter, "too late")
        now_ns = clock_ns()
        wake_ns = self._line.wake_at_ns(now_ns=now_ns)
        if wake_ns is not None:
            self._timer = asyncio.get_running_loop().call_later(max(0.001, (wake_ns - now_ns) / 1e9), self._pump)

    def _fail(self, waiter: budget.Waiter, why: str) -> None:
        future = self._futures.get(waiter.number)
        if future is not None and not future.done():
            with suppress(asyncio.InvalidStateError):
                future.set_exception(LocalError("rate", why))


def _no_room(quote: budget.Quote) -> str:
    match quote.lack:
        case "open_orders":
            return "as many orders are open in this pair as the account may have: cancel some first"
        case "never":
            return f"it costs {quote.cost} points, more than the counter ever holds ({quote.limit})"
        case _:
            return (
                f"it costs {quote.cost} points and the pair's counter is at {quote.count:.2f} of {quote.limit}: send "
                "fewer, amend instead of cancel and add, or let orders age before they are cancelled"
            )
