"""The money of one account in double entry: fills, rows of the venue's ledger, and the venue's word on the whole.

Pure. Imports: domain, ledger, lots, recent. Imported by: portfolio/portfolio.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from fathom.domain import (
    EXACT,
    FILLS_MAX,
    AccountSeen,
    BalancesSeen,
    FillsTold,
    FundsMoved,
    Instrument,
    OrderTraded,
    VenueFill,
    fill_key,
)
from fathom.portfolio.ledger import KINDS, AccountName, Ledger
from fathom.portfolio.lots import ZERO
from fathom.portfolio.recent import Recent

# The venue's REST may lag by a minute: a fill this much older than an agreed account was in it.
LAG_NS: Final = 60_000_000_000
# Totals of an asset that are kept to know an old word again: a minute has fewer. The oldest is forgotten.
TOTALS_MAX: Final = 1_000


class Difference(Struct, frozen=True):
    """One asset on which we and the venue do not agree."""

    asset: str
    ours: Decimal
    venues: Decimal


class Account:
    """What is held, by asset and wallet, and where it came from. Every fill, row and word counts once.

    A fill may come by the stream, in the venue's word on the whole, or by both in any order. The two ledger rows of a
    trade may come before or after it, or not at all: where they come, they are right to the last unit.
    """

    def __init__(self) -> None:
        self.ledger = Ledger()
        self._spot = self.ledger.accounts["spot"]
        self._earn = self.ledger.accounts["earn"]
        self._spoken = False  # Whether the venue has told what is there ...
        self._spoken_whole = False  # ... and of all of it at once: row by row, each asset's first word opens it.
        self._agreed_ns = 0
        self._begun_ns: int | None = None  # When the first word on the whole was asked for: what is older is in it.
        self._fills = FillsTold()
        self._ahead: Recent[tuple[str, str], None] = Recent(
            FILLS_MAX
        )  # In the venue's word, not told by the stream yet.
        # What fills moved, whose rows may come: (asset, amount) by execution id.
        self._legs: Recent[str, list[tuple[str, Decimal]]] = Recent(FILLS_MAX)
        # What each fill moved, by execution id, in the order in which they were told.
        self._moved: Recent[str, list[tuple[str, Decimal]]] = Recent(FILLS_MAX)
        self._totals: dict[str, deque[Decimal]] = {}  # What was held of each asset lately, the newest last.
        self._since_word: set[str] = set()  # Those of them that were told since the venue's last word on the whole.
        self._rows: Recent[tuple[str, str], None] = Recent(2 * FILLS_MAX)  # Rows of trades whose fill may come.
        self._row_ids: Recent[str, None] = Recent(2 * FILLS_MAX)

    # -- What is there --

    def balance(self, asset: str) -> Decimal:
        """Return what is held of an asset in both wallets."""
        held = self._spot.get(asset, ZERO)
        return held if not self._earn else EXACT.add(held, self._earn.get(asset, ZERO))

    def balances(self) -> dict[str, Decimal]:
        """Return what is held of every asset that was ever told, zeros included."""
        assets = dict.fromkeys((*self._spot, *self._earn))
        return {asset: self.balance(asset) for asset in assets}

    def differences(self, seen: AccountSeen, instruments: Mapping[str, Instrument]) -> tuple[Difference, ...]:
        """Return where the venue's account is not what ours is with those of its fills that we were not told.

        Changes nothing. An asset that the venue does not name, it does not hold.
        """
        ours = self.balances()
        for fill in self._untold(seen):
            if (instrument := instruments.get(fill.symbol)) is not None:
                for asset, amount in _effects(fill, instrument):
                    ours[asset] = EXACT.add(ours.get(asset, ZERO), amount)
        venues = dict(seen.balances)
        return tuple(
            Difference(asset, ours.get(asset, ZERO), venues.get(asset, ZERO))
            for asset in sorted({*ours, *venues})
            if ours.get(asset, ZERO) != venues.get(asset, ZERO)
        )

    # -- What happens --

    def trade(self, fill: OrderTraded | VenueFill, instrument: Instrument | None, *, other: AccountName) -> bool:
        """Take a fill in; return whether it was told for the first time. Without the pair's rules it moves nothing."""
        if not self._fills.is_new(fill):
            return False
        key = fill_key(fill)
        if key in self._ahead:
            self._ahead.pop(key)
        elif instrument is not None:
            self._post(fill, instrument, other)
        return True

    def row(self, moved: FundsMoved) -> None:
        """Take a row of the venue's ledger in."""
        if moved.ledger_id in self._row_ids:
            return
        self._row_ids.put(moved.ledger_id, None)
        wallet: AccountName = "earn" if moved.wallet == "earn" else "spot"
        asset, move = moved.asset, self.ledger.move
        if moved.kind == "trade":
            self._trade_row(moved, wallet)
            return
        other = KINDS.get(moved.kind, "adjustments")
        if moved.amount:
            move(asset, moved.amount, source=other, target=wallet)
        if moved.fee:
            move(asset, moved.fee, source=wallet, target="rollover" if other == "rollover" else "fees")

    def hear(self, seen: BalancesSeen) -> None:
        """Take the venue's word on some balances: it replaces ours, and what they differ by is `unexplained`."""
        self._replace(seen.balances)
        parts: dict[str, Decimal] = {}
        for asset, wallet, part in seen.wallets:
            if wallet == "earn":
                parts[asset] = EXACT.add(parts.get(asset, ZERO), part)
        for asset in dict.fromkeys(asset for asset, _, _ in seen.wallets):
            shift = EXACT.subtract(parts.get(asset, ZERO), self._earn.get(asset, ZERO))
            if shift:
                self.ledger.move(asset, shift, source="spot", target="earn")

    def hear_all(self, seen: AccountSeen, instruments: Mapping[str, Instrument]) -> None:
        """Take the venue's word on the whole account: first its fills that we were not told, then its balances.

        The word may be a minute old (websocket-v2.md 2.3), and its parts of different moments. Where the stream told
        fills that it does not name, a balance that was ours at some moment is no news; to any other one they are added.
        """
        agreed = not self.differences(seen, instruments)
        if self._begun_ns is None:
            self._begun_ns = seen.as_of_ns
        later = self._later(seen)
        for fill in self._untold(seen):
            instrument = instruments.get(fill.symbol)
            if self._spoken and instrument is not None:
                self._post(fill, instrument, "trading" if fill.order_id else "foreign")
            self._ahead.put(fill_key(fill), None)
        if agreed:
            self._agreed_ns = seen.as_of_ns
        venues = dict(seen.balances)
        told = {asset: venues.get(asset, ZERO) for asset in dict.fromkeys((*self.balances(), *venues))}
        for asset, amount in later.items():
            known = told.get(asset, ZERO) in self._totals.get(asset, ())
            told[asset] = self.balance(asset) if known else EXACT.add(told.get(asset, ZERO), amount)
        self._since_word.clear()
        self._replace(told.items())
        self._spoken_whole = True

    def accept(self) -> None:
        """Write off what is unexplained: a person has accepted the venue's word."""
        for asset, amount in self.ledger.held("unexplained").items():
            self.ledger.move(asset, amount, source="unexplained", target="adjustments")

    # -- How it is posted --

    def _post(self, fill: OrderTraded | VenueFill, instrument: Instrument, other: AccountName) -> None:
        qty, cost = instrument.qty(fill.qty_lots), _cost(fill, instrument)
        if fill.side == "buy":
            cost = EXACT.minus(cost)
        else:
            qty = EXACT.minus(qty)
        base, quote, fee, fee_asset = instrument.base, instrument.quote, fill.fee, fill.fee_asset
        spot, accounts = self._spot, self.ledger.accounts
        beyond = accounts[other]
        # What `ledger.move` does, in one go: this is the way of every fill.
        beyond[base] = EXACT.subtract(beyond.get(base, ZERO), qty)
        beyond[quote] = EXACT.subtract(beyond.get(quote, ZERO), cost)
        legs = [(base, qty), (quote, cost)]
        if fee:
            taking = beyond if other == "foreign" else accounts["fees"]
            taking[fee_asset] = EXACT.add(taking.get(fee_asset, ZERO), fee)
            if fee_asset == quote:
                legs[1] = (quote, EXACT.subtract(cost, fee))
            elif fee_asset == base:
                legs[0] = (base, EXACT.subtract(qty, fee))
            else:
                legs.append((fee_asset, EXACT.minus(fee)))
        for asset, amount in legs:
            spot[asset] = EXACT.add(spot.get(asset, ZERO), amount)
            self._note(asset)
        if isinstance(fill, OrderTraded) or (self._begun_ns is not None and fill.time_ns >= self._begun_ns):
            self._moved.put(fill.exec_id, list(legs))
            self._since_word.add(fill.exec_id)
        if self._rows:
            legs = [leg for leg in legs if not self._told_by_row(fill.exec_id, *leg)]
        self._legs.put(fill.exec_id, legs)

    def _told_by_row(self, exec_id: str, asset: str, amount: Decimal) -> bool:
        """Take back what a fill moved that its row had moved already; return whether there was one."""
        key = (exec_id, asset)
        if key not in self._rows:
            return False
        self._rows.pop(key)
        self.ledger.move(asset, amount, source="spot", target="rounding")
        return True

    def _trade_row(self, moved: FundsMoved, wallet: AccountName) -> None:
        """Correct what the fill has moved, or move it before the fill comes."""
        amount = EXACT.subtract(moved.amount, moved.fee)
        legs = self._legs.get(moved.ref_id) or []
        leg = next((leg for leg in legs if leg[0] == moved.asset), None)
        if leg is None:
            self._rows.put((moved.ref_id, moved.asset), None)
        else:
            legs.remove(leg)
            if (moved_by := self._moved.get(moved.ref_id)) is not None and leg in moved_by:
                moved_by[moved_by.index(leg)] = (moved.asset, amount)
            amount = EXACT.subtract(amount, leg[1])
        if amount:
            self.ledger.move(moved.asset, amount, source="rounding", target=wallet)
            self._note(moved.asset)

    def _replace(self, balances: Iterable[tuple[str, Decimal]]) -> None:
        first, self._spoken = not self._spoken, True
        for asset, told in balances:
            difference = EXACT.subtract(told, self.balance(asset))
            opens = first or (not self._spoken_whole and asset not in self._spot)
            other: AccountName = "opening" if opens else "unexplained"
            if difference or asset not in self._spot:
                self.ledger.move(asset, difference, source=other, target="spot")
            self._note(asset)

    def _later(self, seen: AccountSeen) -> dict[str, Decimal]:
        """Return what was moved, by asset, by fills that were told after the newest one that the word names.

        Where it names none of those that we know, these are the ones since the word before.
        """
        named = {fill.exec_id for fill in seen.fills}
        moved = self._moved.items()
        known = [place for place, (exec_id, _) in enumerate(moved, 1) if exec_id in named]
        fresh = moved[known[-1] :] if known else [one for one in moved if one[0] in self._since_word]
        sums: dict[str, Decimal] = {}
        for asset, amount in (leg for _, legs in fresh for leg in legs):
            sums[asset] = EXACT.add(sums.get(asset, ZERO), amount)
        return sums

    def _note(self, asset: str) -> None:
        """Remember what is held of an asset now, once for as long as it stays so."""
        totals, held = self._totals.setdefault(asset, deque(maxlen=TOTALS_MAX)), self.balance(asset)
        if not totals or totals[-1] != held:
            totals.append(held)

    def _untold(self, seen: AccountSeen) -> list[VenueFill]:
        """Return the fills that the word contains and that moved nothing of ours yet."""
        return [
            fill
            for fill in seen.fills
            if fill.time_ns >= self._agreed_ns - LAG_NS
            and not self._fills.knows(fill)
            and fill_key(fill) not in self._ahead
        ]


def _cost(fill: OrderTraded | VenueFill, instrument: Instrument) -> Decimal:
    return instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots) if fill.cost is None else fill.cost


def _effects(fill: VenueFill, instrument: Instrument) -> list[tuple[str, Decimal]]:
    """Return what a fill moves: (asset, amount)."""
    qty, cost = instrument.qty(fill.qty_lots), _cost(fill, instrument)
    if fill.side == "buy":
        cost = EXACT.minus(cost)
    else:
        qty = EXACT.minus(qty)
    return [(instrument.base, qty), (instrument.quote, cost), (fill.fee_asset, EXACT.minus(fill.fee))]
