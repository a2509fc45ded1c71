"""A venue on paper: takes our orders and answers as Kraken would, filling them against the verified market.

It reads the market that the log moved, so it fills at the place in time at which an order reaches it; the links to
and from it are delays in `sim/playback`. Pure. Imports: domain, market, fills. Imported by: sim/playback.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from fathom.domain import (
    AmendApproved,
    AmendRejected,
    CancelApproved,
    CancelRejected,
    Event,
    Instrument,
    Liquidity,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    PublicTrade,
)
from fathom.market import Market
from fathom.sim.fills import Resting, Take, Taken, crosses, fill_by_book, fill_by_trade, join_queue, take_levels

Request = OrderApproved | AmendApproved | CancelApproved


class Fees(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shares of a fill's cost. The defaults are Kraken's lowest tier of spot."""

    maker_share: Decimal = Decimal("0.0025")
    taker_share: Decimal = Decimal("0.0040")

    def __post_init__(self) -> None:
        for name in ("maker_share", "taker_share"):
            share: Decimal = getattr(self, name)
            if not (share.is_finite() and 0 <= share < 1):
                raise ValueError(f"{name} must be from 0 to below 1, not {share}")


class PaperVenue:
    """One account's orders against the market of a recording, or of Kraken itself."""

    def __init__(self, market: Market, fees: Fees) -> None:
        """`market` is read, never changed."""
        self._market = market
        self._fees = fees
        self._resting: dict[str, Resting] = {}
        self._totals: dict[str, tuple[int, int]] = {}  # Order id -> (quantity, filled), in lots.
        self._taken: dict[str, Taken] = {}
        self._last_trades: dict[str, int] = {}  # Symbol -> the id of its newest trade.
        self._scales: dict[str, tuple[int, int]] = {}  # Symbol -> price and quantity precision.
        self._orders = 0
        self._fills = 0

    @property
    def resting_symbols(self) -> set[str]:
        """The symbols in which an order of ours rests."""
        return {resting.symbol for resting in self._resting.values()}

    def follows(self, symbol: str) -> bool:
        """Whether a move of this symbol's book matters: an order of ours rests there, or has taken from it."""
        return bool(self._taken.get(symbol)) or any(one.symbol == symbol for one in self._resting.values())

    def request(self, request: Request) -> list[Event]:
        """Take one request in, now; return the answers in order."""
        match request:
            case OrderApproved():
                return list(self._add(request.order))
            case AmendApproved():
                return list(self._amend(request))
            case CancelApproved():
                return [self._cancel(request.order_id)]

    def cancel_all(self) -> int:
        """Cancel every resting order without a word; return how many there were."""
        count = len(self._resting)
        self._resting.clear()
        self._totals.clear()
        return count

    def market_traded(self, symbol: str, trades: tuple[PublicTrade, ...]) -> list[Event]:
        """Return what the market's trades fill of our resting orders, best price first."""
        said: list[Event] = []
        queue = self._in(symbol)
        for trade in trades:
            if trade.trade_id <= self._last_trades.get(symbol, -1):
                continue  # Told before, such as over another link: it fills once (websocket-v2.md 6.3: ids rise).
            self._last_trades[symbol] = trade.trade_id
            for resting, take in fill_by_trade(queue, trade):
                said += self._fill(resting, take, "maker")
        return said

    def book_moved(self, symbol: str) -> list[Event]:
        """Return what a move of the verified book fills of our resting orders."""
        book = self._market.books[symbol]
        if not book.trusted:
            return []  # What cannot be believed fills nobody.
        taken = self._taken_from(symbol)
        taken.follow(book)
        said: list[Event] = []
        for resting in self._in(symbol):
            for take in fill_by_book(resting, book, taken):
                said += self._fill(resting, take, "maker")
        return said

    def instrument_changed(self, instrument: Instrument) -> list[Event]:
        """Return the end of the orders whose ticks and lots mean something else now: a book of a new scale is new."""
        known = self._scales.get(instrument.symbol)
        scale = self._scales[instrument.symbol] = (instrument.price_precision, instrument.qty_precision)
        if known in {None, scale}:
            return []
        self._taken_from(instrument.symbol).clear()
        return [
            self._cancel(one.order_id, reason="the pair's precision changed") for one in self._in(instrument.symbol)
        ]

    def _in(self, symbol: str) -> list[Resting]:
        """Return our resting orders of a symbol: best price first, then by age."""
        found = [resting for resting in self._resting.values() if resting.symbol == symbol]
        return sorted(found, key=lambda r: -r.price_ticks if r.side == "buy" else r.price_ticks)

    def _add(self, order: OrderWanted) -> Iterator[Event]:
        book = self._market.books.get(order.symbol)
        if book is None or not book.trusted:
            yield OrderRejected(order.order_id, "EService:Unavailable")
            return
        self._orders += 1
        yield OrderAccepted(order.order_id, f"PAPER-{self._orders:08d}")
        limit = order.price_ticks
        if order.post_only and limit is not None and crosses(book, order.side, limit):
            yield OrderCanceled(order.order_id, "Post only order")
            return
        left = Resting(order.order_id, order.symbol, order.side, limit or 0, order.qty_lots, 0)
        self._totals[order.order_id] = (order.qty_lots, 0)
        yield from self._take(left, limit)
        if left.left_lots == 0:
            return
        if limit is None or order.time_in_force == "ioc":
            del self._totals[order.order_id]
            yield OrderCanceled(order.order_id, "ioc: nothing more to take")
            return
        join_queue(left, book)
        self._resting[order.order_id] = left

    def _take(self, order: Resting, limit_ticks: int | None) -> Iterator[Event]:
        book, taken = self._market.books[order.symbol], self._taken_from(order.symbol)
        for take in take_levels(book, taken, order.side, limit_ticks, order.left_lots):
            order.left_lots -= take.qty_lots
            yield from self._fill(order, take, "taker")

    def _amend(self, request: AmendApproved) -> Iterator[Event]:
        amend = request.amend
        resting = self._resting.get(amend.order_id)
        if resting is None:
            yield AmendRejected(amend.order_id, "EOrder:Unknown order")
            return
        book = self._market.books[resting.symbol]
        total, filled = self._totals[amend.order_id]
        if not book.trusted:
            yield AmendRejected(amend.order_id, "EService:Unavailable")
            return
        if amend.post_only and crosses(book, resting.side, amend.price_ticks):
            yield AmendRejected(amend.order_id, "EOrder:Post only order")
            return
        if amend.qty_lots <= filled:  # Kraken: set to what is filled, and the rest cancelled.
            yield self._cancel(amend.order_id)
            return
        moved = amend.price_ticks != resting.price_ticks or amend.qty_lots > total
        resting.price_ticks = amend.price_ticks
        resting.left_lots = amend.qty_lots - filled
        self._totals[amend.order_id] = (amend.qty_lots, filled)
        yield OrderAmended(amend.order_id, amend.price_ticks, amend.qty_lots)
        if moved:  # To the back of its new queue (websocket-v2.md 8.2), past what it takes on the way.
            yield from self._take(resting, amend.price_ticks)
            join_queue(resting, book)
            if resting.left_lots:
                self._resting[amend.order_id] = self._resting.pop(amend.order_id)

    def _cancel(self, order_id: str, *, reason: str = "User requested") -> Event:
        if self._resting.pop(order_id, None) is None:
            return CancelRejected(order_id, "EOrder:Unknown order")
        del self._totals[order_id]
        return OrderCanceled(order_id, reason)

    def _fill(self, order: Resting, take: Take, liquidity: Liquidity) -> Iterator[Event]:
        instrument = self._market.instruments[order.symbol]
        self._fills += 1
        cost = instrument.cost(price_ticks=take.price_ticks, qty_lots=take.qty_lots)
        share = self._fees.maker_share if liquidity == "maker" else self._fees.taker_share
        fee = (cost * share).quantize(Decimal(1).scaleb(-instrument.cost_precision), rounding=ROUND_HALF_UP)
        yield OrderTraded(
            order.order_id,
            f"PAPER-T{self._fills:08d}",
            order.symbol,
            order.side,
            take.price_ticks,
            take.qty_lots,
            liquidity,
            fee,
            instrument.quote,
        )
        total, filled = self._totals[order.order_id]
        self._totals[order.order_id] = (total, filled + take.qty_lots)
        if order.left_lots == 0:
            self._resting.pop(order.order_id, None)
            del self._totals[order.order_id]
            yield OrderFilled(order.order_id)

    def _taken_from(self, symbol: str) -> Taken:
        return self._taken.setdefault(symbol, Taken())
