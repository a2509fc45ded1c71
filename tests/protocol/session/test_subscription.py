import json
from typing import get_args

import pytest

from fathom.protocol.messages import BookParams
from fathom.protocol.session.subscription import (
    DESIRED,
    FED,
    TO_SEND,
    TRANSITIONS,
    Cue,
    Key,
    Row,
    State,
    Verdict,
    advance,
    verdict_on,
)
from recorded import FIXTURES

STATES: tuple[State, ...] = get_args(State)
CUES: tuple[Cue, ...] = get_args(Cue)
CUES_THAT_RACE = tuple(cue for cue in CUES if cue != "sent")


@pytest.mark.parametrize(
    ("cues", "end"),
    [
        ("want sent ack data", "active"),
        ("want sent refuse", "refused"),
        ("want sent fail", "wanted"),
        ("want sent overdue", "doubted"),
        ("want sent overdue ack data", "active"),  # The answer came late.
        ("want sent overdue sent ack ack data", "active"),  # Both answers came.
        ("want sent overdue unwant sent left", "gone"),  # It may have been granted: it is left.
        ("want sent ack barren sent left", "wanted"),
        ("want sent ack data renew sent left sent ack data", "active"),
        ("want sent ack data want sent left", "wanted"),  # Other parameters.
        ("want sent ack data renew sent overdue", "stale"),
        ("want sent ack data renew sent overdue left", "wanted"),  # The answer came late.
        ("want sent ack data renew unwant", "unwanted"),
        ("want sent ack data renew sent unwant left", "gone"),
        ("want sent ack data unwant sent left", "gone"),
        ("want sent ack data unwant sent fail sent left", "gone"),
        ("want sent ack data unwant want", "stale"),
        ("want sent ack data unwant sent want left", "wanted"),
        ("want sent unwant ack sent left", "gone"),
        ("want sent unwant refuse", "gone"),
        ("want sent unwant overdue", "unwanted"),
        ("want sent unwant want ack", "acknowledged"),
        ("want sent ack data drop sent", "requested"),
        ("want sent ack data unwant sent drop", "gone"),
        ("want sent unwant drop", "gone"),
        ("want sent refuse drop", "refused"),
        ("want sent refuse want", "wanted"),
        ("want spent", "exhausted"),
        ("want spent drop", "wanted"),
        ("want spent want sent left", "wanted"),
        ("want unwant", "gone"),
    ],
)
def test_the_table(cues: str, end: State) -> None:
    state: State = "gone"
    for cue in cues.split():
        state = advance(state, cue)  # type: ignore[arg-type]  # The words of the table.
    assert state == end


@pytest.mark.parametrize("state", STATES)
def test_rules_that_hold_for_every_state(state: State) -> None:
    assert set(TRANSITIONS[state]) <= set(CUES)
    assert advance(state, "unwant") not in DESIRED
    assert state == "gone" or advance(state, "drop") in ("wanted", "refused", "gone")
    assert advance(state, "want") in DESIRED
    assert ("sent" in TRANSITIONS[state]) == (state in TO_SEND)
    for cue in CUES_THAT_RACE:
        kept = state in DESIRED or cue == "want"
        assert (advance(state, cue) in DESIRED) == (kept and cue != "unwant")


def test_only_an_answer_brings_a_subscription_to_be_fed() -> None:
    for state in STATES:
        for cue in CUES_THAT_RACE:
            if advance(state, cue) in FED and state not in FED:
                assert cue == "ack"


def test_every_state_can_be_reached_and_left_for_good() -> None:
    def reachable(start: State) -> set[State]:
        seen: set[State] = {start}
        while more := {after for state in seen for after in TRANSITIONS[state].values()} - seen:
            seen |= more
        return seen

    assert reachable("gone") == set(STATES)
    assert all("gone" in reachable(state) for state in STATES)


def test_sending_does_not_race() -> None:
    with pytest.raises(AssertionError):
        advance("active", "sent")


def test_a_row_without_grants_starts_from_the_beginning() -> None:
    wish = BookParams(symbol=(), depth=10)
    row = Row(Key("book", "BTC/USD"), wish)
    fresh = {name: getattr(row, name) for name in Row.__slots__}
    row.live = row.live_before = (wish,)
    row.snapshot_seen = row.broken = True
    row.sequence_next = None
    row.healthy_since_ns = 5
    row.nothing_live()
    assert {name: getattr(row, name) for name in Row.__slots__} == fresh


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        ("Already subscribed", "ack"),
        ("Subscription Not Found", "left"),
        ("Currency pair not supported XBT/USD", "refuse"),
        ("Currency pair not in ISO 4217-A3 format CRV-USD", "refuse"),
        ("Subscription name invalid", "refuse"),
        ("Subscription depth not supported", "refuse"),
        ("Unsupported event", "refuse"),
        ("Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com", "refuse"),
        ("Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com", "refuse"),
        ("EGeneral: Permission denied", "refuse"),  # Blanks occur (errors.md 1).
        ("Depth field must be a number_float", "refuse"),
        ("ESession:Invalid session", "token"),
        ("EAPI:Invalid token", "token"),
        ("Token(s) not found", "token"),
        ("Exceeded msg rate", "fail"),
        ("EService:Unavailable", "fail"),
        ("EService:Busy", "fail"),
        ("EGeneral:Internal error", "fail"),
        ("EGeneral:Too many requests", "fail"),
        ("nobody has seen this text", "fail"),
        ("", "fail"),
    ],
)
def test_verdicts(error: str, verdict: Verdict) -> None:
    assert verdict_on(error) == verdict


def test_recorded_errors_have_verdicts() -> None:
    lines = (FIXTURES / "kraken-async-rs" / "ws-v2-messages.jsonl").read_text().splitlines()
    errors = [text["error"] for text in (json.loads(line)["text"] for line in lines) if "error" in text]
    assert {verdict_on(error) for error in errors} == {"refuse", "token"}
