def check(text: bytes) -> None:
    """Read one JSON text. Raises ValueError with what is wrong and at which byte."""
