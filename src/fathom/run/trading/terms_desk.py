"""What the account pays and what room its order requests have: told to the log where it changed.

Imports: domain, net, protocol. Imported by: live_world.
"""

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from fathom.domain import EXACT, Event, FathomError, FeesSeen, RateSeen
from fathom.net import Kraken, clock_ns
from fathom.protocol import budget, rest, translate

LOOK_S: Final = 1.0  # How often the rate counters are looked at.
FEES_EVERY_S: Final = 3600.0  # They follow the volume of 30 days.
FEES_AGAIN_S: Final = 60.0  # After a question that had no answer.
FEES_S_MAX: Final = 30.0  # For one answer.


class TermsDesk:
    """Looks every second at our own count, and every hour asks the venue for its fees."""

    def __init__(self, arrive: Callable[[Event], None], kraken: Kraken, symbols: Sequence[str]) -> None:
        self._arrive = arrive
        self._kraken = kraken
        self._symbols = symbols
        self._fees: dict[str, FeesSeen] = {}
        self._counts: dict[str, tuple[int, int, int]] = {}  # By symbol: what was told last, when, and of which room.

    async def run(self) -> None:
        """Look until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._fees_on_time())
            both.create_task(self._rates_on_time())

    async def _fees_on_time(self) -> None:
        while True:
            known = await self._ask_for_fees()
            await asyncio.sleep(FEES_EVERY_S if known else FEES_AGAIN_S)

    async def _rates_on_time(self) -> None:
        while True:
            self._look_at_rates()
            await asyncio.sleep(LOOK_S)

    # -- Fees --------------------------------------------------------------------------------------------------

    async def _ask_for_fees(self) -> bool:
        """Tell the fees that changed; return whether the venue answered."""
        try:
            async with asyncio.timeout(FEES_S_MAX):
                pairs = await self._kraken.rest(rest.AssetPairs(pair=tuple(self._symbols)))
                said = await self._kraken.rest(rest.TradeVolume(pair=tuple(self._symbols)))
        except (FathomError, TimeoutError):
            return False
        symbols = translate.pair_names(pairs)
        for name, taker in said.fees.items():
            maker = said.fees_maker.get(name, taker)  # A pair without fees of its own for makers has one for both.
            self._tell_fees(FeesSeen(symbols.get(name, name), _share(maker.fee), _share(taker.fee), said.volume))
        return True

    def _tell_fees(self, seen: FeesSeen) -> None:
        if self._fees.get(seen.symbol) != seen:
            self._fees[seen.symbol] = seen
            self._arrive(seen)

    # -- Room --------------------------------------------------------------------------------------------------

    def _look_at_rates(self) -> None:
        """Tell each counter that is not what the last word on it has decayed to."""
        ledger, now_ns = self._kraken.rates.ledger, clock_ns()
        room_parts = ledger.tier.threshold * budget.PARTS - ledger.reserve_parts
        for symbol in self._symbols:
            parts = ledger.count_parts(symbol, now_ns=now_ns)
            told_parts, told_ns, told_room = self._counts.get(symbol, (0, now_ns, -1))
            decayed = max(0, told_parts - ledger.tier.decay * (now_ns - told_ns))
            if parts == decayed and room_parts == told_room:
                continue
            self._counts[symbol] = (parts, now_ns, room_parts)
            decay_per_s = EXACT.divide(Decimal(ledger.tier.decay), 100)
            self._arrive(RateSeen(symbol, budget.points(parts), budget.points(room_parts), decay_per_s))


def _share(per_cent: Decimal) -> Decimal:
    return EXACT.divide(per_cent, 100)
