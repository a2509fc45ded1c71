"""Faults of answers and requests: whatever is said, each order is at the venue once or not, and we know which."""

from typing import Any

import pytest

from fathom.domain import Refused
from fathom.net.client import LinkDown, LinkFailed, RequestCleared, RequestInDoubt, VenueStatus
from faulty_venue import SYMBOLS, Stage, Trader, changed, plays, staged

# An answer is waited for for 0.4 s (QUICK): what comes after 0.6 s is late.
WEBSOCKET = [
    ("late_answer", {"every": 2, "delay_s": 0.6}),
    ("lost_answer", {"every": 2}),
    ("lost_answer", {"method": "batch_add"}),
    ("lost_answer", {"method": "cancel_order"}),
    ("error_after_accept", {"every": 2}),
    ("error_after_accept", {"every": 2, "text": "EGeneral:Internal error"}),
    ("error_after_accept", {"method": "batch_add"}),
    ("delay", {"role": "private", "every": 3, "delay_s": 0.6}),
    ("drop", {"channel": "answers", "role": "private", "every": 3}),
    ("duplicate", {"channel": "answers", "role": "private"}),
]


@plays("late_answer", "lost_answer", "error_after_accept")
@pytest.mark.parametrize(("kind", "table"), WEBSOCKET)
def test_what_is_not_answered_is_found_out(kind: str, table: dict[str, Any]) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.fault(kind, **table)
        await trader.life(rounds=2)
        assert stage.struck(kind)
        assert bool(stage.told(RequestInDoubt)) == (kind != "duplicate")
        assert "unsure" not in trader.said.values()
        await trader.end()

    staged(use, trading=True, market=False)


@plays("lost_answer", "drop")
def test_an_order_that_is_not_answered_and_not_told_is_found_by_rest() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.fault("lost_answer", method="add_order")
        stage.fault("drop", channel="executions")
        await trader.add("buy", "50000")
        await trader.add_batch("buy", ["49990", "49980"])
        assert set(trader.said.values()) == {"placed"}
        assert {event.outcome for event in stage.told(RequestCleared)} == {"found"}
        await trader.end()

    staged(use, trading=True, market=False)


@plays("refuse", "lost_answer")
@pytest.mark.parametrize("text", ["EOrder:Insufficient funds", "EService:Unavailable", "EOrder:Rate limit exceeded"])
@pytest.mark.parametrize("over", ["websocket", "rest"])
def test_a_refusal_is_told_and_nothing_was_done(text: str, over: Any) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.fault("refuse", method="add_order", text=text, every=2)
        await trader.life()
        assert stage.struck("refuse")
        assert "absent" in trader.said.values()
        if over == "websocket":
            assert any(isinstance(error, Refused) and error.text == text for error in trader.errors)
        await trader.end()

    staged(use, trading=True, market=False, options=changed(orders_over=over, room_s_max=1.0))


@plays("refuse")
def test_everything_is_refused_for_a_while() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        await trader.life()
        stage.fault("refuse", text="EService:Busy")
        for link in stage.kraken.links():
            link.drop()
        await stage.until(lambda: stage.told(LinkFailed))  # No token.
        await trader.add("buy", "50000")
        stage.no_more_faults()
        await trader.life()
        await trader.end()
        assert stage.gaps("executions")

    staged(use, trading=True, market=False)


@plays("invalid_session")
@pytest.mark.parametrize("table", [{"count": 1}, {"every": 3}, {}])
def test_a_token_that_went_bad_is_replaced_and_the_order_goes_the_other_way(table: dict[str, Any]) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.fault("invalid_session", **table)
        await trader.life(rounds=2)
        assert stage.struck("invalid_session")
        assert set(trader.said.values()) == {"placed"}, trader.errors
        assert any("token refused" in event.reason for event in stage.told(LinkDown))
        await trader.end()

    staged(use, trading=True, market=False)


@plays("upgrade_refused", "close")
@pytest.mark.parametrize("status", [403, 429, 503])
def test_while_the_door_is_closed_orders_go_by_rest(status: int) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.kraken.book(*SYMBOLS)
        await trader.life()
        stage.fault("upgrade_refused", status=status)
        stage.fault("close")
        await stage.until(lambda: len(stage.told(LinkDown)) >= 2)
        await stage.until(lambda: stage.struck("upgrade_refused") >= 4)
        await stage.until(lambda: any(str(status) in failed.error for failed in stage.told(LinkFailed)))
        await trader.life()
        assert set(trader.said.values()) == {"placed"}
        await trader.end()
        assert stage.gaps("executions")
        assert len(stage.gaps("book")) == len(SYMBOLS)

    staged(use, trading=True, market=True, options=changed())


@plays("system")
def test_the_venue_is_in_maintenance_and_comes_back() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        await trader.life()
        stage.fault("system", cycle=[["maintenance", 0.6], ["cancel_only", 0.4], ["post_only", 0.4]])
        await stage.until(lambda: stage.kraken.system == "maintenance")
        await trader.add("buy", "50000")
        await stage.until(lambda: [event.system for event in stage.told(VenueStatus)].count("post_only"))
        await stage.until(lambda: stage.kraken.system == "online")
        await trader.life()
        assert {"absent", "placed"} <= set(trader.said.values())
        await trader.end()

    staged(use, trading=True, market=False)
