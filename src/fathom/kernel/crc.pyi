def of_level(price: int, qty: int) -> int:
    """Return the CRC-32 of the digits of two positive ints."""

def joined(first: int, second: int, second_length: int) -> int:
    """Return the CRC-32 of two texts one behind the other, from those of each."""
