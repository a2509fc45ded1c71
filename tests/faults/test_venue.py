"""Faults of the venue itself: its clock, its states, its pairs, its switch."""

from decimal import Decimal

import pytest

from fathom.domain import FathomError
from fathom.net.client import BookLost
from faulty_venue import SYMBOLS, Stage, Trader, changed, plays, staged


@plays("clock_skew", "lost_answer", "close")
@pytest.mark.parametrize("skew_s", [-3_600, 3_600])
def test_a_clock_that_is_wrong_confuses_nobody(skew_s: float) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.kraken.book(*SYMBOLS)
        stage.fault("clock_skew", s=skew_s)
        stage.fault("lost_answer", every=3)
        await trader.life()
        stage.fault("close")
        await trader.life()
        await stage.until(lambda: stage.gaps("executions"))
        assert all(gap.to_ns - gap.from_ns < 60_000_000_000 for gap in stage.gaps("executions"))
        await trader.end()
        assert "unsure" not in trader.said.values()

    staged(use, trading=True, market=False)


@plays("pair_status")
def test_a_pair_that_only_cancels_says_so_and_comes_back() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        name = await trader.add("buy", "50000")
        stage.fault("pair_status", symbol="BTC/USD", status="cancel_only")
        await stage.until(lambda: stage.kraken.instruments["BTC/USD"].status == "cancel_only")
        refused = await trader.add("buy", "49990")
        assert trader.said[refused] == "absent"
        await trader.cancel(name)
        await stage.until(lambda: not stage.kraken.account.orders)
        stage.no_more_faults()
        await stage.until(lambda: stage.kraken.instruments["BTC/USD"].status == "online")
        await trader.end()

    staged(use, trading=True, market=False)


@plays("delist")
def test_a_pair_that_is_delisted_takes_its_orders_along() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        stage.kraken.book(*SYMBOLS)
        await trader.add("buy", "50000")
        await stage.until(lambda: stage.kraken.account.orders)
        stage.fault("delist", symbol="BTC/USD")
        await stage.until(lambda: stage.kraken.instruments["BTC/USD"].status == "delisted")
        await stage.until(lambda: not stage.kraken.account.orders)
        refused = await trader.add("buy", "49990")
        assert trader.said[refused] == "absent"
        stage.no_more_faults()
        await stage.until(lambda: stage.kraken.instruments["BTC/USD"].status == "online")
        await trader.end()

    staged(use, trading=True, market=False)


@plays("rescale")
@pytest.mark.parametrize("channel", ["book", "level3"])
@pytest.mark.parametrize("change", [{"price_precision": 2}, {"price_precision": 0}, {"qty_precision": 5}])
def test_a_pair_with_other_precisions_is_read_anew(channel: str, change: dict[str, int]) -> None:
    async def use(stage: Stage) -> None:
        (stage.kraken.book if channel == "book" else stage.kraken.level3)(*SYMBOLS[:2])
        await stage.until(lambda: not stage.book_differences())
        fault_id = stage.fault("rescale", symbol="BTC/USD", **change)
        await stage.until(lambda: stage.told(BookLost))
        book = stage.kraken.book_of("BTC/USD", channel=channel)  # type: ignore[arg-type]  # It is one of the two.
        assert book is not None
        await stage.until(lambda: book.verified)
        for name, value in change.items():
            assert getattr(book.instrument, name) == value
        assert {event.symbol for event in stage.told(BookLost)} == {"BTC/USD"}
        assert stage.gaps(channel)
        stage.control("DELETE", f"/faults/{fault_id}")
        await stage.until(lambda: stage.kraken.instruments["BTC/USD"].price_precision == 1)
        await stage.quiet_market()
        await stage.settled()

    staged(use, speed=10.0)


@plays("rescale")
def test_orders_of_a_pair_with_other_precisions_agree() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        await trader.add("buy", "50000.5")
        await trader.add("buy", "49990")
        stage.fault("rescale", symbol="BTC/USD", price_precision=0)
        await stage.until(lambda: stage.kraken.instruments["BTC/USD"].price_precision == 0)
        await stage.until(lambda: len(stage.kraken.account.orders) == 1)  # The other cannot be said any more.
        with pytest.raises(FathomError):
            await stage.kraken.add_order("BTC/USD", "buy", "limit", order_qty="0.01", limit_price="50000.5")
        await trader.life()
        stage.trade("sell", "0.01", "49000")
        await stage.settled()
        stage.no_more_faults()
        await trader.end()

    staged(use, trading=True, market=False)


@plays("dead_man", "close")
@pytest.mark.parametrize("deaf", [False, True])
def test_the_switch_fires_whether_we_hear_it_or_not(deaf: bool) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        await trader.life()
        if deaf:
            stage.fault("upgrade_refused", role="private", for_s=0.5)
            stage.kraken.links()[-1].drop()
            await stage.until(lambda: not stage.kraken.links()[-1].is_open)
        stage.fault("dead_man", account="alice")
        await stage.until(lambda: not stage.exchange.bank.accounts["alice"].orders)
        await stage.settled()
        assert not stage.kraken.account.orders
        assert bool(stage.gaps("executions")) == deaf
        await trader.end()

    staged(use, trading=True, market=False)


def test_a_gap_with_more_fills_than_a_snapshot_has() -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        await trader.life()
        await trader.add("buy", "50100", "0.4")
        stage.fault("upgrade_refused", role="private", for_s=0.5)
        stage.fault("rest_lag", s=1)
        stage.kraken.links()[-1].drop()
        await stage.until(lambda: not stage.kraken.links()[-1].is_open)
        for _ in range(130):
            stage.trade("sell", "0.003", "50000")
        await stage.until(lambda: stage.gaps("executions"))
        await trader.end()
        assert sum(row.last_qty or Decimal(0) for row in stage.rows if row.exec_id) >= Decimal("0.39")

    staged(use, trading=True, market=False, options=changed(lookup_s_max=5.0))
