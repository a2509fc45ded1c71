"""What the log is told of fees and of the rate counters: the venue's numbers, each where it changed."""

import asyncio
from decimal import Decimal

from fathom.domain import Event, FeesSeen, RateSeen
from fathom.run.trading.terms_desk import TermsDesk
from faulty_venue import Stage, staged


class Terms:
    """A desk on a stage, and what it told."""

    def __init__(self, stage: Stage, *symbols: str) -> None:
        self.told: list[Event] = []
        self._stage = stage
        self.desk = TermsDesk(self._arrive, stage.kraken, symbols)

    def _arrive(self, event: Event) -> None:
        self.told.append(event)
        self._stage.heard.set()

    def fees(self) -> list[FeesSeen]:
        return [event for event in self.told if isinstance(event, FeesSeen)]

    def rates(self, symbol: str) -> list[RateSeen]:
        return [event for event in self.told if isinstance(event, RateSeen) and event.symbol == symbol]


def test_it_tells_the_fees_of_each_pair_as_shares() -> None:
    async def use(stage: Stage) -> None:
        terms = Terms(stage, "BTC/USD", "ETH/USD")
        running = asyncio.create_task(terms.desk.run())
        await stage.until(lambda: len(terms.fees()) == 2)
        assert {(seen.symbol, seen.maker_share, seen.taker_share) for seen in terms.fees()} == {
            (symbol, Decimal("0.0025"), Decimal("0.0040")) for symbol in ("BTC/USD", "ETH/USD")
        }
        running.cancel()
        await asyncio.wait([running])

    staged(use, trading=True)


def test_it_tells_a_counter_only_where_it_moved_otherwise_than_by_its_decay() -> None:
    async def use(stage: Stage) -> None:
        terms = Terms(stage, "BTC/USD", "ETH/USD")
        running = asyncio.create_task(terms.desk.run())
        await stage.until(lambda: terms.rates("BTC/USD") and terms.rates("ETH/USD"))
        first = terms.rates("BTC/USD")[0]
        tier = stage.kraken.rates.ledger.tier
        assert (first.used, first.decay_per_s) == (0, Decimal(tier.decay) / 100)
        assert 0 < first.room <= tier.threshold
        for _ in range(20):  # More than decays between two looks.
            await stage.kraken.add_order("BTC/USD", "buy", "limit", order_qty="0.001", limit_price="20000")
        await stage.until(lambda: terms.rates("BTC/USD")[-1].used > 0)
        assert [seen.used for seen in terms.rates("ETH/USD")] == [0]
        running.cancel()
        await asyncio.wait([running])

    staged(use, trading=True)


def test_the_counters_are_told_while_the_fees_have_no_answer() -> None:
    async def use(stage: Stage) -> None:
        stage.fault("rest_status", method="TradeVolume", status=502)
        terms = Terms(stage, "BTC/USD")
        running = asyncio.create_task(terms.desk.run())
        await stage.until(lambda: terms.rates("BTC/USD") and stage.struck("rest_status"))
        assert terms.fees() == []
        running.cancel()
        await asyncio.wait([running])

    staged(use, trading=True)
