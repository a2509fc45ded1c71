"""The life of an order in words: one line for each entry that is about it.

Imports: domain, orders. Imported by: run.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fathom.domain import (
    AmendApproved,
    AmendDenied,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    CancelApproved,
    CancelRejected,
    CancelWanted,
    ClosePlaced,
    Happening,
    Instrument,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderLookupWanted,
    OrderRejected,
    OrderTimed,
    OrderTraded,
    OrderWanted,
)
from fathom.orders import Step

NS_PER_US: Final = 1_000


def told_of(step: Step, instruments: Mapping[str, Instrument], *, symbol: str) -> str:
    """Return what an entry says of the order, in words: prices in quote, quantities in base."""
    words = Words(instruments.get(symbol))
    tell = TOLD.get(type(step.entry.event))
    said = "" if tell is None else tell(words, step.entry.event)
    return "; ".join(filter(None, (said, step.note)))


class Words:
    """Numbers of one pair as a person writes them; ticks and lots where its rules are not known."""

    def __init__(self, instrument: Instrument | None) -> None:
        self._instrument = instrument

    def price(self, ticks: int | None) -> str:
        """Return a price."""
        if ticks is None:
            return "the market"
        return f"{ticks} ticks" if self._instrument is None else str(self._instrument.price(ticks))

    def qty(self, lots: int) -> str:
        """Return a quantity."""
        return f"{lots} lots" if self._instrument is None else str(self._instrument.qty(lots))

    def order(self, wanted: OrderWanted) -> str:
        """Return the terms of an order."""
        said = f"{wanted.side} {self.qty(wanted.qty_lots)} {wanted.symbol} {wanted.order_type}"
        if wanted.price_ticks is not None:
            said += f" at {self.price(wanted.price_ticks)}"
        if wanted.trigger_ticks is not None:
            said += f", trigger {self.price(wanted.trigger_ticks)}"
        marks = [name for name in ("post_only", "reduce_only") if getattr(wanted, name)]
        return ", ".join([said, wanted.time_in_force, *(mark.replace("_", " ") for mark in marks)])

    def terms(self, amend: AmendWanted) -> str:
        """Return what an order is to become."""
        return f"{self.qty(amend.qty_lots)} at {self.price(amend.price_ticks)}"


def _timed(_: Words, timed: OrderTimed) -> str:
    parts = []
    if timed.encoded_ns is not None:
        parts.append(f"sent {_us(timed.sent_ns - timed.encoded_ns)} after it was encoded")
    parts.append(f"answered after {_us(timed.received_ns - timed.sent_ns)}")
    if timed.time_in_ns is not None and timed.time_out_ns is not None:
        parts.append(f"{_us(timed.time_out_ns - timed.time_in_ns)} of them at the venue")
    return f"its {timed.request}: {', '.join(parts)}"


def _us(time_ns: int) -> str:
    return f"{time_ns / NS_PER_US:,.0f} us"


def _traded(words: Words, fill: OrderTraded) -> str:
    return (
        f"filled {words.qty(fill.qty_lots)} at {words.price(fill.price_ticks)} as {fill.liquidity}, "
        f"fee {fill.fee} {fill.fee_asset}, execution {fill.exec_id}"
    )


TOLD: Final[Mapping[type[Happening], Callable[[Words, Any], str]]] = {
    OrderWanted: lambda words, event: words.order(event),
    OrderApproved: lambda words, event: words.order(event.order),
    OrderDenied: lambda _, event: f"risk said no: {event.limit}: {event.detail}",
    OrderAccepted: lambda _, event: f"the venue has it as {event.venue_order_id}",
    OrderRejected: lambda _, event: f"refused: {event.reason}",
    OrderTraded: _traded,
    OrderFilled: lambda _, __: "nothing is left of it",
    OrderCanceled: lambda _, event: f"ended: {event.reason}",
    OrderAmended: lambda words, event: words.terms(AmendWanted(event.order_id, event.price_ticks, event.qty_lots)),
    AmendWanted: lambda words, event: words.terms(event),
    AmendApproved: lambda words, event: words.terms(event.amend),
    AmendDenied: lambda _, event: f"risk said no: {event.limit}: {event.detail}",
    AmendRejected: lambda _, event: f"refused: {event.reason}",
    CancelWanted: lambda _, __: "",
    CancelApproved: lambda _, __: "",
    CancelRejected: lambda _, event: event.reason,
    AnswerOverdue: lambda _, __: "no answer came in time: nobody knows",
    OrderAbsent: lambda _, __: "asked for it, the venue has never heard of it",
    OrderLookupWanted: lambda _, __: "it is looked for at the venue",
    OrderTimed: _timed,
    ClosePlaced: lambda words, event: (
        f"the venue placed it for a fill of {event.parent_id}, as {event.venue_order_id}: {words.order(event.order)}"
    ),
}
