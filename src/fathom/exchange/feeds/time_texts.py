"""Times as the feeds write them: RFC 3339 with six or nine decimals, and version 1's UNIX seconds.

Pure. Imports: protocol. Imported by: feeds.
"""

from functools import lru_cache
from typing import Final

from fathom.protocol import SECOND_NS, time_text

_SECONDS_MAX: Final = 4096  # Seconds whose text is kept; orders of a queue are seldom of more.


def micros_text(time_ns: int) -> str:
    """Return 2023-10-06T17:35:55.440295Z; what is finer is cut off."""
    whole_s, rest_ns = divmod(time_ns, SECOND_NS)
    return f"{_second_text(whole_s)}.{rest_ns // 1000:06}Z"


def nanos_text(time_ns: int) -> str:
    """Return 2023-10-06T18:21:00.097010033Z."""
    whole_s, rest_ns = divmod(time_ns, SECOND_NS)
    return f"{_second_text(whole_s)}.{rest_ns:09}Z"


def unix_text(time_ns: int) -> str:
    """Return 1534614057.321597, as version 1 writes it."""
    whole_s, rest_ns = divmod(time_ns, SECOND_NS)
    return f"{whole_s}.{rest_ns // 1000:06}"


@lru_cache(maxsize=_SECONDS_MAX)
def _second_text(whole_s: int) -> str:
    return time_text(whole_s * SECOND_NS, digits=0)[:-1]
