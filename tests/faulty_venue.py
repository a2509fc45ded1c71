"""A client and the exchange in one loop, with faults in between: what they hold in the end is compared here."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from fathom.domain import FathomError, LinkError, LocalError, Refused, Unsure
from fathom.exchange import Settings
from fathom.exchange.bank import Refusal
from fathom.exchange.core import Order, Rules, Ticket
from fathom.exchange.doors import HttpRequest
from fathom.net import run_loop
from fathom.net.client import ClientEvent, Gap, Kraken, Options, connect
from fathom.net.keys import Credentials
from fathom.net.link import LinkTerms
from fathom.net.rest import RestTerms
from fathom.net.venue import Venue
from fathom.protocol import ReconnectTerms
from fathom.protocol.messages import Balance, BatchOrder, Execution, LedgerEntry, OrderSide, Trade
from fathom.run.local_exchange.serving import ExchangeServer

MS_NS = 1_000_000
Test = TypeVar("Test", bound=Callable[..., None])
SYMBOLS = ("BTC/USD", "ETH/USD", "ADA/USD")
AT_ONCE = ReconnectTerms(
    first_wait_ns=50 * MS_NS,
    wait_max_ns=200 * MS_NS,
    refused_wait_ns=100 * MS_NS,
    refused_max_ns=200 * MS_NS,
    jitter_max_ns=10 * MS_NS,
)
QUICK = Options(
    link=LinkTerms(reconnect=AT_ONCE, close_s_max=0.3),
    rest=RestTerms(order_deadline_s=1.0, deadline_s=4.0, backoff_s=0.05),
    answer_s_max=0.4,
    lookup_s_max=5.0,
    engine_deadline_s=0.6,
    lookup_first_s=0.3,
    lookup_every_s=0.2,
    told_s_max=0.3,
    settle_s=0.1,
    reconcile_again_s=0.2,
    seed=1,
)
RULES = Rules(heartbeat_s=0.1, limits=False)
PATIENCE_S = 20.0
OUR_OWN = ("rate", "order_type")  # What the client itself refuses: no room in the ledger, a pair that does not trade.
LOOK_S = 0.02  # A condition is looked at again so often, and with every frame.

Body = dict[str, Any]


def plays(*kinds: str) -> Callable[[Test], Test]:
    """Mark a test as one that plays these kinds of faults: `test_kinds` looks for the marks."""
    del kinds
    return lambda test: test


def venue_of(server: ExchangeServer) -> Venue:
    """Return where a client finds it."""
    urls = server.urls
    return Venue(
        name="local", rest=urls.rest, ws_public=urls.ws_public, ws_private=urls.ws_private, ws_level3=urls.ws_level3
    )


def credentials_of(server: ExchangeServer, name: str = "alice") -> Credentials:
    """Return an account's key."""
    key = next(key for key in server.exchange.samples if key.account == name)
    return Credentials(key=key.key, secret=key.secret)


