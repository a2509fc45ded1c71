"""The frames that are no channel data: answers to events, pong, heartbeat, systemStatus (websocket-v1.md 2, 3, 6).

Their keys are in alphabetical order, nested ones too, as captured.

Pure. Imports: core's words, requests. Imported by: v1.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec.json import Encoder

from fathom.exchange.core.events import SystemStatus
from fathom.exchange.v1.requests import Request

VERSION: Final = "1.9.6"  # Of 2026.
# There are four words only: who heeds post_only does nothing that limit_only forbids.
_STATUSES: Final[Mapping[SystemStatus, str]] = {"limit_only": "post_only"}
HEARTBEAT: Final = b'{"event":"heartbeat"}'

_SORTED: Final = Encoder(order="sorted")


def system_status(status: SystemStatus, *, connection_id: int) -> bytes:
    """Return the frame that greets, and tells each change of the engine. Nothing is ever planned or wrong."""
    return _SORTED.encode(
        {
            "connectionID": connection_id,
            "emergency": [],
            "event": "systemStatus",
            "status": _STATUSES.get(status, status),
            "upcoming_maintenance": [],
            "version": VERSION,
        }
    )


def pong(request: Request) -> bytes:
    """Return the answer to a ping."""
    return answer(request, "pong")


def ok(request: Request, **fields: Any) -> bytes:
    """Return the answer to an order event that was done. A field of None is left out."""
    told = {name: value for name, value in fields.items() if value is not None}
    return answer(request, request.answer_event, {**told, "status": "ok"})


def refused(request: Request, error: str, **fields: Any) -> bytes:
    """Return the answer to anything that was not done; of an event that has no answer it is an `error`."""
    if request.answer_event == "error":
        return answer(request, "error", {"errorMessage": error})
    told = {name: value for name, value in fields.items() if value is not None}
    return answer(request, request.answer_event, {**told, "errorMessage": error, "status": "error"})


def answer(request: Request, event: str, fields: Mapping[str, Any] | None = None) -> bytes:
    """Return a frame of this event that repeats the request's id."""
    frame: dict[str, Any] = {"event": event, **(fields or {})}
    if request.reqid is not None or request.reqid_bad:
        frame["reqid"] = request.reqid
    return _SORTED.encode(frame)
