"""When one request went its way.

Imports: domain, protocol. Imported by: waiting, link, client.
"""

from msgspec import Struct

from fathom.domain import RemoteError
from fathom.protocol import parse_time


class RequestTiming(Struct, kw_only=True):
    """Filled in on the way, for the record. Times of ours are ns since 1970 of the client's clock; None: not so far.

    `time_in` and `time_out` are of the venue's clock, as its answer spells them; REST does not tell them.
    """

    encoded_ns: int | None = None  # The frame stood in memory.
    sent_ns: int | None = None  # It was handed to the socket; of a REST call, before it was begun.
    received_ns: int | None = None  # The answer was read from the socket.
    time_in: str = ""
    time_out: str = ""

    @property
    def time_in_ns(self) -> int | None:
        """When the venue had the request."""
        return _ns_of(self.time_in)

    @property
    def time_out_ns(self) -> int | None:
        """When the venue sent the answer."""
        return _ns_of(self.time_out)


def _ns_of(time: str) -> int | None:
    try:
        return parse_time(time) if time else None
    except RemoteError:
        return None
