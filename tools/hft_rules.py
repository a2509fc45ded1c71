"""The words of the comparison: fills, rows, and the rules in which hftbacktest and we differ, by name.

Pure. Imports: nothing of ours. Imported by: hft_ours, hft_venue, hft_plain, hft_judge, compare_hft, tests.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

# What hftbacktest does where we do otherwise, in the order in which a cause is looked for. Each is told in
# docs/backtest-hftbacktest.md.
Rule = Literal["tie", "through", "crossing", "forgets", "beyond", "twice", "clamp", "estimate", "snapshot", "unseen"]
SAID: Final[dict[Rule, str]] = {
    "tie": "a decision sees the frame and the answer of its own nanosecond",
    "through": "a trade past our price fills all that is left, whatever it traded",
    "crossing": "a best price past ours fills all that is left, whatever stands there",
    "forgets": "what a taker took is there again for the next one",
    "beyond": "levels that fell out of the depth stay for ever",
    "twice": "a trade told after its level moves an order forward once more",
    "clamp": "no more stands before an order than its level shows",
    "estimate": "the share of a cut that was before us: of the level before the trade, in fractions of a lot",
    "snapshot": "a level that a snapshot lacks keeps its queue",
    "unseen": "nobody is before an order at a price beyond the depth",
}
RULES: Final[tuple[Rule, ...]] = tuple(SAID)
OURS: Final[frozenset[Rule]] = frozenset()
THEIRS: Final[frozenset[Rule]] = frozenset(RULES)
Model = Literal["pessimistic", "trades", "proportional"]
MODELS: Final[tuple[Model, ...]] = ("pessimistic", "trades", "proportional")

CLEAR, LEVEL, TRADE, LAST = 0, 2, 10, 4  # Of a row, as docs/data.md has them.
ROW: Final = struct.Struct("<6qIBBH")


class Fill(NamedTuple):
    """What was filled at once of an order: of a taker with the worst price that it paid."""

    time_ns: int  # The venue's.
    sign: int
    price: int
    qty: int


class Row(NamedTuple):
    """A row of a recording."""

    local_ns: int
    venue_ns: int
    price: int
    qty: int
    order: int
    kind: int
    side: int  # 0: bids, or a taker who bought; 1: asks, or one who sold.
    last: bool


def rows_of(tape: bytes) -> list[Row]:
    """Return the rows of a tape. The venue's time never goes back, and is never later than ours."""
    found: list[Row] = []
    venue_ns = 0
    for local_ns, told_ns, _, price, qty, order, _, kind, flags, _ in ROW.iter_unpack(tape):
        venue_ns = min(max(venue_ns, local_ns if told_ns < 0 else told_ns), local_ns)
        found.append(Row(local_ns, venue_ns, price, qty, order, kind & 254, kind & 1, bool(flags & LAST)))
    return found


def merged(fills: Iterable[Fill]) -> list[Fill]:
    """Return fills with those of one side at one time as one, at the last price: as hftbacktest tells them."""
    found: dict[tuple[int, int], Fill] = {}
    for fill in sorted(fills, key=lambda one: one.time_ns):
        key = (fill.time_ns, fill.sign)
        before = found.get(key)
        found[key] = fill if before is None else fill._replace(qty=before.qty + fill.qty)
    return list(found.values())
