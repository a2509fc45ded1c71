"""What the edge knows of our orders: by our id, by the client id that the venue sees, and by the venue's own.

It learns from the log, so after a crash the journal teaches a new one. Pure. Imports: domain, protocol. Imported by:
account_desk, private_edge.
"""

from typing import Protocol

from msgspec import structs

from fathom.domain import (
    Entry,
    Event,
    Instrument,
    InstrumentChanged,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
)
from fathom.protocol import translate


class Names(Protocol):
    """Our order ids as the venue sees them."""

    def apply(self, event: Event) -> None:
        """Take one event of the log in."""

    def client_id(self, order_id: str) -> str | None:
        """Return the client id of an order of ours; None for one that is not known, or not any more."""


class OurOrders:
    """The orders that the log approved. `known` is keyed by client id and by the venue's id."""

    def __init__(self, names: Names) -> None:
        self.known: dict[str, translate.OurOrder] = {}
        self.instruments: dict[str, Instrument] = {}
        self._names = names
        self._client_ids: dict[str, str] = {}  # By our own id.
        self._venue_ids: dict[str, str] = {}  # By our own id.

    def learn(self, entry: Entry) -> None:
        """Take in what an entry says of orders and pairs."""
        event = entry.event
        self._names.apply(event)
        match event:
            case InstrumentChanged():
                self.instruments[event.instrument.symbol] = event.instrument
            case OrderApproved():
                order = event.order
                client_id = self._names.client_id(order.order_id)
                assert client_id is not None, order
                self._client_ids[order.order_id] = client_id
                self.known[client_id] = translate.OurOrder(
                    order_id=order.order_id,
                    symbol=order.symbol,
                    side=order.side,
                    qty_lots=order.qty_lots,
                    price_ticks=order.price_ticks,
                    trigger_ticks=order.trigger_ticks,
                )
            case OrderAccepted():
                self.met(event.order_id, event.venue_order_id)
            case OrderAmended():
                self.changed(event.order_id, price_ticks=event.price_ticks, qty_lots=event.qty_lots)
            case _:
                pass

    def client_id(self, order_id: str) -> str:
        """Return the client id of an order of ours."""
        return self._client_ids[order_id]

    def get(self, order_id: str) -> translate.OurOrder | None:
        """Return an order by our own id."""
        return self.known.get(self._client_ids.get(order_id, ""))

    def venue_id(self, order_id: str) -> str | None:
        """Return the venue's id of an order of ours; None where it was never told."""
        return self._venue_ids.get(order_id)

    def met(self, order_id: str, venue_order_id: str) -> None:
        """The venue named its id of an order of ours."""
        order = self.get(order_id)
        if order is not None:
            self._venue_ids[order_id] = venue_order_id
            self.known[venue_order_id] = order

    def changed(self, order_id: str, *, price_ticks: int, qty_lots: int) -> None:
        """The venue holds an order with another price or quantity now."""
        order = self.get(order_id)
        if order is None:
            return
        order = structs.replace(order, price_ticks=price_ticks, qty_lots=qty_lots)
        self.known[self._client_ids[order_id]] = order
        if order_id in self._venue_ids:
            self.known[self._venue_ids[order_id]] = order
