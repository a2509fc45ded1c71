"""The live client left alone with a whole venue, bursts, disconnects and faults; what came of it is a table.

    python tools/soak.py --seconds 3600

An exchange runs in a process of its own with all its pairs; the client, in this process, reads every book, quote and
trade, and trades. Faults are switched on and off over the control API. It ends with 0 where no unverified book was
used, no order lost or doubled, the money adds up to the last digit, errors without a fault are under 0.1 %, and memory
stayed flat and under 300 MB.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from fathom.domain import FathomError, LocalError, Refused, Unsure
from fathom.net import run_loop
from fathom.net.client import ClientEvent, Gap, Kraken, LiveBook, Options, connect
from fathom.net.keys import Credentials
from fathom.net.link import LinkTerms
from fathom.net.venue import Venue
from fathom.protocol import ReconnectTerms
from fathom.protocol.messages import Balance, Execution, LedgerEntry, Trade

FRAMES_PER_S: Final = 5_500
BURST_FRAMES: Final = 50_000
BURST_RATE: Final = 100_000.0  # The most that the exchange takes: as fast as it can.
BURST_EVERY_S: Final = 45.0
BURST_S_MAX: Final = 25.0
RATE: Final = 5_500.0  # Of the market's actions a second: it makes about FRAMES_PER_S of the client's frames.
ORDERS_PER_S: Final = 2.5  # The venue remembers 10,000 closed orders: an hour's, so that all can be counted at the end.
RSS_MB_MAX: Final = 300.0
RSS_GROWTH_MAX: Final = 1.10  # From the second quarter to the last.
ERROR_SHARE_MAX: Final = 0.001
GRACE_S: Final = 3.0  # What fails so soon after a fault is the fault's doing.
OPEN_MAX: Final = 60
SETTLE_S: Final = 60.0
MS_NS: Final = 1_000_000

# Kind, table, seconds. Nothing that changes what is said without a trace: nobody could notice a digit of a fill.
FAULTS: Final[tuple[tuple[str, dict[str, Any], float], ...]] = (
    ("close", {"code": 1006}, 0.0),
    ("close", {"code": 1001, "role": "public"}, 0.0),
    ("close", {"code": 1013, "role": "private"}, 0.0),
    ("drop", {"channel": "book", "share": 0.001}, 3.0),
    ("drop", {"channel": "trade", "share": 0.01}, 3.0),
    ("drop", {"channel": "executions", "share": 0.2}, 3.0),
    ("duplicate", {"role": "private", "share": 0.3}, 3.0),
    ("delay", {"role": "private", "share": 0.05, "delay_s": 0.5}, 3.0),
    ("reorder", {"channel": "book", "share": 0.001}, 3.0),
    ("truncate", {"channel": "book", "share": 0.001}, 3.0),
    ("corrupt", {"channel": "book", "share": 0.001}, 3.0),
    ("wrong_checksum", {"channel": "book", "share": 0.002}, 3.0),
    ("lost_update", {"channel": "book", "share": 0.002}, 3.0),
    ("lost_update", {"channel": "executions", "share": 0.2}, 3.0),
    ("stall", {"role": "private", "delay_s": 2.0, "count": 1}, 3.0),
    ("duplicate_fill", {}, 5.0),
    ("late_fill", {"delay_s": 1.0}, 5.0),
    ("delta_without_symbol", {}, 5.0),
    ("sequence_gap", {"channel": "balances", "share": 0.2}, 3.0),
    ("unknown_fields", {"role": "private"}, 3.0),
    ("late_answer", {"delay_s": 6.0, "share": 0.3}, 4.0),
    ("lost_answer", {"share": 0.3}, 4.0),
    ("error_after_accept", {"share": 0.3}, 4.0),
    ("refuse", {"text": "EService:Unavailable", "share": 0.3}, 3.0),
    ("invalid_session", {"count": 1}, 3.0),
    ("upgrade_refused", {"status": 503}, 4.0),
    ("rest_drop", {"share": 0.5}, 4.0),
    ("rest_status", {"share": 0.5}, 4.0),
    ("rest_lag", {"s": 20}, 6.0),
)

QUICK: Final = ReconnectTerms(
    first_wait_ns=200 * MS_NS,
    wait_max_ns=2_000 * MS_NS,
    refused_wait_ns=500 * MS_NS,
    refused_max_ns=2_000 * MS_NS,
    jitter_max_ns=50 * MS_NS,
)


@dataclass
class Figures:
    """What was counted."""

    frames: int = 0
    seconds: float = 0.0
    burst_rates: list[float] = field(default_factory=list)
    books_used: int = 0
    unverified: int = 0
    trades: int = 0
    quotes: int = 0
    requests: int = 0
    failed: Counter[str] = field(default_factory=Counter)  # Without a fault.
    forced: Counter[str] = field(default_factory=Counter)  # With one.
    adds: dict[str, str] = field(default_factory=dict)  # By our id: sent, placed, absent, unsure.
    recovered: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    rss_mb: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Soak:
    """One exchange, one client, and what the client was told."""

    def __init__(self, said: dict[str, Any], *, seconds: float, seed: int, rate: float) -> None:
        self.seconds = seconds
        self.figures = Figures()
        self._rng = Random(seed)
        self._rate = rate
        self._urls = said
        alice = next(account for account in said["accounts"] if account["name"] == "alice")
        self._key = Credentials(key=alice["key"], secret=alice["secret"])
        self._nonce = time.time_ns()
        self._http: aiohttp.ClientSession | None = None
        self._fault_until_s = 0.0
        self._events: Counter[str] = Counter()
        self._gaps_s: list[float] = []
        self._fills: Counter[str] = Counter()
        self._money: dict[str, Decimal] = {}
        self._order_of: dict[str, set[str]] = {}
        self._open: list[str] = []
        self._last_balances: list[dict[str, str]] = []
        self._books_wrong: list[str] = []
        venue = Venue(
            name="local",
            rest=said["rest"],
            ws_public=said["ws_public"],
            ws_private=said["ws_private"],
            ws_level3=said["ws_level3"],
        )
        options = Options(link=LinkTerms(reconnect=QUICK), room_s_max=2.0, answer_s_max=2.0, seed=seed)
        self.kraken: Kraken = connect(venue, credentials=self._key, options=options)

    # -- The whole ---------------------------------------------------------------------------------------------

    async def run(self) -> Figures:
        """Soak for so long, let it settle, and compare."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as self._http, self.kraken as kraken:
            self._money = {row["asset"]: Decimal(row["amount"]) for row in await self._balances()}
            kraken.events(self._event)
            await kraken.trading()
            kraken.executions(callback=self._execution)
            kraken.balances(callback=self._balance)
            pairs = list(kraken.instruments)
            kraken.book(*pairs, depth=10, callback=self._book)
            kraken.ticker(*pairs, callback=self._quote)
            kraken.trades(*pairs, callback=self._trade)
            await kraken.guard(timeout_s=60, renew_s=15.0)
            begun_s, frames = time.monotonic(), self._frames()
            async with asyncio.TaskGroup() as group:
                works = [
                    group.create_task(work)
                    for work in (self._faults(), self._bursts(), self._memory(), *(self._trader(n) for n in range(4)))
                ]
                await asyncio.sleep(self.seconds)
                self.figures.frames = self._frames() - frames
                self.figures.seconds = time.monotonic() - begun_s
                for work in works:
                    work.cancel()
            await self._settle()
        return self.figures

    def _frames(self) -> int:
        return sum(link.frames for link in self.kraken.links())

    # -- What the client tells ---------------------------------------------------------------------------------

    def _event(self, event: ClientEvent) -> None:
        self._events[type(event).__name__] += 1
        if isinstance(event, Gap):
            self._gaps_s.append((event.to_ns - event.from_ns) / 1e9)

    def _book(self, book: LiveBook) -> None:
        self.figures.books_used += 1
        bid, ask = book.best_bid_ticks, book.best_ask_ticks
        if not book.verified or (bid is not None and ask is not None and bid >= ask):
            self.figures.unverified += 1

    def _quote(self, _: object) -> None:
        self.figures.quotes += 1

    def _trade(self, _: Trade) -> None:
        self.figures.trades += 1

    def _balance(self, _: Balance | LedgerEntry) -> None:
        """The client keeps them."""

    def _execution(self, row: Execution) -> None:
        if row.cl_ord_id is not None:
            self._order_of.setdefault(row.cl_ord_id, set()).add(row.order_id)
        if row.exec_id is None:
            return
        self._fills[row.exec_id] += 1
        known = self.kraken.account.order(row.order_id)
        symbol = row.symbol or (known.symbol if known is not None else None)
        side = row.side or (known.side if known is not None else None)
        if symbol is None or side is None or row.last_qty is None or row.cost is None:
            self.figures.wrong.append(f"a fill that nobody can book: {row.exec_id}")
            return
        base, quote = symbol.split("/")
        sign = 1 if side == "buy" else -1
        self._book_money(base, sign * row.last_qty)
        self._book_money(quote, -sign * row.cost)
        for fee in row.fees:
            self._book_money(fee.asset, -fee.qty)

    def _book_money(self, asset: str, amount: Decimal) -> None:
        self._money[asset] = self._money.get(asset, Decimal(0)) + amount

    # -- Trading -----------------------------------------------------------------------------------------------

    async def _trader(self, number: int) -> None:
        """Place, amend and cancel, over and over."""
        rng = Random(f"{self._rng.random()} {number}")
        pairs = [symbol for symbol in self.kraken.instruments if symbol.endswith("/USD")]
        count = 0
        while True:
            await asyncio.sleep(rng.expovariate(ORDERS_PER_S / 4))
            symbol = rng.choice(pairs)
            book = self.kraken.book_of(symbol)
            if book is None or not book.verified or book.best_bid is None or book.best_ask is None:
                continue
            count += 1
            if len(self._open) < OPEN_MAX:
                await self._add(book, f"s{number}-{count}", rng)
            if self._open and rng.random() < 0.5:
                await self._amend(rng.choice(self._open), rng)
            if len(self._open) > OPEN_MAX // 2:
                await self._cancel(self._open.pop(rng.randrange(len(self._open))))

    async def _add(self, book: LiveBook, name: str, rng: Random) -> None:
        instrument = book.instrument
        side = "buy" if rng.random() < 0.5 else "sell"
        best = book.best_bid if side == "buy" else book.best_ask
        assert best is not None
        away = 0 if rng.random() < 0.3 else rng.randint(1, 50)
        ticks = instrument.price_ticks(best) + (-away if side == "buy" else away) * instrument.price_increment_ticks
        price = instrument.price(max(ticks, 1))
        qty = instrument.qty(instrument.qty_lots_min) * 2
        self.figures.adds[name] = "sent"  # And so it stays where the end comes first.
        added = await self._asked(
            "add_order",
            self.kraken.add_order(book.symbol, side, "limit", order_qty=qty, limit_price=price, cl_ord_id=name),
        )
        if isinstance(added, Unsure):
            self.figures.adds[name] = "unsure"
            return
        if isinstance(added, FathomError):
            self.figures.adds[name] = "absent"
            return
        self.figures.adds[name] = "placed"
        self.figures.recovered += added.recovered
        self._open.append(name)

    async def _amend(self, name: str, rng: Random) -> None:
        order = self.kraken.account.order(name)
        if order is None or order.symbol is None or order.limit_price is None:
            return
        instrument = self.kraken.instruments[order.symbol]
        step = rng.choice((-3, -2, -1, 1, 2, 3)) * instrument.price_increment_ticks
        price = instrument.price(max(1, instrument.price_ticks(order.limit_price) + step))
        await self._asked("amend_order", self.kraken.amend_order(cl_ord_id=name, limit_price=price))

    async def _cancel(self, name: str) -> None:
        await self._asked("cancel_order", self.kraken.cancel_order(cl_ord_ids=[name]))

    async def _asked(self, what: str, request: Awaitable[Any]) -> Any:
        """Await it; return what came, an error too. An order that is not open any more is no failure."""
        self.figures.requests += 1
        begun_s = time.monotonic()
        try:
            return await request
        except FathomError as error:
            if isinstance(error, Refused) and error.text in ("EOrder:Unknown order", "EOrder:Insufficient funds"):
                return error
            if isinstance(error, LocalError) and error.field == "rate":
                return error  # The ledger said no, and nothing was sent: it does what it is for.
            forced = begun_s - GRACE_S < self._fault_until_s
            counts = self.figures.forced if forced else self.figures.failed
            counts[f"{what}: {type(error).__name__}: {error}"] += 1
            return error

    # -- What is done to it ------------------------------------------------------------------------------------

    async def _faults(self) -> None:
        """One after the other, in an order of chance, with a rest between."""
        while True:
            for kind, table, seconds in self._rng.sample(FAULTS, len(FAULTS)):
                await asyncio.sleep(self._rng.uniform(2.0, 5.0))
                when = {"for_s": seconds} if seconds else {}
                self._fault_until_s = time.monotonic() + max(seconds, 5.0) + GRACE_S
                await self._control("/faults", {"kind": kind, **table, **when})
                self.figures.faults[kind] += 1
                await asyncio.sleep(seconds)
                await self._control("/faults", None, verb="DELETE")

    async def _bursts(self) -> None:
        """Now and then everything at once."""
        while True:
            await asyncio.sleep(min(BURST_EVERY_S, self.seconds / 3))
            begun_s, before = time.monotonic(), self._frames()
            await self._control("/market", {"rate": min(BURST_RATE, self._rate * 20)})
            while self._frames() - before < BURST_FRAMES and time.monotonic() - begun_s < BURST_S_MAX:
                await asyncio.sleep(0.05)
            await self._control("/market", {"rate": self._rate})
            self.figures.burst_rates.append((self._frames() - before) / (time.monotonic() - begun_s))

    async def _memory(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        statm = Path("/proc/self/statm")
        while True:
            self.figures.rss_mb.append(int(statm.read_text().split()[1]) * page / 2**20)
            await asyncio.sleep(1.0)

    # -- The end -----------------------------------------------------------------------------------------------

    async def _settle(self) -> None:
        """The faults stop, and the market: client and venue must agree about everything."""
        await self._control("/faults", None, verb="DELETE")
        await self._control("/market", {"rate": self._rate})
        await self._until("every connection", lambda: all(link.is_open for link in self.kraken.links()))
        with suppress(FathomError):
            await self.kraken.cancel_all()
        await self._until("no open order", lambda: not self.kraken.account.orders)
        await self._control("/market", {"paused": True})
        await self._until("every book verified", self._all_verified)
        await self._until("the venue's books", lambda: not self._books_wrong, self._compare_books)
        self.figures.wrong += self._books_wrong
        await self._compare_orders()
        await self._until("the money", lambda: not self._money_wrong(self._last_balances), self._balances)
        self.figures.wrong += self._money_wrong(self._last_balances)
        self.figures.wrong += [f"fill told twice: {name}" for name, count in self._fills.items() if count > 1]

    def _all_verified(self) -> bool:
        books = (self.kraken.book_of(symbol) for symbol in self.kraken.instruments)
        return all(book is not None and book.verified for book in books)

    async def _until(
        self, what: str, done: Callable[[], bool], look: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        end_s = time.monotonic() + SETTLE_S
        while time.monotonic() < end_s:
            if look is not None:
                await look()
            if done():
                return
            await asyncio.sleep(0.25)
        self.figures.wrong.append(f"{what} did not come within {SETTLE_S:g} s")

    async def _compare_books(self) -> None:
        """Compare each book with what REST says: what lay in the sockets when the market stopped may still come."""
        self._books_wrong = []
        for symbol in self.kraken.instruments:
            book = self.kraken.book_of(symbol)
            assert book is not None
            depth = await self._asked_public("Depth", pair=symbol, count=10)
            (theirs,) = depth.values()
            for side, ours in (("bids", book.bids(10)), ("asks", book.asks(10))):
                if [(Decimal(price), Decimal(qty)) for price, qty, _ in theirs[side]] != [
                    (price, _three_digits(qty)) for price, qty in ours
                ]:
                    self._books_wrong.append(f"{symbol}: its {side} are not the venue's")

    async def _compare_orders(self) -> None:
        """Every order that was placed is at the venue once, every other one not."""
        found: Counter[str] = Counter()
        start = 0
        while True:
            page = await self._asked_private("ClosedOrders", ofs=start)
            found.update(order["cl_ord_id"] for order in page["closed"].values() if order.get("cl_ord_id"))
            start += len(page["closed"])
            if not page["closed"] or start >= page["count"]:
                break
        wrong = self.figures.wrong
        wrong += [f"order doubled: {name}" for name, count in found.items() if count > 1]
        wrong += [f"order doubled: {name}" for name, ids in self._order_of.items() if len(ids) > 1]
        for name, outcome in self.figures.adds.items():
            if outcome == "placed" and not found[name]:
                wrong.append(f"order lost: {name}")
            if outcome == "absent" and found[name]:
                wrong.append(f"order that was called absent: {name}")
        wrong += [f"order that nobody sent: {name}" for name in found.keys() - self.figures.adds.keys()]

    def _money_wrong(self, theirs: Iterable[dict[str, str]]) -> list[str]:
        there = {row["asset"]: Decimal(row["amount"]) for row in theirs}
        return [
            f"{asset}: {self._money.get(asset)} by the fills, {there.get(asset)} there"
            for asset in sorted(there.keys() | self._money.keys())
            if there.get(asset, Decimal(0)) != self._money.get(asset, Decimal(0))
        ]

    # -- Asking the venue past the client ------------------------------------------------------------------------

    async def _control(self, path: str, body: dict[str, Any] | None, *, verb: str = "POST") -> Any:
        assert self._http is not None
        async with self._http.request(verb, self._urls["control"] + path, json=body) as response:
            said = await response.json()
            if response.status != 200:
                raise RuntimeError(f"the control API refused {body}: {said}")
            return said

    async def _balances(self) -> list[dict[str, str]]:
        state = await self._control("/state", None, verb="GET")
        alice = next(account for account in state["accounts"] if account["name"] == "alice")
        self._last_balances = [{"asset": asset, "amount": amount} for asset, amount in alice["balances"].items()]
        return self._last_balances

    async def _asked_public(self, name: str, **fields: Any) -> Any:
        assert self._http is not None
        async with self._http.get(f"{self._urls['rest']}/0/public/{name}?{urlencode(fields)}") as response:
            said = await response.json()
            if said["error"]:
                raise RuntimeError(f"{name} {fields}: {said['error']}")
            return said["result"]

    async def _asked_private(self, name: str, **fields: Any) -> Any:
        assert self._http is not None
        self._nonce = max(self._nonce + 1, time.time_ns())
        path, nonce = f"/0/private/{name}", str(self._nonce)
        body = urlencode({"nonce": nonce, **fields}).encode()
        headers = {
            "API-Key": self._key.key,
            "API-Sign": self._key.sign(path=path, nonce=nonce, body=body),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        async with self._http.post(self._urls["rest"] + path, data=body, headers=headers) as response:
            said = await response.json()
            if said["error"]:
                raise RuntimeError(f"{name}: {said['error']}")
            return said["result"]

    # -- The report ----------------------------------------------------------------------------------------------

    def report(self) -> str:
        """Return the table, and what is wrong."""
        figures, events = self.figures, self._events
        outcomes = Counter(figures.adds.values())
        rss = figures.rss_mb
        gap = f"{median(self._gaps_s):.2f} s, longest {max(self._gaps_s):.1f} s" if self._gaps_s else "none"
        rows = {
            "time": f"{figures.seconds:,.0f} s",
            "pairs": f"{len(self.kraken.instruments)}: book of depth 10, ticker and trade of each",
            "frames": f"{figures.frames:,}, {figures.frames / figures.seconds:,.0f} a second",
            "bursts": f"{len(figures.burst_rates)} of {BURST_FRAMES:,} frames, "
            f"fastest {max(figures.burst_rates, default=0.0):,.0f} a second",
            "faults": f"{figures.faults.total()} of {len(figures.faults)} kinds",
            "connections lost, and back": f"{events['LinkDown']}, {events['LinkUp']}",
            "gaps": f"{events['Gap']:,}, half of them under {gap}",
            "books lost, and verified": f"{events['BookLost']:,}, {events['BookVerified']:,}",
            "books handed out": f"{figures.books_used:,}, of them unverified {figures.unverified}",
            "quotes, trades": f"{figures.quotes:,}, {figures.trades:,}",
            "requests": f"{figures.requests:,}",
            "orders placed, absent, unsure": f"{outcomes['placed']:,}, {outcomes['absent']}, {outcomes['unsure']}",
            "in doubt, found after it": f"{events['RequestInDoubt']}, {figures.recovered}",
            "fills": f"{len(self._fills):,}, none twice" if max(self._fills.values(), default=1) == 1 else "DOUBLED",
            "failed through faults": f"{figures.forced.total()}",
            "failed without": f"{figures.failed.total()}, {self._error_share():.4%} of all",
            "memory": f"{median(rss):.0f} MB, most {max(rss):.0f} MB" if rss else "not measured",
        }
        lines = ["| soak | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]
        return "\n".join([*lines, "", *(f"* WRONG: {wrong}" for wrong in self.faulty())])

    def _error_share(self) -> float:
        return self.figures.failed.total() / max(1, self.figures.requests)

    def faulty(self) -> list[str]:
        """Return what is not as it must be."""
        figures = self.figures
        wrong = list(figures.wrong[:50])
        if figures.unverified:
            wrong.append(f"{figures.unverified} unverified books were handed out")
        if self._error_share() > ERROR_SHARE_MAX:
            wrong += [f"{count} times {what}" for what, count in figures.failed.most_common(10)]
        rss = figures.rss_mb
        if max(rss, default=0.0) > RSS_MB_MAX:
            wrong.append(f"{max(rss):.0f} MB of memory")
        quarter = len(rss) // 4
        if quarter >= 10 and median(rss[-quarter:]) > RSS_GROWTH_MAX * median(rss[quarter : 2 * quarter]):
            wrong.append(
                f"memory grew from {median(rss[quarter : 2 * quarter]):.0f} MB to {median(rss[-quarter:]):.0f} MB"
            )
        return wrong


def _three_digits(qty: Decimal) -> Decimal:
    """Return a quantity as REST's Depth says it."""
    return qty.quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


async def soak(*, seconds: float, seed: int, rate: float) -> tuple[str, bool]:
    """Run it; return the report, and whether all is well."""
    command = [sys.executable, "-m", "fathom", "exchange", "--json", "--port", "0", "--no-limits"]
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join(path for path in sys.path if path))
    process = await asyncio.create_subprocess_exec(
        *command, "--rate", f"{rate:g}", "--seed", str(seed), stdout=asyncio.subprocess.PIPE, env=environment
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(120):
            said = json.loads(await process.stdout.readline())
        one = Soak(said, seconds=seconds, seed=seed, rate=rate)
        await one.run()
        return one.report(), not one.faulty()
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def main(arguments: list[str] | None = None) -> int:
    """Soak as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=RATE, help="actions of the market a second")
    chosen = parser.parse_args(arguments)
    report, well = run_loop(soak(seconds=chosen.seconds, seed=chosen.seed, rate=chosen.rate))
    print(report)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
