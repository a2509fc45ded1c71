"""Which fees hold: always the same, or Kraken's schedule by what the account traded in the last thirty days.

Pure. Imports: domain, exchange, paper_floor. Imported by: step_venue.
"""

from collections import deque
from decimal import Decimal
from typing import Final

from fathom.domain import FeesSeen, Instrument
from fathom.exchange import RATE_ONE, VOLUME_DAYS, schedule_of_base
from fathom.sim.paper_floor import Fees

WINDOW_NS: Final = VOLUME_DAYS * 86_400_000_000_000


class StepFees:
    """The fees of each pair as of now. A volume in another currency than dollars counts as if it were dollars."""

    def __init__(self, fixed: Fees | None, *, volume_usd: int = 0) -> None:
        """`fixed`: for all; None: the schedule, where `volume_usd` was traded before the run and stays."""
        self._fixed = fixed
        self._before = Decimal(volume_usd)
        self._traded: deque[tuple[int, Decimal]] = deque()
        self._sum = Decimal(0)

    def trade(self, instrument: Instrument, cost: Decimal, now_ns: int) -> None:
        """Count a fill for the volume."""
        if self._fixed is None and schedule_of_base(instrument.base).counts:
            self._traded.append((now_ns, cost))
            self._sum += cost

    def of(self, instrument: Instrument, now_ns: int) -> Fees:
        """Return what a fill of the pair costs now."""
        if self._fixed is not None:
            return self._fixed
        tier = schedule_of_base(instrument.base).tier(int(self.volume(now_ns)))
        return Fees(maker_share=Decimal(tier.maker_rate) / RATE_ONE, taker_share=Decimal(tier.taker_rate) / RATE_ONE)

    def volume(self, now_ns: int) -> Decimal:
        """Return what counts, in dollars."""
        while self._traded and self._traded[0][0] < now_ns - WINDOW_NS:
            self._sum -= self._traded.popleft()[1]
        return self._before + self._sum

    def seen(self, instrument: Instrument, now_ns: int) -> FeesSeen:
        """Return it as the venue tells it."""
        fees = self.of(instrument, now_ns)
        return FeesSeen(instrument.symbol, fees.maker_share, fees.taker_share, self.volume(now_ns))
