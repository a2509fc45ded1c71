"""A client that trades on a quiet exchange in the same loop, where a count is kept of all that the engine is asked."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from listening import quick_terms
from loop_stage import until
from venue_stage import VenueStage

from fathom.exchange import Rules, Settings
from fathom.exchange.core import Order
from fathom.net import Credentials, Kraken, Options, connect
from fathom.net.client import SubscriptionFailed
from fathom.net.rest import RestTerms
from fathom.run.local_exchange.serving import ExchangeServer

BTC = "BTC/USD"
ETH = "ETH/USD"
METHODS = ("add_order", "add_batch", "amend_order", "edit_order", "cancel_order", "cancel_all", "cancel_batch")
QUICK: dict[str, Any] = {
    "link": quick_terms(),
    "rest": RestTerms(attempt_s=0.5, order_deadline_s=0.6, deadline_s=2.0, backoff_s=0.01, backoff_s_max=0.02),
    "ready_s_max": 10.0,
    "answer_s_max": 0.4,
    "room_s_max": 2.0,
    "lookup_s_max": 3.0,
    "engine_deadline_s": 0.6,
    "lookup_first_s": 0.05,
    "lookup_every_s": 0.15,
    "settle_s": 0.05,
    "reconcile_again_s": 0.1,
    "seed": 1,
}


class OrderStage(VenueStage):
    """`asked` counts what the exchange's engine was asked, by method and account, whichever way it came."""

    def __init__(self, server: ExchangeServer) -> None:
        super().__init__(server)
        self.asked: Counter[tuple[str, str]] = Counter()
        self.refused: list[str] = []  # What the engine said no with.
        for method in METHODS:
            setattr(server.exchange.venue, method, self._counted(method, getattr(server.exchange.venue, method)))

    def _counted(self, method: str, inner: Callable[..., Any]) -> Callable[..., Any]:
        def counted(account: Any, *given: Any, **named: Any) -> Any:
            self.asked[method, account.name] += 1
            answer = inner(account, *given, **named)
            if (error := getattr(answer, "error", None)) is not None:
                self.refused.append(error)
            return answer

        return counted

    # -- The venue -------------------------------------------------------------------------------------------

    def adds(self, account: str = "alice") -> int:
        """How often an order was to be placed."""
        return self.asked["add_order", account]

    def orders(self, account: str = "alice") -> list[Order]:
        """Every order of an account, open or over, as the exchange has it."""
        there = self.server.exchange.venue.bank.accounts[account]
        return [*there.orders.values(), *there.closed]

    def open(self, account: str = "alice") -> list[Order]:
        """Those that are open."""
        return [order for order in self.orders(account) if order.is_open]

    def count(self, symbol: str = BTC, account: str = "alice") -> Decimal:
        """The venue's own counter of a pair, in points."""
        venue = self.server.exchange.venue
        return venue.rates.count(venue.bank.accounts[account], symbol, self.venue_ns)

    @property
    def venue_ns(self) -> int:
        return self.server.exchange.clock.at(time.time_ns())

    # -- The client ------------------------------------------------------------------------------------------

    def trader(self, account: str | None = "alice", *, credentials: Credentials | None = None, **more: Any) -> Kraken:
        """One more client, not open yet."""
        if credentials is None and account is not None:
            credentials = self.credentials(account)
        return connect(self.venue, credentials=credentials, options=Options(**{**QUICK, **more}))

    async def takes(self, side: str, qty: str, *, price: str, symbol: str = BTC) -> None:
        """Let bob trade against what stands there."""
        async with self.trader("bob", tier="pro") as bob:
            await bob.add_order(symbol, side, "limit", order_qty=qty, limit_price=price)  # type: ignore[arg-type]  # A side.

    async def agree(self, kraken: Kraken | None = None) -> None:
        """Wait until the client has the exchange's open orders, each as it is there."""
        account = (kraken or self.kraken).account

        def same() -> bool:
            theirs = {order.order_id: order.cum_lots for order in self.open()}
            ours = {
                name: int((order.cum_qty or Decimal(0)).scaleb(8)) for name, order in account.orders.items()
            }  # All pairs have 8 decimals of quantity.
            return ours == theirs

        await until(same)

    def no_complaints(self) -> None:
        """Insist that nothing was refused that was asked for."""
        assert self.refused == []
        assert self.events(SubscriptionFailed) == []


@asynccontextmanager
async def trading(
    *,
    account: str | None = "alice",
    tier: Any = "pro",
    limits: bool = False,
    symbols: tuple[str, ...] = (BTC, ETH),
    opened: bool = True,
    **more: Any,
) -> AsyncIterator[OrderStage]:
    """The exchange, where nobody trades but clients, and an open client whose private stream is up."""
    what = Settings(start_ns=time.time_ns(), symbols=symbols, market=False, tier=tier, rules=Rules(limits=limits))
    server = ExchangeServer(what)
    await server.start()
    try:
        stage = OrderStage(server)
        stage.kraken = stage.trader(account, **more)
        async with stage.kraken:
            stage.kraken.events(callback=stage.told.append)
            if opened:
                await stage.kraken.trading()
            yield stage
    finally:
        await server.stop()
