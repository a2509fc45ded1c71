"""Orders without an answer: when to ask what became of each, and how long not finding it means nothing.

Pure. Imports: domain. Imported by: orders/reconciler.
"""

from typing import Final

from msgspec import Struct

from fathom.domain import OrderLookupWanted

SECOND_NS: Final = 1_000_000_000
FIRST_NS: Final = 2 * SECOND_NS  # The stream is quicker than any question; errors.md 11 advises as much.
AGAIN_NS_MAX: Final = 30 * SECOND_NS  # The waits between double up to this.
# Questions of one moment. More orders without an answer than that wait for their turn: REST's counter has its room.
AT_ONCE_MAX: Final = 5


class _Open(Struct):
    sent_by_ns: int  # It was sent before this, if it was sent.
    due_ns: int
    wait_ns: int


class Lookups:
    """The orders in doubt, oldest first."""

    def __init__(self, *, lag_ns: int) -> None:
        self._lag_ns = lag_ns
        self._open: dict[str, _Open] = {}

    @property
    def due_ns(self) -> int | None:
        """When the next question is due; None where nothing is in doubt."""
        return min((one.due_ns for one in self._open.values()), default=None)

    def doubt(self, order_id: str, *, now_ns: int) -> None:
        """No answer came in time. Said again, as of a cancel or after a restart, it changes nothing.

        The order itself was sent before the first time: else each cancel that nobody answers would put its end off.
        """
        self._open.setdefault(order_id, _Open(now_ns, now_ns + FIRST_NS, FIRST_NS))

    def clear(self, order_id: str) -> None:
        """It is known what became of it."""
        self._open.pop(order_id, None)

    def wake(self, now_ns: int, *, stream_whole: bool) -> list[OrderLookupWanted]:
        """Return the questions that are due. While the private stream is gone, not finding an order means nothing."""
        due = [(order_id, one) for order_id, one in self._open.items() if one.due_ns <= now_ns]
        for _, one in due[:AT_ONCE_MAX]:
            one.wait_ns = min(2 * one.wait_ns, AGAIN_NS_MAX)
            one.due_ns = now_ns + one.wait_ns
        for _, one in due[AT_ONCE_MAX:]:
            one.due_ns = now_ns + FIRST_NS
        return [
            OrderLookupWanted(order_id, one.sent_by_ns + self._lag_ns + 1 if stream_whole else None)
            for order_id, one in due[:AT_ONCE_MAX]
        ]
