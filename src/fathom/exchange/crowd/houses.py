"""The crowd's accounts: makers who quote, a ladder of patient orders, noise, and takers.

Pure. Imports: bank, desk. Imported by: pit, crowd.
"""

from typing import Self

from msgspec import Struct

from fathom.exchange.bank import Account
from fathom.exchange.core import Venue
from fathom.exchange.crowd.desk import open_house


class Houses(Struct, frozen=True):
    """Who is who, the same on every pair."""

    makers: tuple[Account, ...]  # At and near the touch, slot by slot in turn.
    patient: Account  # The ladder.
    noise: Account
    takers: tuple[Account, ...]  # None of these ever rests, so no house trades with itself.

    @classmethod
    def open(cls, venue: Venue) -> Self:
        """Open them all, or find them where they are open."""
        return cls(
            makers=tuple(open_house(venue, f"house-maker-{number}") for number in (1, 2, 3)),
            patient=open_house(venue, "house-patient"),
            noise=open_house(venue, "house-noise"),
            takers=tuple(open_house(venue, f"house-taker-{number}") for number in (1, 2)),
        )
