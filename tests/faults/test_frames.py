"""Faults of frames: in the end the client's books are the venue's, nothing is doubled, each gap was told."""

from typing import Any

import pytest

from fathom.net.client import BookLost, FrameOdd, LinkDown, LiveBook
from fathom.protocol.messages import Trade
from faulty_venue import SYMBOLS, Stage, Trader, plays, staged, trades_unaccounted


class Reader:
    """Reads books and trades, and insists that no book it is given is unverified."""

    def __init__(self, stage: Stage, *, level3: bool = False) -> None:
        self.trades: list[Trade] = []
        self._stage = stage
        self._books: list[LiveBook] = []
        stage.kraken.book(*SYMBOLS, callback=self._used)
        stage.kraken.trades(*SYMBOLS, history=True, callback=self.trades.append)
        if level3:
            stage.kraken.level3(*SYMBOLS[:2], callback=self._used)

    def _used(self, book: LiveBook) -> None:
        assert book.verified, book
        assert book.best_bid is not None
        assert book.best_ask is not None
        assert book.best_bid < book.best_ask

    async def ready(self) -> None:
        """Wait until every book is verified."""
        await self._stage.until(lambda: all(verified for verified, _ in self._stage.kraken.books_verified().values()))

    async def end(self) -> None:
        """The faults stop, and the market: everything is as at the venue."""
        stage = self._stage
        stage.no_more_faults()
        await stage.until(lambda: all(link.is_open for link in stage.kraken.links()))
        before = len(self.trades)
        await stage.until(lambda: len(self.trades) > before)  # It goes on.
        await stage.quiet_market()
        await stage.settled()
        await stage.until(lambda: not trades_unaccounted(self.trades, stage.gaps("trade")))


@plays("drop", "reorder", "truncate", "corrupt", "wrong_checksum", "lost_update")
@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("drop", {"channel": "book", "every": 10}),
        ("drop", {"channel": "level3", "every": 10}),
        ("reorder", {"channel": "book", "every": 10}),
        ("truncate", {"channel": "book", "every": 10}),
        ("corrupt", {"channel": "book", "every": 10, "bits": 3}),
        ("wrong_checksum", {"channel": "book", "every": 10}),
        ("wrong_checksum", {"channel": "level3", "every": 10}),
        ("lost_update", {"channel": "book", "every": 10}),
        ("lost_update", {"channel": "level3", "every": 10}),
    ],
)
def test_a_book_that_breaks_is_taken_anew(kind: str, table: dict[str, Any]) -> None:
    async def use(stage: Stage) -> None:
        reader = Reader(stage, level3=table["channel"] == "level3")
        await reader.ready()
        stage.fault(kind, **table)
        await stage.until(lambda: stage.struck(kind) >= 6 and stage.told(BookLost))
        await reader.end()
        lost = stage.told(BookLost)
        gaps = [gap for gap in stage.gaps(table["channel"]) if gap.symbol == lost[0].symbol]
        assert gaps
        assert all(gap.from_ns <= gap.to_ns for gap in gaps)

    staged(use, speed=10.0)


@plays("duplicate", "delay", "tiny_numbers", "unknown_fields")
@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("duplicate", {"role": "public", "every": 3}),
        ("delay", {"role": "public", "every": 20, "delay_s": 0.2}),
        ("tiny_numbers", {"below": "1"}),
        ("unknown_fields", {"role": "public"}),
    ],
)
def test_what_is_odd_but_true_loses_nothing(kind: str, table: dict[str, Any]) -> None:
    async def use(stage: Stage) -> None:
        reader = Reader(stage)
        await reader.ready()
        stage.fault(kind, **table)
        await stage.until(lambda: stage.struck(kind) >= 30)
        await reader.end()
        assert not stage.told(BookLost)
        assert not stage.events or not stage.told(LinkDown)
        assert not stage.gaps("trade")

    staged(use, speed=10.0)


@plays("drop", "reorder", "duplicate", "truncate")
@pytest.mark.parametrize("kind", ["drop", "reorder", "duplicate", "truncate"])
def test_every_trade_is_told_once_or_counted(kind: str) -> None:
    async def use(stage: Stage) -> None:
        reader = Reader(stage)
        await reader.ready()
        stage.fault(kind, channel="trade", every=4)
        await stage.until(lambda: stage.struck(kind) >= 3)
        await reader.end()
        assert bool(stage.gaps("trade")) == (kind != "duplicate")
        assert bool(stage.told(FrameOdd)) == (kind == "truncate")

    staged(use, speed=10.0)


