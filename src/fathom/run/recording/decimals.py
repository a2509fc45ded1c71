"""How many decimals each book of a recording has: by its instruments, by the user, or by how its numbers are padded.

Pure. Imports: precisions, recorded_books. Imported by: verify, walk, run/history.
"""

from collections.abc import Callable, Iterable, Mapping

from fathom.run.recording.precisions import Precision, finest
from fathom.run.recording.recorded_books import BookChannel, BookSaid, PrecisionsSaid, Said, TradesSaid


class Decimals:
    """Which precisions hold for which book, and who says so.

    First a recording is shown to `learn`, until it has `enough`: its instruments tell of every pair. Then, in a second
    reading, each instrument frame is shown to `update`. What they do not tell of is learned from all of it, once.
    """

    def __init__(
        self, given: Mapping[str, Precision], *, everything: Callable[[], Iterable[Said | TradesSaid]] = tuple
    ) -> None:
        """`everything` goes through the recording from its beginning."""
        self.enough = False
        self._everything = everything
        self._whole = False  # Whether all of it was learned.
        self._given = given
        self._said: dict[str, Precision] = {}  # By instrument frames: the first one until another comes.
        self._seen: dict[tuple[BookChannel, str], Precision] = {}
        self._traded: dict[str, Precision] = {}

    def copy(self) -> "Decimals":
        """Return another that goes on from here by itself."""
        other = Decimals(self._given, everything=self._everything)
        other.enough, other._whole = self.enough, self._whole
        other._said, other._seen, other._traded = dict(self._said), dict(self._seen), dict(self._traded)
        return other

    def learn(self, said: Said | TradesSaid) -> None:
        """Take a frame in before verifying begins."""
        if isinstance(said, BookSaid):
            key = (said.channel, said.symbol)
            self._seen[key] = finest(said.frame, self._seen.get(key, Precision(0, 0)))
        elif isinstance(said, PrecisionsSaid):
            self.enough = True
            for symbol, precision in said.precisions.items():
                self._said.setdefault(symbol, precision)
        elif isinstance(said, TradesSaid):  # Of a pair without a book nothing else may tell.
            for symbol in said.symbols:
                self._traded[symbol] = finest(said.frame, self._traded.get(symbol, Precision(0, 0)))

    def end(self) -> None:
        """There was no more of it to learn from."""
        self._whole = True

    def update(self, said: PrecisionsSaid) -> None:
        """Take an instrument frame in, in its turn."""
        self._said.update(said.precisions)

    def of(self, said: BookSaid) -> tuple[Precision, str]:
        """Return the precisions and where they come from. Version 1's are those of its texts, whatever a pair's are."""
        if said.channel != "book (v1)":
            if said.symbol in self._said:
                return self._said[said.symbol], "the recording's instruments"
            if said.symbol in self._given:
                return self._given[said.symbol], "--instruments"
        if self._learn_all():
            return self.of(said)
        return self._seen[said.channel, said.symbol], "the padding of its numbers"

    def known(self, symbol: str) -> Precision | None:
        """Return the precisions of a pair, whoever says so, for what is no book."""
        if symbol in self._said:
            return self._said[symbol]
        if symbol in self._given:
            return self._given[symbol]
        if self._learn_all():
            return self.known(symbol)
        seen = [one for (_, name), one in self._seen.items() if name == symbol]
        seen += [self._traded[symbol]] if symbol in self._traded else []
        return Precision(max(one.price for one in seen), max(one.qty for one in seen)) if seen else None

    def _learn_all(self) -> bool:
        """Learn from the whole recording, also what was learned before; return whether this was the first time."""
        if self._whole:
            return False
        self._whole = True
        for said in self._everything():
            self.learn(said)
        return True