class Stage:
    """What a test has in hand: the exchange, the client, and all that the client was told."""

    def __init__(self, server: ExchangeServer, options: Options) -> None:
        self.server = server
        self.exchange = server.exchange
        self.heard = asyncio.Event()
        self.events: list[ClientEvent] = []
        self.rows: list[Execution] = []
        self.money: list[Balance | LedgerEntry] = []
        self.kraken: Kraken = connect(
            venue_of(server), credentials=credentials_of(server), options=options, tap=lambda *_: self.heard.set()
        )
        self._bob_orders = 0

    async def open(self, *, trading: bool) -> None:
        """Connect, and listen to whatever the tests compare."""
        await self.kraken.open()
        self.kraken.events(self.events.append)
        if trading:
            await self.kraken.trading()
            self.kraken.executions(callback=self.rows.append)
            self.kraken.balances(callback=self.money.append)
            await self.until(lambda: bool(self.money))

    # -- The venue's side --------------------------------------------------------------------------------------

    def control(self, verb: str, path: str, /, **body: Any) -> Any:
        """Ask the control API for what it must do."""
        content = json.dumps(body).encode() if body else b""
        request = HttpRequest(method=verb, path=path, body=content, peer="127.0.0.1")
        answer = self.exchange.control(request, now_ns=time.time_ns())
        said = json.loads(answer.body)
        assert answer.status == 200, said
        return said

    def fault(self, kind: str, /, **table: Any) -> str:
        """Switch a fault on."""
        fault_id: str = self.control("POST", "/faults", kind=kind, **table)["id"]
        return fault_id

    def struck(self, kind: str) -> int:
        """Return how often faults of a kind did something."""
        return self.exchange.faults.counts().get(kind, 0)

    def no_more_faults(self) -> None:
        """Switch all of them off."""
        self.control("DELETE", "/faults")

    async def quiet_market(self) -> None:
        """Nobody trades any more but the clients. Call it without faults: each book that is read moves once more first.

        A book whose last frame of all was swallowed is wrong, and nothing that the client hears could tell it.
        """
        before = {symbol: self._levels(symbol) for _, symbol in self.kraken.books_verified()}
        await self.until(lambda: all(self._levels(symbol) != levels for symbol, levels in before.items()))
        self.control("POST", "/market", paused=True)

    def _levels(self, symbol: str, depth: int = 10) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        market = self.exchange.venue.markets[symbol]
        return market.bids.levels(depth), market.asks.levels(depth)

    def trade(self, side: OrderSide, qty: str, price: str, *, symbol: str = "BTC/USD") -> Order:
        """Let bob trade at once, at this price or better."""
        ticket = Ticket(
            symbol=symbol,
            side=side,
            order_type="limit",
            order_qty=Decimal(qty),
            limit_price=Decimal(price),
            time_in_force="ioc",
        )
        now_ns = self.exchange.clock.at(time.time_ns())
        order = self.exchange.venue.add_order(self.exchange.bank.accounts["bob"], ticket, now_ns=now_ns)
        assert not isinstance(order, Refusal), order
        self.exchange.hub.publish(now_ns=now_ns)
        return order

    # -- Waiting -----------------------------------------------------------------------------------------------

    async def until(self, done: Callable[[], object], *, patience_s: float = PATIENCE_S) -> None:
        """Wait for a condition."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while not done():
                    self.heard.clear()
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_S):
                            await self.heard.wait()
        assert done(), (
            f"not so within {patience_s:g} s; the client told {Counter(type(e).__name__ for e in self.events)}"
        )

    async def settled(self, *, patience_s: float = PATIENCE_S) -> None:
        """Wait until client and venue agree about everything, and insist that nothing came twice."""
        try:
            await self.until(lambda: not self.differences(), patience_s=patience_s)
        except AssertionError:
            raise AssertionError("\n".join(["they differ:", *self.differences()])) from None
        self.insist_once()

    def gaps(self, channel: str) -> list[Gap]:
        """Return the gaps of a channel that the client told of."""
        return [event for event in self.events if isinstance(event, Gap) and event.channel == channel]

    def told(self, kind: type[ClientEvent]) -> list[Any]:
        """Return the events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    # -- Comparing ---------------------------------------------------------------------------------------------

    def differences(self) -> list[str]:
        """Return what client and venue do not agree about, in words."""
        return [*self.book_differences(), *self.account_differences()]

    def book_differences(self) -> list[str]:
        """Compare every book that somebody reads, level by level."""
        wrong = []
        for channel, symbol in self.kraken.books_verified():
            book = self.kraken.book_of(symbol, channel=channel)  # type: ignore[arg-type]  # It is one of the two.
            assert book is not None
            if not book.verified:
                wrong.append(f"{channel} {symbol}: {book.reason}")
            elif (book.bids_ticks(), book.asks_ticks()) != self._levels(symbol, book.depth):
                wrong.append(f"{channel} {symbol}: not the venue's book")
        return wrong

    def account_differences(self) -> list[str]:
        """Compare orders, fills and balances. Only what was listened to."""
        if not self.money:
            return []
        return [*self._order_differences(), *self._fill_differences(), *self._money_differences()]

    def _order_differences(self) -> list[str]:
        account, mine = self.exchange.bank.accounts["alice"], self.kraken.account
        theirs = {order.order_id: self._shown(order) for order in account.orders.values()}
        ours = {order_id: _row_shown(row) for order_id, row in mine.orders.items()}
        wrong = [
            f"open {order_id}: {ours.get(order_id)} here, {theirs.get(order_id)} there"
            for order_id in sorted(theirs.keys() | ours.keys())
            if ours.get(order_id) != theirs.get(order_id)
        ]
        for order in account.closed:
            known = mine.closed.get(order.order_id)
            if known is not None and (known.order_status, known.cum_qty) != (order.status, self._shown(order)[0]):
                wrong.append(f"closed {order.order_id}: {known.order_status} here, {order.status} there")
        return wrong

    def _fill_differences(self) -> list[str]:
        theirs = {fill.exec_id for fill in self.exchange.bank.accounts["alice"].fills}
        ours = {row.exec_id for row in self.rows if row.exec_id is not None}
        return [f"fill {exec_id}" for exec_id in sorted(theirs ^ ours)]

    def _money_differences(self) -> list[str]:
        theirs = self.balances()
        ours = self.kraken.account.balances
        return [
            f"{asset}: {ours.get(asset)} here, {theirs.get(asset)} there"
            for asset in sorted(theirs.keys() | ours.keys())
            if ours.get(asset, Decimal(0)) != theirs.get(asset, Decimal(0))
        ]

    def _shown(self, order: Order) -> tuple[Decimal, Decimal, Decimal]:
        pair = self.exchange.listing.pairs[order.symbol]
        return pair.qty(order.cum_lots), pair.qty(order.qty_lots), pair.price(order.limit_ticks or 0)

    def balances(self, name: str = "alice") -> dict[str, Decimal]:
        """Return what an account has, as the venue says."""
        accounts = self.control("GET", "/state")["accounts"]
        account = next(account for account in accounts if account["name"] == name)
        return {asset: Decimal(amount) for asset, amount in account["balances"].items()}

    def ever_got(self) -> list[Order]:
        """Return every order that the venue ever took from the client."""
        account = self.exchange.bank.accounts["alice"]
        return [*account.closed, *account.orders.values()]

    def insist_once(self) -> None:
        """No order was placed twice, and no fill told twice."""
        names = Counter(order.cl_ord_id for order in self.ever_got())
        assert max(names.values(), default=1) == 1, names
        fills = Counter(row.exec_id for row in self.rows if row.exec_id is not None)
        assert max(fills.values(), default=1) == 1, fills

    def insist_money_adds_up(self, before: dict[str, Decimal]) -> None:
        """The balances are those from before and what the fills that the client was told changed, to the last digit."""
        after = dict(before)
        for row in self.rows:
            if row.exec_id is None:
                continue
            assert row.last_qty is not None, row
            assert row.cost is not None, row
            known = self.kraken.account.order(row.order_id)
            symbol, side = row.symbol or (known and known.symbol), row.side or (known and known.side)
            assert symbol, row
            assert side, row
            base, quote = symbol.split("/")
            sign = 1 if side == "buy" else -1
            after[base] = after.get(base, Decimal(0)) + sign * row.last_qty
            after[quote] = after.get(quote, Decimal(0)) - sign * row.cost
            for fee in row.fees:
                after[fee.asset] = after.get(fee.asset, Decimal(0)) - fee.qty
        assert {k: v for k, v in after.items() if v} == {k: v for k, v in self.balances().items() if v}


