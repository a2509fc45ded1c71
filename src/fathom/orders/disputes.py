"""What does not agree: looked at twice before it counts, and disputed until the venue's account explains it.

Pure. Imports: domain. Imported by: orders/comparing, orders/reconciler.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from fathom.domain import AccountDisputed, DisputeSettled, Event

# One that differs by the same in two looks is no race. In a busy account the amount may change from look to look: then
# it is none either, after so many.
LOOKS_MAX: Final = 4
# Open at once; beyond it nothing new is ordered anywhere, as one of the symbol "" says.
DISPUTES_MAX: Final = 200


class Doubt(Struct, frozen=True, kw_only=True):
    """One thing that does not agree. `symbols`: where nothing new may be ordered; empty is everywhere."""

    about: str  # What it is about, such as `balance USD`: a later doubt about the same replaces it.
    symbols: tuple[str, ...]
    reason: str  # For a person: both words, and what they are of.
    measure: str  # By how much: where this is the same again, time does not mend it.
    certain: bool = False  # No race can make it: one look is enough.


class Disputes:
    """Doubts of the last look, and those that became disputes."""

    def __init__(self) -> None:
        self._doubted: dict[str, tuple[str, int]] = {}  # About what -> its measure and for how many looks.
        self._open: dict[str, Doubt] = {}
        self._accepted: dict[str, str] = {}  # About what -> the measure that a person accepted.

    @property
    def open(self) -> tuple[Doubt, ...]:
        """What is disputed, oldest first."""
        return tuple(self._open.values())

    @property
    def doubted(self) -> bool:
        """Whether the last look left something that is not disputed yet: another look will tell."""
        return any(about not in self._open for about in self._doubted)

    def looked(self, doubts: Iterable[Doubt]) -> list[Event]:
        """Take in all that one look found not to agree; return what is disputed and what is settled by it."""
        found = {doubt.about: doubt for doubt in doubts if self._accepted.get(doubt.about) != doubt.measure}
        said: list[Event] = []
        doubted: dict[str, tuple[str, int]] = {}
        for about, doubt in found.items():
            measure, looks = self._doubted.get(about, ("", 0))
            doubted[about] = (doubt.measure, looks + 1)
            if doubt.certain or doubt.measure == measure or looks + 1 >= LOOKS_MAX or about in self._open:
                said += self.dispute(doubt)
        self._doubted = doubted
        return [*said, *self._settle([about for about in self._open if about not in found], "the accounts agree again")]

    def dispute(self, doubt: Doubt) -> list[Event]:
        """Dispute something at once."""
        known = self._open.get(doubt.about)
        if known is None and len(self._open) >= DISPUTES_MAX:
            doubt = Doubt(about="everything", symbols=(), reason="too much is disputed at once", measure="")
            known = self._open.get(doubt.about)
        self._open[doubt.about] = doubt
        if known is not None:
            return []  # It was said, if with other numbers.
        return [AccountDisputed(symbol, doubt.reason) for symbol in doubt.symbols or ("",)]

    def accept(self) -> list[Event]:
        """A person has accepted the venue's word on all that is disputed: by just so much it is none any more."""
        self._accepted = {doubt.about: doubt.measure for doubt in self._open.values()}
        return self._settle(list(self._open), "a person accepted the venue's word")

    def _settle(self, abouts: Iterable[str], reason: str) -> list[Event]:
        """Close disputes; a symbol is settled with the last of its own."""
        closed = [self._open.pop(about) for about in abouts]
        still = {symbol for doubt in self._open.values() for symbol in doubt.symbols or ("",)}
        symbols = dict.fromkeys(symbol for doubt in closed for symbol in doubt.symbols or ("",))
        return [DisputeSettled(symbol, reason) for symbol in symbols if symbol not in still]
