"""How a run does, computed as its log grows: equity, drawdown, ratios, and a tally a strategy, a symbol and in all.

Constant time an entry but for one look over the positions a second (a minute, once the run is long), bounded memory.
docs/portfolio.md defines each number. Statistics are opinions: floats, where they are not sums of money. Pure. Imports:
domain, market, and its neighbours. Imported by: ui, run.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from fathom.domain import (
    AccountSeen,
    AmendApproved,
    AmendRejected,
    AnswerOverdue,
    BalancesSeen,
    BookTrusted,
    CancelApproved,
    CancelRejected,
    DisputeSettled,
    Entry,
    FillsTold,
    ForeignTraded,
    FundsMoved,
    Happening,
    HealthSeen,
    InstrumentChanged,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderRejected,
    OrderTimed,
    OrderTraded,
    OrderWanted,
)
from fathom.market import Market
from fathom.portfolio.curve import Curve
from fathom.portfolio.histogram import Histogram
from fathom.portfolio.lots import AVERAGING, ZERO, LotMethod
from fathom.portfolio.order_times import OrderTimes
from fathom.portfolio.performance import Performance
from fathom.portfolio.portfolio import Portfolio
from fathom.portfolio.position import Position
from fathom.portfolio.returns import NS_PER_MINUTE
from fathom.portfolio.tally import Tally
from fathom.portfolio.tracks import Track, Tracks, strategy_of


class Moment(NamedTuple):
    """One point of the curve, in the reporting currency."""

    equity: float
    profit: float  # Of our own fills, after fees.
    drawdown: float  # Of the equity without what was brought or taken: a share of its peak.
    exposure: float  # What is held in other assets than the reporting currency, as a share of equity.


class FillMade(NamedTuple):
    """What one fill came to, in the reporting currency."""

    exec_id: str
    value: float
    fee: float
    gain: float | None  # Realised after the fee; None where it closed nothing.
    slippage_bps: float | None  # Beyond the mid at decision, of it; below zero: earned.


class Statistics:
    """Fed every entry of a log in order, beside the `market` that hears it first."""

    def __init__(self, market: Market, *, quote: str, method: LotMethod = "fifo") -> None:
        self.portfolio = Portfolio(market, quote=quote, method=method)
        self.performance = Performance(self.portfolio)
        self.total = Tally()
        self.strategies: dict[str, Tally] = {}
        self.symbols: dict[str, Tally] = {}
        self.positions: dict[tuple[str, str], Position] = {}  # By strategy and symbol.
        self.curve: Curve[Moment] = Curve()
        self.times = OrderTimes()
        self.loop_lag = Histogram()
        self.journal_lag = Histogram()
        self.first_ns: int | None = None
        self.last_ns = 0
        self.last_fill: FillMade | None = None
        self._looked_ns: int | None = None
        self._due_ns = 0
        self._tracks = Tracks()
        self._fills = FillsTold()
        self._instruments = market.instruments
        self._takes: dict[type[Happening], Callable[[Any], None]] = {
            OrderWanted: self._wanted,
            OrderDenied: self._denied,
            OrderApproved: self._approved,
            AmendApproved: self._amend_approved,
            CancelApproved: self._cancel_approved,
            OrderAccepted: self._accepted,
            OrderRejected: self._rejected,
            OrderAbsent: self._rejected,
            OrderAmended: self._amended,
            AmendRejected: self._amend_rejected,
            OrderCanceled: self._canceled,
            CancelRejected: self._cancel_rejected,
            OrderFilled: self._filled,
            OrderTraded: self._traded,
            OrderTimed: self._timed,
            AnswerOverdue: self._overdue,
            HealthSeen: self._health,
            BookTrusted: self._priced,
            InstrumentChanged: self._instrument,
            AccountSeen: self._money,
            BalancesSeen: self._money,
            ForeignTraded: self._money,
            FundsMoved: self._money,
            DisputeSettled: self._money,
        }

    def observe(self, entry: Entry) -> None:
        """Take one entry in."""
        time_ns = self.last_ns = entry.time_ns
        if self.first_ns is None:
            self.first_ns = time_ns
        take = self._takes.get(type(entry.event))
        if take is not None:
            take(entry.event)
        else:
            self.portfolio.apply(entry.event)
        if time_ns >= self._due_ns:
            self.look(time_ns)

    def pass_time(self, time_ns: int) -> None:
        """Look where a look is due, though the log has nothing to say."""
        self.last_ns = time_ns
        if self.first_ns is not None and time_ns >= self._due_ns:
            self.look(time_ns)

    def look(self, time_ns: int) -> None:
        """Value everything now. Called when a look is due; a reader calls it once more at the end."""
        passed_s = 0.0 if self._looked_ns is None else (time_ns - self._looked_ns) / 1e9
        self._looked_ns = time_ns
        self._look_at_positions(time_ns, passed_s)
        did = self.performance
        did.look(time_ns)
        if did.last is not None:
            self.curve.add(time_ns, Moment(did.last, self.total.profit, did.drawdown.share, did.exposure))
        self._due_ns = time_ns + min(self.curve.step_ns, NS_PER_MINUTE)

    @property
    def seconds(self) -> float:
        """The log's time since the first entry."""
        return 0.0 if self.first_ns is None else (self.last_ns - self.first_ns) / 1e9

    # -- Money --

    def _look_at_positions(self, time_ns: int, passed_s: float) -> None:
        profits: dict[str, dict[str, float]] = {"strategy": {}, "symbol": {}}
        values: dict[str, dict[str, float]] = {"strategy": {}, "symbol": {}}
        for (strategy, symbol), position in self.positions.items():
            profit, value = self._worth(position)
            for kind, name in (("strategy", strategy), ("symbol", symbol)):
                profits[kind][name] = profits[kind].get(name, 0.0) + profit
                values[kind][name] = values[kind].get(name, 0.0) + value
        for kind, tallies in (("strategy", self.strategies), ("symbol", self.symbols)):
            for name, tally in tallies.items():
                profit, value = profits[kind].get(name, 0.0), values[kind].get(name, 0.0)
                tally.look(time_ns, profit=profit, position=value, passed_s=passed_s)
        profit, value = sum(profits["symbol"].values()), sum(values["symbol"].values())
        self.total.look(time_ns, profit=profit, position=value, passed_s=passed_s)

    def _worth(self, position: Position) -> tuple[float, float]:
        """Return a position's profit after fees, and its value without a sign, in the reporting currency."""
        portfolio = self.portfolio
        mid, rate = portfolio.mid_quote(position.instrument.symbol), portfolio.price_quote(position.instrument.quote)
        if rate is None:
            return 0.0, 0.0
        profit = portfolio.profit_of(position)
        return float(profit), 0.0 if mid is None else float(abs(position.qty) * mid * rate)

    def _money(self, event: Happening) -> None:
        self.performance.money(event)
        self._first_look()

    def _priced(self, event: BookTrusted) -> None:  # noqa: ARG002 - Every kind is taken the same way.
        self._first_look()

    def _first_look(self) -> None:
        """Equity begins in the moment in which it is known, whenever the next look is due."""
        if self.performance.first is None:
            self._due_ns = self.last_ns

    def _instrument(self, event: InstrumentChanged) -> None:
        self.portfolio.apply(event)
        for (_, symbol), position in self.positions.items():
            if symbol == event.instrument.symbol:
                position.instrument = event.instrument

    # -- Orders --

    def _tallies(self, strategy: str, symbol: str) -> tuple[Tally, Tally, Tally]:
        return (
            self.total,
            self.strategies.get(strategy) or self.strategies.setdefault(strategy, Tally()),
            self.symbols.get(symbol) or self.symbols.setdefault(symbol, Tally()),
        )

    def _of(self, order_id: str) -> tuple[Track, tuple[Tally, Tally, Tally]] | None:
        track = self._tracks.get(order_id)
        return None if track is None else (track, self._tallies(track.strategy, track.wanted.symbol))

    def _wanted(self, event: OrderWanted) -> None:
        track = self._tracks.begin(event, self.portfolio.mid_quote(event.symbol))
        for tally in self._tallies(track.strategy, event.symbol):
            tally.wanted += 1

    def _denied(self, event: OrderDenied) -> None:
        if (found := self._of(event.order_id)) is not None:
            for tally in found[1]:
                tally.denied += 1
            self._tracks.forget(event.order_id)

    def _approved(self, event: OrderApproved) -> None:
        order = event.order
        track = self._tracks.begin(order, self.portfolio.mid_quote(order.symbol))  # Risk's own were never wanted.
        self._tracks.asked(track, "add", self.last_ns)
        for tally in self._tallies(track.strategy, order.symbol):
            tally.approved += 1

    def _amend_approved(self, event: AmendApproved) -> None:
        if (track := self._tracks.get(event.amend.order_id)) is not None:
            self._tracks.asked(track, "amend", self.last_ns)
            track.asked_mid = self.portfolio.mid_quote(track.wanted.symbol)

    def _cancel_approved(self, event: CancelApproved) -> None:
        if (track := self._tracks.get(event.order_id)) is not None:
            self._tracks.asked(track, "cancel", self.last_ns)

    def _accepted(self, event: OrderAccepted) -> None:
        self._add_answered(event.order_id)

    def _add_answered(self, order_id: str) -> None:
        if (found := self._of(order_id)) is None:
            return
        took_ns = self._tracks.answered(found[0], "add", self.last_ns)
        if took_ns is not None:
            self.times.add("add", "log", took_ns)
            for tally in found[1]:
                tally.answered.add(took_ns)

    def _rejected(self, event: OrderRejected | OrderAbsent) -> None:
        self._add_answered(event.order_id)
        if (found := self._of(event.order_id)) is not None:
            for tally in found[1]:
                tally.rejected += 1

    def _amended(self, event: OrderAmended) -> None:
        if (found := self._of(event.order_id)) is None:
            return
        track, tallies = found
        took_ns = self._tracks.answered(track, "amend", self.last_ns)
        if took_ns is not None:
            self.times.add("amend", "log", took_ns)
            track.mid = track.asked_mid
        for tally in tallies:
            tally.amends += 1

    def _amend_rejected(self, event: AmendRejected) -> None:
        self._change_answered(event.order_id, "amend")

    def _cancel_rejected(self, event: CancelRejected) -> None:
        self._change_answered(event.order_id, "cancel")

    def _change_answered(self, order_id: str, request: str) -> None:
        track = self._tracks.get(order_id)
        if track is not None and (took_ns := self._tracks.answered(track, request, self.last_ns)) is not None:
            self.times.add(request, "log", took_ns)

    def _canceled(self, event: OrderCanceled) -> None:
        self._change_answered(event.order_id, "cancel")
        if (found := self._of(event.order_id)) is not None:
            for tally in found[1]:
                tally.canceled += 1

    def _filled(self, event: OrderFilled) -> None:
        if (found := self._of(event.order_id)) is not None:
            for tally in found[1]:
                tally.filled += 1

    def _overdue(self, event: AnswerOverdue) -> None:
        if (found := self._of(event.order_id)) is not None:
            for tally in found[1]:
                tally.unsure += 1

    def _timed(self, event: OrderTimed) -> None:
        track = self._tracks.get(event.order_id)
        self.times.timed(event, approved_ns=None if track is None else track.approved_ns.get(event.request))

    def _health(self, event: HealthSeen) -> None:
        self.times.offset_ns = event.clock_offset_ns
        self.loop_lag.add(event.loop_lag_ns)
        self.journal_lag.add(event.journal_lag_ns)

    def _traded(self, fill: OrderTraded) -> None:
        self.portfolio.apply(fill)
        if not self._fills.is_new(fill):
            return
        self._add_answered(fill.order_id)  # A fill that overtook the acknowledgement answers too.
        track = self._tracks.get(fill.order_id)
        strategy = strategy_of(fill.order_id) if track is None else track.strategy
        instrument = self._instruments[fill.symbol]
        position = self.positions.get((strategy, fill.symbol))
        if position is None:
            position = Position(instrument, method=self.portfolio.method)
            self.positions[strategy, fill.symbol] = position
        gain = position.trade(fill)
        rate = self.portfolio.price_quote(instrument.quote) or ZERO
        value = AVERAGING.multiply(instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots), rate)
        fee = ZERO
        if fill.fee_asset in (instrument.quote, instrument.base):  # As the position counts it.
            at = instrument.price(fill.price_ticks) if fill.fee_asset == instrument.base else Decimal(1)
            fee = AVERAGING.multiply(AVERAGING.multiply(fill.fee, at), rate)
        elif fill.fee:
            fee = AVERAGING.multiply(fill.fee, self.portfolio.price_quote(fill.fee_asset) or ZERO)
        if gain is not None:
            gain = AVERAGING.subtract(AVERAGING.multiply(gain, rate), fee)
        slip = None
        if track is not None and track.mid is not None:
            at_mid = AVERAGING.multiply(AVERAGING.multiply(instrument.qty(fill.qty_lots), track.mid), rate)
            beyond = AVERAGING.subtract(value, at_mid)
            slip = (beyond if fill.side == "buy" else AVERAGING.minus(beyond), at_mid)
        for tally in self._tallies(strategy, fill.symbol):
            tally.trade(fill, value=value, fee=fee, gain=gain, slip=slip)
        self.last_fill = FillMade(
            fill.exec_id,
            float(value),
            float(fee),
            None if gain is None else float(gain),
            float(slip[0] / slip[1]) * 10_000 if slip is not None and slip[1] else None,
        )
        self.performance.look(self.last_ns)
