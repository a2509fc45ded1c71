def peek(frame: bytes) -> tuple[str, str, str]:
    """Return (channel, type, symbol) of a frame; "" for each that it does not have.

    The symbol is that of the first object in `data`. A name that comes twice counts the first time. What is not a
    frame at all is ("", "", ""): nothing is raised.
    """
