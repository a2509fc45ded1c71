"""The venue's side of one level 3 book: every order in its queue, and the frames that tell of it."""

from fathom.domain import Instrument, Side
from fathom.protocol import level3_checksum, time_text
from market_feed import BTC, T0


class Feed3:
    """Orders as (id, price_ticks, qty_lots), each queue in the order in which they came."""

    def __init__(self, instrument: Instrument = BTC, *, depth: int = 10) -> None:
        self.instrument = instrument
        self.depth = depth
        self.time_ns = T0
        self.bids: list[tuple[str, int, int]] = []
        self.asks: list[tuple[str, int, int]] = []

    def add(self, order_id: str, side: Side, price_ticks: int, qty_lots: int) -> bytes:
        """A new order, at the end of its queue."""
        self.rest(order_id, side, price_ticks, qty_lots)
        return self.update("add", order_id, side, price_ticks, qty_lots)

    def modify(self, order_id: str, qty_lots: int) -> bytes:
        """An order has another quantity, in its place."""
        side, price_ticks = self._of(order_id)
        orders = self._orders(side)
        orders[:] = [(one, price, qty_lots if one == order_id else qty) for one, price, qty in orders]
        return self.update("modify", order_id, side, price_ticks, qty_lots)

    def delete(self, order_id: str) -> bytes:
        """An order is gone."""
        side, price_ticks = self._of(order_id)
        orders = self._orders(side)
        orders[:] = [one for one in orders if one[0] != order_id]
        return self.update("delete", order_id, side, price_ticks, 1)

    def rest(self, order_id: str, side: Side, price_ticks: int, qty_lots: int) -> None:
        """Put an order there without a word."""
        self._orders(side).append((order_id, price_ticks, qty_lots))

    def snapshot(self, *, crc: int | None = None) -> bytes:
        """The whole book."""
        bids = ",".join(self._order(*one) for one in self._best("buy"))
        asks = ",".join(self._order(*one) for one in self._best("sell"))
        return self._frame("snapshot", bids, asks, crc)

    def update(
        self, event: str, order_id: str, side: Side, price_ticks: int, qty_lots: int, *, crc: int | None = None
    ) -> bytes:
        """What became of one order."""
        row = self._order(order_id, price_ticks, qty_lots).replace("{", f'{{"event":"{event}",', 1)
        return self._frame("update", row if side == "buy" else "", row if side == "sell" else "", crc)

    def _orders(self, side: Side) -> list[tuple[str, int, int]]:
        return self.bids if side == "buy" else self.asks

    def _of(self, order_id: str) -> tuple[Side, int]:
        for side in ("buy", "sell"):
            for one, price_ticks, _ in self._orders(side):  # type: ignore[arg-type]  # mypy forgets the two words.
                if one == order_id:
                    return side, price_ticks  # type: ignore[return-value]  # As above.
        raise AssertionError(f"no order {order_id}")

    def _best(self, side: Side) -> list[tuple[str, int, int]]:
        sign = -1 if side == "buy" else 1
        return sorted(self._orders(side), key=lambda one: sign * one[1])  # Sorting keeps each queue.

    def _order(self, order_id: str, price_ticks: int, qty_lots: int) -> str:
        self.time_ns += 1
        return (
            f'{{"order_id":"{order_id}","limit_price":{self.instrument.price_text(price_ticks)},'
            f'"order_qty":{self.instrument.qty_text(qty_lots)},"timestamp":"{time_text(self.time_ns)}"}}'
        )

    def _frame(self, kind: str, bids: str, asks: str, crc: int | None) -> bytes:
        if crc is None:
            crc = level3_checksum(*([(p, q) for _, p, q in self._best(side)] for side in ("sell", "buy")))  # type: ignore[arg-type]  # As above.
        return (
            f'{{"channel":"level3","type":"{kind}","data":[{{"checksum":{crc},"symbol":"{self.instrument.symbol}",'
            f'"bids":[{bids}],"asks":[{asks}],"timestamp":"{time_text(self.time_ns)}"}}]}}'
        ).encode()


def queued(instrument: Instrument = BTC) -> Feed3:
    """Three bids at 999, two at 998; two asks at 1001."""
    feed = Feed3(instrument)
    for order_id, side, price_ticks, qty_lots in (
        ("B1", "buy", 999, 5),
        ("B2", "buy", 999, 7),
        ("B3", "buy", 999, 2),
        ("B4", "buy", 998, 4),
        ("B5", "buy", 998, 1),
        ("A1", "sell", 1001, 3),
        ("A2", "sell", 1001, 6),
    ):
        feed.rest(order_id, side, price_ticks, qty_lots)  # type: ignore[arg-type]  # One of the two words.
    return feed
