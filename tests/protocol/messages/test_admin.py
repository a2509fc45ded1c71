from fathom.protocol.codec import decode
from fathom.protocol.messages.admin import (
    Emergency,
    HeartbeatMessage,
    Maintenance,
    NextStep,
    Pong,
    StatusMessage,
    SystemState,
)


def test_status_of_2026() -> None:
    frame = (
        b'{"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online","api_version":"v2",'
        b'"connection_id":18125794168470749634,"upcoming_maintenance":[],"emergency":[]}]}'
    )
    state = SystemState(system="online", api_version="v2", connection_id=18125794168470749634, version="2.0.10")
    assert decode(frame) == StatusMessage(type="update", data=(state,))


def test_a_maintenance_status_may_lack_the_connection() -> None:
    frame = b'{"channel":"status","type":"update","data":[{"system":"maintenance"}]}'
    assert decode(frame) == StatusMessage(type="update", data=(SystemState(system="maintenance"),))


def test_announced_maintenance_and_emergencies() -> None:
    frame = (
        b'{"channel":"status","type":"update","data":[{"system":"online","upcoming_maintenance":[{"event_id":"e1",'
        b'"title":"t","expected_start_utc":"2026-05-01T10:00:00Z","time_to_start_s":1800,"phase":"approaching_30m",'
        b'"affected_services":["spot_trading","all"],"order_submission":"allowed","later":true}],'
        b'"emergency":[{"event_id":"e2","impact":"critical","next_steps":[{"applies_to":"spot_ws",'
        b'"type":"expected_restart","expected_at_utc":"2026-05-01T11:00:00Z"}]}]}]}'
    )
    message = decode(frame)
    assert isinstance(message, StatusMessage)
    assert message.data[0].upcoming_maintenance == (
        Maintenance(
            event_id="e1",
            title="t",
            expected_start_utc="2026-05-01T10:00:00Z",
            time_to_start_s=1800,
            phase="approaching_30m",
            affected_services=("spot_trading", "all"),
            order_submission="allowed",
        ),
    )
    step = NextStep(applies_to="spot_ws", type="expected_restart", expected_at_utc="2026-05-01T11:00:00Z")
    assert message.data[0].emergency == (Emergency(event_id="e2", impact="critical", next_steps=(step,)),)


def test_heartbeat() -> None:
    assert decode(b'{"channel":"heartbeat"}') == HeartbeatMessage()


def test_pong() -> None:
    frame = (
        b'{"method":"pong","req_id":101,"time_in":"2023-09-24T14:10:23.799685Z",'
        b'"time_out":"2023-09-24T14:10:23.799703Z"}'
    )
    assert decode(frame) == Pong(
        req_id=101, time_in="2023-09-24T14:10:23.799685Z", time_out="2023-09-24T14:10:23.799703Z"
    )
