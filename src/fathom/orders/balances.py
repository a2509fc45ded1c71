"""What the account must hold by its fills, compared with what the venue says it holds.

REST's word is of some moment between the question and the answer, or up to a minute before, and fills go on meanwhile:
so it agrees where it was true at any of these moments. Pure. Imports: domain. Imported by: orders/reconciler.
"""

from collections import deque
from collections.abc import Iterable
from decimal import Decimal, localcontext
from typing import Final

from msgspec import Struct

from fathom.domain import EXACT, FillsTold, FundsMoved, Instrument, OrderTraded, VenueFill

ZERO: Final = Decimal(0)
# Fills that are known again when they are told again, by stream and by REST. Overlapping questions go back two minutes:
# an account does not fill so often. The oldest is forgotten beyond this.
KNOWN_FILLS_MAX: Final = 20_000
# Changes of one asset that are kept to compare with; beyond it the oldest is forgotten, and an answer from before it
# does not agree: it is asked again.
MOVES_MAX: Final = 2_000


class Difference(Struct, frozen=True):
    """A balance that no moment explains: the venue's word, and ours of now."""

    asset: str
    venue: Decimal
    ours: Decimal


class _Line:
    """One asset: our sum, what it was at which times, and what the stream said it was."""

    __slots__ = ("asked_ns", "begun_ns", "moves", "slack", "total")

    def __init__(self) -> None:
        self.total: Decimal | None = None  # None until the venue told a first one.
        self.moves: deque[tuple[int, Decimal]] = deque(maxlen=MOVES_MAX)  # (when, our sum from then on)
        self.slack = ZERO  # What the venue's rounding of our fills may come to since we last agreed.
        self.begun_ns = 0  # What was filled before is in the first total ...
        self.asked_ns = 0  # ... surely where it was before this; between the two, where the stream told it before.

    def begin(self, total: Decimal, *, time_ns: int, asked_ns: int | None = None) -> None:
        """Begin at what the venue told, which was asked for at `asked_ns`."""
        self.moves.clear()
        self.slack = ZERO
        self.begun_ns = time_ns
        self.asked_ns = time_ns if asked_ns is None else asked_ns
        self.set(total, time_ns=time_ns)

    def set(self, total: Decimal, *, time_ns: int) -> None:
        """Note our new sum."""
        self.total = total
        self.moves.append((time_ns, total))


class BalanceRecord:
    """Our own sum of each balance: the venue's word, and every fill since, ours and strangers'."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._instruments: dict[str, Instrument] = {}
        self._fills = FillsTold(fills_max=KNOWN_FILLS_MAX)
        self._rows = FillsTold(fills_max=KNOWN_FILLS_MAX)  # Of the ledger, by asset and id.

    def learn(self, instrument: Instrument) -> None:
        """Take a pair's rules in: fills of it can be counted from now on."""
        self._instruments[instrument.symbol] = instrument

    def trade(self, fill: OrderTraded | VenueFill, *, time_ns: int, by_stream: bool = False) -> bool:
        """Count a fill, ours as OrderTraded; return whether it was told for the first time.

        `by_stream`: the first word on an asset is the stream's too, so what it tells after that word is not in it,
        though it was filled a moment before.
        """
        if not self._fills.is_new(fill):
            return False
        filled_ns = fill.time_ns if isinstance(fill, VenueFill) else time_ns
        instrument = self._instruments.get(fill.symbol)
        if instrument is None:  # Nobody told us what this pair trades; its assets will not agree.
            return True
        cost = fill.cost
        if cost is None:
            cost = instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots)
        qty = instrument.qty(fill.qty_lots)
        # Cost and fee are rounded, each by half a unit of the ledger at most, which is coarser than costs are told.
        unit = Decimal(1).scaleb(1 - instrument.cost_precision)
        with localcontext(EXACT):  # Even a change of sign would round in the common context.
            sign = 1 if fill.side == "buy" else -1
            for asset, amount, slack in (
                (instrument.base, sign * qty, ZERO),
                (instrument.quote, -sign * cost, unit / 2),
                (fill.fee_asset, -fill.fee, unit / 2),
            ):
                self._post(asset, amount, slack, filled_ns, time_ns, by_stream=by_stream)
        return True

    def told(self, balances: Iterable[tuple[str, Decimal]], *, time_ns: int) -> None:
        """Take in totals that the stream told. The first word on an asset is where our sum of it begins."""
        for asset, total in balances:
            line = self._line(asset)
            if line.total is None:
                line.begin(total, time_ns=time_ns)

    def row(self, moved: FundsMoved, *, time_ns: int) -> None:
        """Count a row of the venue's ledger: a deposit, a reward, a rollover. A trade's rows are its fill's."""
        if moved.kind != "trade" and self._rows.is_new_id(moved.asset, moved.ledger_id):
            with localcontext(EXACT):
                self._post(moved.asset, moved.amount - moved.fee, ZERO, moved.time_ns, time_ns)

    def ours(self, asset: str) -> Decimal | None:
        """Return our sum of an asset; None before the venue told a first one."""
        line = self._lines.get(asset)
        return None if line is None else line.total

    def compare(
        self, balances: Iterable[tuple[str, Decimal]], *, since_ns: int, time_ns: int, accept: bool = False
    ) -> list[Difference]:
        """Return what does not agree with our sums as they were at any moment from `since_ns` to now.

        What agrees moves our sum by what rounding made of it. `accept`: whatever differs is believed.
        """
        venue = dict(balances)
        found: list[Difference] = []
        for asset in dict.fromkeys([*venue, *self._lines]):  # One that the venue leaves out is none.
            line, said = self._line(asset), venue.get(asset, ZERO)
            if line.total is None:
                line.begin(said, time_ns=time_ns, asked_ns=since_ns)
            elif not _agree(line, said, since_ns=since_ns):
                if accept:
                    line.begin(said, time_ns=time_ns, asked_ns=since_ns)
                else:
                    found.append(Difference(asset, said, line.total))
        return found

    def _line(self, asset: str) -> _Line:
        return self._lines.setdefault(asset, _Line())

    def _post(
        self, asset: str, amount: Decimal, slack: Decimal, filled_ns: int, time_ns: int, *, by_stream: bool = False
    ) -> None:
        line = self._line(asset)
        if line.total is None or filled_ns < (line.asked_ns if by_stream else line.begun_ns):
            return  # The venue's first word on the asset has the fill in it.
        line.set(line.total + amount, time_ns=time_ns)
        line.slack += slack


def _agree(line: _Line, said: Decimal, *, since_ns: int) -> bool:
    """Return whether our sum was this at a moment since then, but for rounding; if so, take the rounding over."""
    assert line.total is not None
    with localcontext(EXACT):
        off = min((said - total for _, total in reversed(_since(line.moves, since_ns))), key=abs)
        if abs(off) > line.slack:
            return False
        if off:
            line.total += off
            line.moves = deque(((time, total + off) for time, total in line.moves), maxlen=MOVES_MAX)
        if said == line.total:  # Nothing was filled since it was true.
            line.slack = ZERO
    return True


def _since(moments: Iterable[tuple[int, Decimal]], since_ns: int) -> list[tuple[int, Decimal]]:
    """Return what was true at `since_ns` and at any moment after, oldest first."""
    found: list[tuple[int, Decimal]] = []
    for moment in moments:
        if moment[0] <= since_ns:
            found = [moment]
        else:
            found.append(moment)
    return found
