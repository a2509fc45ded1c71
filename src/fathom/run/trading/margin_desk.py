"""Margin positions in the pairs that the bot trades, whoever opened them: told to the log where they changed.

Those in other pairs are left out, as balances of other assets are. Asked for at the start, every few minutes, and soon
after a row of the venue's ledger that only margin makes.

Imports: domain, net, protocol. Imported by: live_world.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from fathom.domain import Event, FathomError, FundsMoved, Instrument, MarginPosition, MarginSeen, to_units
from fathom.net import Kraken
from fathom.protocol import rest, translate

EVERY_S: Final = 300.0
AGAIN_S: Final = 60.0  # After a question that had no answer.
ANSWER_S_MAX: Final = 30.0
ROWS: Final = frozenset({"margin", "rollover", "settled"})  # Kinds of ledger rows that tell of a margin position.


class MarginDesk:
    """Asks for what is open on margin, and tells it where it is not what was told last."""

    def __init__(self, arrive: Callable[[Event], None], kraken: Kraken, instruments: Mapping[str, Instrument]) -> None:
        self._arrive = arrive
        self._kraken = kraken
        self._instruments = instruments
        self._symbols: dict[str, str] = {}  # By REST's name of a pair.
        self._told: MarginSeen | None = None
        self._moved = asyncio.Event()

    def seen(self, event: object) -> None:
        """Look again soon where the event can only come of a margin position."""
        if isinstance(event, FundsMoved) and event.kind in ROWS:
            self._moved.set()

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            self._moved.clear()
            wait_s = EVERY_S if await self._ask() else AGAIN_S
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._moved.wait()

    async def _ask(self) -> bool:
        """Tell what is open, where it changed; return whether the venue answered."""
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                said = await self._kraken.rest(rest.OpenPositions())
                unknown = {one.pair for one in said.values()} - set(self._symbols)
                if unknown:
                    pairs = await self._kraken.rest(rest.AssetPairs(pair=tuple(sorted(unknown))))
                    self._symbols.update(translate.pair_names(pairs))
            found = [self._position(name, one) for name, one in sorted(said.items())]
            seen = MarginSeen(tuple(one for one in found if one is not None))
        except (FathomError, TimeoutError):
            return False
        if seen != self._told:
            self._told = seen
            self._arrive(seen)
        return True

    def _position(self, position_id: str, one: rest.PositionInfo) -> MarginPosition | None:
        """Return what is open of a position, None where its pair is none of the bot's."""
        instrument = self._instruments.get(self._symbols.get(one.pair, one.pair))
        if instrument is None:
            return None
        return MarginPosition(
            position_id=position_id,
            symbol=instrument.symbol,
            side="buy" if one.type == "buy" else "sell",
            qty_lots=to_units(one.vol - one.vol_closed, precision=instrument.qty_precision, field="vol"),
            cost=one.cost,
            margin=one.margin,
            fee=one.fee,
        )
