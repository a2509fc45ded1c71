"""When journal and venue agree: only after a comparison, and not over a start or a gap."""

import pytest

from fathom.domain import AccountAgreed, Happening, LinkDropped, LinkOpened, RunResumed, RunStarted
from fathom.orders import Agreement

START = RunStarted("run", "rehearsal", b"{}", "1")
AGREED = AccountAgreed(1)


@pytest.mark.parametrize(
    ("events", "holds"),
    [
        ([], False),
        ([START], False),
        ([START, AGREED], True),
        ([START, AGREED, LinkDropped("public", "gone")], True),
        ([START, AGREED, LinkDropped("private", "gone")], False),
        ([START, AGREED, LinkDropped("private", "gone"), LinkOpened("private")], False),
        ([START, AGREED, LinkDropped("private", "gone"), LinkOpened("private"), AGREED], True),
        ([START, AGREED, RunResumed("again", "1")], False),
    ],
)
def test_it_holds_from_a_comparison_until_nobody_listened(events: list[Happening], holds: bool) -> None:
    agreement, always = Agreement(reconciled_first=True), Agreement(reconciled_first=False)
    for event in events:
        agreement.hear(event)
        always.hear(event)
    assert agreement.holds == holds
    assert always.holds, "where there is no venue to agree with"
