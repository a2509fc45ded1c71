"""What faults do to the venue itself, each at its time, and undo at their end.

Pure. Imports: bank, core, listing, armed, spec. Imported by: faults.
"""

from collections.abc import Mapping
from heapq import heappop, heappush
from typing import Final, Protocol

from msgspec import structs

from fathom.exchange.bank import Account
from fathom.exchange.core.events import SystemStatus
from fathom.exchange.faults.armed import Armed
from fathom.exchange.faults.spec import seconds_ns
from fathom.exchange.listing import Listing, Pair

_UNDO: Final = -1  # The step that takes everything back.


class HasAccounts(Protocol):
    """The bank, as far as faults look."""

    @property
    def accounts(self) -> Mapping[str, Account]:
        """The accounts by name."""


class FaultyVenue(Protocol):
    """What faults may do to the venue."""

    @property
    def listing(self) -> Listing:
        """What is listed."""

    @property
    def bank(self) -> HasAccounts:
        """Who has accounts."""

    @property
    def system(self) -> SystemStatus:
        """The engine's state."""

    def set_system(self, status: SystemStatus, *, now_ns: int) -> object:
        """Change the engine's state."""

    def set_pair(self, pair: Pair, *, now_ns: int) -> object:
        """Change a pair."""

    def fire_switch(self, account: Account, *, now_ns: int) -> object:
        """Let an account's dead man's switch fire."""


class VenueActs:
    """The steps to come, in order of time. Those of one moment happen in the order in which they were planned."""

    def __init__(self) -> None:
        self._steps: list[tuple[int, int, Armed, int]] = []
        self._planned = 0
        self._before: dict[str, SystemStatus | Pair] = {}  # By fault: what its end brings back.

    def plan(self, armed: Armed) -> None:
        """Plan all steps of a fault."""
        due_ns = armed.begin_ns
        for step, (_, seconds) in enumerate(armed.spec.cycle or (("", 0.0),)):
            self._add(due_ns, armed, step)
            due_ns += seconds_ns(seconds)
        if armed.end_ns is not None:
            self._add(armed.end_ns, armed, _UNDO)

    def drop(self, armed: Armed) -> None:
        """Forget a fault's steps; what it did already is undone at the next look."""
        self._steps = [step for step in self._steps if step[2] is not armed]
        self._steps.sort()
        if armed.fault_id in self._before:
            self._add(0, armed, _UNDO)

    def next_ns(self) -> int | None:
        """Return when the next step is due."""
        return self._steps[0][0] if self._steps else None

    def perform(self, venue: FaultyVenue, *, now_ns: int) -> bool:
        """Do the steps that are due; tell whether there was one."""
        steps = len(self._steps)
        while self._steps and self._steps[0][0] <= now_ns:
            _, _, armed, step = heappop(self._steps)
            if step == _UNDO:
                self._undo(venue, armed, now_ns)
            elif step > 0 or armed.strikes():
                self._do(venue, armed, step, now_ns)
        return len(self._steps) < steps

    def _add(self, due_ns: int, armed: Armed, step: int) -> None:
        self._planned += 1
        heappush(self._steps, (due_ns, self._planned, armed, step))

    def _do(self, venue: FaultyVenue, armed: Armed, step: int, now_ns: int) -> None:
        spec = armed.spec
        if spec.kind == "dead_man":
            armed.over = True
            account = venue.bank.accounts.get(spec.account or "")
            if account is not None:
                venue.fire_switch(account, now_ns=now_ns)
            return
        if spec.kind == "system":
            self._before.setdefault(armed.fault_id, venue.system)
            status = spec.cycle[step][0] if spec.cycle is not None else spec.status
            venue.set_system(status, now_ns=now_ns)  # type: ignore[arg-type] # `kinds` allows no other word.
            return
        pair = venue.listing.pair(spec.symbol or "")
        if pair is not None:
            self._before.setdefault(armed.fault_id, pair)
            venue.set_pair(_changed(pair, armed), now_ns=now_ns)

    def _undo(self, venue: FaultyVenue, armed: Armed, now_ns: int) -> None:
        armed.over = True
        before = self._before.pop(armed.fault_id, None)
        if isinstance(before, Pair):
            pair = venue.listing.pair(before.symbol)
            if pair is not None:
                venue.set_pair(_restored(pair, before, armed), now_ns=now_ns)
        elif before is not None:
            venue.set_system(before, now_ns=now_ns)


def rescaled(pair: Pair, *, price_precision: int, qty_precision: int) -> Pair:
    """Return the pair with other precisions; its minimum is the same quantity, or the least lot above it.

    The increment stays the same number of ticks: a finer precision is a finer tick.
    """
    finer = qty_precision - pair.qty_precision
    lots_min = pair.qty_lots_min * 10**finer if finer >= 0 else -(-pair.qty_lots_min // 10**-finer)
    return structs.replace(
        pair, price_precision=price_precision, qty_precision=qty_precision, qty_lots_min=max(lots_min, 1)
    )


def _changed(pair: Pair, armed: Armed) -> Pair:
    spec = armed.spec
    if spec.kind == "rescale":
        return rescaled(
            pair,
            price_precision=pair.price_precision if spec.price_precision is None else spec.price_precision,
            qty_precision=pair.qty_precision if spec.qty_precision is None else spec.qty_precision,
        )
    return structs.replace(pair, status="delisted" if spec.kind == "delist" else spec.status)


def _restored(pair: Pair, before: Pair, armed: Armed) -> Pair:
    """Take back what the fault changed, and nothing else."""
    if armed.spec.kind == "rescale":
        return structs.replace(
            pair,
            price_precision=before.price_precision,
            qty_precision=before.qty_precision,
            qty_lots_min=before.qty_lots_min,
        )
    return structs.replace(pair, status=before.status)
