"""What the statistics remember of each order: when it was decided, at which mid, and when what was asked.

Pure. Imports: domain, recent. Imported by: portfolio/statistics.
"""

from decimal import Decimal
from typing import Final

from msgspec import Struct

from fathom.domain import OrderWanted
from fathom.portfolio.recent import Recent

# Orders that are remembered, ended ones for late fills among them; the oldest is forgotten beyond this, and its fills
# count without a slippage.
TRACKS_MAX: Final = 10_000


class Track(Struct):
    """One order. Times in ns of the log, mids in the pair's quote currency."""

    wanted: OrderWanted
    strategy: str
    mid: Decimal | None  # When it was decided, or its last amend that the venue took.
    asked_mid: Decimal | None = None  # When the amend that is on its way was decided.
    asked_ns: dict[str, int] = {}  # When add, amend and cancel were approved last, until they are answered.
    approved_ns: dict[str, int] = {}  # The same, for good.


class Tracks:
    """The orders that were wanted, by id."""

    def __init__(self) -> None:
        self._tracks: Recent[str, Track] = Recent(TRACKS_MAX)

    def begin(self, wanted: OrderWanted, mid: Decimal | None) -> Track:
        """Remember an order; return what is known of it already where it is remembered."""
        track = self._tracks.get(wanted.order_id)
        if track is None:
            # What risk sells is of the strategy that held it.
            track = Track(wanted, wanted.on_behalf or strategy_of(wanted.order_id), mid)
            self._tracks.put(wanted.order_id, track)
        return track

    def get(self, order_id: str) -> Track | None:
        """Return what is known of an order."""
        return self._tracks.get(order_id)

    def forget(self, order_id: str) -> None:
        """An order that was denied never was."""
        self._tracks.pop(order_id)

    @staticmethod
    def asked(track: Track, request: str, time_ns: int) -> None:
        """A request was approved."""
        track.asked_ns[request] = track.approved_ns[request] = time_ns

    @staticmethod
    def answered(track: Track, request: str, time_ns: int) -> int | None:
        """A request was answered; return how long that took, None where it was answered before."""
        asked_ns = track.asked_ns.pop(request, None)
        return None if asked_ns is None else time_ns - asked_ns


def strategy_of(order_id: str) -> str:
    """Return whose order it is: the name before the first dash."""
    return order_id.partition("-")[0]
