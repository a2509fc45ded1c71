import time

import pytest
from doctor_stage import beside_an_exchange

from fathom.domain import Finding
from fathom.net.keys import Credentials
from fathom.net.rest import RestClient, RestTerms
from fathom.net.venue import Choice, credentials_for
from fathom.run.doctor.key import look_at_key
from fathom.run.local_exchange.serving import ExchangeServer


def looked(account: str, *, wrong_secret: bool = False, stopped: bool = False) -> list[Finding]:
    async def use(server: ExchangeServer, choice: Choice) -> list[Finding]:
        credentials = credentials_for(choice, account=account).credentials
        if wrong_secret:
            other = credentials_for(choice, account="bob").credentials.secrets[0]
            credentials = Credentials(key=credentials.key, secret=other)
        terms = RestTerms(deadline_s=5.0, tries_max=1)
        async with RestClient(choice.venue, credentials=credentials, terms=terms) as client:
            if stopped:
                await server.stop()
            return await look_at_key(
                client,
                now_ns=time.time_ns(),
                rotation_days=90,
                allow_unknown=False,
                source="a test",
                fingerprint=credentials.fingerprint,
            )

    return beside_an_exchange(use)


@pytest.mark.parametrize(
    ("account", "rights"),
    [
        ("alice", [("note", "export data")]),
        ("viewer", [("note", "may not create and modify orders")]),
        ("treasurer", [("error", "withdraw funds"), ("warning", "deposit funds")]),
    ],
)
def test_each_sample_account_is_what_it_is(account: str, rights: list[tuple[str, str]]) -> None:
    findings = looked(account)
    assert findings[0].check == "source"
    found = [(finding.level, finding.found) for finding in findings if finding.check == "rights"]
    assert len(found) == len(rights)
    for (level, text), (level_wanted, says) in zip(found, rights, strict=True):
        assert (level, says in text) == (level_wanted, True)
    others = {finding.check: finding.level for finding in findings if finding.check not in {"rights", "source"}}
    assert others == {"age": "ok", "addresses": "warning", "validity": "ok"}


def test_a_wrong_secret_is_one_error() -> None:
    findings = looked("alice", wrong_secret=True)
    assert [(finding.check, finding.level) for finding in findings] == [("source", "ok"), ("signature", "error")]
    assert "Invalid signature" in findings[1].found or "Invalid key" in findings[1].found


def test_a_venue_that_does_not_answer_says_nothing_of_the_key() -> None:
    findings = looked("alice", stopped=True)
    assert [(finding.check, finding.level) for finding in findings] == [("source", "ok"), ("signature", "error")]
    assert findings[1].advice == "try again when the venue can be reached"
