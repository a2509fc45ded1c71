"""Everything at once, under a seed: what is handed out is true all the while, and in the end all agrees."""

import asyncio
import time
from random import Random
from typing import Any

from fathom.net.client import LiveBook, SwitchChanged
from faulty_venue import SYMBOLS, Stage, Trader, plays, staged

PAIRS = (*SYMBOLS, "SOL/USD", "XRP/USD", "DOT/USD", "LINK/USD", "LTC/USD")
SEED = 1
SECONDS = 12.0
# Kind and table. Digits that are changed without a trace nobody could notice, so none are.
CHAOS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("close", {"code": 1006}),
    ("close", {"code": 1013, "role": "private"}),
    ("drop", {"channel": "book", "share": 0.02}),
    ("drop", {"channel": "executions", "share": 0.2}),
    ("drop", {"channel": "answers", "role": "private", "share": 0.2}),
    ("duplicate", {"share": 0.2}),
    ("delay", {"share": 0.02, "delay_s": 0.3}),
    ("reorder", {"share": 0.02}),
    ("truncate", {"share": 0.02}),
    ("corrupt", {"channel": "book", "share": 0.05}),
    ("wrong_checksum", {"share": 0.02}),
    ("lost_update", {"share": 0.02}),
    ("stall", {"delay_s": 0.7, "count": 1}),
    ("duplicate_fill", {}),
    ("late_fill", {"delay_s": 0.5}),
    ("delta_without_symbol", {}),
    ("sequence_gap", {"share": 0.1}),
    ("tiny_numbers", {"below": "1"}),
    ("unknown_fields", {}),
    ("late_answer", {"delay_s": 0.8, "share": 0.3}),
    ("lost_answer", {"share": 0.3}),
    ("error_after_accept", {"share": 0.3}),
    ("refuse", {"text": "EService:Unavailable", "share": 0.2}),
    ("invalid_session", {"count": 1}),
    ("upgrade_refused", {"status": 503}),
    ("rest_delay", {"delay_s": 0.5, "share": 0.5}),
    ("rest_lag", {"s": 2}),
    ("rest_error_after_accept", {"share": 0.3}),
    ("rest_drop", {"share": 0.3}),
    ("rest_status", {"share": 0.3}),
    ("pair_status", {"symbol": "LTC/USD", "status": "post_only"}),
    ("rescale", {"symbol": "LINK/USD", "price_precision": 4}),
    ("dead_man", {"account": "alice"}),
)


class Checked:
    """Is handed the books, and looks at each."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, book: LiveBook) -> None:
        self.seen += 1
        assert book.verified, book
        bid, ask = book.best_bid_ticks, book.best_ask_ticks
        assert bid is None or ask is None or bid < ask, book


async def faults(stage: Stage, rng: Random) -> None:
    """Up to three at a time, each for a moment."""
    on: list[str] = []
    end_ns = time.time_ns() + int(SECONDS * 1e9)
    while time.time_ns() < end_ns:
        kind, table = rng.choice(CHAOS)
        on.append(stage.fault(kind, **table))
        if len(on) > 3:
            stage.exchange.faults.remove(on.pop(rng.randrange(len(on))))
        if rng.random() < 0.2:
            rng.choice(stage.kraken.links()).drop()
        next_ns = time.time_ns() + rng.randint(100, 600) * 1_000_000
        await stage.until(lambda until_ns=next_ns: time.time_ns() >= until_ns)


async def trading(trader: Trader, rng: Random, faulty: "asyncio.Task[None]") -> None:
    """Orders that rest, that are changed, cancelled and traded with, until the faults are over."""
    names: list[str] = []
    while not faulty.done():
        what = rng.random()
        if what < 0.4 or not names:
            names.append(await trader.add("buy", str(rng.randint(49_000, 50_000)), "0.001"))
        elif what < 0.5:
            names += await trader.add_batch("buy", [str(rng.randint(49_000, 50_000)) for _ in range(3)], "0.001")
        elif what < 0.75:
            await trader.amend(rng.choice(names), str(rng.randint(49_000, 50_000)))
        else:
            await trader.cancel(names.pop(rng.randrange(len(names))))


@plays("rest_lag", "rest_error_after_accept", "dead_man", "rescale")
def test_in_the_end_everything_agrees_to_the_cent() -> None:
    async def use(stage: Stage) -> None:
        rng, checked = Random(SEED), Checked()
        trader = Trader(stage)
        stage.kraken.book(*PAIRS, callback=checked)
        stage.kraken.level3(*PAIRS[:3], callback=checked)
        stage.kraken.trades(*PAIRS)
        switch = await stage.kraken.guard(timeout_s=3, renew_s=0.5)
        faulty = asyncio.create_task(faults(stage, rng))
        await asyncio.gather(faulty, *(trading(trader, Random(SEED + one), faulty) for one in range(3)))
        stage.no_more_faults()
        await stage.until(lambda: all(link.is_open for link in stage.kraken.links()))
        await stage.until(lambda: all(verified for verified, _ in stage.kraken.books_verified().values()))
        await stage.quiet_market()
        await trader.end()
        assert checked.seen > 1_000
        assert not [event for event in stage.events if type(event).__name__ == "CallbackFailed"]
        assert "absent" in trader.said.values() or "placed" in trader.said.values()
        await stage.until(lambda: switch.state == "armed")
        assert stage.told(SwitchChanged)

    staged(use, trading=True, symbols=PAIRS, speed=3.0, patience_s=90.0)
