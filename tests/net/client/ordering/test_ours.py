"""Orders of ours are known as such, by ids that are new."""

import asyncio
from typing import Any

import pytest
from loop_stage import clean, until
from order_stage import BTC, OrderStage, trading

from fathom.net.client.ordering.ours import new_client_id

LIMIT: dict[str, Any] = {"order_qty": "0.01", "limit_price": "90000"}
PATHS = ("websocket", "rest")


async def placed(stage: OrderStage, **more: Any) -> Any:
    return await stage.kraken.add_order(BTC, "buy", "limit", **{**LIMIT, **more})


def test_ids_of_our_own_are_new_and_are_such_as_kraken_takes() -> None:
    ids = {new_client_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(len(name) == 18 and name.isascii() for name in ids)


def test_who_stops_waiting_leaves_an_order_that_is_cancelled_at_the_end() -> None:
    async def main() -> None:
        async with trading(cancel_on_close=True) as stage:
            stage.fault("lost_answer", method="add_order", count=1)
            stage.fault("drop", channel="executions")
            asked = asyncio.ensure_future(placed(stage))
            await until(lambda: stage.adds() == 1)
            asked.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asked
            assert len(stage.open()) == 1
            await stage.kraken.close()
            assert stage.open() == []

    clean(main())
