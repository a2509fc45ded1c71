"""What Kraken says without being asked, and the pong: status, heartbeat (websocket-v2.md 5).

Pure. Imports: wire. Imported by: codec, translate.
"""

from fathom.protocol.messages.wire import MessageType, Wire


class Maintenance(Wire, frozen=True, kw_only=True):
    """One announced maintenance (shape seen in captures of 2026 only, so nothing is required)."""

    event_id: str | None = None
    title: str | None = None
    expected_start_utc: str | None = None
    expected_end_utc: str | None = None
    time_to_start_s: int | None = None
    phase: str | None = None
    affected_services: tuple[str, ...] = ()
    order_submission: str | None = None
    recommended_action: str | None = None
    cancel_before_utc: str | None = None
    source_url: str | None = None


class NextStep(Wire, frozen=True, kw_only=True):
    """What Kraken expects to do about an emergency, and when."""

    applies_to: str | tuple[str, ...] | None = None
    type: str | None = None
    expected_at_utc: str | None = None


class Emergency(Wire, frozen=True, kw_only=True):
    """One emergency under way (captures of 2026)."""

    event_id: str | None = None
    title: str | None = None
    incident_status: str | None = None
    impact: str | None = None
    affected_services: tuple[str, ...] = ()
    started_at_utc: str | None = None
    next_steps: tuple[NextStep, ...] = ()
    source_url: str | None = None


class SystemState(Wire, frozen=True, kw_only=True):
    """The trading engine's state. `connection_id` needs 64 bits; a maintenance status may lack it."""

    system: str
    api_version: str | None = None
    connection_id: int | None = None
    version: str | None = None
    upcoming_maintenance: tuple[Maintenance, ...] = ()
    emergency: tuple[Emergency, ...] = ()


class StatusMessage(Wire, frozen=True, kw_only=True, tag_field="channel", tag="status"):
    """Pushed on connect and at each change of the engine's state (5.1)."""

    type: MessageType
    data: tuple[SystemState, ...]


class HeartbeatMessage(Wire, frozen=True, kw_only=True, tag_field="channel", tag="heartbeat"):
    """Once a second from the first subscription on (5.2)."""


class PongResult(Wire, frozen=True, kw_only=True):
    """In the schema only."""

    warnings: tuple[str, ...] = ()


class Pong(Wire, frozen=True, kw_only=True, tag_field="method", tag="pong"):
    """The answer to a ping (5.3). Real ones carry no `success`."""

    time_in: str
    time_out: str
    req_id: int | None = None
    success: bool | None = None
    result: PongResult | None = None
