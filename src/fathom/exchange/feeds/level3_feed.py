"""Channel `level3`: every order at one depth, in price levels, of one pair (websocket-v2.md 7.3).

Events stand in the order in which they happened. Where a level comes into the depth all of its orders are added,
with the ids and times they had: by id, which is not the order of the queue. Kraken too lists them so that only their
times tell the queue (recorded-sessions.md). Nothing is said of orders pushed beyond the depth.

Pure. Imports: book_tape, scope, time_texts. Imported by: pair_feeds.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from fathom.exchange.core import Order
from fathom.exchange.feeds.book_tape import BookTape, SideTape
from fathom.exchange.feeds.pair_texts import PairTexts
from fathom.exchange.feeds.scope import Scope, ScopeChange
from fathom.exchange.feeds.time_texts import nanos_text


class Level3Feed:
    """One topic: all its subscribers get the same frames."""

    channel = "level3"
    __slots__ = ("_asks", "_bids", "_depth", "_tape")

    def __init__(self, tape: BookTape, *, depth: int) -> None:
        self._tape = tape
        self._depth = depth
        self._bids = Scope(tape.bids, depth, by_order=True)
        self._asks = Scope(tape.asks, depth, by_order=True)

    def snapshot(self, *, now_ns: int) -> list[bytes]:
        """Return the orders as they stand: best price first, then by place in the queue."""
        bids, asks = (
            ",".join(
                f"{{{row}}}"
                for price, orders in tape.side.orders(self._depth)
                for _, row in _order_rows(price, orders, self._tape.texts)
            )
            for tape in (self._tape.bids, self._tape.asks)
        )
        return [self._frame("snapshot", bids=bids, asks=asks, now_ns=now_ns)]

    def update(self, *, now_ns: int) -> bytes | None:
        """Return what moved, or None where nothing within the depth did."""
        tape = self._tape
        bids = self._bids.change() if tape.bids.moved else None
        asks = self._asks.change() if tape.asks.moved else None
        if bids is None and asks is None:
            return None
        return self._frame(
            "update",
            bids="" if bids is None else _events(tape.bids, bids, tape.texts),
            asks="" if asks is None else _events(tape.asks, asks, tape.texts),
            now_ns=now_ns,
        )

    def _frame(self, kind: str, *, bids: str, asks: str, now_ns: int) -> bytes:
        return (
            f'{{"channel":"level3","type":"{kind}","data":[{{"symbol":"{self._tape.texts.pair.symbol}",'
            f'"checksum":{self._tape.checksum("level3")},"bids":[{bids}],"asks":[{asks}],'
            f'"timestamp":"{nanos_text(now_ns)}"}}]}}'
        ).encode()


def _events(tape: SideTape, change: ScopeChange, texts: PairTexts) -> str:
    told = {price for price, _ in chain(change.gone, change.changed)}
    pushed = {price for price, _ in change.pushed}
    came: set[str] = set()  # Ids that came to a level pushed out, unknown to the reader there.
    rows = []
    for move, row in zip(tape.moves, tape.rows(), strict=True):
        if move.price_ticks in told:
            rows.append(row)
        elif move.price_ticks in pushed:
            # An order that leaves such a level may come elsewhere under the same id, so it must be seen to go.
            if move.kind == "add":
                came.add(move.order_id)
            elif move.kind == "delete" and move.order_id not in came:
                rows.append(row)
    for price, _ in chain(change.returned, change.entered):
        adds = sorted(_order_rows(price, tape.side.level(price), texts))
        rows += [f'{{"event":"add",{row}}}' for _, row in adds]
    return ",".join(rows)


def _order_rows(price: int, orders: Iterable[Order], texts: PairTexts) -> Iterator[tuple[str, str]]:
    """Write a level's orders, each with its id. Their times rise: a reader sorts by them."""
    price_text, qty_text = texts.price(price), texts.qty
    last_ns = 0
    for order in orders:
        last_ns = max(order.queued_ns, last_ns + 1)
        row = (
            f'"order_id":"{order.order_id}","limit_price":{price_text},"order_qty":{qty_text(order.shown_lots)},'
            f'"timestamp":"{nanos_text(last_ns)}"'
        )
        yield order.order_id, row
