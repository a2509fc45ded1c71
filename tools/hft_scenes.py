"""A small recording for each rule in which the two programs differ, made by hand, with what either fills there.

Two levels a side of 100 lots, 1000 and 1002 the best; what is told comes a millisecond later. The maker asks once, and
its orders are there 10 ms after. Pure. Imports: hft_bots, hft_market, hft_rules. Imported by: tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hft_bots import MAKER, TAKER, Job
from hft_market import MS, T0_NS, VERIFIED
from hft_rules import CLEAR, LAST, LEVEL, ROW, TRADE, Fill, Model, Rule

BID, ASK, BUYS, SELLS = LEVEL, LEVEL + 1, TRADE, TRADE + 1
BOOK: Final = ((BID, 1000, 100), (BID, 999, 100), (ASK, 1002, 100), (ASK, 1003, 100))
SNAPSHOT: Final = 8
Told = Sequence[tuple[int, int, int]]


@dataclass(frozen=True)
class Scene:
    """What is told when, in ms; fills as (ms, sign, price, quantity)."""

    ours: tuple[tuple[int, int, int, int], ...]
    theirs: tuple[tuple[int, int, int, int], ...]
    frames: tuple[tuple[int, Told], ...]
    model: Model = "pessimistic"
    book: Told = BOOK
    depth: int = 10
    anew: tuple[int, ...] = ()  # Which of the frames, by their ms, are snapshots.
    kind: int = MAKER
    decides_ms: tuple[int, int] = (100, 100)
    offset_ticks: int = 0

    @property
    def job(self) -> Job:
        """What the strategy is told."""
        first_ms, last_ms = self.decides_ms
        return Job(
            kind=self.kind,
            begin_ns=T0_NS + first_ms * MS,
            end_ns=T0_NS + last_ms * MS,
            close_ns=T0_NS + 4_000 * MS,
            latency_ns=10 * MS,
            qty_lots=50,
            limit_lots=1_000,
            reach_ticks=0,
            offset_ticks=self.offset_ticks,
        )

    @property
    def tape(self) -> bytes:
        """The recording."""
        whole = [(0, self.book), *self.frames, (5_000, ((BID, 1, 1),))]
        pieces: list[bytes] = []
        for number, (at_ms, told) in enumerate(whole):
            anew = number == 0 or at_ms in self.anew
            rows = [*([(CLEAR, 1, 8)] if anew else []), *told]
            for place, (kind, price, qty) in enumerate(rows):
                order = self.depth if kind == CLEAR else number
                flags = VERIFIED | (SNAPSHOT if anew else 0) | (LAST if place == len(rows) - 1 else 0)
                at_ns = T0_NS + at_ms * MS
                pieces.append(ROW.pack(at_ns + MS, at_ns, -1, price, qty, order, number, kind, flags, 0))
        return b"".join(pieces)


def fills(told: Sequence[tuple[int, int, int, int]]) -> list[Fill]:
    """Return fills of a scene."""
    return [Fill(T0_NS + at_ms * MS, sign, price, qty) for at_ms, sign, price, qty in told]


SCENES: Final[dict[Rule, Scene]] = {
    # The frame of 99 ms comes in the nanosecond of the decision: with it the best bid is 1001.
    "tie": Scene(
        ours=(),
        theirs=((500, 1, 1001, 50),),
        frames=((99, ((BID, 1001, 100),)), (500, ((SELLS, 1001, 200),))),
    ),
    "through": Scene(
        ours=((500, 1, 1000, 20),),
        theirs=((500, 1, 1000, 50),),
        frames=((500, ((SELLS, 999, 20),)),),
    ),
    "crossing": Scene(
        ours=((500, 1, 1000, 20),),
        theirs=((500, 1, 1000, 50),),
        frames=((500, ((BID, 1000, 0), (ASK, 1000, 20))),),
    ),
    # It leans to the bids, so the taker buys 50 of 60, and again.
    "forgets": Scene(
        ours=((110, 1, 1002, 50), (210, 1, 1002, 10)),
        theirs=((110, 1, 1002, 50), (210, 1, 1002, 50)),
        frames=(),
        book=((BID, 1000, 1_000), (BID, 999, 100), (ASK, 1002, 60), (ASK, 1003, 100)),
        kind=TAKER,
        decides_ms=(100, 200),
    ),
    # Of two levels 999 falls out as 1001 comes, and is not there any more when it would be shown again.
    "beyond": Scene(
        ours=((500, 1, 998, 50),),
        theirs=((500, 1, 999, 50),),
        frames=(
            (20, ((BID, 1001, 100),)),
            (40, ((BID, 1001, 0), (BID, 1000, 0), (BID, 998, 100), (BID, 997, 100))),
            (500, ((SELLS, 998, 200),)),
        ),
        depth=2,
    ),
    # The level says that 60 are gone, and the trade that took them says so once more.
    "twice": Scene(
        ours=(),
        theirs=((501, 1, 1000, 20),),
        frames=((500, ((BID, 1000, 40),)), (501, ((SELLS, 1000, 60),))),
    ),
    "clamp": Scene(
        ours=(),
        theirs=((2_000, 1, 1000, 20),),
        frames=((500, ((BID, 1000, 10),)), (2_000, ((SELLS, 1000, 30),))),
        model="trades",
    ),
    # 100 before us and 100 behind; 50 trade, then 60 are cancelled and the level shows both at once.
    "estimate": Scene(
        ours=((2_000, 1, 1000, 30),),
        theirs=((2_000, 1, 1000, 25),),
        frames=(
            (200, ((BID, 1000, 200),)),
            (300, ((SELLS, 1000, 50),)),
            (400, ((BID, 1000, 90),)),
            (2_000, ((SELLS, 1000, 60),)),
        ),
        model="proportional",
    ),
    "snapshot": Scene(
        ours=((500, 1, 1000, 30),),
        theirs=(),
        frames=((300, ((BID, 999, 100), (ASK, 1002, 100))), (500, ((SELLS, 1000, 30),))),
        anew=(300,),
    ),
    # The bid is at 995, and of two levels 999 is the last.
    "unseen": Scene(
        ours=(),
        theirs=((500, 1, 995, 30),),
        frames=((500, ((SELLS, 995, 30),)),),
        depth=2,
        offset_ticks=5,
    ),
}