@plays("silent_subscription")
def test_a_silent_subscription_is_asked_for_again() -> None:
    async def use(stage: Stage) -> None:
        stage.fault("silent_subscription", channel="book", symbol="ETH/USD", count=1)
        reader = Reader(stage)
        await stage.until(lambda: stage.struck("silent_subscription"))
        stage.no_more_faults()
        await reader.ready()
        await reader.end()

    staged(use, speed=10.0)


@plays("crossed_book")
def test_a_crossed_book_is_given_to_nobody_and_asked_for_again() -> None:
    async def use(stage: Stage) -> None:
        stage.fault("crossed_book", symbol="ETH/USD", count=1)
        reader = Reader(stage)
        await stage.until(lambda: stage.struck("crossed_book"))
        await reader.ready()
        assert [lost.reason for lost in stage.told(BookLost)] == ["crossed book"]
        await reader.end()

    staged(use, speed=10.0)


@plays("stall")
@pytest.mark.parametrize("delay_s", [1.0, 60.0])
def test_a_socket_that_stops_catches_up_or_is_given_up(delay_s: float) -> None:
    async def use(stage: Stage) -> None:
        reader = Reader(stage)
        await reader.ready()
        stage.fault("stall", role="public", count=1, delay_s=delay_s)
        await stage.until(lambda: stage.struck("stall"))
        if delay_s == 60.0:
            await stage.until(lambda: stage.told(LinkDown))
            assert "silent" in stage.told(LinkDown)[0].reason
            await stage.until(lambda: stage.gaps("book"))
        await reader.end()

    staged(use, speed=10.0)


@plays("close")
@pytest.mark.parametrize("code", [1000, 1001, 1006, 1012, 1013])
def test_a_connection_that_closes_comes_back(code: int) -> None:
    async def use(stage: Stage) -> None:
        reader = Reader(stage, level3=True)
        await reader.ready()
        stage.fault("close", code=code)
        await stage.until(lambda: {down.link for down in stage.told(LinkDown)} >= {"public", "level3"})
        await stage.until(lambda: len(stage.gaps("book")) == len(SYMBOLS) and stage.gaps("level3"))
        await reader.end()
        assert all(str(code) in down.reason or code == 1006 for down in stage.told(LinkDown))

    staged(use, speed=10.0)


@plays(
    "drop", "duplicate", "delay", "reorder", "truncate", "lost_update", "duplicate_fill", "late_fill",
    "delta_without_symbol", "sequence_gap", "unknown_fields", "stall", "close", "silent_subscription",
)  # fmt: skip
@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("drop", {"channel": "executions", "every": 5}),
        ("duplicate", {"channel": "executions", "every": 2}),
        ("delay", {"role": "private", "every": 5, "delay_s": 0.2}),
        ("reorder", {"channel": "executions", "every": 4}),
        ("truncate", {"channel": "executions", "every": 5}),
        ("lost_update", {"channel": "executions", "every": 5}),
        ("duplicate_fill", {}),
        ("late_fill", {"delay_s": 0.3}),
        ("delta_without_symbol", {}),
        ("sequence_gap", {"channel": "executions", "every": 5}),
        ("sequence_gap", {"channel": "balances", "every": 3}),
        ("unknown_fields", {"role": "private"}),
        ("stall", {"role": "private", "every": 20, "delay_s": 0.5}),
        ("close", {"channel": "executions", "every": 10}),
        ("silent_subscription", {"channel": "executions", "count": 1}),
    ],
)
def test_orders_and_fills_agree_in_the_end(kind: str, table: dict[str, Any]) -> None:
    async def use(stage: Stage) -> None:
        trader = Trader(stage)
        await trader.life()
        if kind == "silent_subscription":
            stage.kraken.links()[-1].drop()
        stage.fault(kind, **table)
        await trader.life()
        assert stage.struck(kind)
        if kind in ("close", "lost_update", "sequence_gap", "truncate"):
            channel = table["channel"]
            await stage.until(lambda: stage.gaps(channel))
        await trader.end()

    staged(use, trading=True, market=False)
