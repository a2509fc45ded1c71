"""What must hold at every step, judged plainly: from the log's own words and from what is true at the venue.

It shares no code with risk, orders or portfolio. Imports: domain, exchange's books by sim. Imported by: chaos_run.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import msgspec
from chaos_bot import OPEN_ORDERS_MAX, ORDER_VALUE_MAX, POSITION_SHARE_MAX, QUOTE

from fathom.domain import (
    AccountAgreed,
    AccountDisputed,
    AmendApproved,
    AmendRejected,
    AmendWanted,
    BookQuarantined,
    BookTrusted,
    CancelApproved,
    DisputeSettled,
    Entry,
    Event,
    ForeignTraded,
    Instrument,
    InstrumentChanged,
    OrderAbsent,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    RunResumed,
    RunStarted,
    RunStopped,
    TradingHalted,
    TradingResumed,
)
from fathom.market import Market
from fathom.orders import ClientIds
from fathom.sim import ACCOUNT, RoughWorld

# Equity is valued at mids that our own fills move a little; the truth at the venue may be this much off ours.
SLACK: Final = Decimal("1.02")


class Broken(Exception):
    """Something does not hold. `kind` names it."""

    def __init__(self, kind: str, detail: object = "") -> None:
        super().__init__(f"{kind}: {str(detail)[:3000]}")
        self.kind = kind


@dataclass
class Known:
    """One order as the log tells it."""

    wanted: OrderWanted
    price_ticks: int | None
    qty_lots: int
    is_over: bool = False
    end: str = ""
    amends: list[AmendWanted] = field(default_factory=list)  # Approved, not answered, and perhaps taken.

    def is_grown_by(self, amend: AmendWanted) -> bool:
        """Whether an amend makes a buy larger, or worth more, than it is or may be after those on their way."""
        prices = [self.price_ticks or 0, *(one.price_ticks for one in self.amends)]
        lots = [self.qty_lots, *(one.qty_lots for one in self.amends)]
        is_dearer = amend.qty_lots * amend.price_ticks > max(lots) * max(prices)
        return self.wanted.side == "buy" and (amend.qty_lots > max(lots) or is_dearer)


@dataclass(frozen=True)
class Judged:
    """What an approval comes to."""

    wanted: OrderWanted
    price_ticks: int | None
    qty_lots: int  # What could still fill.
    adds: bool  # Whether it may bring in more than was there.
    known: Known | None  # The order that is amended.
    event: Event


class Oracle:
    """The log so far, as plainly as can be."""

    def __init__(self, ids: ClientIds) -> None:
        self.ids = ids
        self.orders: dict[str, Known] = {}
        self.fills: dict[str, OrderTraded | ForeignTraded] = {}  # By exec id: told once or ten times.
        self.instruments: dict[str, Instrument] = {}
        self.trusted: set[str] = set()
        self.disputed: set[str] = set()
        self.halted: dict[tuple[str, str], str] = {}  # (limit, symbol) -> level
        self.agreed = False
        self.stopped = False

    # -- What the log says -------------------------------------------------------------------------------------

    def see(self, entry: Entry) -> None:
        """Take one entry in, whether it is new or comes from the journal again."""
        event = entry.event
        self.ids.apply(event)
        self._see_orders(event)
        match event:
            case RunStarted() | RunResumed():
                self.agreed = False
            case RunStopped():
                self.stopped = True
            case AccountAgreed():
                self.agreed = True
            case AccountDisputed():
                self.disputed.add(event.symbol)
            case DisputeSettled():
                self.disputed.discard(event.symbol)
            case BookTrusted():
                self.trusted.add(event.symbol)
            case BookQuarantined():
                self.trusted.discard(event.symbol)
            case InstrumentChanged():
                self.instruments[event.instrument.symbol] = event.instrument
            case TradingHalted():
                self.halted[event.limit, event.symbol] = event.level
            case TradingResumed():
                self.halted.pop((event.limit, event.symbol), None)

    def _see_orders(self, event: Event) -> None:
        known = self.orders.get(getattr(event, "order_id", ""))
        match event:
            case OrderApproved():
                order = event.order
                self.orders[order.order_id] = Known(order, order.price_ticks, order.qty_lots)
            case AmendApproved():
                self.orders[event.amend.order_id].amends.append(event.amend)
            case OrderTraded():
                self.fills[event.exec_id] = event
            case ForeignTraded():
                self.fills.setdefault(event.fill.exec_id, event)
            case OrderAmended() if known is not None:
                known.price_ticks, known.qty_lots = event.price_ticks, event.qty_lots
                del known.amends[:1]
            case AmendRejected() if known is not None:
                del known.amends[:1]
            case OrderFilled() | OrderCanceled() | OrderRejected() | OrderAbsent() if known is not None:
                if not known.is_over:
                    known.is_over, known.end = True, type(event).__name__

    @property
    def open(self) -> list[Known]:
        """Orders that may still fill, by the log."""
        return [known for known in self.orders.values() if not known.is_over]

    # -- What risk may not say ---------------------------------------------------------------------------------

    def judge(self, entry: Entry, world: RoughWorld, market: Market) -> None:
        """Judge an approval, before it is seen. Raises Broken."""
        event = entry.event
        if isinstance(event, OrderApproved):
            order = event.order
            if order.order_id in self.orders:
                raise Broken("an order id used twice", order)
            if len(self.open) >= OPEN_ORDERS_MAX:
                raise Broken("more orders open than the limit", f"{len(self.open) + 1} with {order}")
            judged = Judged(order, order.price_ticks, order.qty_lots, order.side == "buy", None, event)
        elif isinstance(event, AmendApproved):
            amend, known = event.amend, self.orders[event.amend.order_id]
            left = amend.qty_lots - self._filled_at_venue(known, world)
            judged = Judged(known.wanted, amend.price_ticks, left, known.is_grown_by(amend), known, event)
        else:
            return
        self._judge_place(judged)
        if judged.wanted.side == "buy":
            self._judge_value(judged)
            self._judge_position(judged, world, market)

    def _judge_place(self, judged: Judged) -> None:
        """Is it a time and a symbol at which such an order may be sent?"""
        symbol = judged.wanted.symbol
        if self.stopped:
            raise Broken("approved while the run ends", judged.event)
        if not self.agreed:
            raise Broken("approved before the account agreed", judged.event)
        if symbol not in self.trusted or {symbol, ""} & self.disputed:
            raise Broken("approved on a symbol that is quarantined or disputed", judged.event)
        levels = {level for (_, where), level in self.halted.items() if where in {"", symbol}}
        if "hard" in levels or (levels and judged.adds):  # A soft one lets pass what adds no exposure.
            raise Broken("approved while trading is halted", (judged.event, self.halted))

    def _judge_value(self, judged: Judged) -> None:
        if judged.price_ticks is None:
            return
        instrument = self.instruments[judged.wanted.symbol]
        value = instrument.cost(price_ticks=judged.price_ticks, qty_lots=judged.qty_lots)
        if value > ORDER_VALUE_MAX:
            raise Broken("an order worth more than the limit", (value, judged.event))

    def _judge_position(self, judged: Judged, world: RoughWorld, market: Market) -> None:
        """Were everything filled that we may buy, and it is true what the venue holds, is it within its share?"""
        symbol = judged.wanted.symbol
        instrument = self.instruments[symbol]
        mid = _mid(market, instrument)
        exposed = judged.qty_lots
        for other in self.open:
            if other is not judged.known and (other.wanted.symbol, other.wanted.side) == (symbol, "buy"):
                exposed += self._left_at_venue(other, world)
        held = balance_at_venue(world, instrument.base)
        price = mid if judged.price_ticks is None else max(mid, instrument.price(judged.price_ticks))
        equity = balance_at_venue(world, QUOTE)
        for one in self.instruments.values():
            equity += balance_at_venue(world, one.base) * _mid(market, one)
        share = (held + instrument.qty(exposed)) * price / equity
        if share > POSITION_SHARE_MAX * SLACK:
            raise Broken("a position beyond its share", f"{share:.4f} with {judged.event}")

    def _filled_at_venue(self, known: Known, world: RoughWorld) -> int:
        order = order_at_venue(world, self.ids.client_id(known.wanted.order_id) or "")
        return 0 if order is None else int(order.cum_lots)

    def _left_at_venue(self, known: Known, world: RoughWorld) -> int:
        """Return the most that may still fill: as the order is at the venue, or as an amend on its way makes it."""
        order = order_at_venue(world, self.ids.client_id(known.wanted.order_id) or "")
        asked = [amend.qty_lots for amend in known.amends]
        if order is None:
            return max([known.qty_lots, *asked])
        return max(0, max([int(order.qty_lots), *asked]) - int(order.cum_lots)) if order.is_open else 0

    def _told_lots(self, known: Known) -> int:
        """Return what of an order was told to be filled."""
        order_id = known.wanted.order_id
        return sum(fill.qty_lots for fill in self.fills.values() if getattr(fill, "order_id", "") == order_id)

    # -- What must follow a halt -------------------------------------------------------------------------------

    def after_step(self, entries: list[Entry]) -> None:
        """A hard halt cancels what is open, at once."""
        for entry in entries:
            event = entry.event
            if isinstance(event, TradingHalted) and event.level == "hard":
                cancelled = {one.event.order_id for one in entries if isinstance(one.event, CancelApproved)}
                here = [
                    known
                    for known in self.open
                    if event.symbol in {"", known.wanted.symbol} and self._told_lots(known) < known.qty_lots
                ]
                missed = [known for known in here if known.wanted.order_id not in cancelled]
                if missed:
                    raise Broken("a hard halt that cancels not all", missed)


def _mid(market: Market, instrument: Instrument) -> Decimal:
    """Return the mid of a book; 0 while a side of it is empty."""
    twice = market.books[instrument.symbol].mid_half_ticks
    return Decimal(0) if twice is None else instrument.price(twice) / 2


def balance_at_venue(world: RoughWorld, asset: str) -> Decimal:
    """Return what the account holds, by the venue's own books."""
    account = world.exchange.bank.accounts[ACCOUNT]
    units = account.balances.get(asset, 0)
    return Decimal(units).scaleb(-world.exchange.listing.asset(asset).decimals)


def order_at_venue(world: RoughWorld, client_id: str) -> Any:
    """Return the venue's own order of this client id; None where there is none."""
    account = world.exchange.bank.accounts[ACCOUNT]
    for order in (*account.orders.values(), *account.closed):
        if order.cl_ord_id == client_id:
            return order
    return None


def said_client_id(frame: bytes, method: str) -> str | None:
    """Return the client id of an order request that we send; None where the frame is none of `method`."""
    if f'"{method}"'.encode() not in frame[:60]:
        return None
    params = msgspec.json.decode(frame)["params"]
    names = params.get("cl_ord_id")
    return names[0] if isinstance(names, list) and names else names if isinstance(names, str) else None
