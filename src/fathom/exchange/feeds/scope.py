"""What a subscriber of one depth holds of one side: its best levels, and how that changes.

Nothing here walks the depth: what moved, and the edge of the scope, say it all.

Pure. Imports: book_tape. Imported by: book_feed, v1_book_feed, level3_feed.
"""

from msgspec import Struct

from fathom.exchange.feeds.book_tape import SideTape

Level = tuple[int, int]  # Price in ticks, quantity in lots.


class ScopeChange(Struct, gc=False):
    """What a subscriber must hear. Levels pushed beyond the depth are not told: it cuts them off by itself."""

    gone: list[Level]  # Levels held that no longer stand: quantity 0.
    returned: list[Level]  # Deeper levels that did not move, but are within the depth now.
    entered: list[Level]  # Levels not held that moved, and are within the depth now.
    changed: list[Level]  # Levels held, and still within the depth, that moved.
    pushed: list[Level]  # Levels held that moved, and were pushed beyond the depth.


class Scope:
    """The levels held, by price, as the subscribers know them."""

    __slots__ = ("_by_order", "_depth", "_tape", "held")

    def __init__(self, tape: SideTape, depth: int, *, by_order: bool = False) -> None:
        self._tape = tape
        self._depth = depth
        self._by_order = by_order  # Level 3: one order for another of the same size is a change too.
        self.held = dict(tape.side.levels(depth))

    def change(self) -> ScopeChange | None:
        """Take in what moved; None where it is nothing to these subscribers."""
        tape, held = self._tape, self.held
        side, sign = tape.side, tape.sign
        edge = side.price_at(self._depth - 1)  # The worst level within the depth, if it is full.
        gone: list[Level] = []
        entered: list[Level] = []
        changed: list[Level] = []
        pushed: list[Level] = []
        for level in tape.moved:
            price, lots = level
            before = held.get(price)
            if not lots:
                if before is not None:
                    del held[price]
                    gone.append(level)
            elif edge is None or price * sign <= edge * sign:
                if before is None:
                    held[price] = lots
                    entered.append(level)
                elif before != lots or self._by_order:
                    held[price] = lots
                    changed.append(level)
            elif before is not None:
                pushed.append(level)
        if not (gone or entered or changed):
            return None
        return ScopeChange(gone, self._settle(), entered, changed, pushed)

    def _settle(self) -> list[Level]:
        """Fill up with the next deeper levels, or forget what was pushed out."""
        held, side = self.held, self._tape.side
        index = standing = min(self._depth, len(side))
        returned = []
        while len(held) < standing:  # What is missing stands at the edge: all that was held is better.
            index -= 1
            price = side.price_at(index)
            assert price is not None
            if price not in held:
                held[price] = lots = side.lots(price)
                returned.append((price, lots))
        while len(held) > standing:  # What is too much stands behind the edge.
            price = side.price_at(index)
            assert price is not None
            held.pop(price, None)
            index += 1
        return returned
