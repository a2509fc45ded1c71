class Orders:
    """A pool on its own, to be looked at: ids of at most 36 bytes in, numbers above 0 out."""

    def __init__(self) -> None: ...
    def take(self, id: bytes) -> int:  # noqa: A002
        """Return the number of a new order. Its id must not be held."""
    def find(self, id: bytes) -> int:  # noqa: A002
        """Return the number of the order with an id, or 0."""
    def give(self, number: int) -> None:
        """Free an order that is held."""
    def forget(self) -> None:
        """Forget every order."""
    @property
    def held(self) -> int:
        """Orders alive."""
    @property
    def capacity(self) -> int:
        """Orders that there is room for, and one."""
