"""Recorded markets as one group, in the order of local time: who sits where, and what is said of a stop of each.

Pure. Imports: domain, engine, kernel, market, step_venue. Imported by: step_world.
"""

from functools import partial
from typing import Final

from fathom.domain import BookMoved, Level3Moved, MarketStepped
from fathom.engine import Engine, Whisper
from fathom.kernel import stepper as kernel
from fathom.kernel import steppers
from fathom.market import StepMarket
from fathom.sim.stepped.step_venue import StepVenue

# What moves a book and nothing else: who does not answer to it leaves no trace in the log.
QUIET: Final = kernel.FRAME | kernel.TOP


class Seat:
    """One stepped recording, and what is whispered of it."""

    __slots__ = ("level3", "stepper", "symbol", "whispers")

    def __init__(self, symbol: str, stepper: kernel.Stepper, *, level3: bool) -> None:
        self.symbol = symbol
        self.level3 = level3
        self.stepper = stepper
        self.whispers: dict[int, Whisper] = {}  # By why it stopped.

    def stepped(self, why: int) -> MarketStepped:
        """Return what the log says of a stop, where it says anything of it."""
        return MarketStepped(self.symbol, self.level3, self.stepper.frame, why)

    def listen(self, engine: Engine) -> None:
        """Find who hears of its moves."""
        kind = Level3Moved if self.level3 else BookMoved
        for why in (kernel.FRAME, kernel.TOP, QUIET):
            self.whispers[why] = engine.whispered(
                partial(_moved, kind, self.symbol, why & kernel.TOP != 0),
                author="market",
                cause=partial(self.stepped, why),
            )


def _moved(
    kind: type[BookMoved] | type[Level3Moved], symbol: str, top_changed: bool, frame_seq: int
) -> BookMoved | Level3Moved:
    return kind(symbol, frame_seq, top_changed)


def seats_of(market: StepMarket, venue: StepVenue) -> tuple[list[Seat], steppers.Steppers]:
    """Return the recordings of a run, and the group that steps over them.

    Those of the market stop for what somebody is woken for; where only orders of ours are, for nothing else.
    """
    seats = [
        *(Seat(symbol, one, level3=False) for symbol, one in market.steppers.items()),
        *(Seat(symbol, one, level3=True) for symbol, one in market.level3_steppers.items()),
    ]
    wants = [market.wants_of(seat.symbol, level3=seat.level3) for seat in seats]
    for symbol, one in venue.steppers.items():
        if all(one is not seat.stepper for seat in seats):
            seats.append(Seat(symbol, one, level3=True))
            wants.append(0)
    group = steppers.Steppers([seat.stepper for seat in seats])
    for place, want in enumerate(wants):
        group.want(place, want)
    return seats, group
