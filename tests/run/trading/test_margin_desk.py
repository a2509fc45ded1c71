"""What the log is told of margin positions: all that are open in our pairs, each time it changed."""

import asyncio
from decimal import Decimal

from fathom.domain import Event, FundsMoved, Instrument, MarginSeen
from fathom.protocol import rest
from fathom.run.trading.margin_desk import MarginDesk
from faulty_venue import Stage, staged

BTC = Instrument(
    symbol="BTC/USD", base="BTC", quote="USD", price_precision=1, qty_precision=8, cost_precision=5, qty_lots_min=5000,
    cost_min=Decimal("0.5"),
)  # fmt: skip


class Margin:
    """A desk on a stage, and what it told."""

    def __init__(self, stage: Stage) -> None:
        self.told: list[MarginSeen] = []
        self._stage = stage
        self.desk = MarginDesk(self._arrive, stage.kraken, {"BTC/USD": BTC})

    def _arrive(self, event: Event) -> None:
        assert isinstance(event, MarginSeen)
        self.told.append(event)
        self._stage.heard.set()


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
        margin = Margin(stage)
        running = asyncio.create_task(margin.desk.run())
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
        running.cancel()
        await asyncio.wait([running])

    staged(use, trading=True)


def test_nothing_open_is_told_once_and_an_answer_that_does_not_come_is_asked_for_again() -> None:
    async def use(stage: Stage) -> None:
        stage.fault("rest_status", method="OpenPositions", status=502)
        margin = Margin(stage)
        running = asyncio.create_task(margin.desk.run())
        await stage.until(lambda: stage.struck("rest_status"))
        assert margin.told == []
        stage.no_more_faults()
        margin.desk.seen(row("rollover"))
        await stage.until(lambda: bool(margin.told))
        assert margin.told == [MarginSeen(())]
        running.cancel()
        await asyncio.wait([running])

    staged(use, trading=True)
