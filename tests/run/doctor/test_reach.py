from dataclasses import replace

import pytest
from doctor_stage import beside_an_exchange

from fathom.domain import Finding, LinkError
from fathom.net.rest import RestClient, RestTerms
from fathom.net.venue import Choice, ClockSample, Probed, Venue
from fathom.run.doctor.reach import judge_endpoint, judge_rest, look_at_endpoints
from fathom.run.local_exchange.serving import ExchangeServer

MS = 1_000_000
HASTY = RestTerms(deadline_s=5.0, tries_max=1)


def looked(*, ahead_s: float = 0.0, **changes: str | None) -> dict[tuple[str, str], Finding]:
    async def use(server: ExchangeServer, choice: Choice) -> dict[tuple[str, str], Finding]:
        venue: Venue = replace(choice.venue, **changes)  # type: ignore[arg-type]  # Fields of its own.
        async with RestClient(venue, terms=HASTY) as client:
            findings = await look_at_endpoints(venue, client, pause_s=0.0)
        return {(finding.group, finding.check): finding for finding in findings}

    return beside_an_exchange(use, ahead_s=ahead_s)


def test_all_is_well_on_an_exchange_of_this_machine() -> None:
    found = looked()
    assert {name: finding.level for name, finding in found.items()} == {
        ("reach", "rest"): "ok",
        ("reach", "public"): "ok",
        ("reach", "private"): "ok",
        ("reach", "level3"): "ok",
        ("clock", "rest"): "ok",
        ("clock", "websocket"): "ok",
    }
    assert "(3 calls)" in found["reach", "rest"].found
    assert "says online" in found["reach", "public"].found


def test_a_clock_that_is_a_minute_off_is_told_by_both() -> None:
    found = looked(ahead_s=60.0)
    for check in ("rest", "websocket"):
        assert found["clock", check].level == "error"
        assert " s behind the venue's" in found["clock", check].found


def test_one_endpoint_that_cannot_be_reached_is_one_error() -> None:
    found = looked(ws_private="ws://127.0.0.1:1/v2", ws_level3=None)
    assert found["reach", "private"].level == "error"
    assert "cannot reach ws://127.0.0.1:1/v2" in found["reach", "private"].found
    assert found["reach", "level3"].level == "note"
    assert "no level3 endpoint of local is known" in found["reach", "level3"].found
    assert found["reach", "public"].level == "ok"


def test_no_network_at_all_is_an_error_a_line() -> None:
    nobody = "ws://127.0.0.1:1/v2"
    found = looked(rest="http://127.0.0.1:1", ws_public=nobody, ws_private=nobody, ws_level3=nobody)
    assert {finding.level for finding in found.values()} == {"error"}
    assert found["clock", "offset"].found == "nobody could be asked the time"


@pytest.mark.parametrize(("trip_ms", "level"), [(20, "ok"), (400, "note")])
def test_far_away_is_a_note(trip_ms: int, level: str) -> None:
    trip = ClockSample(0, 0, trip_ms * MS)
    probed = Probed(connect_ns=3 * trip_ms * MS, first_frame_ns=MS, status="online", pings=(trip, trip))
    for finding in (judge_rest([trip], None), judge_endpoint("public", probed)):
        assert finding.level == level
        assert f"{trip_ms}.0 ms" in finding.found


def test_rest_that_fails_in_between_is_a_warning() -> None:
    finding = judge_rest([ClockSample(0, 0, MS)], LinkError("it went away"))
    assert (finding.level, "then it went away" in finding.found) == ("warning", True)
