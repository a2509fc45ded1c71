"""The crowd: when each pair's participants act, on one schedule; the market that lives.

Each pair's waits are exponential, by its own stream of chances; the fair values walk on a grid of model time. So the
same seed, speed and start time give the same tape byte for byte, no matter how late or in what portions it is driven.

Pure. Imports: core, desk, houses, parameters, pit, values. Imported by: exchange, through the front door.
"""

from collections.abc import Sequence
from heapq import heapify, heapreplace
from typing import Final

from msgspec import structs

from fathom.domain import LocalError
from fathom.exchange.core import Venue
from fathom.exchange.crowd.desk import Desk
from fathom.exchange.crowd.houses import Houses
from fathom.exchange.crowd.parameters import PairStyle, pair_style
from fathom.exchange.crowd.pit import Pit
from fathom.exchange.crowd.values import Values, start_ticks, usd_values

INDEX_EVERY_NS: Final = 1_000_000_000  # Of model time.
INDEX_WAIT_NS_MIN: Final = 50_000_000  # However fast the model runs.
RATE_MAX: Final = 100_000.0  # Actions a second over all pairs, and times as fast as life: beyond them is refused.
SPEED_MAX: Final = 10_000.0
USD_ELSE: Final = 1.0  # What an asset is worth of which nothing is known.

_INDEX: Final = -1  # The place of the index prices in the schedule; pairs are counted from 0.


class Crowd:
    """Seeded participants on every pair. `act` performs the one next action as of its own scheduled time."""

    def __init__(
        self,
        venue: Venue,
        *,
        seed: int,
        symbols: Sequence[str],
        speed: float,
        start_ns: int,
        slots_max: int | None = None,
    ) -> None:
        """`slots_max`: resting orders a side at most, where depth does not matter: to put them takes its time."""
        listed = [venue.markets[symbol].pair for symbol in symbols]
        assets = [asset for pair in listed for asset in (pair.base, pair.quote)]
        self._values = Values(seed=seed, assets=assets)
        usd = usd_values(listed=listed)
        houses = Houses.open(venue)
        self._desks = [Desk(venue, symbol) for symbol in symbols]
        self._pits = [
            Pit(
                desk,
                style=_no_deeper(pair_style(desk.pair), slots_max),
                houses=houses,
                values=self._values,
                seed=seed,
                start_ticks=start_ticks(desk.pair, listed=listed),
                usd=usd.get(desk.pair.base, USD_ELSE),
            )
            for desk in self._desks
        ]
        self._indexed = [(desk, pit) for desk, pit in zip(self._desks, self._pits, strict=True) if desk.pair.has_index]
        self._base_rate = sum(pit.rate_per_s_mean for pit in self._pits)
        self._speed = speed
        self._intensity = 1.0  # Actions, against what the pairs' parameters say at this speed.
        self._now_ns = start_ns
        self._model_ns = 0.0  # Model time gone by at `_now_ns`.
        self._schedule = [(start_ns + self._wait_ns(pit), place) for place, pit in enumerate(self._pits)]
        self._schedule.append((start_ns, _INDEX))
        heapify(self._schedule)

    @property
    def rate(self) -> float:
        """How many actions a second all pairs make, on average."""
        return self._base_rate * self._speed * self._intensity

    @property
    def refused(self) -> int:
        """How often the venue said no to one of its orders."""
        return sum(desk.refused for desk in self._desks)

    def scale_to(self, events_per_s: float) -> None:
        """Act so often from now on. Fair values move as before: more is done about the same. Raises LocalError."""
        self.set_pace(speed=None, rate=events_per_s, now_ns=self._now_ns)

    def set_pace(self, *, speed: float | None, rate: float | None, now_ns: int) -> None:
        """Live so much faster, values and actions alike; act so often in all, about whatever values there are.

        None leaves the one as it is; a new speed alone makes the rate the pairs' own. The waits that are under way are
        shortened or stretched, not drawn anew. Raises LocalError.
        """
        for field, value, most in (("speed", speed, SPEED_MAX), ("rate", rate, RATE_MAX)):
            if value is not None and not 0.0 < value <= most:
                raise LocalError(field, f"{value} is not above 0 and up to {most:g}")
        now_ns = max(self._now_ns, min(now_ns, self.next_ns()))  # What is overdue stays due.
        self._pass_time(now_ns)
        before = self._speed * self._intensity
        if speed is not None:
            self._speed, self._intensity = speed, 1.0
        if rate is not None:
            self._intensity = rate / (self._base_rate * self._speed)
        ratio = before / (self._speed * self._intensity)
        self._schedule = [
            (due_ns if place == _INDEX else now_ns + int((due_ns - now_ns) * ratio), place)
            for due_ns, place in self._schedule
        ]
        heapify(self._schedule)

    def resume(self, now_ns: int) -> None:
        """Go on after a pause: what was due meanwhile is put off, and the values stood still."""
        gap_ns = now_ns - self.next_ns()
        if gap_ns > 0:
            self._now_ns += gap_ns
            self._schedule = [(due_ns + gap_ns, place) for due_ns, place in self._schedule]

    def warm_up(self, *, until_ns: int | None = None) -> None:
        """Build the books; then, if asked, act up to a time, so that there is something to look back on."""
        for pit in self._pits:
            pit.build(self._now_ns)
        while until_ns is not None and self.next_ns() <= until_ns:
            self.act()

    def next_ns(self) -> int:
        """Return when it acts next."""
        return self._schedule[0][0]

    def act(self) -> int:
        """Perform the next action as of its own time, and return that time."""
        now_ns, place = self._schedule[0]
        self._pass_time(now_ns)
        self._values.advance(int(self._model_ns))
        if place == _INDEX:
            for desk, pit in self._indexed:
                desk.set_index(pit.index_ticks(), now_ns=now_ns)
            wait_ns = max(INDEX_WAIT_NS_MIN, int(INDEX_EVERY_NS / self._speed))
        else:
            pit = self._pits[place]
            pit.act(model_ns=int(self._model_ns), now_ns=now_ns)
            wait_ns = self._wait_ns(pit)
        heapreplace(self._schedule, (now_ns + wait_ns, place))
        return now_ns

    def _wait_ns(self, pit: Pit) -> int:
        return max(1, int(pit.wait() * 1e9 / (pit.rate_per_s() * self._speed * self._intensity)))

    def _pass_time(self, now_ns: int) -> None:
        self._model_ns += (now_ns - self._now_ns) * self._speed
        self._now_ns = now_ns


def _no_deeper(style: PairStyle, slots_max: int | None) -> PairStyle:
    if slots_max is None or style.ladder_slots <= slots_max:
        return style
    return structs.replace(style, ladder_slots=slots_max)
