"""What became of an order, from rows of executions."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from fathom.net import Stream
from fathom.protocol.messages import Execution, Fee
from fathom.run.ordering.outcome import Outcome, outcomes

D = Decimal


def row(status: str, **more: Any) -> Execution:
    return Execution(**{"order_id": "O1", "exec_type": status, "order_status": status, "timestamp": "t", **more})


def outcome_of(*rows: Execution, ends: bool = False) -> Outcome:
    outcome = Outcome("O1", "mine")

    async def read() -> None:
        stream: Stream[Execution] = Stream(size=100, conflate=False)
        for one in rows:
            stream.put(None, one)
        await outcomes(stream, [outcome], ends=ends)

    asyncio.run(read())
    return outcome


FILL = row("trade", order_status="filled", exec_id="E1", last_qty=D("0.5"), last_price=D("10.0"), cum_qty=D("0.5"),
           avg_price=D("10.0"), liquidity_ind="m", fees=(Fee(asset="USD", qty=D("0.01")),))  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "said", "nothing"),
    [
        ([row("pending_new"), row("new")], "O1 (mine): open", False),
        ([row("pending_new"), row("canceled", reason="Post only order", cum_qty=D(0))],
         "O1 (mine): canceled at once, nothing filled: Post only order", True),
        ([row("canceled", cum_qty=D("0.25"), avg_price=D(9), reason="r")],
         "O1 (mine): canceled after 0.25 filled at 9 on average: r", False),
        ([row("new", order_id="O2"), row("new"), FILL], "O1 (mine): filled, 0.5 at 10.0 on average", False),
    ],
)  # fmt: skip
def test_each_end(rows: list[Execution], said: str, nothing: bool) -> None:
    outcome = outcome_of(*rows)
    assert outcome.sentence() == said
    assert outcome.came_to_nothing is nothing


def test_fills_are_told_one_by_one() -> None:
    outcome = outcome_of(FILL)
    assert outcome.fill_lines() == ["  filled 0.5 at 10.0, fee 0.01 USD (maker)"]
    assert outcome.as_dict() == {
        "order_id": "O1", "cl_ord_id": "mine", "status": "filled", "reason": None, "filled": "0.5",
        "fills": [{"qty": "0.5", "price": "10.0", "fees": {"USD": "0.01"}}],
    }  # fmt: skip


def test_nothing_told_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fathom.run.ordering.outcome.TOLD_S_MAX", 0.05)
    outcome = outcome_of(row("new", order_id="O2"), ends=True)
    assert "taken, but executions told nothing yet" in outcome.sentence()
    assert (outcome.status, outcome.came_to_nothing) == ("not told", False)
