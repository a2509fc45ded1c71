"""A walk through a recording for whoever builds its books: what each frame says, and what holds where it stands.

Pure. Imports: store, decimals, recorded_books. Imported by: verify, run/history.
"""

from fathom.run.recording.decimals import Decimals
from fathom.run.recording.recorded_books import BookChannel, BookSaid, DepthSaid, PrecisionsSaid, Said, said_by
from fathom.store import Capture

Stream = tuple[BookChannel, str, str]  # Channel, symbol, link.


class Walk:
    """Remembers the depths that were told so far, and lets `decimals` keep up with the instruments."""

    def __init__(self, decimals: Decimals, *, depth: int | None) -> None:
        """`depth` holds for all books, whatever the recording says."""
        self.decimals = decimals
        self._given = depth
        self._answered: dict[Stream, int] = {}

    def hear(self, capture: Capture) -> Said | None:
        """Take the next frame in; return what it says."""
        said = said_by(capture)
        if isinstance(said, DepthSaid):
            self._answered[said.channel, said.symbol, said.link] = said.depth
        elif isinstance(said, PrecisionsSaid):
            self.decimals.update(said)
        return said

    def depth_of(self, said: BookSaid) -> int | None:
        """Return the depth of a book as it was given or told, None where nobody says it."""
        return self._given or said.depth or self._answered.get(stream_of(said))

    @property
    def depth_from(self) -> str:
        """Who says so, in words."""
        return "--depth" if self._given else "the recording"


def stream_of(said: BookSaid) -> Stream:
    """Return what tells one book of a recording from another."""
    return said.channel, said.symbol, said.link
