from decimal import Decimal

import pytest
from doctor_stage import beside_an_exchange

from fathom.domain import Finding
from fathom.net.rest import RestClient, RestTerms
from fathom.net.venue import Choice, credentials_for
from fathom.protocol import rest
from fathom.run.doctor.account import judge_fees, judge_limits, look_at_account
from fathom.run.local_exchange.serving import ExchangeServer


def looked(account: str, *, stopped: bool = False) -> list[Finding]:
    async def use(server: ExchangeServer, choice: Choice) -> list[Finding]:
        credentials = credentials_for(choice, account=account).credentials
        terms = RestTerms(deadline_s=5.0, tries_max=1)
        async with RestClient(choice.venue, credentials=credentials, terms=terms) as client:
            if stopped:
                await server.stop()
            return await look_at_account(choice.venue, client)

    return beside_an_exchange(use)


@pytest.mark.parametrize("account", ["alice", "viewer"])
def test_fees_and_tier_are_asked_of_the_venue(account: str) -> None:
    fees, limits = looked(account)
    assert (fees.level, limits.level) == ("ok", "ok")
    assert "taker 0.4" in fees.found
    assert "tier intermediate: a rate counter up to 125" in limits.found


def test_what_cannot_be_asked_is_a_note() -> None:
    assert [(finding.level, finding.found[:12]) for finding in looked("alice", stopped=True)] == [
        ("note", "cannot tell:"),
        ("note", "cannot tell:"),
    ]


def test_what_orders_cost() -> None:
    taker = rest.FeeTier(fee=Decimal("0.26"), nextfee=Decimal("0.24"), nextvolume=Decimal(50_000))
    maker = rest.FeeTier(fee=Decimal("0.16"))
    said = rest.TradeVolumeResult(
        currency="ZUSD", volume=Decimal(12), fees={"XXBTZUSD": taker}, fees_maker={"XXBTZUSD": maker}
    )
    assert judge_fees(said).found == "taker 0.26 %, maker 0.16 % on BTC/USD, at 12 USD in 30 days; 0.24 % from 50000 on"
    assert judge_fees(rest.TradeVolumeResult(currency="ZUSD", volume=Decimal(0))).level == "note"


@pytest.mark.parametrize(
    ("rate_max", "level", "says"),
    [
        (60, "ok", "starter"),
        (180, "ok", "pro"),
        (77, "note", "no known tier"),
        (None, "note", "does not name"),
        (True, "note", "name"),
    ],
)
def test_which_tier_it_is(rate_max: object, level: str, says: str) -> None:
    finding = judge_limits(rate_max)
    assert (finding.level, says in finding.found) == (level, True)
