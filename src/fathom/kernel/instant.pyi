def time_ns(text: bytes) -> int:
    """Return the instant that the JSON string `text` tells, as ns since 1970. Raises ValueError where it tells none."""
