class Side:
    """A ladder on its own, to be looked at: bids as they are, or asks with `sign` -1."""

    def __init__(self, sign: int = 1) -> None: ...
    def set(self, price: int, qty: int) -> None:
        """Set the quantity at a price; 0 deletes."""
    def cut(self, depth: int) -> None:
        """Drop the worst levels until `depth` are left."""
    def clear(self) -> None:
        """Forget every level."""
    def qty(self, price: int) -> int:
        """Return the quantity at a price, 0 where there is none."""
    def levels(self) -> list[tuple[int, int]]:
        """Return (price, qty) of every level, best first."""
    @property
    def capacity(self) -> int:
        """Levels that the buffer has room for."""
