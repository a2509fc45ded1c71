"""A recorded market as rows, made by hand, and a bot or a bare venue upon it in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from fathom.domain import (
    BalancesSeen,
    Entry,
    Event,
    Happening,
    Instrument,
    OrderApproved,
    OrderWanted,
    RunStarted,
)
from fathom.engine import Engine
from fathom.kernel import rows as form
from fathom.kernel.stepper import Stepper
from fathom.market import StepMarket
from fathom.sim import Fees
from fathom.sim.stepped import LatencyModel, StepVenue, StepWorld, TierName, Window
from market_feed import BTC, T0, Levels, S
from strategy_stage import Kept

MS = S // 1_000
BALANCES: Mapping[str, Decimal] = {"USD": Decimal(100_000), "BTC": Decimal(100)}
MAKER = Fees(maker_share=Decimal("0.001"), taker_share=Decimal("0.002"))


class Recording:
    """Rows of one pair, in the order of their arrival. `late_ns`: what a frame takes from the venue to us."""

    def __init__(self, *, late_ns: int = 0, depth: int = 10, instrument: Instrument = BTC) -> None:
        self.instrument = instrument
        self.now_ns = T0
        self._late_ns = late_ns
        self._depth = depth
        self._rows = form.Rows()
        self._pieces: list[bytes] = []
        self._number = 0
        self._trades = 0

    def snapshot(self, bids: Levels, asks: Levels, *, verdict: int = 1) -> Recording:
        """A whole book."""
        one = self.instrument
        self._frame(
            [(form.CLEAR, one.price_precision, one.qty_precision, self._depth)], bids, asks, verdict | form.SNAPSHOT
        )
        return self

    def levels(self, bids: Levels = (), asks: Levels = (), *, after_ns: int = 100 * MS, verdict: int = 1) -> Recording:
        """A change of some levels, a moment later."""
        self.now_ns += after_ns
        self._frame([], bids, asks, verdict)
        return self

    def trade(self, side: str, price: int, qty: int, *, after_ns: int = 100 * MS) -> Recording:
        """Somebody takes."""
        self.now_ns += after_ns
        self._trades += 1
        self._number += 1
        kind = form.TRADE + (side == "sell")
        self._add(kind, price, qty, self._trades, form.LAST)
        return self

    def doubt(self, *, after_ns: int = 100 * MS) -> Recording:
        """A frame that does not verify."""
        return self.levels([(1, 1)], after_ns=after_ns, verdict=2)

    def wait(self, ns: int) -> Recording:
        """Let time pass without a word."""
        self.now_ns += ns
        return self

    @property
    def rows(self) -> bytes:
        return b"".join(self._pieces)

    def _frame(self, heads: Sequence[tuple[int, int, int, int]], bids: Levels, asks: Levels, flags: int) -> None:
        self._number += 1
        told = [*heads, *((form.LEVEL, *one, 0) for one in bids), *((form.LEVEL + 1, *one, 0) for one in asks)]
        for place, (kind, price, qty, order) in enumerate(told):
            self._add(kind, price, qty, order, flags | (form.LAST if place == len(told) - 1 else 0))

    def _add(self, kind: int, price: int, qty: int, order: int, flags: int) -> None:
        import struct  # noqa: PLC0415 - Only here.

        venue_ns = self.now_ns
        self._pieces.append(
            struct.pack(
                "<6qIBBH", self.now_ns + self._late_ns, venue_ns, -1, price, qty, order, self._number, kind, flags, 0
            )
        )


def still(**options: int) -> Recording:
    """Ten lots on each of three prices a side, 1 tick of spread around 1000."""
    bids, asks = [(999 - place, 10) for place in range(3)], [(1001 + place, 10) for place in range(3)]
    return Recording(**options).snapshot(bids, asks)


def step_market(*recordings: Recording, model: int = 0) -> StepMarket:
    """The market of some recordings."""
    steppers = {one.instrument.symbol: Stepper([one.rows], model) for one in recordings}
    instruments = [one.instrument for one in recordings]
    return StepMarket(instruments, depths=dict.fromkeys(steppers, 10), steppers=steppers)


def step_venue(
    market: StepMarket, *, fees: Fees | None = MAKER, tier: TierName = "pro", volume_usd: int = 0
) -> StepVenue:
    """A venue over it."""
    return StepVenue(market, market.steppers, balances=BALANCES, fees=fees, tier=tier, volume_usd=volume_usd)


class Does:
    """A component that asks for orders as it is told to, past risk: what it hears of goes to its script."""

    name = "risk"

    def __init__(self, script: Callable[[Entry], Iterable[Event]], *, hears: tuple[type[Happening], ...]) -> None:
        self.hears = hears
        self._script = script

    def handle(self, entry: Entry) -> Iterable[Event]:
        return self._script(entry)


def played(
    market: StepMarket,
    venue: StepVenue,
    components: Iterable[object],
    *,
    end_ns: int,
    begin_ns: int = T0,
    latency: LatencyModel = LatencyModel.constant(20 * MS),  # noqa: B008 - It never changes.
    maintenance: Sequence[Window] = (),
    switch_ns: int = 0,
) -> list[Entry]:
    """Play a recording to these components, after the market, and return the log."""
    world = StepWorld(
        market,
        venue,
        openings=[RunStarted("r", "backtest", b"{}", "0"), BalancesSeen(())],
        begin_ns=begin_ns,
        end_ns=end_ns,
        latency=latency,
        tier="pro",
        maintenance=maintenance,
        switch_ns=switch_ns,
    )
    log = Kept()
    world.run(Engine([market, *components], log), lambda _: None)  # type: ignore[list-item]  # Whatever has a handle.
    return [entry for entry, _ in log.entries]


def buys(order_id: str, price_ticks: int, qty_lots: int = 5, **fields: object) -> OrderApproved:
    """An approval to buy."""
    return approval(order_id, "buy", price_ticks, qty_lots, **fields)


def approval(order_id: str, side: str, price_ticks: int | None, qty_lots: int, **fields: object) -> OrderApproved:
    """An approval of a limit order, or of another kind where it is named."""
    kind = fields.pop("order_type", "limit")
    return OrderApproved(OrderWanted(order_id, BTC.symbol, side, kind, qty_lots, price_ticks, **fields))  # type: ignore[arg-type]
