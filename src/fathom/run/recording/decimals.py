"""How many decimals each book of a recording has: by its instruments, by the user, or by how its numbers are padded.

Pure. Imports: precisions, recorded_books. Imported by: verify, run/history.
"""

from collections.abc import Mapping

from fathom.run.recording.precisions import Precision, finest
from fathom.run.recording.recorded_books import BookChannel, BookSaid, PrecisionsSaid, Said


class Decimals:
    """Which precisions hold for which book, and who says so.

    First all of a recording is shown to `learn`; then, in a second reading, each instrument frame to `update`.
    """

    def __init__(self, given: Mapping[str, Precision]) -> None:
        self._given = given
        self._said: dict[str, Precision] = {}  # By instrument frames: the first one until another comes.
        self._seen: dict[tuple[BookChannel, str], Precision] = {}
        self._traded: dict[str, Precision] = {}

    def learn(self, said: Said) -> None:
        """Take a frame in before verifying begins."""
        if isinstance(said, BookSaid):
            key = (said.channel, said.symbol)
            self._seen[key] = finest(said.frame, self._seen.get(key, Precision(0, 0)))
        elif isinstance(said, PrecisionsSaid):
            for symbol, precision in said.precisions.items():
                self._said.setdefault(symbol, precision)

    def learn_trades(self, symbol: str, frame: bytes) -> None:
        """Take a frame of trades in before verifying begins: of a pair without a book nothing else may tell."""
        self._traded[symbol] = finest(frame, self._traded.get(symbol, Precision(0, 0)))

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
        return self._seen[said.channel, said.symbol], "the padding of its numbers"

    def known(self, symbol: str) -> Precision | None:
        """Return the precisions of a pair, whoever says so, for what is no book."""
        if symbol in self._said:
            return self._said[symbol]
        if symbol in self._given:
            return self._given[symbol]
        seen = [one for (_, name), one in self._seen.items() if name == symbol]
        seen += [self._traded[symbol]] if symbol in self._traded else []
        return Precision(max(one.price for one in seen), max(one.qty for one in seen)) if seen else None
