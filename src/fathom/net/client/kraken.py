"""The library: one object that is connected to Kraken, and everything that can be asked of it.

Imports: domain, protocol, keys, link, rest, venue; everything in client. Imported by: connecting, the front door.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Self, TypeVar

from fathom.domain import Instrument, LocalError
from fathom.net.client.events import ClientEvent, Gap
from fathom.net.client.feeds.account import Account
from fathom.net.client.feeds.live_book import BookChannel, LiveBook
from fathom.net.client.feeds.streams import Stream
from fathom.net.client.holding import gaps_now, hold
from fathom.net.client.ordering.changing import changed_order
from fathom.net.client.ordering.numbers import exact, exacts, made, remade
from fathom.net.client.ordering.orders import Orders
from fathom.net.client.ordering.paths import EXECUTIONS_WANTED, private_link
from fathom.net.client.ordering.results import (
    BatchAdded,
    OrderAdded,
    OrderAmended,
    OrderChanged,
    OrderEdited,
    OrdersCanceled,
    SwitchSet,
)
from fathom.net.client.private import Reconciling
from fathom.net.client.rates import Rates
from fathom.net.client.reading import read
from fathom.net.client.running import Running
from fathom.net.client.safety.guarding import armed_switch
from fathom.net.client.safety.leaving import left_in_order
from fathom.net.client.safety.switch import DeadMansSwitch, Health
from fathom.net.link import Link
from fathom.protocol import Key, messages, rest

Number = Decimal | int | str
R = TypeVar("R")


class Kraken:
    """A connection to Kraken, or an exchange like it. `fathom.connect` makes one; `async with` or `await` opens it."""

    def __init__(self, prepare: Callable[[], Any]) -> None:
        """Use `fathom.connect`. `prepare` is awaited at `open` and returns what runs inside."""
        self._prepare = prepare
        self._inside: Running | None = None
        self._sends: Orders | None = None
        self._switch: DeadMansSwitch | None = None

    # -- Opening and closing ---------------------------------------------------------------------------------

    async def open(self) -> Self:
        """Connect, and learn the pairs' rules. Raises what stood in the way."""
        if self._inside is not None:
            self._inside.need_open()
            return self
        self._inside = running = await self._prepare()
        self._sends = Orders(running)
        Reconciling(running)
        try:
            await running.open()
        except BaseException:
            await running.close()
            raise
        return self

    async def close(self, *, leave_armed: bool = False) -> None:
        """Cancel our orders if that is wanted, disarm the dead man's switch, say goodbye; within 2 s.

        `leave_armed`: renew the switch no more but leave it, where something may be open that should not be.
        """
        try:
            if self._inside is not None and self._inside.is_open:
                await left_in_order(self._inside, self.orders, self._switch, leave_armed=leave_armed)
        finally:
            if self._inside is not None:
                await self._inside.close()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __await__(self) -> Generator[Any, None, Self]:
        return self.open().__await__()

    # -- Looking ---------------------------------------------------------------------------------------------

    @property
    def instruments(self) -> Mapping[str, Instrument]:
        """The rules of every pair, by symbol; they change while we run."""
        return MappingProxyType(self._running.hearing.market.instruments)

    @property
    def system(self) -> str | None:
        """The trading engine's state: online, post_only, cancel_only, maintenance; None before it was told."""
        return self._running.hearing.system

    @property
    def account(self) -> Account:
        """Our orders, fills and balances as they were last told; empty until a private stream is open."""
        return self._running.hearing.account

    @property
    def rates(self) -> Rates:
        """The rate ledger: what something would cost, and when there is room."""
        return self._running.rates

    @property
    def round_trip_ns(self) -> int | None:
        """How long the last ping of a connection took."""
        return self._running.hearing.round_trip_ns

    @property
    def event_counts(self) -> Mapping[str, int]:
        """How often each kind of event was told."""
        return MappingProxyType(self._running.event_counts)

    @property
    def switch(self) -> DeadMansSwitch | None:
        """The dead man's switch, where it was armed by `guard`."""
        return self._switch

    def links(self) -> Sequence[Link]:
        """Return every WebSocket connection."""
        return self._running.links()

    def book_of(self, symbol: str, *, channel: BookChannel = "book") -> LiveBook | None:
        """Return a book that somebody reads; None where nobody does."""
        return self._running.hearing.books.find(Key(channel, symbol))

    def books_verified(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Return for each book (channel, symbol): frames verified, and how often it had to be taken anew."""
        return self._running.hearing.books.counts()

    # -- Public channels -------------------------------------------------------------------------------------

    def book(
        self, *symbols: str, depth: messages.BookDepth = 10, callback: Callable[[LiveBook], object] | None = None
    ) -> Stream[LiveBook]:
        """Stream level 2 books, each verified; an item is the book itself, whenever it moved since you looked last.

        `depth`: levels a side, 10, 25, 100, 500 or 1000. Raises LocalError for a pair or depth that is not there.
        """
        params = messages.BookParams(symbol=(), depth=depth, snapshot=True)
        return read(self._running, params, symbols, self._running.public, callback, conflate=True)

    def level3(
        self, *symbols: str, depth: messages.Level3Depth = 10, callback: Callable[[LiveBook], object] | None = None
    ) -> Stream[LiveBook]:
        """Stream level 3 books: every order in its queue, verified. Needs a key that may make WebSocket tokens.

        `depth`: price levels a side, 10, 100 or 1000. Raises LocalError as `book` does, AuthError without a key.
        """
        self._running.need_key("level3")
        params = messages.Level3Params(symbol=(), depth=depth, snapshot=True)
        return read(self._running, params, symbols, self._running.level3, callback, conflate=True)

    def ticker(
        self,
        *symbols: str,
        trigger: messages.EventTrigger = "trades",
        callback: Callable[[messages.Ticker], object] | None = None,
    ) -> Stream[messages.Ticker]:
        """Stream quotes and 24 h figures, the newest of each pair. `trigger`: after each trade or each `bbo` change."""
        params = messages.TickerParams(symbol=(), event_trigger=trigger, snapshot=True)
        return read(self._running, params, symbols, self._running.public, callback, conflate=True)

    def trades(
        self, *symbols: str, history: bool = False, callback: Callable[[messages.Trade], object] | None = None
    ) -> Stream[messages.Trade]:
        """Stream every trade once; `history` begins with the last 50. After a gap, what can be had is caught up on."""
        params = messages.TradeParams(symbol=(), snapshot=True)
        return read(self._running, params, symbols, self._running.public, callback, history=history)

    def ohlc(
        self,
        *symbols: str,
        interval: messages.OhlcInterval = 1,
        callback: Callable[[messages.Candle], object] | None = None,
    ) -> Stream[messages.Candle]:
        """Stream candles of `interval` minutes: first those before, then the running one after each trade."""
        params = messages.OhlcParams(symbol=(), interval=interval, snapshot=True)
        return read(self._running, params, symbols, self._running.public, callback)

    def instrument_changes(self, callback: Callable[[Instrument], object] | None = None) -> Stream[Instrument]:
        """Stream pairs whose rules changed, or that are new."""
        return read(self._running, messages.InstrumentParams(snapshot=True), (), self._running.public, callback)

    def hold(self, params: messages.ChannelParams, *symbols: str) -> None:
        """Subscribe to market data without a reader, until `close`: for a `tap`, for `events`, for `book_of`.

        `params` are of `fathom.protocol.messages`: `BookParams(symbol=(), depth=10)`. Raises LocalError as `book` does.
        """
        hold(self._running, params, symbols)

    def gaps(self) -> list[Gap]:
        """Return what nothing is known of just now: a gap each, as if it ended now."""
        return gaps_now(self._running)

    # -- Private channels ------------------------------------------------------------------------------------

    def executions(
        self, *, history: bool = False, callback: Callable[[messages.Execution], object] | None = None
    ) -> Stream[messages.Execution]:
        """Stream our orders and fills, rows whole, each fill once; `history`: first what is open, and 50 fills."""
        self._running.need_key("executions")
        return read(self._running, EXECUTIONS_WANTED, (), self._running.private, callback, history=history)

    def balances(
        self, *, callback: Callable[[messages.Balance | messages.LedgerEntry], object] | None = None
    ) -> Stream[messages.Balance | messages.LedgerEntry]:
        """Stream balances: first a row an asset, then a ledger entry for each change. The key must query funds."""
        self._running.need_key("balances")
        return read(self._running, messages.BalancesParams(snapshot=True), (), self._running.private, callback)

    def events(self, callback: Callable[[ClientEvent], object] | None = None) -> Stream[ClientEvent]:
        """Stream what happens to the client: connections, gaps, books lost and verified, requests in doubt."""
        return self._running.events(callback)

    # -- Orders ----------------------------------------------------------------------------------------------

    async def trading(self) -> Self:
        """Open the private connection now, so that the first order does not wait for it. Needs a key."""
        self._running.need_key("trading")
        await self.orders.permitted()
        await private_link(self._running, wait_s=self._running.options.ready_s_max)  # No order waits for it yet.
        return self

    @property
    def orders(self) -> Orders:
        """Order requests as messages; `orders.submit` sends within a callback, and calls back. Raises where closed."""
        self._running.need_open()
        assert self._sends is not None
        return self._sends

    async def add_order(
        self,
        symbol: str,
        side: messages.OrderSide,
        order_type: messages.WireOrderType,
        *,
        order_qty: Number | None = None,
        limit_price: Number | None = None,
        trigger_price: Number | None = None,
        cash_order_qty: Number | None = None,
        display_qty: Number | None = None,
        triggers: messages.Triggers | None = None,
        wait_s: float | None = None,
        **more: Any,
    ) -> OrderAdded:
        """Place one order; names and meaning are those of Kraken's `add_order` (`more`: time_in_force, post_only, ...).

        Quantities are in base currency, prices in quote; write them as text or Decimal: a float is refused, because
        what is sent must be what was meant. Without a cl_ord_id the order gets one. `wait_s`: for room in the rate
        ledger.

        Raises LocalError (nothing sent), Refused (Kraken's no), Unsure (nobody can say; look before sending again),
        LinkError (surely not placed), AuthError. Needs the right to create and modify orders.
        """
        if trigger_price is not None and triggers is None:
            triggers = messages.Triggers(price=exact("trigger_price", trigger_price))
        numbers = exacts(
            order_qty=order_qty, limit_price=limit_price, cash_order_qty=cash_order_qty, display_qty=display_qty
        )
        params = made(
            messages.AddOrderParams,
            symbol=symbol,
            side=side,
            order_type=order_type,
            triggers=triggers,
            **numbers,
            **more,
        )
        return await self.orders.add(messages.AddOrder(params=params), wait_s=wait_s)

    async def add_orders(
        self, symbol: str, orders: Sequence[messages.BatchOrder], *, validate: bool = False, wait_s: float | None = None
    ) -> BatchAdded:
        """Place 2 to 15 orders of one pair with one request. Each gets a cl_ord_id if it has none."""
        params = messages.BatchAddParams(symbol=symbol, orders=tuple(map(remade, orders)), validate=validate or None)
        return await self.orders.add_batch(messages.BatchAdd(params=params), wait_s=wait_s)

    async def amend_order(
        self,
        *,
        order_id: str | None = None,
        cl_ord_id: str | None = None,
        order_qty: Number | None = None,
        limit_price: Number | None = None,
        trigger_price: Number | None = None,
        display_qty: Number | None = None,
        wait_s: float | None = None,
        **more: Any,
    ) -> OrderAmended:
        """Change an order in place, by Kraken's id or ours; `order_qty` is the new total, fills included.

        Safe to repeat, and repeated where no answer comes. Raises as `add_order` does.
        """
        numbers = exacts(
            order_qty=order_qty, limit_price=limit_price, trigger_price=trigger_price, display_qty=display_qty
        )
        params = made(messages.AmendOrderParams, order_id=order_id, cl_ord_id=cl_ord_id, **numbers, **more)
        return await self.orders.amend(messages.AmendOrder(params=params), wait_s=wait_s)

    async def edit_order(
        self,
        symbol: str,
        order_id: str,
        *,
        order_qty: Number | None = None,
        limit_price: Number | None = None,
        display_qty: Number | None = None,
        wait_s: float | None = None,
        **more: Any,
    ) -> OrderEdited:
        """Replace an order (legacy; `amend_order` keeps its place in the queue). Raises as `add_order` does."""
        numbers = exacts(order_qty=order_qty, limit_price=limit_price, display_qty=display_qty)
        params = made(messages.EditOrderParams, symbol=symbol, order_id=order_id, **numbers, **more)
        return await self.orders.edit(messages.EditOrder(params=params), wait_s=wait_s)

    async def change_order(self, order: str, **changes: Any) -> OrderChanged:
        """Change an open order, by Kraken's id or ours, in the way that costs least of the rate limit.

        Fields of `amend_order`; of `add_order` too, where it must be cancelled and what is left of it added anew.
        """
        return await changed_order(self._running, self.orders, order, changes)

    async def cancel_order(
        self,
        *order_ids: str,
        cl_ord_ids: Sequence[str] = (),
        order_userrefs: Sequence[int] = (),
        reduces_risk: bool = False,
    ) -> OrdersCanceled:
        """Cancel orders by Kraken's ids, ours, or userrefs. `missing` in the result were not open any more.

        `reduces_risk`: before every other request that waits for room. Needs the right to cancel orders.
        """
        ids = messages.CancelOrderParams(
            order_id=order_ids, cl_ord_id=tuple(cl_ord_ids), order_userref=tuple(order_userrefs)
        )
        return await self.orders.cancel(messages.CancelOrder(params=ids), reduces_risk=reduces_risk)

    async def cancel_orders(
        self, *order_ids: str, cl_ord_ids: Sequence[str] = (), reduces_risk: bool = False
    ) -> OrdersCanceled:
        """Cancel 2 to 50 orders with one request."""
        params = messages.BatchCancelParams(orders=order_ids, cl_ord_id=tuple(cl_ord_ids))
        return await self.orders.cancel_batch(messages.BatchCancel(params=params), reduces_risk=reduces_risk)

    async def cancel_all(self) -> OrdersCanceled:
        """Cancel every order of the account, whoever placed it."""
        return await self.orders.cancel_all()

    async def cancel_all_after(self, timeout_s: int) -> SwitchSet:
        """Set the dead man's switch by hand: every order of the account is cancelled after so long. 0: off."""
        params = messages.CancelAllOrdersAfterParams(timeout=timeout_s)
        return await self.orders.cancel_all_after(messages.CancelAllOrdersAfter(params=params))

    async def guard(self, *checks: Health, timeout_s: int = 60, renew_s: float = 20.0) -> DeadMansSwitch:
        """Arm the dead man's switch and keep it armed while all is well; `close` disarms it.

        Where this process dies, stalls or is cut off, the venue cancels every order of the account. `checks` return
        what is wrong, or nothing: it is renewed only while none of them, nor the private stream, complains.
        """
        await self.trading()
        if self._switch is None or self._switch.stopped:
            send = self.cancel_all_after
            self._switch = await armed_switch(self._running, send, timeout_s=timeout_s, renew_s=renew_s)
        for check in checks:
            self._switch.also_watch(check)
        return self._switch

    # -- REST ------------------------------------------------------------------------------------------------

    async def rest(self, request: rest.RestRequest[R]) -> R:
        """Ask REST: `await kraken.rest(rest.OpenOrders())`, with the requests of `fathom.protocol.rest`."""
        return await self._running.call(request)

    # -- Inside ----------------------------------------------------------------------------------------------

    @property
    def _running(self) -> Running:
        if self._inside is None:
            raise LocalError("connect", "it is not open: `async with fathom.connect(...) as kraken`, or await it")
        return self._inside
