"""The two simple strategies in our own world: a component that asks for orders, in `StepWorld` over a recording.

Kraken's limits of requests are lifted, and the account pays whatever it is asked for: hftbacktest has neither.
Imports: fathom, hft_bots. Imported by: compare_hft, tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, Literal

import hft_bots
from hft_bots import Job
from hft_plain import Fill, merged
from msgspec import structs

from fathom.domain import (
    BalancesSeen,
    CancelApproved,
    Entry,
    Event,
    Happening,
    Instrument,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    RunStarted,
    TimerFired,
    TimerWanted,
)
from fathom.engine import Engine
from fathom.kernel.stepper import Stepper
from fathom.market import StepMarket
from fathom.protocol import budget
from fathom.sim import Fees
from fathom.sim.stepped import QUEUES, LatencyModel, Queue, StepVenue, StepWorld

SYMBOL: Final = "BTC/USD"
INSTRUMENT: Final = Instrument(
    symbol=SYMBOL, base="BTC", quote="USD", price_precision=1, qty_precision=8, cost_precision=5,
    qty_lots_min=1, cost_min=Decimal(0),
)  # fmt: skip
RICH: Final = {"USD": Decimal(10**12), "BTC": Decimal(10**6)}
UNLIMITED: Final = structs.replace(budget.TIERS[-1], threshold=10**9, open_orders_max=10**6)
SIGNS: Final[dict[str, int]] = {"buy": 1, "sell": -1}


class NoLog:
    """Keeps nothing."""

    def append(self, entry: Entry) -> None:
        """Take an entry."""

    def commit(self) -> None:
        """Nothing is to be kept."""


class Simple:
    """One strategy, past risk: it asks for what `hft_bots` decides."""

    name = "risk"
    hears: tuple[type[Happening], ...] = (
        RunStarted, TimerFired, OrderTraded, OrderFilled, OrderCanceled, OrderRejected,
    )  # fmt: skip

    def __init__(self, job: Job, stepper: Stepper) -> None:
        self._job = job
        self._stepper = stepper
        self._live: dict[int, tuple[str, int]] = {}  # Sign -> the order and its price.
        self._position = 0
        self._step = 0
        self._number = 0

    def handle(self, entry: Entry) -> Iterable[Event]:
        """Take one entry in."""
        match entry.event:
            case RunStarted():
                return [TimerWanted(self.name, "step", self._job.begin_ns)]
            case TimerFired():
                return self._decide(entry.time_ns)
            case OrderTraded() as fill:
                self._position += SIGNS[fill.side] * fill.qty_lots
            case OrderFilled() | OrderCanceled() | OrderRejected() as ended:
                self._live = {sign: live for sign, live in self._live.items() if live[0] != ended.order_id}
            case _:
                pass
        return ()

    def _decide(self, now_ns: int) -> Iterator[Event]:
        job, book = self._job, self._stepper
        bid, ask = book.best_bid, book.best_ask
        if bid is not None and ask is not None:
            yield from self._quotes(bid, ask) if job.kind == hft_bots.MAKER else self._takes(bid, ask)
        self._step += 1
        if now_ns + job.every_ns <= job.end_ns:
            yield TimerWanted(self.name, "step", now_ns + job.every_ns)

    def _quotes(self, bid: int, ask: int) -> Iterator[Event]:
        job = self._job
        for sign, best in ((1, bid), (-1, ask)):
            order_id, live = self._live.get(sign, ("", 0))
            price = hft_bots.quote(
                sign, best, live, self._position, job.qty_lots, job.limit_lots, job.offset_ticks, job.slack_ticks
            )
            if price == hft_bots.CANCEL:
                yield CancelApproved(order_id)
            elif price:
                yield self._order(sign, price, post_only=True)

    def _takes(self, bid: int, ask: int) -> Iterator[Event]:
        job, book = self._job, self._stepper
        if self._live:
            return
        sign = hft_bots.impulse(
            self._step, book.best_bid_qty, book.best_ask_qty,
            self._position, job.qty_lots, job.limit_lots, job.bound_percent, job.regular,
        )  # fmt: skip
        if sign:
            yield self._order(sign, ask + job.reach_ticks if sign > 0 else bid - job.reach_ticks, post_only=False)

    def _order(self, sign: int, price: int, *, post_only: bool) -> OrderApproved:
        self._number += 1
        order_id = f"a-{self._number}"
        self._live[sign] = (order_id, price)
        side: Literal["buy", "sell"] = "buy" if sign > 0 else "sell"
        wanted = OrderWanted(order_id, SYMBOL, side, "limit", self._job.qty_lots, price, post_only=post_only)
        return OrderApproved(wanted if post_only else structs.replace(wanted, time_in_force="ioc"))


def played(tapes: Sequence[bytes], job: Job, model: Queue, instrument: Instrument = INSTRUMENT) -> list[Fill]:
    """Return the fills of a strategy over a recording."""
    stepper = Stepper(list(tapes), QUEUES[model])
    market = StepMarket([instrument], depths={SYMBOL: 10}, steppers={SYMBOL: stepper})
    free = Fees(maker_share=Decimal(0), taker_share=Decimal(0))
    venue = StepVenue(market, market.steppers, balances=RICH, fees=free, tier=UNLIMITED)
    world = StepWorld(
        market,
        venue,
        openings=[RunStarted("r", "backtest", b"{}", "0"), BalancesSeen(())],
        begin_ns=int.from_bytes(tapes[0][:8], "little"),
        end_ns=job.close_ns,
        latency=LatencyModel.constant(job.latency_ns),
        tier=UNLIMITED,
    )
    fills: list[Fill] = []

    def watch(entry: Entry) -> None:
        fill = entry.event
        if isinstance(fill, OrderTraded) and entry.time_ns <= job.close_ns:
            fills.append(Fill(entry.time_ns - job.latency_ns, SIGNS[fill.side], fill.price_ticks, fill.qty_lots))

    world.run(Engine([market, Simple(job, stepper)], NoLog()), watch)
    assert not world.gate.throttled
    return merged(fills)
