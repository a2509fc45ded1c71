"""What goes wrong at which moment: from the seed and the moment's number alone, so that one can be played again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

Kind = Literal["kill", "kill twice", "stop", "cut", "swallow", "hold", "exchange stop", "exchange kill", "disk full"]
Way = Literal["both", "requests", "answers"]
Line = Literal["all", "rest", "ws_public", "ws_private"]

# How often each is meant, of 100 moments.
SHARES: Final[dict[Kind, int]] = {
    "kill": 17,
    "kill twice": 5,
    "stop": 19,
    "cut": 12,
    "swallow": 13,
    "hold": 8,
    "exchange stop": 9,
    "exchange kill": 7,
    "disk full": 10,
}
# From and to, in seconds, evenly on a scale of logarithms: most are short, and some outlast every deadline.
SECONDS: Final[dict[Kind, tuple[float, float]]] = {
    "kill": (0.05, 30.0),
    "kill twice": (0.05, 4.0),
    "stop": (0.2, 90.0),
    "cut": (0.1, 30.0),
    "swallow": (0.2, 40.0),
    "hold": (0.2, 25.0),
    "exchange stop": (0.1, 20.0),
    "exchange kill": (0.1, 20.0),
    "disk full": (0.05, 20.0),
}
# Which connections a network's trouble is about: mostly all of them.
LINES: Final[dict[Line, int]] = {"all": 5, "ws_private": 2, "rest": 1, "ws_public": 1}
# Bytes of one connection come so late at most while the others are well: what is later than that, and than an answer's
# deadline, has been looked up meanwhile and believed absent.
HELD_ALONE_S_MAX: Final = 6.0
CALM_S_MAX: Final = 3.0  # So long at most it trades in peace before a moment: orders are on their way at each.
ROOM_BYTES_MAX: Final = 200_000  # So much may still be written to the journal before the disk is full.
AGAIN_S_MAX: Final = 6.0  # A second kill comes so long after the start at most: while it replays, connects, reconciles.


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One moment. What a kind has no use for is there all the same."""

    number: int
    kind: Kind
    calm_s: float  # Before it.
    seconds: float  # How long it lasts, or how long the process is down.
    way: Way  # What a swallowing network swallows.
    line: Line  # On which connections.
    saved: bool  # Whether the exchange has written everything down before it is killed.
    room_bytes: int  # What the journal may still grow by before the disk is full.
    full_start: bool  # Whether the bot is started once more while the disk is full.
    again_s: float  # When after its start a bot is killed a second time.

    def told(self) -> str:
        """Return it in a few words."""
        on = "" if self.line == "all" else f", on {self.line}"
        more = {
            "cut": on,
            "swallow": f", {self.way}{on}",
            "hold": on,
            "exchange kill": ", all written down" if self.saved else "",
            "disk full": f", with {self.room_bytes:,} bytes left" + (", started while full" if self.full_start else ""),
            "kill twice": f", again after {self.again_s:.2f} s",
        }.get(self.kind, "")
        return f"{self.kind}, {self.seconds:.2f} s{more}"


def moment_of(seed: int, number: int, kinds: Sequence[Kind] = ()) -> Moment:
    """Return the moment of this number. `kinds`: only these; none means all."""
    random = Random(f"{seed}/{number}")
    among = list(kinds) or list(SHARES)
    kind = random.choices(among, [SHARES[kind] for kind in among])[0]
    least_s, most_s = SECONDS[kind]
    calm_s = random.uniform(0, CALM_S_MAX)
    seconds = math.exp(random.uniform(math.log(least_s), math.log(most_s)))
    line = Random(f"{seed}/{number}/line").choices(list(LINES), list(LINES.values()))[0]
    if kind == "hold" and line != "all":
        seconds = min(seconds, HELD_ALONE_S_MAX)
    return Moment(
        number=number,
        kind=kind,
        calm_s=calm_s,
        seconds=seconds,
        line=line,
        way=random.choice(("both", "requests", "answers")),
        saved=random.random() < 0.5,
        room_bytes=random.randrange(ROOM_BYTES_MAX),
        full_start=random.random() < 0.3,
        again_s=random.uniform(0, AGAIN_S_MAX),
    )
