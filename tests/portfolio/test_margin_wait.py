import pytest

from fathom.domain import BalancesSeen, Happening, MarginSeen, MarginUnknown
from fathom.portfolio.margin_wait import NOT_ASKED, MarginWait

BEGUN = MarginUnknown("", waits=True)


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ((), ""),  # Nobody asks: there is no venue, or it is on paper.
        ((BEGUN,), NOT_ASKED),
        ((BEGUN, BalancesSeen(())), NOT_ASKED),
        ((BEGUN, MarginUnknown("no answer", waits=True)), "what is open on margin is not known: no answer"),
        ((BEGUN, MarginUnknown("not allowed", waits=False)), ""),
        ((BEGUN, MarginSeen(())), ""),
        ((BEGUN, MarginSeen(()), MarginUnknown("no answer", waits=False)), ""),
        ((BEGUN, MarginSeen(()), BEGUN), NOT_ASKED),
    ],
)
def test_nothing_is_added_until_it_is_known_or_decided(events: tuple[Happening, ...], reason: str) -> None:
    wait = MarginWait()
    for event in events:
        wait.hear(event)
    assert wait.reason == reason
