"""The frames that answer requests: their keys are in alphabetical order, nested ones too (recorded-sessions.md).

Pure. Imports: feeds, texts. Imported by: sessions.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.json import Encoder

from fathom.exchange.feeds import micros_text
from fathom.exchange.sessions.texts import BAD_TOKEN

_SORTED: Final = Encoder(order="sorted")

Result = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Asked(Struct, frozen=True, gc=False):
    """What every answer to one request repeats. `time` is when it came, and is answered: no time passes here."""

    method: str
    req_id: int | None
    time: str


def asked(method: str, req_id: int | None, *, now_ns: int) -> Asked:
    """Return it, with the time as the wire has it: in microseconds."""
    return Asked(method, req_id, micros_text(now_ns))


def success(request: Asked, result: Result, **beside: Any) -> bytes:
    """Return the answer to what was done; `beside` stands next to the result."""
    return _encode({"method": request.method, "result": result, "success": True, **beside}, request)


def failure(request: Asked, error: str, *, symbol: str | None = None, method: str | None = None) -> bytes:
    """Return the answer to what was refused."""
    answer: dict[str, Any] = {"error": error, "method": method or request.method, "success": False}
    if symbol is not None:
        answer["symbol"] = symbol
    return _encode(answer, request)


def refused_subscription(request: Asked, error: str, *, channel: str) -> bytes:
    """Return the answer to a subscription refused whole; of a bad token alone it names channel and status (9)."""
    if error != BAD_TOKEN:
        return failure(request, error)
    answer = {"channel": channel, "error": error, "method": request.method, "status": "error", "success": False}
    return _encode(answer, request)


def pong(request: Asked) -> bytes:
    """Return the answer to a ping: it has neither result nor success."""
    return _encode({"method": "pong"}, request)


def bare_success(request: Asked, **beside: Any) -> bytes:
    """Return an answer without a result (8.8, the capture of 2024)."""
    return _encode({"method": request.method, "success": True, **beside}, request)


def _encode(answer: dict[str, Any], request: Asked) -> bytes:
    if request.req_id is not None:
        answer["req_id"] = request.req_id
    answer["time_in"] = answer["time_out"] = request.time
    return _SORTED.encode(answer)
