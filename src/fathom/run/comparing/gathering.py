"""Makes order lives out of a log, entry by entry: what is open is kept whole, what has ended is kept small.

Pure. Imports: domain, portfolio, lives. Imported by: reading.
"""

from collections.abc import Callable
from typing import Any, Final

from fathom.domain import (
    AccountDisputed,
    AmendApproved,
    AmendDenied,
    AmendRejected,
    AmendWanted,
    AnswerOverdue,
    BookQuarantined,
    BookTrusted,
    CancelApproved,
    CancelWanted,
    ClosePlaced,
    DisputeSettled,
    Entry,
    FillsTold,
    LinkDropped,
    LinkOpened,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderCanceled,
    OrderDenied,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    OrderWanted,
    TradingHalted,
    TradingResumed,
    VenueStatusChanged,
)
from fathom.portfolio import strategy_of
from fathom.run.comparing.lives import CHANGES_MAX, FILLS_MAX, Change, End, Fill, Life, Spell

SPELLS_MAX: Final = 10_000  # What holds around the orders only words a sentence: later ones are left out.
ASKED_MAX: Final = 16  # Amends of one order that wait for their answer at once; the venue takes them one by one.


class Gathering:
    """Fed the entries of one journal in order."""

    def __init__(self) -> None:
        self.lives: list[Life] = []  # In the order in which they were wanted.
        self.spells: list[Spell] = []
        self._by_id: dict[str, Life] = {}
        self._told = FillsTold()
        self._open_spells: dict[tuple[str, str, str], Spell] = {}
        self._takes: dict[type[Any], Callable[[Any, Entry], None]] = {
            OrderWanted: self._wanted,
            OrderDenied: self._denied,
            OrderApproved: self._approved,
            ClosePlaced: self._close_placed,
            OrderAccepted: self._accepted,
            OrderRejected: self._rejected,
            OrderAbsent: self._absent,
            AnswerOverdue: self._overdue,
            AmendWanted: self._amend_wanted,
            AmendApproved: self._amend_approved,
            AmendDenied: self._amend_denied,
            AmendRejected: self._amend_rejected,
            OrderAmended: self._amended,
            CancelWanted: self._cancel_wanted,
            CancelApproved: self._cancel_wanted,
            OrderTraded: self._traded,
            OrderFilled: self._filled,
            OrderCanceled: self._canceled,
            TradingHalted: self._halted,
            TradingResumed: self._resumed,
            BookQuarantined: self._quarantined,
            BookTrusted: self._trusted,
            AccountDisputed: self._disputed,
            DisputeSettled: self._settled,
            LinkDropped: self._dropped,
            LinkOpened: self._opened,
            VenueStatusChanged: self._venue,
        }

    def observe(self, entry: Entry) -> None:
        """Take one entry in. News of an order that nobody wanted is none of ours."""
        take = self._takes.get(type(entry.event))
        if take is not None:
            take(entry.event, entry)

    def _begin(self, wanted: OrderWanted, entry: Entry) -> Life:
        life = self._by_id.get(wanted.order_id)
        if life is None:
            life = Life(wanted, wanted.on_behalf or strategy_of(wanted.order_id), entry.time_ns)
            self._by_id[wanted.order_id] = life
            self.lives.append(life)
        return life

    def _wanted(self, event: OrderWanted, entry: Entry) -> None:
        self._begin(event, entry)

    def _approved(self, event: OrderApproved, entry: Entry) -> None:
        life = self._begin(event.order, entry)  # What risk sells itself, nobody wanted before.
        life.approved_ns = entry.time_ns

    def _close_placed(self, event: ClosePlaced, entry: Entry) -> None:
        life = self._begin(event.order, entry)
        life.approved_ns = life.accepted_ns = entry.time_ns

    def _denied(self, event: OrderDenied, entry: Entry) -> None:
        self._end(event.order_id, "denied", entry, reason=event.limit, detail=event.detail)

    def _accepted(self, event: OrderAccepted, entry: Entry) -> None:
        life = self._by_id.get(event.order_id)
        if life is not None and life.accepted_ns is None:
            life.accepted_ns = entry.time_ns

    def _rejected(self, event: OrderRejected, entry: Entry) -> None:
        self._end(event.order_id, "rejected", entry, reason=event.reason)

    def _absent(self, event: OrderAbsent, entry: Entry) -> None:
        life = self._by_id.get(event.order_id)
        if life is not None and life.accepted_ns is None and not life.fills:
            self._end(event.order_id, "rejected", entry, reason="the venue has never heard of it")

    def _overdue(self, event: AnswerOverdue, _: Entry) -> None:
        if life := self._by_id.get(event.order_id):
            life.overdue = True

    def _amend_wanted(self, event: AmendWanted, entry: Entry) -> None:
        life = self._by_id.get(event.order_id)
        if life is None:
            return
        if len(life.changes) >= CHANGES_MAX:
            life.changes_left_out += 1
            return
        life.changes.append(Change(entry.time_ns, event.price_ticks, event.qty_lots))

    def _amend_approved(self, event: AmendApproved, entry: Entry) -> None:
        life = self._by_id.get(event.amend.order_id)
        amend = event.amend
        asked = None if life is None else _asked(life, price_ticks=amend.price_ticks, qty_lots=amend.qty_lots)
        if asked is None and life is not None and not life.changes_left_out:  # Risk's own.
            self._amend_wanted(amend, entry)

    def _amend_denied(self, event: AmendDenied, entry: Entry) -> None:
        life = self._by_id.get(event.order_id)
        # Risk answers at once: it is the last that was asked.
        change = None if life is None else next((one for one in reversed(life.changes) if one.state == "asked"), None)
        if change is not None:
            change.state, change.at_ns, change.reason = "denied", entry.time_ns, event.limit

    def _amend_rejected(self, event: AmendRejected, entry: Entry) -> None:
        life = self._by_id.get(event.order_id)
        change = None if life is None else _asked(life)
        if change is not None:
            change.state, change.at_ns, change.reason = "rejected", entry.time_ns, event.reason

    def _amended(self, event: OrderAmended, entry: Entry) -> None:
        life = self._by_id.get(event.order_id)
        if life is None or life.changes_left_out:
            return
        change = _asked(life, price_ticks=event.price_ticks, qty_lots=event.qty_lots)
        if change is None:
            taken = next((one for one in reversed(life.changes) if one.state == "taken"), None)
            if taken is not None and (taken.price_ticks, taken.qty_lots) == (event.price_ticks, event.qty_lots):
                return  # Told twice, by answer and by stream.
            if taken is None and (life.terms_ticks, life.wanted.qty_lots) == (event.price_ticks, event.qty_lots):
                return
            change = Change(entry.time_ns, event.price_ticks, event.qty_lots)  # The venue's own doing.
            life.changes.append(change)
        change.state, change.at_ns = "taken", entry.time_ns

    def _cancel_wanted(self, event: CancelWanted | CancelApproved, entry: Entry) -> None:
        life = self._by_id.get(event.order_id)
        if life is not None and life.cancel_wanted_ns is None:
            life.cancel_wanted_ns, life.canceled_by = entry.time_ns, entry.author

    def _traded(self, event: OrderTraded, entry: Entry) -> None:
        life = self._by_id.get(event.order_id)
        if life is None or not self._told.is_new(event):
            return
        if len(life.fills) >= FILLS_MAX:
            life.fills_left_out += 1
            return
        fill = Fill(
            entry.time_ns,
            event.price_ticks,
            event.qty_lots,
            event.liquidity,
            event.fee,
            event.fee_asset,
            _standing_ticks(life),
        )
        life.fills.append(fill)

    def _filled(self, event: OrderFilled, entry: Entry) -> None:
        self._end(event.order_id, "filled", entry)

    def _canceled(self, event: OrderCanceled, entry: Entry) -> None:
        self._end(event.order_id, "canceled", entry, reason=event.reason)

    def _end(self, order_id: str, end: End, entry: Entry, *, reason: str = "", detail: str = "") -> None:
        """The first end counts: a later one is told again, or a race."""
        life = self._by_id.get(order_id)
        if life is not None and life.end == "open":
            life.end, life.ended_ns, life.reason, life.detail = end, entry.time_ns, reason, detail

    # -- What held around the orders. --

    def _halted(self, event: TradingHalted, entry: Entry) -> None:
        self._hold("halt", event.limit, event.symbol, entry, event.limit)

    def _resumed(self, event: TradingResumed, entry: Entry) -> None:
        self._release("halt", event.limit, event.symbol, entry)

    def _quarantined(self, event: BookQuarantined, entry: Entry) -> None:
        self._hold("quarantine", "", event.symbol, entry, f"its book was not trusted ({event.reason})")

    def _trusted(self, event: BookTrusted, entry: Entry) -> None:
        self._release("quarantine", "", event.symbol, entry)

    def _disputed(self, event: AccountDisputed, entry: Entry) -> None:
        self._hold("dispute", "", event.symbol, entry, f"the account was disputed ({event.reason})")

    def _settled(self, event: DisputeSettled, entry: Entry) -> None:
        self._release("dispute", "", event.symbol, entry)

    def _dropped(self, event: LinkDropped, entry: Entry) -> None:
        self._hold("link", event.link, "", entry, f"the link {event.link} was down")

    def _opened(self, event: LinkOpened, entry: Entry) -> None:
        self._release("link", event.link, "", entry)

    def _venue(self, event: VenueStatusChanged, entry: Entry) -> None:
        self._release("venue", "", "", entry)
        if event.status != "online":
            self._hold("venue", "", "", entry, f"the venue was {event.status}")

    def _hold(self, kind: Any, name: str, symbol: str, entry: Entry, what: str) -> None:
        key = (kind, name, symbol)
        if key not in self._open_spells and len(self.spells) < SPELLS_MAX:
            spell = self._open_spells[key] = Spell(kind, what, symbol, entry.time_ns)
            self.spells.append(spell)

    def _release(self, kind: str, name: str, symbol: str, entry: Entry) -> None:
        spell = self._open_spells.pop((kind, name, symbol), None)
        if spell is not None:
            spell.until_ns = entry.time_ns


def _asked(life: Life, *, price_ticks: int | None = None, qty_lots: int | None = None) -> Change | None:
    """Return the oldest change that waits for its answer, of these terms where they are given."""
    for change in life.changes[-ASKED_MAX:]:
        if change.state == "asked" and (price_ticks, qty_lots) in {
            (None, None),
            (change.price_ticks, change.qty_lots),
        }:
            return change
    return None


def _standing_ticks(life: Life) -> int | None:
    taken = (change.price_ticks for change in reversed(life.changes) if change.state == "taken")
    return next(taken, life.terms_ticks)
