class L2Book:
    """A level 2 book of one pair. Prices are ints of 10^-price_precision, quantities of 10^-qty_precision.

    `depth` is 1 to 1000, a precision 0 to 18; anything else is a ValueError.
    """

    def __init__(self, depth: int, price_precision: int, qty_precision: int) -> None: ...
    def apply(self, frame: bytes | bytearray | memoryview) -> int:
        """Apply one `book` frame, a snapshot or an update; return VERIFIED, MISMATCH, or UNCHECKED without checksum.

        Raises FrameRefused with what is wrong and at which byte; the book is then unchanged.
        """
    def bids(self, n: int | None = None) -> list[tuple[int, int]]:
        """Return (price_ticks, qty_lots) of the `n` best bids, by default of all, best first."""
    def asks(self, n: int | None = None) -> list[tuple[int, int]]:
        """Return (price_ticks, qty_lots) of the `n` best asks, by default of all, best first."""
    def level_qty(self, side: str, price_ticks: int) -> int:
        """Return the quantity in lots at a price of a side of the book ("buy" or "bid", "sell" or "ask"), or 0."""
    def microprice(self) -> float | None:
        """Return the middle in float ticks, each price weighted with the other side's quantity; None if one-sided."""
    def imbalance(self, n: int | None = None) -> float | None:
        """Return (bids - asks) / (bids + asks) of the quantities on the `n` best levels, -1 to 1; None if empty."""
    def cost_to_fill(self, side: str, qty_lots: int) -> tuple[int, int, int | None]:
        """Return (filled_lots, cost in ticks times lots, worst price_ticks or None) of an order that takes at once.

        `side` is the order's: "buy" takes asks, "sell" takes bids.
        """
    def checksum(self) -> int:
        """Return the checksum of the book as it stands (book-checksum.md 1)."""
    def clear(self) -> None:
        """Forget everything."""
    @property
    def depth(self) -> int:
        """Price levels a side that are kept."""
    @property
    def price_precision(self) -> int:
        """Decimals of a price."""
    @property
    def qty_precision(self) -> int:
        """Decimals of a quantity."""
    @property
    def flaws(self) -> int:
        """Bits of what is odd about the last frame or the book as it stands."""
    @property
    def top_changed(self) -> bool:
        """Whether the last frame changed the price or quantity of a best level."""
    @property
    def time_ns(self) -> int | None:
        """The time that the last frame told, in ns since 1970."""
    @property
    def best_bid(self) -> int | None:
        """The best bid's price_ticks."""
    @property
    def best_ask(self) -> int | None:
        """The best ask's price_ticks."""
    @property
    def best_bid_qty(self) -> int:
        """The best bid's qty_lots, 0 without bids."""
    @property
    def best_ask_qty(self) -> int:
        """The best ask's qty_lots, 0 without asks."""
    @property
    def bid_count(self) -> int:
        """Price levels of bids."""
    @property
    def ask_count(self) -> int:
        """Price levels of asks."""
