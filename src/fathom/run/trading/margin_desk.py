"""Margin positions in the pairs that the bot trades, whoever opened them: told to the log where they changed.

Those in other pairs are left out, as balances of other assets are. Asked for at the start, every few minutes, and soon
after a row of the venue's ledger that only margin makes. From the start on the log has it as not known, and risk lets
nothing be added, until the first answer; a failure is told once, and again when it has passed. The wait has an end: a
key that may not ask, or five minutes without an answer that can be read, and it is said that trading goes on without.

Imports: domain, net, protocol. Imported by: live_world.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from fathom.domain import (
    AuthError,
    Event,
    FathomError,
    FundsMoved,
    Instrument,
    MarginPosition,
    MarginSeen,
    MarginUnknown,
    to_units,
)
from fathom.net import Kraken
from fathom.protocol import rest, translate

EVERY_S: Final = 300.0
AGAIN_S: Final = 60.0  # After a question that had no answer ...
FIRST_AGAIN_S: Final = 2.0  # ... and while nothing may be added: then twice as long each time.
WAIT_S_MAX: Final = (
    300.0  # So long nothing is added for want of an answer: a bot that never trades is no answer either.
)
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
        self._lost: MarginUnknown | None = None  # What was told last of a question that failed; None since an answer.
        self._moved = asyncio.Event()

    def seen(self, event: object) -> None:
        """Look again soon where the event can only come of a margin position."""
        if isinstance(event, FundsMoved) and event.kind in ROWS:
            self._moved.set()

    async def run(self) -> None:
        """Ask until cancelled."""
        loop = asyncio.get_running_loop()
        self._arrive(MarginUnknown("", waits=True))
        decide_s, again_s = loop.time() + WAIT_S_MAX, FIRST_AGAIN_S
        while True:
            self._moved.clear()
            error = await self._ask()
            waits = self._told is None and not isinstance(error, AuthError) and loop.time() < decide_s
            if error is None or isinstance(error, AuthError):
                wait_s = EVERY_S
            elif waits:
                wait_s, again_s = min(again_s, max(decide_s - loop.time(), FIRST_AGAIN_S)), min(2 * again_s, AGAIN_S)
            else:
                wait_s = AGAIN_S
            if error is not None:
                self._tell_lost(error, waits=waits)
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._moved.wait()

    async def _ask(self) -> Exception | None:
        """Tell what is open, where it changed or was not known; return why there is no answer that can be read."""
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                said = await self._kraken.rest(rest.OpenPositions())
                unknown = {one.pair for one in said.values()} - set(self._symbols)
                if unknown:
                    pairs = await self._kraken.rest(rest.AssetPairs(pair=tuple(sorted(unknown))))
                    self._symbols.update(translate.pair_names(pairs))
            found = [self._position(name, one) for name, one in sorted(said.items())]
        except (FathomError, TimeoutError) as error:
            return error
        seen = MarginSeen(tuple(one for one in found if one is not None))
        if seen != self._told or self._lost is not None:
            self._told, self._lost = seen, None
            self._arrive(seen)
        return None

    def _tell_lost(self, error: Exception, *, waits: bool) -> None:
        """Tell that it is not known, and why; again only where what is done about it has changed."""
        lost = MarginUnknown(str(error) or f"no answer within {ANSWER_S_MAX:.0f} s", waits=waits)
        if self._lost is None or self._lost.waits != waits:
            self._lost = lost
            self._arrive(lost)

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
