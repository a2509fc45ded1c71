"""What is drawn of a run: prices, our orders over them, fills. Bounded: of a long run the newest orders and fills.

Pure. Imports: domain, market, portfolio, told. Imported by: ui/report/page, run.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

from msgspec import Struct

from fathom.domain import (
    AccountDisputed,
    BookQuarantined,
    DisputeSettled,
    Entry,
    Happening,
    LimitsChanged,
    LinkDropped,
    MarginUnknown,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    RunResumed,
    RunStopped,
    Side,
    TradingHalted,
    TradingResumed,
)
from fathom.market import Market
from fathom.portfolio import Curve, Statistics, strategy_of
from fathom.ui.report.told import Note

PRICES_MAX: Final = 16_000  # Points of all symbols together ...
PRICES_MIN: Final = 400  # ... and of one at least.
PRICE_STEP_NS: Final = 100_000_000
SEGMENTS_MAX: Final = 6_000  # Of one symbol: an order between two changes of its price.
FILLS_MAX: Final = 5_000
NOTES_MAX: Final = 200  # The first of them: what went wrong first is worth most.


class Segment(NamedTuple):
    """An order at one price, for a time."""

    from_ns: int
    to_ns: int
    side: Side
    price: float
    qty: float
    order_id: str
    end: str  # amended, filled, canceled, rejected, or open: at the end of the journal.


class Fill(NamedTuple):
    """One fill, as the table shows it."""

    time_ns: int
    symbol: str
    strategy: str
    order_id: str
    side: Side
    price: str
    qty: str
    liquidity: str
    value: float
    fee: str
    fee_asset: str
    gain: float | None
    slippage_bps: float | None


class Resting(Struct):
    """An order that may be at the venue."""

    symbol: str
    side: Side
    price: float | None
    qty: float
    since_ns: int | None = None  # None until the venue has it.


class Drawing:
    """Fed every entry, after the market and the statistics."""

    def __init__(self, market: Market, statistics: Statistics) -> None:
        self.prices: dict[str, Curve[tuple[float, float]]] = {}  # Best bid and best ask.
        self.segments: dict[str, deque[Segment]] = {}
        self.segments_count: dict[str, int] = {}
        self.fills: deque[Fill] = deque(maxlen=FILLS_MAX)
        self.fills_count = 0
        self.notes: list[Note] = []
        self.notes_count = 0
        self._market = market
        self._statistics = statistics
        self._resting: dict[str, Resting] = {}
        self._due_ns = 0
        self._exec_id = ""

    def observe(self, entry: Entry) -> None:
        """Take one entry in."""
        self.look(entry.time_ns)
        event = entry.event
        match event:
            case OrderApproved():
                wanted, instrument = event.order, self._market.instruments[event.order.symbol]
                price = None if wanted.price_ticks is None else float(instrument.price(wanted.price_ticks))
                qty = float(instrument.qty(wanted.qty_lots))
                self._resting[wanted.order_id] = Resting(wanted.symbol, wanted.side, price, qty)
            case OrderAccepted():
                self._begin(event.order_id, entry.time_ns)
            case OrderAmended():
                self._amend(event, entry.time_ns)
            case OrderTraded():
                self._begin(event.order_id, entry.time_ns)
                self._trade(event, entry.time_ns)
            case OrderFilled():
                self._end(event.order_id, entry.time_ns, "filled")
            case OrderCanceled():
                self._end(event.order_id, entry.time_ns, "canceled")
            case OrderRejected() | OrderAbsent():
                self._end(event.order_id, entry.time_ns, "rejected")
            case _:
                self._note(event, entry.time_ns)

    def drawn(self, symbol: str, end_ns: int) -> Iterable[Segment]:
        """Return a symbol's orders, those that are open at the end of the journal last."""
        yield from self.segments.get(symbol, ())
        for order_id, order in self._resting.items():
            if order.symbol == symbol and order.price is not None and order.since_ns is not None:
                yield Segment(order.since_ns, end_ns, order.side, order.price, order.qty, order_id, "open")

    @property
    def symbols(self) -> list[str]:
        """Those that had an order, in the order of their names."""
        had = {*self.segments, *(fill.symbol for fill in self.fills)}
        return sorted(had | {order.symbol for order in self._resting.values()})

    def look(self, time_ns: int) -> None:
        """Take the prices of the verified books in, where that is due."""
        if time_ns < self._due_ns:
            return
        books = self._market.books
        most = max(PRICES_MIN, PRICES_MAX // max(len(books), 1))
        steps = [PRICE_STEP_NS]
        for symbol, book in books.items():
            bid, ask = book.best_bid_ticks, book.best_ask_ticks
            if not book.trusted or bid is None or ask is None:
                continue
            curve = self.prices.get(symbol)
            if curve is None:
                curve = self.prices[symbol] = Curve(step_ns=PRICE_STEP_NS, most=most)
            price = book.instrument.price
            curve.add(time_ns, (float(price(bid)), float(price(ask))))
            steps.append(curve.step_ns)
        self._due_ns = time_ns + (min(steps[1:]) if len(steps) > 1 else steps[0])

    def _begin(self, order_id: str, time_ns: int) -> None:
        order = self._resting.get(order_id)
        if order is not None and order.since_ns is None:
            order.since_ns = time_ns

    def _amend(self, event: OrderAmended, time_ns: int) -> None:
        order = self._resting.get(event.order_id)
        if order is None:
            return
        instrument = self._market.instruments[order.symbol]
        self._close(event.order_id, order, time_ns, "amended")
        order.price, order.qty = float(instrument.price(event.price_ticks)), float(instrument.qty(event.qty_lots))
        order.since_ns = time_ns

    def _end(self, order_id: str, time_ns: int, end: str) -> None:
        order = self._resting.pop(order_id, None)
        if order is not None:
            self._close(order_id, order, time_ns, end)

    def _close(self, order_id: str, order: Resting, time_ns: int, end: str) -> None:
        if order.since_ns is None or order.since_ns == time_ns or order.price is None:
            return  # It never rested: its fills are drawn.
        drawn = self.segments.setdefault(order.symbol, deque(maxlen=SEGMENTS_MAX))
        drawn.append(Segment(order.since_ns, time_ns, order.side, order.price, order.qty, order_id, end))
        self.segments_count[order.symbol] = self.segments_count.get(order.symbol, 0) + 1

    def _trade(self, fill: OrderTraded, time_ns: int) -> None:
        made = self._statistics.last_fill
        if made is None or made.exec_id != fill.exec_id or fill.exec_id == self._exec_id:
            return  # It was told before.
        self._exec_id = fill.exec_id
        instrument = self._market.instruments[fill.symbol]
        self.fills_count += 1
        self.fills.append(
            Fill(
                time_ns,
                fill.symbol,
                strategy_of(fill.order_id),
                fill.order_id,
                fill.side,
                instrument.price_text(fill.price_ticks),
                instrument.qty_text(fill.qty_lots),
                fill.liquidity,
                made.value,
                f"{fill.fee:f}",
                fill.fee_asset,
                made.gain,
                made.slippage_bps,
            )
        )

    def _note(self, event: Happening, time_ns: int) -> None:
        text = note_of(event)
        if text:
            self.notes_count += 1
            if len(self.notes) < NOTES_MAX:
                self.notes.append(Note(time_ns, text))


def note_of(event: Happening) -> str:
    """Return what is worth a line of a report; empty where nothing is."""
    match event:
        case TradingHalted():
            where = f" in {event.symbol}" if event.symbol else ""
            return f"trading halted{where} ({event.level}) by {event.limit}: {event.detail}"
        case TradingResumed():
            where = f" in {event.symbol}" if event.symbol else ""
            return f"trading resumed{where} after {event.limit}: {event.reason}"
        case AccountDisputed():
            return f"account disputed{f' in {event.symbol}' if event.symbol else ''}: {event.reason}"
        case MarginUnknown() if event.reason:
            then = "nothing was added until it was" if event.waits else "trading went on with what was told last"
            return f"what is open on margin was not known, {then}: {event.reason}"
        case DisputeSettled():
            return f"dispute settled{f' in {event.symbol}' if event.symbol else ''}: {event.reason}"
        case BookQuarantined():
            return f"{event.symbol} quarantined: {event.reason}"
        case LinkDropped():
            return f"link {event.link} dropped: {event.reason}"
        case LimitsChanged():
            return "limits changed"
        case RunResumed():
            return f"the run went on after a stop or a crash (version {event.version})"
        case RunStopped():
            return f"the run ended: {event.reason}"
        case _:
            return ""
