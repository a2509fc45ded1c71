"""Runs whose logs a test writes by hand, as lives and as journals, to be compared with each other."""

from decimal import Decimal
from pathlib import Path

from fathom.domain import (
    AmendApproved,
    AmendWanted,
    BalancesSeen,
    CancelApproved,
    CancelWanted,
    Entry,
    Event,
    InstrumentChanged,
    Liquidity,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    RunStarted,
    RunStopped,
    Side,
)
from fathom.run.comparing.finding import Bounds
from fathom.run.comparing.gathering import Gathering
from fathom.run.comparing.lives import Life
from fathom.run.config import RunConfig, StrategyConfig, config_json
from fathom.store import JournalWriter
from market_feed import BTC, T0

MS = 1_000_000
BOUNDS = Bounds(within_ns=2_000 * MS, latency_ns=50 * MS)
CONFIG = RunConfig(
    quote="USD",
    depths={"BTC/USD": 10},
    instruments=[BTC],
    strategies=[StrategyConfig(name="maker", kind="market_maker", params={"symbol": "BTC/USD"})],
)


def at_ns(ms: float) -> int:
    """The log's time, so many milliseconds after the run began."""
    return T0 + round(ms * MS)


class Hand:
    """One run. Times in ms after its beginning; events may be said in any order and are written in order of time."""

    def __init__(self, config: RunConfig = CONFIG) -> None:
        self.said: list[tuple[float, str, Event]] = [
            (0, "world", RunStarted("hand", "paper", config_json(config), "0")),
            (0, "world", InstrumentChanged(BTC)),
            (0, "world", BalancesSeen((("USD", Decimal(100_000)),))),
        ]
        self._orders: dict[str, OrderWanted] = {}
        self._fills = 0

    def say(self, ms: float, author: str, *events: Event) -> "Hand":
        self.said += [(ms, author, event) for event in events]
        return self

    def wanted(
        self, order_id: str, ms: float, *, price: int | None = 1000, qty: int = 10, side: Side = "buy"
    ) -> OrderWanted:
        order_type = "market" if price is None else "limit"
        order = OrderWanted(order_id, "BTC/USD", side, order_type, qty, price)  # type: ignore[arg-type]  # Both are types.
        self._orders[order_id] = order
        self.say(ms, order_id.partition("-")[0], order)
        return order

    def order(
        self,
        order_id: str,
        ms: float,
        *,
        price: int | None = 1000,
        qty: int = 10,
        side: Side = "buy",
        took: float | None = 20,
    ) -> "Hand":
        """Want an order, have it approved, and acknowledged after `took`."""
        self.say(ms, "risk", OrderApproved(self.wanted(order_id, ms, price=price, qty=qty, side=side)))
        if took is not None:
            self.say(ms + took, "world", OrderAccepted(order_id, f"V-{order_id}"))
        return self

    def denied(self, order_id: str, ms: float, limit: str = "order_value_max", *, price: int = 1000) -> "Hand":
        self.wanted(order_id, ms, price=price)
        return self.say(ms, "risk", OrderDenied(order_id, limit, "by 5"))

    def rejected(self, order_id: str, ms: float, reason: str = "EOrder:Insufficient funds") -> "Hand":
        return self.order(order_id, ms, took=None).say(ms + 20, "world", OrderRejected(order_id, reason))

    def amend(self, order_id: str, ms: float, *, price: int, qty: int = 10, took: float | None = 20) -> "Hand":
        amend = AmendWanted(order_id, price, qty)
        self.say(ms, order_id.partition("-")[0], amend).say(ms, "risk", AmendApproved(amend))
        if took is not None:
            self.say(ms + took, "world", OrderAmended(order_id, price, qty))
        return self

    def cancel(self, order_id: str, ms: float, *, took: float = 20, by: str = "") -> "Hand":
        if not by:
            self.say(ms, order_id.partition("-")[0], CancelWanted(order_id))
        self.say(ms, "risk", CancelApproved(order_id))
        return self.say(ms + took, "world", OrderCanceled(order_id, "User requested"))

    def fill(
        self,
        order_id: str,
        ms: float,
        *,
        qty: int = 10,
        price: int | None = None,
        liquidity: Liquidity = "maker",
        fee: str = "0.25",
        whole: bool = True,
    ) -> "Hand":
        order = self._orders[order_id]
        self._fills += 1
        ticks = price if price is not None else order.price_ticks
        assert ticks is not None
        self.say(
            ms,
            "world",
            OrderTraded(
                order_id, f"T{self._fills}", order.symbol, order.side, ticks, qty, liquidity, Decimal(fee), "USD"
            ),
        )
        return self.say(ms, "world", OrderFilled(order_id)) if whole else self

    def entries(self) -> list[Entry]:
        said = sorted(self.said, key=lambda one: one[0])
        return [Entry(seq, seq, at_ns(ms), author, event) for seq, (ms, author, event) in enumerate(said, 1)]

    def gathered(self) -> Gathering:
        gathering = Gathering()
        for entry in self.entries():
            gathering.observe(entry)
        return gathering

    def lives(self) -> list[Life]:
        return self.gathered().lives

    def life(self) -> Life:
        [life] = self.lives()
        return life

    def journal(self, folder: Path, *, ends: float | None = 60_000, shift_ms: int = 0) -> Path:
        """Write it, with a stop at `ends`; None: it breaks off."""
        if ends is not None:
            self.say(ends, "world", RunStopped("the test is over"))
        with JournalWriter(folder, fsync="close") as writer:
            for one in self.entries():
                writer.append(Entry(one.seq, one.cause_seq, one.time_ns + shift_ms * MS, one.author, one.event))
            writer.commit()
        return folder
