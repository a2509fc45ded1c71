"""Where orders on paper wait, trade, rest and end: the inside of a venue on paper, after an order was taken.

Pure. Imports: domain, market, fills, ground, paper_order, paper_records, purse, triggers. Imported by: paper_venue, and
the venues.
"""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from msgspec import Struct

from fathom.domain import (
    Close,
    ClosePlaced,
    Event,
    Liquidity,
    OrderCanceled,
    OrderFilled,
    OrderTraded,
    OrderWanted,
)
from fathom.market import Market
from fathom.sim.fills import Take, opposite, reaches
from fathom.sim.ground import Ground
from fathom.sim.paper_order import PaperOrder
from fathom.sim.paper_records import Records
from fathom.sim.purse import NO_FUNDS, Purse
from fathom.sim.triggers import trigger_of

# Why an order ends, as Kraken has it where it is known (the exchange's core/reasons.py says where).
POST_ONLY: Final = "Post only order"
FILL_OR_KILL: Final = "Fill or kill"
NOTHING_TO_TAKE: Final = "ioc: nothing more to take"


class Fees(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shares of a fill's cost. The defaults are Kraken's lowest tier of spot."""

    maker_share: Decimal = Decimal("0.0025")
    taker_share: Decimal = Decimal("0.0040")

    def __post_init__(self) -> None:
        for name in ("maker_share", "taker_share"):
            share: Decimal = getattr(self, name)
            if not (share.is_finite() and 0 <= share < 1):
                raise ValueError(f"{name} must be from 0 to below 1, not {share}")


class Floor:
    """One account's open orders against one market."""

    def __init__(
        self,
        market: Market,
        ground: Ground,
        fees: Fees,
        balances: Mapping[str, Decimal] | None,
        *,
        ids_begin: str = "",
    ) -> None:
        self.now_ns = 0
        self.open: dict[str, PaperOrder] = {}
        self.purse = Purse(balances, fee_share=fees.taker_share)
        self.records = Records()
        self.expiries: dict[str, int] = {}  # Order -> when it expires, of the open ones that do.
        self.fees = fees
        self._market = market
        self._ground = ground
        self._ids_begin = ids_begin
        self._orders = 0
        self._fills = 0

    def pass_time(self, now_ns: int) -> None:
        """Let it be `now_ns`."""
        self.now_ns = self._ground.now_ns = max(self.now_ns, now_ns)

    def in_symbol(self, symbol: str) -> list[PaperOrder]:
        """Return our open orders of a symbol, oldest first."""
        return [order for order in self.open.values() if order.symbol == symbol]

    def queue(self, symbol: str) -> list[PaperOrder]:
        """Return what of them rests: best price first, then by age."""
        resting = [order for order in self.open.values() if order.resting is not None and order.symbol == symbol]
        return sorted(resting, key=lambda o: -(o.price_ticks or 0) if o.wanted.side == "buy" else (o.price_ticks or 0))

    def affords(self, order: PaperOrder, *, qty_lots: int) -> bool:
        """Return whether the account can pay so much of an order, beside its other open ones."""
        return self.purse.affords(order, self.open.values(), books=self._market.books, qty_lots=qty_lots)

    def enter(self, wanted: OrderWanted) -> PaperOrder:
        """Give an order its place among the open ones. A trailing stop counts from the last trade, or else the mid."""
        self._orders += 1
        order = PaperOrder(
            wanted=wanted,
            venue_order_id=f"PAPER-{self._ids_begin}{self._orders:08d}",
            qty_lots=wanted.qty_lots,
            price_ticks=wanted.price_ticks,
            trigger=trigger_of(wanted, last_ticks=self._ground.last_ticks(wanted.symbol) or 0),
        )
        self.open[order.order_id] = order
        if wanted.expire_ns is not None:
            self.expiries[order.order_id] = wanted.expire_ns
        return order

    def leave(self, order: PaperOrder) -> None:
        """Take an order out of the open ones."""
        del self.open[order.order_id]
        self.expiries.pop(order.order_id, None)

    def begin(self, order: PaperOrder) -> Iterator[Event]:
        """Let an order that was entered wait for its price, or trade."""
        if order.trigger is not None:
            last_ticks = self._ground.traded_ticks(order.symbol)
            if last_ticks is None or not order.trigger.reached(last_ticks):
                self._ground.wait(order)
                return
            order.trigger = None
        yield from self.trade(order)

    def trade(self, order: PaperOrder) -> Iterator[Event]:
        """Let an order take what it may; what is left of it rests, or ends. Without a book to trust it waits."""
        ground = self._ground
        order.fired = not ground.trusted(order.symbol)
        if order.fired:
            return
        side, limit, tif = order.wanted.side, order.price_ticks, order.wanted.time_in_force
        if order.wanted.post_only and limit is not None and ground.crosses(order.symbol, side, limit):
            yield self.end(order, POST_ONLY)
            return
        if tif == "fok" and ground.reachable_lots(order.symbol, side, limit) < order.left_lots:
            yield self.end(order, FILL_OR_KILL)
            return
        yield from self.take(order)
        if order.ended:
            return
        if limit is None or tif == "ioc":
            yield self.end(order, NOTHING_TO_TAKE)
            return
        self.rest(order)

    def take(self, order: PaperOrder) -> Iterator[Event]:
        """Take the levels that the order reaches."""
        for take in self._ground.take(order.symbol, order.wanted.side, order.price_ticks, order.left_lots):
            yield from self.fill(order, take, "taker")

    def rest(self, order: PaperOrder) -> None:
        """Put what is left at the back of the queue at its price; an iceberg only what it shows."""
        assert order.price_ticks is not None, order.order_id
        self._ground.rest(order)

    def move(self, order: PaperOrder) -> Iterator[Event]:
        """Let an order that rested begin anew at its price: past what it takes on the way, to the back."""
        self._ground.leave(order)
        yield from self.take(order)
        if not order.ended:
            self.open[order.order_id] = self.open.pop(order.order_id)
            self.rest(order)

    def shrink(self, order: PaperOrder) -> None:
        """Let an order that rests be less, where it stands."""
        self._ground.resize(order)

    def reveal(self, order: PaperOrder, price_ticks: int | None) -> None:
        """Let an iceberg meet a trade or a book that goes through its price with all that it is."""
        resting = order.resting
        if resting is None or order.wanted.display_lots is None or price_ticks is None:
            return
        through = price_ticks != resting.price_ticks and reaches(
            opposite(resting.side), price_ticks, resting.price_ticks
        )
        resting.left_lots = order.left_lots if through else min(resting.left_lots, order.shown_lots)

    def fill(self, order: PaperOrder, take: Take, liquidity: Liquidity) -> Iterator[Event]:
        """Fill so much of an order, and do what follows from that."""
        instrument = self._market.instruments[order.symbol]
        self._fills += 1
        cost = instrument.cost(price_ticks=take.price_ticks, qty_lots=take.qty_lots)
        share = self.fees.maker_share if liquidity == "maker" else self.fees.taker_share
        fill = OrderTraded(
            order.order_id,
            f"PAPER-T{self._ids_begin}{self._fills:08d}",
            order.symbol,
            order.wanted.side,
            take.price_ticks,
            take.qty_lots,
            liquidity,
            (cost * share).quantize(Decimal(1).scaleb(-instrument.cost_precision), rounding=ROUND_HALF_UP),
            instrument.quote,
        )
        self.purse.trade(fill, instrument)
        self.records.filled(fill, venue_order_id=order.venue_order_id, time_ns=self.now_ns)
        order.filled_lots += take.qty_lots
        yield fill
        if order.left_lots == 0:
            self._close(order, "filled", "")
            yield OrderFilled(order.order_id)
        elif order.resting is not None and order.resting.left_lots == 0:
            self.rest(order)  # The next slice of an iceberg, behind all that stands there.
        if order.wanted.close is not None:
            yield from self._place_close(order, order.wanted.close, take.qty_lots)

    def end(self, order: PaperOrder, reason: str, *, expired: bool = False) -> Event:
        """End what is left of an order."""
        self._close(order, "expired" if expired else "canceled", reason)
        return OrderCanceled(order.order_id, reason)

    def _close(self, order: PaperOrder, ended: str, reason: str) -> None:
        self._ground.leave(order)
        order.ended, order.reason, order.ended_ns, order.resting = ended, reason, self.now_ns, None
        self.leave(order)
        self.records.ended(order)

    def _place_close(self, parent: PaperOrder, close: Close, lots: int) -> Iterator[Event]:
        """Place the opposite order for one fill. What it fails at is said as its end: nobody asked for it by itself."""
        parent.closes += 1
        wanted = OrderWanted(
            f"{parent.order_id}.c{parent.closes}",
            parent.symbol,
            opposite(parent.wanted.side),
            close.order_type,
            lots,
            close.price_ticks,
            trigger_ticks=close.trigger_ticks,
        )
        order = self.enter(wanted)
        yield ClosePlaced(wanted, order.venue_order_id, parent.order_id)
        if self.affords(order, qty_lots=lots):
            yield from self.begin(order)
        else:
            yield self.end(order, NO_FUNDS.partition(":")[2])
