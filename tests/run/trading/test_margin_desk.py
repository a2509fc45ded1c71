"""What the log is told of margin positions: all that are open in our pairs, each time it changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from fathom.domain import Event, FundsMoved, Instrument, MarginSeen, MarginUnknown
from fathom.protocol import rest
from fathom.run.trading import margin_desk
from fathom.run.trading.margin_desk import MarginDesk
from faulty_venue import Stage, staged

BTC = Instrument(
    symbol="BTC/USD", base="BTC", quote="USD", price_precision=1, qty_precision=8, cost_precision=5, qty_lots_min=5000,
    cost_min=Decimal("0.5"),
)  # fmt: skip


class Margin:
    """A desk on a stage, and what it told."""

    def __init__(self, stage: Stage) -> None:
        self.said: list[MarginSeen | MarginUnknown] = []
        self._stage = stage
        self.desk = MarginDesk(self._arrive, stage.kraken, {"BTC/USD": BTC})

    @property
    def told(self) -> list[MarginSeen]:
        """What was open, each time it was told."""
        return [event for event in self.said if isinstance(event, MarginSeen)]

    def _arrive(self, event: Event) -> None:
        assert isinstance(event, MarginSeen | MarginUnknown)
        self.said.append(event)
        self._stage.heard.set()


@asynccontextmanager
async def running(stage: Stage) -> AsyncIterator[Margin]:
    """Let a desk ask."""
    margin = Margin(stage)
    task = asyncio.create_task(margin.desk.run())
    try:
        yield margin
    finally:
        task.cancel()
        await asyncio.wait([task])


async def lever(stage: Stage, pair: str, volume: str, side: str = "buy", *, reduce: bool = False) -> None:
    """Trade on margin at the market, as a person would by REST."""
    await stage.kraken.rest(
        rest.AddOrder(
            pair=pair, type=side, ordertype="market", volume=Decimal(volume), leverage="2", reduce_only=reduce or None
        )  # type: ignore[arg-type]
    )


def row(kind: str) -> FundsMoved:
    return FundsMoved("L1", "T1", kind, "USD", "spot", Decimal(0), Decimal(0), 1)


def test_it_tells_what_is_open_in_our_pairs_and_again_when_a_row_says_that_it_changed() -> None:
    async def use(stage: Stage) -> None:
        await lever(stage, "BTC/USD", "0.01")
        await lever(stage, "ETH/USD", "0.1")  # None of ours.
        async with running(stage) as margin:
            await stage.until(lambda: bool(margin.told))
            (position,) = margin.told[0].positions
            assert (position.symbol, position.side, position.qty_lots) == ("BTC/USD", "buy", 1_000_000)
            assert 0 < position.margin < position.cost
            await lever(stage, "BTC/USD", "0.004", "sell", reduce=True)
            margin.desk.seen(row("deposit"))  # Says nothing of margin.
            margin.desk.seen(row("margin"))
            await stage.until(lambda: len(margin.told) == 2)
            (position,) = margin.told[1].positions
            assert position.qty_lots == 600_000
            await lever(stage, "BTC/USD", "0.006", "sell", reduce=True)
            margin.desk.seen(row("margin"))
            await stage.until(lambda: len(margin.told) == 3)
            assert margin.told[2] == MarginSeen(())

    staged(use, trading=True)


def test_nothing_open_is_told_once_and_what_cannot_be_answered_is_told_once_too() -> None:
    async def use(stage: Stage) -> None:
        stage.fault("rest_malformed", method="OpenPositions")
        async with running(stage) as margin:
            await stage.until(lambda: len(margin.said) == 2)
            begun, lost = margin.said
            assert begun == MarginUnknown("", waits=True)
            assert isinstance(lost, MarginUnknown)
            assert lost.waits
            assert "OpenPositions" in lost.reason
            margin.desk.seen(row("rollover"))
            await stage.until(lambda: stage.struck("rest_malformed") == 2)
            stage.no_more_faults()
            margin.desk.seen(row("rollover"))
            await stage.until(lambda: len(margin.said) > 2)
            assert margin.said[2:] == [MarginSeen(())]

    staged(use, trading=True)


def test_it_asks_again_by_itself_and_sooner_than_a_bot_that_waits_gets_bored() -> None:
    async def use(stage: Stage) -> None:
        stage.fault("rest_malformed", method="OpenPositions", count=1)
        async with running(stage) as margin:
            await stage.until(lambda: margin.told == [MarginSeen(())])
            assert [type(event) for event in margin.said] == [MarginUnknown, MarginUnknown, MarginSeen]

    staged(use, trading=True)


def test_the_wait_has_an_end_and_that_it_is_over_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(margin_desk, "WAIT_S_MAX", 0.2)
    monkeypatch.setattr(margin_desk, "FIRST_AGAIN_S", 0.1)

    async def use(stage: Stage) -> None:
        stage.fault("rest_malformed", method="OpenPositions")
        async with running(stage) as margin:
            await stage.until(lambda: len(margin.said) == 3)
            assert [isinstance(event, MarginUnknown) and event.waits for event in margin.said] == [True, True, False]
            stage.no_more_faults()
            margin.desk.seen(row("margin"))
            await stage.until(lambda: margin.told == [MarginSeen(())])

    staged(use, trading=True)


def test_a_key_that_may_not_ask_is_a_decision_at_once() -> None:
    async def use(stage: Stage) -> None:
        stage.fault("rest_error_after_accept", method="OpenPositions", text="EGeneral:Permission denied")
        async with running(stage) as margin:
            await stage.until(lambda: len(margin.said) == 2)
            lost = margin.said[1]
            assert isinstance(lost, MarginUnknown)
            assert not lost.waits
            assert "Permission denied" in lost.reason

    staged(use, trading=True)


def test_a_failure_after_the_first_answer_stops_nothing_and_is_told_until_it_has_passed() -> None:
    async def use(stage: Stage) -> None:
        async with running(stage) as margin:
            await stage.until(lambda: bool(margin.told))
            stage.fault("rest_malformed", method="OpenPositions", count=1)
            margin.desk.seen(row("margin"))
            await stage.until(lambda: len(margin.said) == 3)
            lost = margin.said[2]
            assert isinstance(lost, MarginUnknown)
            assert not lost.waits
            margin.desk.seen(row("margin"))
            await stage.until(lambda: margin.told == [MarginSeen(()), MarginSeen(())])

    staged(use, trading=True)
