"""The life of one order, as one journal tells it: what was wanted, what became of it, and when.

Pure. Imports: domain. Imported by: its neighbours.
"""

from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from fathom.domain import Liquidity, OrderWanted, Side

# A change is an amend: wanted, then taken by the venue, or refused on the way there.
ChangeState = Literal["asked", "taken", "denied", "rejected"]
# `open`: not ended, as far as was read. `denied` is risk's word, `rejected` the venue's before it ever rested.
End = Literal["open", "filled", "canceled", "denied", "rejected"]

# Of one order; what comes after is counted, not kept, so that an order that is amended for weeks stays small.
CHANGES_MAX: Final = 2_000
FILLS_MAX: Final = 2_000


class Change(Struct):
    """One amend. `at_ns`: when it was taken or refused."""

    wanted_ns: int
    price_ticks: int
    qty_lots: int
    state: ChangeState = "asked"
    at_ns: int | None = None
    reason: str = ""


class Fill(Struct, frozen=True):
    """One fill. `limit_ticks` is the price at which the order stood then."""

    time_ns: int
    price_ticks: int
    qty_lots: int
    liquidity: Liquidity
    fee: Decimal
    fee_asset: str
    limit_ticks: int | None


class Stay(Struct, frozen=True):
    """One stretch of an order's stay at the venue, at one price. `until_ns` None: as far as was read."""

    price_ticks: int | None
    from_ns: int
    until_ns: int | None


class Life(Struct):
    """One order. All times are the log's."""

    wanted: OrderWanted
    strategy: str
    wanted_ns: int
    approved_ns: int | None = None
    accepted_ns: int | None = None
    changes: list[Change] = []
    changes_left_out: int = 0
    fills: list[Fill] = []
    fills_left_out: int = 0
    cancel_wanted_ns: int | None = None
    canceled_by: str = ""  # Who asked for the cancel: the strategy, execution or risk.
    overdue: bool = False
    end: End = "open"
    ended_ns: int | None = None
    reason: str = ""  # Risk's limit, or the venue's words.
    detail: str = ""

    @property
    def symbol(self) -> str:
        """The pair."""
        return self.wanted.symbol

    @property
    def side(self) -> Side:
        """Buy or sell."""
        return self.wanted.side

    @property
    def terms_ticks(self) -> int | None:
        """The price that it was wanted at: the limit, or the trigger where there is none."""
        wanted = self.wanted
        return wanted.trigger_ticks if wanted.price_ticks is None else wanted.price_ticks

    @property
    def filled_lots(self) -> int:
        """What of it was filled."""
        return sum(fill.qty_lots for fill in self.fills)

    def stays(self) -> list[Stay]:
        """Return where it stood at the venue, oldest first. An order that the venue never took stood nowhere."""
        known = [self.accepted_ns] if self.accepted_ns is not None else []
        known += [fill.time_ns for fill in self.fills[:1]]  # A fill may overtake the acknowledgement.
        if not known:
            return []
        begun_ns = min(known)
        stays: list[Stay] = []
        price_ticks, from_ns = self.terms_ticks, begun_ns
        for change in self.changes:
            if change.state != "taken" or change.at_ns is None or change.price_ticks == price_ticks:
                continue
            stays.append(Stay(price_ticks, from_ns, change.at_ns))
            price_ticks, from_ns = change.price_ticks, change.at_ns
        stays.append(Stay(price_ticks, from_ns, self.ended_ns))
        return stays

    def until(self, end_ns: int) -> "Life":
        """Return it as it was known just before `end_ns`."""
        changes = [
            change if change.at_ns is None or change.at_ns < end_ns else _asked(change)
            for change in self.changes
            if change.wanted_ns < end_ns
        ]
        life = Life(
            self.wanted,
            self.strategy,
            self.wanted_ns,
            _before(self.approved_ns, end_ns),
            _before(self.accepted_ns, end_ns),
            changes,
            self.changes_left_out,
            [fill for fill in self.fills if fill.time_ns < end_ns],
            self.fills_left_out,
            _before(self.cancel_wanted_ns, end_ns),
            overdue=self.overdue,
        )
        if life.cancel_wanted_ns is not None:
            life.canceled_by = self.canceled_by
        if self.ended_ns is not None and self.ended_ns < end_ns:
            life.end, life.ended_ns, life.reason, life.detail = self.end, self.ended_ns, self.reason, self.detail
        return life


class Spell(Struct):
    """Something that held for a while around the orders. `symbol` empty: everywhere. `until_ns` None: to the end."""

    kind: Literal["halt", "quarantine", "dispute", "link", "venue"]
    what: str
    symbol: str
    from_ns: int
    until_ns: int | None = None

    def holds(self, symbol: str, time_ns: int) -> bool:
        """Whether it held for the symbol at that time."""
        return (
            self.symbol in {"", symbol}
            and self.from_ns <= time_ns
            and (self.until_ns is None or time_ns < self.until_ns)
        )


def _asked(change: Change) -> Change:
    return Change(change.wanted_ns, change.price_ticks, change.qty_lots)


def _before(time_ns: int | None, end_ns: int) -> int | None:
    return time_ns if time_ns is not None and time_ns < end_ns else None
