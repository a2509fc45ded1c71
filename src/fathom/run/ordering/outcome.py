"""What became of an order, as executions tell it within a moment: open, cancelled at once and why, or filled.

Imports: domain, net, protocol. Imported by: command.
"""

import asyncio
from decimal import Decimal
from typing import Any, Final

from fathom.domain import LinkError
from fathom.net import Stream
from fathom.protocol.messages import Execution

TOLD_S_MAX: Final = 4.0  # Later than this it is said that nothing was told.
SETTLE_S: Final = 0.4  # An order that is open may still trade or be cancelled in the same breath.
FINAL: Final = frozenset({"filled", "canceled", "expired"})


class Outcome:
    """One order's rows so far."""

    def __init__(self, order_id: str, cl_ord_id: str | None) -> None:
        self.order_id = order_id
        self.cl_ord_id = cl_ord_id
        self.fills: list[Execution] = []
        self.last: Execution | None = None

    @property
    def status(self) -> str:
        """Return the venue's word for it, or that it told none."""
        return "not told" if self.last is None else self.last.order_status

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self.status in FINAL

    @property
    def came_to_nothing(self) -> bool:
        """Whether it ended without a fill."""
        return self.is_over and self.filled == 0

    @property
    def filled(self) -> Decimal:
        """How much of it filled, in base currency."""
        if self.last is not None and self.last.cum_qty is not None:
            return self.last.cum_qty
        return sum((fill.last_qty or Decimal(0) for fill in self.fills), Decimal(0))

    def take(self, row: Execution) -> None:
        """Take a row in, if it is of this order."""
        if row.order_id != self.order_id:
            return
        self.last = row
        if row.exec_id is not None:
            self.fills.append(row)

    def sentence(self) -> str:
        """Return what became of it."""
        row, name = self.last, self.order_id + (f" ({self.cl_ord_id})" if self.cl_ord_id else "")
        if row is None:
            return f"{name}: taken, but executions told nothing yet: look at `fathom rest OpenOrders`"
        average = "" if row.avg_price is None or not self.filled else f" at {row.avg_price:f} on average"
        if row.order_status == "filled":
            return f"{name}: filled, {self.filled:f}{average}"
        if self.is_over:
            why = row.reason or row.cancel_reason or "no reason was given"
            partly = f" after {self.filled:f} filled{average}" if self.filled else " at once, nothing filled"
            return f"{name}: {row.order_status}{partly}: {why}"
        partly = f", {self.filled:f} filled{average}" if self.filled else ""
        return f"{name}: open{partly}" if row.order_status != "pending_new" else f"{name}: accepted, not open yet"

    def fill_lines(self) -> list[str]:
        """Return a line for each fill."""
        return [
            f"  filled {_text(fill.last_qty)} at {_text(fill.last_price)}, fee "
            + (", ".join(f"{fee.qty:f} {fee.asset}" for fee in fill.fees) or "none")
            + (f" ({'maker' if fill.liquidity_ind == 'm' else 'taker'})" if fill.liquidity_ind else "")
            for fill in self.fills
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON: numbers as text, with their digits."""
        row = self.last
        return {
            "order_id": self.order_id,
            "cl_ord_id": self.cl_ord_id,
            "status": self.status,
            "reason": None if row is None else row.reason,
            "filled": f"{self.filled:f}",
            "fills": [
                {
                    "qty": _text(fill.last_qty),
                    "price": _text(fill.last_price),
                    "fees": {fee.asset: f"{fee.qty:f}" for fee in fill.fees},
                }
                for fill in self.fills
            ],
        }


async def outcomes(stream: Stream[Execution], wanted: list[Outcome], *, ends: bool) -> None:
    """Read executions until it is clear what became of these orders, or the time is up. `ends`: they do not rest."""
    loop = asyncio.get_running_loop()
    until = loop.time() + TOLD_S_MAX
    while not all(one.is_over for one in wanted):
        wait_s = until - loop.time()
        settled = all(one.last is not None and one.status != "pending_new" for one in wanted)
        if settled and not ends:
            wait_s = min(wait_s, SETTLE_S)
        if wait_s <= 0:
            return
        try:
            row = await stream.next(wait_s)
        except LinkError:
            return
        for one in wanted:
            one.take(row)


def _text(number: Decimal | None) -> str:
    return "?" if number is None else f"{number:f}"
