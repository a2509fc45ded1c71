"""A bracket: an entry, and for what of it fills a target and a stop of which one makes the other smaller.

The two are kept by us: Kraken has no order that cancels another. Both rest where the account has room for both. Spot
keeps the base currency aside for each sell, so often it has not: then one of them rests at a time, the stop until the
market reaches the target. With `at_venue` the only exit is Kraken's conditional close.

Pure. Imports: domain, moment, patience, sizes, work. Imported by: execution.
"""

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from fathom.domain import BracketWanted, Close, ClosePlaced, Event, Happening, OrderCanceled, OrderWanted, Side
from fathom.execution.moment import Moment
from fathom.execution.patience import NS_PER_SECOND, REFUSALS_MAX, Patience
from fathom.execution.sizes import least_lots, piece_lots
from fathom.execution.work import Work, numbered
from fathom.orders import Order, order_id_of

# While the entry still fills, its exits grow no more often than this: each amend of a young order costs 4 points.
GROW_NS: Final = 3 * NS_PER_SECOND
# A position without its stop is not given up lightly: with the waits in between this is about five minutes.
EXIT_REFUSALS_MAX: Final = 14
LOOK_NS: Final = NS_PER_SECOND

Exit = Literal["target", "stop"]


class Bracket:
    """Three quantities: what is entered, and what of that each exit may give back."""

    def __init__(self, wanted: BracketWanted) -> None:
        entry = wanted.entry
        self.symbol = entry.symbol
        self._wanted = wanted
        new_id = numbered(entry.order_id)
        away: Side = "sell" if entry.side == "buy" else "buy"
        self._entry = Work(entry.symbol, entry.side, qty_lots=entry.qty_lots, new_id=new_id)
        self._exits: dict[Exit, Work] = {
            name: Work(entry.symbol, away, qty_lots=0, new_id=new_id, patience=Patience(EXIT_REFUSALS_MAX))
            for name in exits_of(wanted)
        }
        self._lean: Exit | None = None  # The one that rests, where there is room for one at a time.
        self._sent = False
        self._entry_ended = ""  # Why the entry is to be ended early.
        self._ending = ""
        self._grown_ns: dict[Exit, int] = {}
        self._lost_lots = 0  # Of the venue's own closes: ended, but not by a fill. We place them again.

    # -- What `execution` asks --

    @property
    def filled_lots(self) -> int:
        """What of the entry filled."""
        return self._entry.filled_lots

    @property
    def over(self) -> str:
        """Why it is over; empty while something is open."""
        if not self._ending or not all(work.children.idle for work in self._works):
            return ""
        beyond_lots = -self._held_lots()
        return self._ending if beyond_lots <= 0 else f"both exits filled, {beyond_lots} lots more than was entered"

    @property
    def wake_ns(self) -> int | None:
        """When to think again."""
        return min((work.wake_ns for work in self._works if work.wake_ns is not None), default=None)

    def ours(self, order_id: str) -> bool:
        """Whether this is one of its orders."""
        return any(work.children.ours(order_id) for work in self._works)

    def apply(self, event: Happening, *, now_ns: int) -> None:
        """Take news of one of its orders in."""
        if isinstance(event, ClosePlaced):
            next(iter(self._exits.values())).apply(event, now_ns=now_ns)
            return
        order_id = order_id_of(event) or ""
        for work in self._works:
            if work.children.ours(order_id):
                lost = work is not self._entry and isinstance(event, OrderCanceled) and not work.cancelling(order_id)
                self._lost_lots += work.children.left_lots(order_id) if lost else 0
                work.apply(event, now_ns=now_ns)

    def stop(self, reason: str) -> None:
        """End: cancel what is open, want nothing more."""
        self._ending = self._ending or reason

    def halt(self, reason: str) -> None:
        """End the entry. What of it filled keeps its exits: they are asked for again when trading goes on."""
        self._entry_ended = self._entry_ended or reason

    def think(self, moment: Moment) -> Iterator[Event]:
        """Yield what is wanted now."""
        for work in self._works:
            work.wake_ns = None
        if not self._sent:
            self._sent = True
            yield self._entry.send(self._entry_order())
            return
        if self._entry_ended or self._ending:
            yield from self._entry.cancel_all(moment)
        held_lots = self._held_lots()
        for work in self._exits.values():
            work.qty_lots = work.filled_lots + max(held_lots, 0)
            if not self._wanted.at_venue or self._entry.children.idle:  # A close may be told before the fill it is for.
                yield from work.cut(moment)
        self._ending = self._ending or self._why_end(held_lots, moment)
        if self._ending:
            for work in self._exits.values():
                yield from work.cancel_all(moment)
        elif held_lots > 0:
            yield from self._protect(held_lots, moment)

    # -- The entry --

    @property
    def _works(self) -> tuple[Work, ...]:
        return (self._entry, *self._exits.values())

    def _entry_order(self) -> OrderWanted:
        wanted = self._wanted
        if not wanted.at_venue:
            return wanted.entry
        if wanted.stop_ticks is None:
            close = Close("limit", wanted.target_ticks)
        elif wanted.stop_limit_ticks is None:
            close = Close("stop-loss", None, wanted.stop_ticks)
        else:
            close = Close("stop-loss-limit", wanted.stop_limit_ticks, wanted.stop_ticks)
        return msgspec.structs.replace(wanted.entry, close=close)

    def _held_lots(self) -> int:
        """Return what was entered and not yet given back; below 0 where both exits filled in a race."""
        return self._entry.filled_lots - sum(work.filled_lots for work in self._exits.values())

    # -- The end --

    def _why_end(self, held_lots: int, moment: Moment) -> str:
        for name, work in self._exits.items():
            if work.patience.worn_out and not (name == "target" and "stop" in self._exits):
                return f"{held_lots} lots are without their {name}: at last refused by {work.patience.reason}"
        if not self._entry.children.idle:
            return ""
        if not self._entry.filled_lots:
            return f"the entry did not fill: {self._entry_ended or self._entry.ended_by}"
        if held_lots <= 0:
            return " and ".join(name for name, work in self._exits.items() if work.filled_lots) + " filled"
        least = self._least_lots(moment)
        told = not self._wanted.at_venue or self._lost_lots >= held_lots  # Kraken's own close may still be told.
        if held_lots < least and told and all(work.children.idle for work in self._exits.values()):
            return f"the {held_lots} lots that are left are below the pair's minimum, {least}"
        return ""

    def _least_lots(self, moment: Moment) -> int:
        """Return the least that every exit of it takes."""
        wanted = self._wanted
        prices = [ticks for ticks in (wanted.target_ticks, wanted.stop_limit_ticks or wanted.stop_ticks) if ticks]
        return max(least_lots(moment.instrument, ticks) for ticks in prices)

    # -- The exits --

    def _protect(self, held_lots: int, moment: Moment) -> Iterator[Event]:
        """Bring the exits to what is held."""
        wanted = self._resting(moment)
        if self._lean is not None:
            others = [work for name, work in self._exits.items() if name not in wanted]
            for work in others:
                yield from work.cancel_all(moment)
            if not all(work.children.idle for work in others):
                return  # There is room for one: the other leaves first.
        for name in wanted:
            yield from self._keep(name, self._exits[name], held_lots, moment)

    def _resting(self, moment: Moment) -> tuple[Exit, ...]:
        """Return which exits are to rest now, the stop first."""
        if len(self._exits) == 1:
            return tuple(self._exits)
        stop, target = self._exits["stop"], self._exits["target"]
        if self._lean is None:
            if target.patience.refusals and not stop.children.idle:
                self._lean = "stop"  # It was refused beside the stop.
            else:
                stands = any(order.state == "open" for order in stop.children.open())
                return ("stop", "target") if stands or stop.filled_lots else ("stop",)
        if target.patience.refusals >= REFUSALS_MAX or moment.now_ns < target.patience.until_ns:
            self._lean = "stop"  # Better the stop than nothing.
        else:
            self._lean = self._leaning(self._lean, moment)
        stop.wake(moment.now_ns + LOOK_NS)
        return (self._lean,)

    def _leaning(self, lean: Exit, moment: Moment) -> Exit:
        """Return which exit is nearer: the target from where it is reached, the stop from half the way back."""
        target_ticks, stop_ticks = self._wanted.target_ticks, self._wanted.stop_ticks
        assert target_ticks is not None
        assert stop_ticks is not None
        side = self._wanted.entry.side  # Who buys from a sell is the best bid.
        best = moment.best_ticks(side)
        if best is None:
            return lean
        sign = 1 if side == "buy" else -1
        if sign * (best - target_ticks) >= 0:
            return "target"
        if sign * (2 * best - target_ticks - stop_ticks) <= 0:
            return "stop"
        return lean

    def _keep(self, name: Exit, work: Work, held_lots: int, moment: Moment) -> Iterator[Event]:
        """Place an exit that is missing, or let one grow with what it is for."""
        room_lots = min(work.room_lots, held_lots)
        open_orders = work.children.open()
        if self._wanted.at_venue:
            room_lots = min(room_lots, self._lost_lots)
        if room_lots <= 0 or not work.may_place(moment):
            return
        next_ns = self._grown_ns.get(name, 0) + GROW_NS
        if open_orders and not self._entry.children.idle and moment.now_ns < next_ns:
            work.wake(next_ns)
            return
        self._grown_ns[name] = moment.now_ns
        if open_orders and open_orders[0].price_ticks is not None and not self._wanted.at_venue:
            yield from _grow(open_orders[0], open_orders[0].price_ticks, work, room_lots, moment)
            return
        lots = piece_lots(room_lots, room_lots, moment.instrument, least_lots=self._least_lots(moment))
        if lots > 0:
            self._lost_lots = max(self._lost_lots - lots, 0)
            yield self._place(name, work, lots)
        elif open_orders and self._entry.children.idle and not self._wanted.at_venue:
            yield from work.cancel(open_orders[-1], moment)  # Too little for one more stop: one for both instead.

    def _place(self, name: Exit, work: Work, lots: int) -> OrderWanted:
        wanted = self._wanted
        if name == "target":
            return work.place("limit", lots, wanted.target_ticks)
        if wanted.stop_limit_ticks is None:
            return work.place("stop-loss", lots, None, trigger_ticks=wanted.stop_ticks)
        return work.place("stop-loss-limit", lots, wanted.stop_limit_ticks, trigger_ticks=wanted.stop_ticks)


def _grow(order: Order, price_ticks: int, work: Work, room_lots: int, moment: Moment) -> Iterator[Event]:
    lots = room_lots - room_lots % moment.instrument.qty_increment_lots
    if lots > 0:
        yield from work.amend(order, price_ticks=price_ticks, qty_lots=order.qty_lots + lots)


def exits_of(wanted: BracketWanted) -> list[Exit]:
    """Return which exits a bracket has, the stop first: it protects."""
    named: tuple[tuple[Exit, int | None], ...] = (("stop", wanted.stop_ticks), ("target", wanted.target_ticks))
    return [name for name, ticks in named if ticks is not None]
