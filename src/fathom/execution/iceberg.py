"""Iceberg: a quantity at a limit price of which only a little is shown.

Where Kraken's own iceberg serves (websocket-v2.md 8.1: it shows a fifteenth or more) it is used, for its hidden part
is refilled at the venue without a request; where the venue refuses it, the pieces are kept by us.

Pure. Imports: domain, moment, sizes, work. Imported by: execution.
"""

from collections.abc import Iterator
from typing import Final

from fathom.domain import Event, Iceberg
from fathom.execution.moment import Moment
from fathom.execution.sizes import least_lots, piece_lots
from fathom.execution.work import Work

# Kraken's own shows at least this part of what it is: so many times what is shown is one order.
SHOWN_PART: Final = 15


class IcebergPlan:
    """One order at a time, the next when it has ended."""

    def __init__(self, plan: Iceberg) -> None:
        self._price_ticks = plan.price_ticks
        self._show_lots = plan.show_lots
        self._by_venue = True

    def ending(self, work: Work, moment: Moment) -> str:
        """It ends where what is left cannot be an order."""
        least = least_lots(moment.instrument, self._price_ticks)
        if self._show_lots < least:
            return f"a piece of {self._show_lots} lots is below the pair's minimum, {least}"
        if work.children.idle and work.room_lots < least:
            return f"the {work.room_lots} lots that are left are below the pair's minimum, {least}"
        return ""

    def act(self, work: Work, moment: Moment) -> Iterator[Event]:
        """Yield the next order, once nothing is out."""
        if not work.children.idle or not work.may_place(moment):
            return
        if work.rejected is not None and work.rejected.wanted.display_lots is not None:
            self._by_venue = False
        least = least_lots(moment.instrument, self._price_ticks)
        most = self._show_lots * (SHOWN_PART if self._by_venue else 1)
        lots = piece_lots(work.room_lots, most, moment.instrument, least_lots=least)
        hides = self._by_venue and self._show_lots < lots <= most
        yield work.place("limit", lots, self._price_ticks, display_lots=self._show_lots if hides else None)
