def units(text: bytes, precision: int) -> int:
    """Return the JSON number `text` as an int of 10^-precision. Raises ValueError where it is not exactly one.

    A comma and anything may follow it: the way numbers stand in a frame.
    """

def uint32(text: bytes) -> int:
    """Return the JSON number `text` as an int. Raises ValueError where it is no unsigned int of 32 bits."""
