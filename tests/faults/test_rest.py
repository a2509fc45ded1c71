"""Faults of REST, with orders over REST: each is at the venue once or not, and we know which."""

from typing import Any

import pytest

from fathom.net.client import RequestInDoubt
from faulty_venue import Stage, Trader, changed, plays, staged

OVER_REST = changed(orders_over="rest")


@plays("rest_delay", "rest_error_after_accept", "rest_drop", "rest_status", "rest_malformed")
@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("rest_delay", {"method": "add_order", "delay_s": 1.5, "every": 2}),
        ("rest_delay", {"delay_s": 0.2}),
        ("rest_error_after_accept", {"every": 2}),
        ("rest_error_after_accept", {"every": 3, "text": "EService:Busy"}),
        ("rest_drop", {"every": 3}),
        ("rest_drop", {"method": "add_order"}),
        ("rest_drop", {"method": "cancel_order"}),
        ("rest_status", {"every": 3, "status": 520}),
        ("rest_status", {"method": "add_order", "status": 502}),
        ("rest_status", {"method": "batch_add", "status": 504}),
        ("rest_malformed", {"every": 3}),
        ("rest_malformed", {"method": "add_order"}),
    ],
)
def test_what_is_not_answered_is_found_out(kind: str, table: dict[str, Any]) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.fault(kind, **table)
        await trader.life(rounds=2)
        assert stage.struck(kind)
        assert "unsure" not in trader.said.values()
        await trader.end()

    staged(use, trading=True, market=False, options=OVER_REST)


@plays("rest_drop", "lost_answer")
def test_neither_path_answers() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.fault("rest_drop")
        stage.fault("lost_answer")
        await trader.life()
        assert set(trader.said.values()) == {"placed"}  # The private stream tells.
        assert stage.told(RequestInDoubt)
        await trader.end()

    staged(use, trading=True, market=False)


@plays("rest_lag", "close", "lost_answer")
def test_a_rest_that_is_behind_is_not_believed() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.fault("rest_lag", s=2)
        stage.fault("lost_answer", every=2)
        await trader.life()
        names = [await trader.add("buy", str(50_000 + step)) for step in range(3)]
        stage.fault("upgrade_refused", role="private", for_s=0.3)
        stage.kraken.links()[-1].drop()
        stage.trade("sell", "0.015", "50000")  # Nobody tells us of these,
        stage.exchange.venue.cancel_all(stage.exchange.bank.accounts["alice"], now_ns=stage.exchange.clock.now_ns)
        await stage.until(lambda: stage.gaps("executions"))
        assert "placed" in {trader.said[name] for name in names}
        await stage.settled()  # ... and REST is behind for a while.
        await trader.end()

    staged(use, trading=True, market=False)


@plays("rest_lag")
def test_a_lost_order_is_not_called_absent_while_the_stream_is_broken() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.fault("rest_lag", s=2)
        stage.fault("lost_answer")
        stage.fault("drop", channel="executions", count=1)
        await trader.add("buy", "50000")
        assert trader.said["t-1"] != "absent"
        await trader.end()

    staged(use, trading=True, market=False, options=changed(engine_deadline_s=2.5))
