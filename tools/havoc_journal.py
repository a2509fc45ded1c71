"""What a bot's journal says of its orders, folded by the judge's own plain rules: it shares no table with the bot."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from fathom.domain import (
    AccountDisputed,
    DisputeSettled,
    Entry,
    ForeignTraded,
    Instrument,
    InstrumentChanged,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    TradingHalted,
    TradingResumed,
)
from fathom.orders import ClientIds, mark_of
from fathom.store import JournalReader

FINAL: Final = frozenset({"filled", "canceled", "rejected"})
ENDS: Final = {OrderFilled: "filled", OrderCanceled: "canceled", OrderRejected: "rejected", OrderAbsent: "rejected"}


@dataclass(slots=True)
class JournalFill:
    """One fill of ours, as numbers that do not hang on ticks."""

    symbol: str
    side: str
    price: Decimal
    qty: Decimal
    fee: Decimal
    fee_asset: str
    time_ns: int


@dataclass(slots=True)
class JournalOrder:
    """One order of ours."""

    order_id: str
    client_id: str
    symbol: str
    side: str
    qty: Decimal
    approved_ns: int
    price: Decimal | None = None
    state: str = "sent"  # sent, open, and those that are final.
    reason: str = ""
    fills: dict[str, JournalFill] = field(default_factory=dict)  # By execution id.

    @property
    def filled(self) -> Decimal:
        """What of it was filled."""
        return sum((fill.qty for fill in self.fills.values()), Decimal(0))


@dataclass(slots=True)
class JournalView:
    """All that the judge needs of a journal."""

    orders: dict[str, JournalOrder] = field(default_factory=dict)  # By our id.
    by_client: dict[str, str] = field(default_factory=dict)
    disputed: dict[str, str] = field(default_factory=dict)  # Symbol -> reason, of what is disputed now.
    disputes: list[tuple[int, str]] = field(default_factory=list)  # Every one there ever was, with its time.
    halts: dict[tuple[str, str], TradingHalted] = field(default_factory=dict)
    foreign_fills: list[str] = field(default_factory=list)
    entries: int = 0
    ids: ClientIds | None = None
    instruments: dict[str, Instrument] = field(default_factory=dict)

    def take(self, entry: Entry) -> None:
        """Take one entry in."""
        event = entry.event
        self.entries += 1
        assert self.ids is not None
        self.ids.apply(event)
        match event:
            case OrderApproved():
                self._approved(event, entry.time_ns)
            case OrderTraded():
                self._traded(event, entry.time_ns)
            case OrderAccepted() | OrderFilled() | OrderCanceled() | OrderRejected() | OrderAbsent():
                self._moved(event.order_id, ENDS.get(type(event), "open"), getattr(event, "reason", ""))
            case OrderAmended():
                order = self.orders[event.order_id]
                instrument = self.instruments[order.symbol]
                order.price, order.qty = instrument.price(event.price_ticks), instrument.qty(event.qty_lots)
            case InstrumentChanged():
                self.instruments[event.instrument.symbol] = event.instrument
            case AccountDisputed():
                self.disputed[event.symbol] = event.reason
                self.disputes.append((entry.time_ns, event.reason))
            case DisputeSettled():
                self.disputed.pop(event.symbol, None)
            case TradingHalted():
                self.halts[event.limit, event.symbol] = event
            case TradingResumed():
                self.halts.pop((event.limit, event.symbol), None)
            case ForeignTraded():
                self.foreign_fills.append(event.fill.exec_id)
            case _:
                pass

    def _approved(self, event: OrderApproved, time_ns: int) -> None:
        wanted = event.order
        instrument = self.instruments[wanted.symbol]
        assert self.ids is not None
        client_id = self.ids.client_id(wanted.order_id)
        assert client_id is not None
        self.by_client[client_id] = wanted.order_id
        self.orders[wanted.order_id] = JournalOrder(
            order_id=wanted.order_id,
            client_id=client_id,
            symbol=wanted.symbol,
            side=wanted.side,
            qty=instrument.qty(wanted.qty_lots),
            approved_ns=time_ns,
            price=None if wanted.price_ticks is None else instrument.price(wanted.price_ticks),
        )

    def _moved(self, order_id: str, state: str, reason: str) -> None:
        order = self.orders[order_id]
        if order.state not in FINAL:
            order.state, order.reason = state, reason

    def _traded(self, event: OrderTraded, time_ns: int) -> None:
        order = self.orders[event.order_id]
        instrument = self.instruments[event.symbol]
        self._moved(event.order_id, "open", "")
        order.fills.setdefault(
            event.exec_id,
            JournalFill(
                symbol=event.symbol,
                side=event.side,
                price=instrument.price(event.price_ticks),
                qty=instrument.qty(event.qty_lots),
                fee=event.fee,
                fee_asset=event.fee_asset,
                time_ns=time_ns,
            ),
        )

    @property
    def waits_for_a_person(self) -> list[str]:
        """Return the halts that time does not release."""
        return [f"{halt.limit}: {halt.detail}" for halt in self.halts.values() if halt.until_ns is None]


def view_of(entries: Iterable[Entry], *, name: str) -> JournalView:
    """Fold the entries of the bot of this name."""
    view = JournalView(ids=ClientIds(mark_of(name)))
    for entry in entries:
        view.take(entry)
    return view


def read_view(folder: Path, *, name: str) -> JournalView:
    """Read a journal, every byte checked, up to its last whole entry. Raises JournalError where it is damaged."""
    return view_of((entry for entry, _ in JournalReader(folder)), name=name)