class Trader:
    """Places, amends and cancels through the client, whatever it meets, and keeps what it was told of each order."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._kraken = stage.kraken
        stage.control("POST", "/accounts/bob/deposit", asset="BTC", amount="100")
        self.before = stage.balances()
        self.said: dict[str, str] = {}  # By our id: placed, absent, unsure.
        self.errors: list[FathomError] = []
        self._named = 0

    async def life(self, *, rounds: int = 1) -> None:
        """Do everything that can be done to orders, while bob trades with some."""
        for _ in range(rounds):
            names = [await self.add("buy", f"{50_000 - 10 * step}") for step in range(4)]
            names += await self.add_batch("buy", ["49900", "49890", "49880"])
            await self.amend(names[0], "50005")
            self._stage.trade("sell", "0.025", "49900")
            await self.amend(names[3], "49965")
            await self.cancel(names[2])
            await self.cancel_batch(names[4:6])
            self._stage.trade("sell", "0.015", "49700")

    async def add(self, side: OrderSide, price: str, qty: str = "0.01") -> str:
        """Place one; return our id of it."""
        name = self._name()
        self.said[name] = "unsure"
        with suppress(Unsure):
            try:
                added = await self._kraken.add_order(
                    "BTC/USD", side, "limit", order_qty=qty, limit_price=price, cl_ord_id=name
                )
                assert added.order_id is not None
                self.said[name] = "placed"
            except (Refused, LinkError, LocalError) as error:
                self._absent(name, error)
        return name

    async def add_batch(self, side: OrderSide, prices: Sequence[str], qty: str = "0.01") -> list[str]:
        """Place some with one request."""
        names = [self._name() for _ in prices]
        self.said.update(dict.fromkeys(names, "unsure"))
        orders = [
            BatchOrder(
                side=side, order_type="limit", order_qty=Decimal(qty), limit_price=Decimal(price), cl_ord_id=name
            )
            for name, price in zip(names, prices, strict=True)
        ]
        with suppress(Unsure):
            try:
                added = await self._kraken.add_orders("BTC/USD", orders)
                for name, item in zip(names, added.items, strict=True):
                    self.said[name] = "placed" if item.order_id is not None else "absent"
            except (Refused, LinkError, LocalError) as error:
                for name in names:
                    self._absent(name, error)
        return names

    async def amend(self, name: str, price: str) -> None:
        """Change a price."""
        await self._tried(self._kraken.amend_order(cl_ord_id=name, limit_price=price))

    async def cancel(self, name: str) -> None:
        """Cancel one."""
        await self._tried(self._kraken.cancel_order(cl_ord_ids=[name]))

    async def cancel_batch(self, names: Sequence[str]) -> None:
        """Cancel some with one request."""
        await self._tried(self._kraken.cancel_orders(cl_ord_ids=names))

    async def end(self) -> None:
        """The faults stop: all is settled, told truly, and nothing stays open."""
        stage = self._stage
        stage.no_more_faults()
        await stage.settled()
        self.insist_true()
        stage.insist_money_adds_up(self.before)
        await stage.until(lambda: all(link.is_open for link in stage.kraken.links()))
        await stage.kraken.cancel_all()
        await stage.settled()
        assert not stage.kraken.account.orders
        name = await self.add("buy", "48000")  # And it goes on,
        while self.said[name] == "absent" and isinstance(self.errors[-1], LocalError):
            name = await self.add("buy", "48000")  # ... when the ledger has room again.
        assert self.said[name] == "placed", self.errors[-1]
        await stage.settled()

    def insist_true(self) -> None:
        """What was said of each order is so, and the venue has no other."""
        ever = {order.cl_ord_id for order in self._stage.ever_got()}
        for name, outcome in self.said.items():
            assert outcome == "unsure" or (outcome == "placed") == (name in ever), (name, outcome)
        assert ever <= self.said.keys()

    def _name(self) -> str:
        self._named += 1
        return f"t-{self._named}"

    def _absent(self, name: str, error: FathomError) -> None:
        self._ours(error)
        assert not getattr(error, "order_may_exist", False), error
        self.errors.append(error)
        self.said[name] = "absent"

    def _ours(self, error: FathomError) -> None:
        """What the client itself refuses is among what it may."""
        assert not isinstance(error, LocalError) or error.field in OUR_OWN, error

    async def _tried(self, asked: Awaitable[object]) -> None:
        try:
            await asked
        except (Refused, LinkError, LocalError, Unsure) as error:
            self._ours(error)
            self.errors.append(error)


def trades_unaccounted(trades: Sequence[Trade], gaps: Sequence[Gap]) -> int:
    """Return how many trades were neither told nor counted in a gap. None may be told twice."""
    unaccounted = 0
    for symbol in {trade.symbol for trade in trades}:
        ids = sorted(trade.trade_id for trade in trades if trade.symbol == symbol)
        assert len(ids) == len(set(ids)), "a trade was told twice"
        missed = sum(gap.missed or 0 for gap in gaps if gap.symbol == symbol)
        unaccounted += abs(ids[-1] - ids[0] + 1 - len(ids) - missed)
    return unaccounted


def _row_shown(row: Execution) -> tuple[Any, ...]:
    return row.cum_qty or Decimal(0), row.order_qty, row.limit_price


def staged(
    use: Callable[[Stage], Awaitable[None]],
    *,
    trading: bool = False,
    market: bool = True,
    options: Options = QUICK,
    symbols: tuple[str, ...] = SYMBOLS,
    patience_s: float = 50.0,
    **settings: Any,
) -> None:
    """Run an exchange and a client, and `use` with both of them."""

    async def main() -> None:
        terms: Body = {"seed": 7, "start_ns": time.time_ns(), "symbols": symbols, "market": market, "rules": RULES}
        server = ExchangeServer(Settings(**(terms | settings)))
        await server.start()
        try:
            async with asyncio.timeout(patience_s):
                stage = Stage(server, options)
                try:
                    await stage.open(trading=trading)
                    await use(stage)
                finally:
                    await stage.kraken.close()
        finally:
            await server.stop()

    run_loop(main())


def changed(**terms: Any) -> Options:
    """Return the quick options with others among them."""
    return replace(QUICK, **terms)
