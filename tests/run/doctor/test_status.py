import aiohttp
import pytest
from doctor_stage import beside_an_exchange

from fathom.domain import Finding
from fathom.net.rest import RestClient, RestTerms
from fathom.net.venue import Choice
from fathom.protocol import rest
from fathom.protocol.messages import Emergency, Maintenance
from fathom.run.doctor.status import judge_status, look_at_status
from fathom.run.local_exchange.serving import ExchangeServer


@pytest.mark.parametrize(
    ("status", "level", "says"),
    [
        ("online", "ok", "it trades"),
        ("post_only", "warning", "post-only orders"),
        ("cancel_only", "warning", "cancels alone"),
        ("maintenance", "warning", "no cancels either"),
        ("sleeping", "warning", "'sleeping', which nobody here knows"),
    ],
)
def test_what_a_status_means(status: str, level: str, says: str) -> None:
    (finding,) = judge_status(rest.SystemStatusResult(status=status))
    assert (finding.level, says in finding.found) == (level, True)
    assert bool(finding.advice) == (level != "ok")


def test_what_is_announced_is_told() -> None:
    findings = judge_status(
        rest.SystemStatusResult(status="online", upcoming_maintenance=(Maintenance(),), emergency=(Emergency(),))
    )
    assert [(finding.check, finding.level) for finding in findings] == [
        ("system", "ok"),
        ("maintenance", "note"),
        ("emergency", "warning"),
    ]


def test_it_is_asked_of_the_venue() -> None:
    async def use(server: ExchangeServer, choice: Choice) -> list[Finding]:
        async with aiohttp.ClientSession() as control:
            terms = {"kind": "system", "status": "cancel_only"}
            async with control.post(f"{server.urls.control}/faults", json=terms) as response:
                assert response.status == 200, await response.text()
        async with RestClient(choice.venue) as client:
            return await look_at_status(client)

    (finding,) = beside_an_exchange(use)
    assert (finding.level, "cancel_only" in finding.found) == ("warning", True)


def test_a_venue_that_does_not_answer_is_an_error() -> None:
    async def use(server: ExchangeServer, choice: Choice) -> list[Finding]:
        async with RestClient(choice.venue, terms=RestTerms(deadline_s=5.0, tries_max=1)) as client:
            await server.stop()
            return await look_at_status(client)

    (finding,) = beside_an_exchange(use)
    assert finding.level == "error"
