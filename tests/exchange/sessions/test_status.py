import pytest
from msgspec import json

from fathom.exchange.core.events import SystemStatus
from fathom.exchange.sessions.status import HEARTBEAT, status_frame
from fathom.protocol import decode_strict
from fathom.protocol.messages import HeartbeatMessage, StatusMessage

# Real, 2026 (websocket-v2.md 5.1).
REAL = (
    b'{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2",'
    b'"connection_id":18125794168470749634,"upcoming_maintenance":[],"emergency":[]}]}'
)


def test_the_frame_is_the_real_one() -> None:
    assert status_frame("online", connection_id=18125794168470749634) == REAL


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("online", "online"),
        ("post_only", "post_only"),
        ("limit_only", "post_only"),
        ("cancel_only", "cancel_only"),
        ("maintenance", "maintenance"),
    ],
)
def test_every_state_has_a_word_of_the_documents(status: SystemStatus, told: str) -> None:
    frame = status_frame(status, connection_id=1)
    message = decode_strict(frame)
    assert isinstance(message, StatusMessage)
    assert message.data[0].system == told
    assert ("connection_id" in json.decode(frame)["data"][0]) == (status != "maintenance")


def test_a_heartbeat_says_nothing() -> None:
    assert isinstance(decode_strict(HEARTBEAT), HeartbeatMessage)
