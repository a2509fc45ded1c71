"""A book that is kept up to date and verified while you look at it: level 2, or level 3 with its orders.

Prices and quantities come as exact `Decimal`; what ends in `_ticks` or `_lots` are the ints they are made of.

Imports: domain, kernel. Imported by: books, and the front door.
"""

from decimal import Decimal
from typing import Literal

from fathom.domain import Instrument, LocalError, Side
from fathom.kernel import L2Book, L3Book

BookChannel = Literal["book", "level3"]


class LiveBook:
    """One pair's book. Only the client changes it; between two awaits of yours it stands still.

    `verified` tells whether it agrees with the venue's checksum as of the last frame. While it does not, `reason` says
    why, its prices are the last ones known, and nobody should trade on them.
    """

    __slots__ = ("_levels", "channel", "depth", "instrument", "moved_ns", "reason", "symbol", "verified")

    def __init__(self, channel: BookChannel, instrument: Instrument, *, depth: int) -> None:
        self.channel: BookChannel = channel
        self.symbol = instrument.symbol
        self.depth = depth
        self.instrument = instrument
        self.verified = False
        self.reason = "no snapshot yet"
        self.moved_ns = 0  # When the last frame came, ns since 1970 of this machine's clock.
        self._levels = self._made()

    def __repr__(self) -> str:
        state = "verified" if self.verified else self.reason
        return f"<{self.channel} {self.symbol} depth {self.depth}: {self.best_bid} / {self.best_ask}, {state}>"

    # -- The top ---------------------------------------------------------------------------------------------

    @property
    def best_bid(self) -> Decimal | None:
        """The highest price that somebody bids, in quote currency; None where nobody does."""
        return self._price(self._levels.best_bid)

    @property
    def best_ask(self) -> Decimal | None:
        """The lowest price that somebody asks, in quote currency; None where nobody does."""
        return self._price(self._levels.best_ask)

    @property
    def best_bid_qty(self) -> Decimal:
        """What is bid at the best bid, in base currency; 0 where nobody does."""
        return self.instrument.qty(self._levels.best_bid_qty)

    @property
    def best_ask_qty(self) -> Decimal:
        """What is asked at the best ask, in base currency; 0 where nobody does."""
        return self.instrument.qty(self._levels.best_ask_qty)

    @property
    def best_bid_ticks(self) -> int | None:
        """The best bid in ticks."""
        return self._levels.best_bid

    @property
    def best_ask_ticks(self) -> int | None:
        """The best ask in ticks."""
        return self._levels.best_ask

    @property
    def spread(self) -> Decimal | None:
        """Best ask less best bid; None while a side is empty."""
        bid, ask = self._levels.best_bid, self._levels.best_ask
        return None if bid is None or ask is None else self.instrument.price(ask - bid)

    @property
    def mid(self) -> Decimal | None:
        """The middle of best bid and best ask, exactly; None while a side is empty."""
        bid, ask = self._levels.best_bid, self._levels.best_ask
        return None if bid is None or ask is None else self.instrument.price(bid + ask) / 2

    # -- The levels ------------------------------------------------------------------------------------------

    def bids(self, n: int | None = None) -> list[tuple[Decimal, Decimal]]:
        """Return up to n (price, quantity), best first."""
        return self._decimals(self._levels.bids(n))

    def asks(self, n: int | None = None) -> list[tuple[Decimal, Decimal]]:
        """Return up to n (price, quantity), best first."""
        return self._decimals(self._levels.asks(n))

    def bids_ticks(self, n: int | None = None) -> list[tuple[int, int]]:
        """Return up to n (price_ticks, qty_lots), best first."""
        return self._levels.bids(n)

    def asks_ticks(self, n: int | None = None) -> list[tuple[int, int]]:
        """Return up to n (price_ticks, qty_lots), best first."""
        return self._levels.asks(n)

    def microprice(self) -> float | None:
        """Return the mid weighted by the quantity at the opposite best, in quote currency: an opinion, so a float."""
        ticks = self._levels.microprice()
        return None if ticks is None else ticks / 10**self.instrument.price_precision

    def imbalance(self, n: int | None = None) -> float | None:
        """Return bid less ask quantity over their sum, over n levels a side: -1 to 1."""
        return self._levels.imbalance(n)

    def cost_to_fill(self, side: Side, qty: Decimal) -> tuple[Decimal, Decimal]:
        """Return (cost in quote currency, quantity filled) of taking `qty` at once; less is filled where the book ends.

        Raises LocalError for a quantity finer than the pair's lots.
        """
        lots = self.instrument.qty_lots(qty)
        if lots <= 0:
            raise LocalError("qty", f"must be above zero, not {qty}")
        filled, cost, _ = self._levels.cost_to_fill(side, lots)
        return self.instrument.cost(price_ticks=1, qty_lots=1) * cost, self.instrument.qty(filled)

    # -- Level 3 ---------------------------------------------------------------------------------------------

    def orders(self, side: Side, price: Decimal) -> list[tuple[str, Decimal]]:
        """Return (order id, quantity) of each order at a price, in the order of the queue. Level 3 only."""
        orders = self._level3().orders(side, self.instrument.price_ticks(price))
        return [(order_id, self.instrument.qty(qty_lots)) for order_id, qty_lots in orders]

    def ahead(self, order_id: str) -> tuple[int, Decimal] | None:
        """Return (orders, quantity) before an order in its queue; None where it is not in the book. Level 3 only."""
        ahead = self._level3().ahead(order_id)
        return None if ahead is None else (ahead[1], self.instrument.qty(ahead[0]))

    @property
    def order_count(self) -> int:
        """How many orders the book holds. Level 3 only."""
        return self._level3().order_count

    # -- Only the client calls what follows ------------------------------------------------------------------

    @property
    def levels(self) -> L2Book | L3Book:
        """The compiled book."""
        return self._levels

    def rescale(self, instrument: Instrument) -> None:
        """Begin anew with the pair's new precision."""
        self.instrument = instrument
        self._levels = self._made()

    def _made(self) -> L2Book | L3Book:
        made = L2Book if self.channel == "book" else L3Book
        return made(self.depth, self.instrument.price_precision, self.instrument.qty_precision)

    def _level3(self) -> L3Book:
        if not isinstance(self._levels, L3Book):
            raise LocalError("book", "has no orders: take the level3 channel")
        return self._levels

    def _price(self, ticks: int | None) -> Decimal | None:
        return None if ticks is None else self.instrument.price(ticks)

    def _decimals(self, levels: list[tuple[int, int]]) -> list[tuple[Decimal, Decimal]]:
        price, qty = self.instrument.price, self.instrument.qty
        return [(price(price_ticks), qty(qty_lots)) for price_ticks, qty_lots in levels]
