"""Rows of the ledger on the local exchange: by the stream, by REST after a gap, and each once."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from fathom.domain import Event, FathomError, FundsMoved
from fathom.protocol import messages, rest
from fathom.run.trading.ledger_desk import LedgerDesk
from faulty_venue import Stage, staged


class Desk:
    def __init__(self, stage: Stage) -> None:
        self.told: list[Event] = []
        self._stage = stage
        self.desk = LedgerDesk(self._arrive, stage.kraken)

    def _arrive(self, event: Event) -> None:
        self.told.append(event)
        self._stage.heard.set()

    def rows(self) -> list[tuple[str, str, Decimal]]:
        return [(row.kind, row.asset, row.amount) for row in self.told if isinstance(row, FundsMoved)]

    async def pairs(self) -> Mapping[str, rest.PairInfo]:
        return await self._stage.kraken.rest(rest.AssetPairs())


def deposit(stage: Stage, amount: str, asset: str = "USD") -> None:
    stage.control("POST", "/accounts/alice/deposit", asset=asset, amount=amount)


TOTAL = messages.Balance(asset="USD", balance=Decimal(1))  # A row of a snapshot: whatever was before it may be missed.


def test_the_stream_tells_each_row_that_moves_the_account() -> None:
    async def use(stage: Stage) -> None:
        desk = Desk(stage)
        stage.kraken.balances(callback=desk.desk.on_balance)
        await stage.until(lambda: desk.desk.heard)
        deposit(stage, "750")
        await stage.until(desk.rows)
        (moved,) = desk.told
        assert isinstance(moved, FundsMoved)
        assert (moved.kind, moved.asset, moved.wallet, moved.amount, moved.fee) == ("deposit", "USD", "spot", 750, 0)

    staged(use, trading=True)


def test_what_came_while_nobody_listened_is_asked_for_and_told_once() -> None:
    async def use(stage: Stage) -> None:
        desk = Desk(stage)
        deposit(stage, "750")
        deposit(stage, "0.01", "BTC")
        await stage.kraken.add_order("BTC/USD", "buy", "market", order_qty="0.002")
        await stage.until(lambda: any(row.exec_id for row in stage.rows))
        pairs = await desk.pairs()
        await desk.desk.ask(0, pairs)
        assert desk.told == [], "nothing was missed"
        desk.desk.on_balance(TOTAL)
        for _ in range(2):  # REST may be behind: it is asked again for a while.
            await desk.desk.ask(0, pairs)
        given = [row for row in desk.rows() if row[2] in {750, Decimal("0.01")}]
        assert given == [("deposit", "USD", 750), ("deposit", "BTC", Decimal("0.01"))]
        assert "trade" not in {kind for kind, _, _ in desk.rows()}, "its fill says the same"
        for row in [one for one in stage.money if isinstance(one, messages.LedgerEntry) and one.type == "deposit"]:
            desk.desk.on_balance(row)
        assert len(desk.rows()) == len({row.ledger_id for row in desk.told if isinstance(row, FundsMoved)})

    staged(use, trading=True)


def test_without_an_answer_it_says_so_and_asks_again() -> None:
    async def use(stage: Stage) -> None:
        desk = Desk(stage)
        deposit(stage, "750")
        desk.desk.on_balance(TOTAL)
        pairs = await desk.pairs()
        stage.fault("rest_status", method="Ledgers", status=502)
        with pytest.raises(FathomError):
            await desk.desk.ask(0, pairs)
        stage.no_more_faults()
        await desk.desk.ask(0, pairs)
        assert ("deposit", "USD", Decimal(750)) in desk.rows()

    staged(use, trading=True)
