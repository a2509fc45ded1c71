"""What a v1 client sends: any bytes in, an event or Kraken's refusal of it out (websocket-v1.md 1).

Pure. Imports: texts. Imported by: v1.
"""

from typing import Any, Final

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from fathom.exchange.v1.texts import BAD_REQID, MALFORMED, NO_EVENT, UNSUPPORTED_EVENT

# Each event, and the event of its answer. A ping's answer is a pong, but what is wrong with it is an error.
ANSWER_EVENTS: Final = {
    "ping": "error",
    "subscribe": "subscriptionStatus",
    "unsubscribe": "subscriptionStatus",
    "addOrder": "addOrderStatus",
    "amendOrder": "amendOrderStatus",
    "editOrder": "editOrderStatus",
    "cancelOrder": "cancelOrderStatus",
    "cancelAll": "cancelAllStatus",
    "cancelAllOrdersAfter": "cancelAllOrdersAfterStatus",
}
FOLLOWING: Final = frozenset({"subscribe", "unsubscribe"})
_REQID_END: Final = 2**64

_JSON: Final = Decoder()


class Request(Struct, frozen=True):
    """One request, or what is wrong with it: then `error` says so."""

    event: str
    fields: dict[str, Any]
    reqid: int | None = None
    reqid_bad: bool = False  # Its answers say null.
    error: str | None = None

    @property
    def answer_event(self) -> str:
        """Return the event of its answers."""
        return ANSWER_EVENTS.get(self.event, "error")


def read_request(frame: bytes) -> Request:
    """Return what the client asks. Never raises."""
    try:
        raw = _JSON.decode(frame)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return Request("", {}, error=MALFORMED)
    if type(raw) is not dict:
        return Request("", {}, error=MALFORMED)
    reqid = raw.get("reqid")
    fits = type(reqid) is int and 0 <= reqid < _REQID_END
    echo = reqid if fits else None
    event = raw.get("event")
    if event is None:
        return Request("", raw, echo, error=NO_EVENT)
    if type(event) is not str or event not in ANSWER_EVENTS:
        return Request("", raw, echo, error=UNSUPPORTED_EVENT)
    if "reqid" in raw and not fits:
        return Request(event, raw, reqid_bad=True, error=BAD_REQID)
    return Request(event, raw, echo)
