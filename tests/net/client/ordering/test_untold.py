"""What an answer said and the private stream did not tell has the stream taken anew; what it told does not."""

from collections.abc import Awaitable, Callable

import pytest

from faulty_venue import Stage, Trader, staged


async def add(trader: Trader) -> None:
    await trader.add("buy", "50000")


async def add_batch(trader: Trader) -> None:
    await trader.add_batch("buy", ["50000", "49990"])


@pytest.mark.parametrize("place", [add, add_batch])
def test_an_order_that_is_not_told_of(place: Callable[[Trader], Awaitable[None]]) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.fault("drop", channel="executions")
        await place(trader)
        stage.no_more_faults()
        await stage.until(lambda: stage.gaps("executions"))
        assert stage.gaps("executions")[0].reason == "an order was answered and not told of"
        await stage.settled()

    staged(use, trading=True, market=False)


@pytest.mark.parametrize("way", ["cancel", "batch", "all"])
def test_an_end_that_is_not_told_of(way: str) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        names = await trader.add_batch("buy", ["50000", "49990"])
        await stage.settled()
        stage.fault("drop", channel="executions")
        if way == "cancel":
            await trader.cancel(names[0])
        elif way == "batch":
            await trader.cancel_batch(names)
        else:
            await stage.kraken.cancel_all()
        stage.no_more_faults()
        await stage.until(lambda: stage.gaps("executions"))
        await stage.settled()
        assert len(stage.kraken.account.orders) == (way == "cancel")

    staged(use, trading=True, market=False)


def test_what_is_told_in_time_leaves_the_stream_alone() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        await trader.life()
        stage.fault("delay", role="private", count=1, delay_s=0.1)
        await trader.add("buy", "50000")
        await trader.end()
        assert not stage.gaps("executions")

    staged(use, trading=True, market=False)
