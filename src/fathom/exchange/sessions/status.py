"""What is sent without being asked for, and cannot be subscribed: status and heartbeat (websocket-v2.md 5).

Pure. Imports: core's words. Imported by: session.
"""

from typing import Final

from fathom.exchange.core.events import SystemStatus

SERVICE_VERSION: Final = "2.0.10"  # Of 2026.
HEARTBEAT: Final = b'{"channel":"heartbeat"}'

# `system` has four words only: who heeds post_only does nothing that limit_only forbids.
_WORDS: Final = {"limit_only": "post_only"}


def status_frame(status: SystemStatus, *, connection_id: int) -> bytes:
    """Return the frame. Of a maintenance it lacks the connection's id, as captured ones may."""
    identity = "" if status == "maintenance" else f'"connection_id":{connection_id},'
    return (
        f'{{"channel":"status","type":"update","data":[{{"version":"{SERVICE_VERSION}",'
        f'"system":"{_WORDS.get(status, status)}","api_version":"v2",{identity}'
        f'"upcoming_maintenance":[],"emergency":[]}}]}}'
    ).encode()
