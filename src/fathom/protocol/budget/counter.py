"""One counter that the venue keeps and we only guess: it falls with time, and what is on its way does not.

A request is sent before the venue counts it and answered after. So it is counted from when it is sent, and begins to
fall when it is answered: the guess is never below the venue's count, and above it by what is on its way and by what
falls in one round trip.

Pure. Imports: times. Imported by: engine_counter, call_counter.
"""

from typing import Final

from fathom.protocol.times import SECOND_NS

# No request lives longer (rate-limits.md 3: deadlines are at most 60 s). After it, what has no answer falls too.
FLIGHT_NS: Final = 60 * SECOND_NS
# How late the venue's own count may arrive: what was answered within this time may not be in it yet.
LATE_NS: Final = 5 * SECOND_NS
RECENT_MAX: Final = 4_096  # Answers within LATE_NS; beyond it the oldest are believed to be counted.


class Counter:
    """A count in parts. Keys are the requests'."""

    __slots__ = ("_flying", "_flying_parts", "_now_ns", "_recent", "_recent_parts", "_settled", "decay")

    def __init__(self, *, decay: int) -> None:
        self.decay = decay  # Parts a ns.
        self._now_ns = 0
        self._settled = 0  # As of _now_ns.
        self._flying: dict[int, tuple[int, int]] = {}  # Parts, and when it was sent; oldest first.
        self._flying_parts = 0
        self._recent: dict[int, tuple[int, int]] = {}  # Parts, and when it was answered; oldest first.
        self._recent_parts = 0

    def parts(self, now_ns: int) -> int:
        """Return the most that the venue's counter may say now."""
        self._roll(now_ns)
        return self._settled + self._flying_parts

    def is_idle(self, now_ns: int) -> bool:
        """Tell whether there is nothing to remember."""
        return self.parts(now_ns) == 0 and not self._flying

    def send(self, key: int, parts: int, now_ns: int) -> None:
        """Count a request that is sent now."""
        self._roll(now_ns)
        self._flying[key] = (parts, self._now_ns)
        self._flying_parts += parts

    def settle(self, key: int, now_ns: int, *, parts: int | None = None) -> None:
        """Let an answered request fall from now on. `parts`: what it cost, where that is less than was thought."""
        self._roll(now_ns)
        if key in self._flying:
            thought = self._landed(key)
            self._add(key, thought if parts is None else parts)

    def raise_to(self, parts: int, now_ns: int) -> None:
        """Believe that the venue counts at least so much."""
        self._roll(now_ns)
        self._settled = max(self._settled, parts)

    def correct(self, low: int, high: int, now_ns: int, *, counted: int | None = None) -> None:
        """Believe the venue's own count, between `low` and `high` when it left the venue a little while ago.

        It has the request `counted` in it. Of what else is on its way, or was answered within LATE_NS, nobody knows:
        ours falls no further than that allows. A count above all that we know of is taken to have all of that in it;
        far above it is of somebody else, and then what is on its way comes on top.
        """
        self._roll(now_ns)
        if counted is not None:
            self._settled += self._landed(counted)
            self._grows_old(counted)
        surplus = low - self._settled - self._flying_parts
        if surplus > LATE_NS * self.decay:
            self._settled = high
        elif surplus > 0:  # What fell since it left the venue.
            self._settled = high - self._flying_parts
        else:
            self._settled = min(self._settled, high + self._recent_parts)

    def _landed(self, key: int) -> int:
        """Take a request out of the air; return what it was thought to cost."""
        parts, _ = self._flying.pop(key, (0, 0))
        self._flying_parts -= parts
        return parts

    def _add(self, key: int, parts: int) -> None:
        if parts:
            self._settled += parts
            self._recent[key] = (parts, self._now_ns)
            self._recent_parts += parts
            if len(self._recent) > RECENT_MAX:
                self._grows_old(next(iter(self._recent)))

    def _grows_old(self, key: int) -> None:
        """An answer is not recent any more."""
        parts, _ = self._recent.pop(key, (0, 0))
        self._recent_parts -= parts

    def _roll(self, now_ns: int) -> None:
        """Let time pass. A clock that was set back stands still here: nothing falls."""
        if now_ns <= self._now_ns:
            return
        while self._flying:
            key, (_, sent_ns) = next(iter(self._flying.items()))
            if sent_ns + FLIGHT_NS > now_ns:
                break
            self._fall(sent_ns + FLIGHT_NS)
            self._add(key, self._landed(key))
        self._fall(now_ns)
        while self._recent:
            key, (_, answered_ns) = next(iter(self._recent.items()))
            if answered_ns + LATE_NS >= now_ns:
                break
            self._grows_old(key)

    def _fall(self, until_ns: int) -> None:
        until_ns = max(until_ns, self._now_ns)
        self._settled = max(0, self._settled - (until_ns - self._now_ns) * self.decay)
        self._now_ns = until_ns
