import pytest

from fathom.domain import (
    AccountAgreed,
    AccountDisputed,
    DisputeSettled,
    Happening,
    LinkDropped,
    MarginSeen,
    MarginUnknown,
    RunResumed,
    RunStarted,
    RunStopped,
)
from fathom.risk.gate import Gate

STARTED = RunStarted("r", "live", b"{}", "0")
RESUMED = RunResumed("b", "0")
AGREED = AccountAgreed(1)


def after(*events: Happening, reconciled_first: bool = True) -> list[str]:
    """What is in the way at two symbols."""
    gate = Gate(reconciled_first=reconciled_first)
    for event in events:
        gate.hear(event)
    refusals = [gate.refusal(symbol) for symbol in ("BTC/USD", "ETH/USD")]
    return ["" if refusal is None else refusal[0] for refusal in refusals]


@pytest.mark.parametrize(
    "events",
    [
        (),
        (STARTED,),
        (STARTED, AGREED, RESUMED),
        (STARTED, AGREED, LinkDropped("private", "reset")),
        (STARTED, AGREED, RunStopped("enough"), RESUMED),
    ],
)
def test_nothing_trades_until_the_account_agreed(events: tuple[Happening, ...]) -> None:
    assert after(*events) == ["reconciled", "reconciled"]
    assert after(*events, AGREED) == ["", ""]
    assert after(*events, reconciled_first=False) == ["", ""]


def test_another_link_changes_nothing() -> None:
    assert after(STARTED, AGREED, LinkDropped("public", "reset")) == ["", ""]


def test_nothing_trades_on_a_disputed_symbol() -> None:
    disputed = (STARTED, AGREED, AccountDisputed("BTC/USD", "a fill too many"))
    assert after(*disputed) == ["disputed", ""]
    assert after(*disputed, AGREED) == ["disputed", ""]  # The rest agrees; this is not explained by it.
    assert after(*disputed, DisputeSettled("ETH/USD", "")) == ["disputed", ""]
    assert after(*disputed, DisputeSettled("BTC/USD", "")) == ["", ""]
    everywhere = (STARTED, AGREED, AccountDisputed("", "a balance"))
    assert after(*everywhere) == ["disputed", "disputed"]
    assert after(*everywhere, DisputeSettled("", "")) == ["", ""]


def test_the_end_of_the_run_shuts_it() -> None:
    assert after(STARTED, AGREED, RunStopped("enough"), AGREED) == ["stopping", "stopping"]


def test_only_what_adds_waits_for_what_is_open_on_margin() -> None:
    gate = Gate(reconciled_first=True)
    for event in (STARTED, AGREED, MarginUnknown("no answer", waits=True)):
        gate.hear(event)
    assert gate.refusal("BTC/USD") is None
    assert gate.refusal_to_add() == ("margin", "what is open on margin is not known: no answer")
    gate.hear(MarginSeen(()))
    assert gate.refusal_to_add() is None
