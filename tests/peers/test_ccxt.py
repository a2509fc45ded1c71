"""ccxt and ccxt pro, unmodified from PyPI, on the local exchange: only its URLs are set."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from local_exchange import LocalExchange

ccxt = pytest.importorskip("ccxt.pro", reason="ccxt is not installed: pip install 'fathom-trader[peers]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # Its own, not ours.

SYMBOL = "BTC/USD"
DEADLINE_S = 60.0


def client(venue: LocalExchange, name: str) -> Any:
    """A client of one account. REST is told first, then WebSocket v2 and v1."""
    key, secret = venue.key(name)
    exchange = ccxt.kraken({"apiKey": key, "secret": secret, "enableRateLimit": False})
    exchange.urls["api"]["public"] = exchange.urls["api"]["private"] = venue.rest
    private_v1 = venue.ws_private.removesuffix("/v2")
    exchange.urls["api"]["ws"].update(
        public=venue.ws_v1, private=private_v1, publicV2=venue.ws_public, privateV2=venue.ws_private
    )
    return exchange


def with_client(venue: LocalExchange, use: Callable[[Any], Awaitable[Any]], *, name: str = "alice") -> Any:
    async def main() -> Any:
        exchange = client(venue, name)
        try:
            async with asyncio.timeout(DEADLINE_S):
                await exchange.load_markets()
                return await use(exchange)
        finally:
            await exchange.close()

    return asyncio.run(main())


async def until(look: Callable[[], Awaitable[Any]], good: Callable[[Any], bool]) -> Any:
    """Watch until what came is what was waited for; the test's own deadline ends it."""
    while not good(seen := await look()):
        pass
    return seen


async def below_the_market(exchange: Any, *, by: float = 0.95) -> float:
    ticker = await exchange.fetch_ticker(SYMBOL)
    return float(exchange.price_to_precision(SYMBOL, ticker["bid"] * by))


def test_markets_are_loaded(venue: LocalExchange) -> None:
    async def use(exchange: Any) -> Any:
        return exchange.markets

    markets = with_client(venue, use)
    assert set(markets) == {"BTC/USD", "ETH/USD", "ETH/BTC", "EUR/USD"}
    assert markets["BTC/USD"]["precision"] == {"amount": 1e-08, "price": 0.1} | {
        name: value for name, value in markets["BTC/USD"]["precision"].items() if name not in {"amount", "price"}
    }
    assert markets["BTC/USD"]["id"] == "XXBTZUSD"


def test_public_rest(venue: LocalExchange) -> None:
    async def use(exchange: Any) -> Any:
        return {
            "time": await exchange.fetch_time(),
            "status": await exchange.fetch_status(),
            "currencies": await exchange.fetch_currencies(),
            "ticker": await exchange.fetch_ticker(SYMBOL),
            "tickers": await exchange.fetch_tickers(),
            "book": await exchange.fetch_order_book(SYMBOL, 25),
            "trades": await until(lambda: exchange.fetch_trades(SYMBOL), bool),
            "candles": await exchange.fetch_ohlcv(SYMBOL, "1m"),
        }

    said = with_client(venue, use)
    assert said["status"]["status"] == "ok"
    assert said["ticker"]["bid"] < said["ticker"]["ask"]
    assert set(said["tickers"]) == {"BTC/USD", "ETH/USD", "ETH/BTC", "EUR/USD"}
    assert len(said["book"]["bids"]) == 25
    assert said["book"]["bids"][0][0] < said["book"]["asks"][0][0]
    assert said["trades"][-1]["side"] in {"buy", "sell"}
    assert said["candles"][-1][2] >= said["candles"][-1][3]
    assert {"BTC", "USD", "EUR", "ETH"} <= set(said["currencies"])


def test_streams_of_market_data(venue: LocalExchange) -> None:
    async def use(exchange: Any) -> Any:
        book = await until(lambda: exchange.watch_order_book(SYMBOL, 10), lambda seen: seen["timestamp"] is not None)
        return {
            "ticker": await exchange.watch_ticker(SYMBOL),
            "quotes": await exchange.watch_bids_asks([SYMBOL]),
            "book": (list(book["bids"]), list(book["asks"])),
            "trades": list(await exchange.watch_trades(SYMBOL)),
            "candles": await exchange.watch_ohlcv(SYMBOL, "1m"),
        }

    said = with_client(venue, use)
    bids, asks = said["book"]
    assert len(bids) == len(asks) == 10
    assert bids == sorted(bids, reverse=True)
    assert bids[0][0] < asks[0][0]
    assert said["ticker"]["symbol"] == SYMBOL
    assert said["quotes"][SYMBOL]["bid"] < said["quotes"][SYMBOL]["ask"]
    assert said["trades"][0]["price"] > 0
    assert len(said["candles"][0]) == 6


def test_an_orders_life_over_rest(venue: LocalExchange) -> None:
    async def use(exchange: Any) -> Any:
        price = await below_the_market(exchange)
        placed = await exchange.create_order(SYMBOL, "limit", "buy", 0.001, price, {"clientOrderId": "rest-1"})
        found = await exchange.fetch_order(placed["id"], SYMBOL)
        edited = await exchange.edit_order(placed["id"], SYMBOL, "limit", "buy", 0.002, price)
        opened = await exchange.fetch_open_orders(SYMBOL)
        await exchange.cancel_order(placed["id"], SYMBOL)
        closed = await exchange.fetch_closed_orders(SYMBOL)
        balance = await exchange.fetch_balance()
        return found, edited, opened, closed, balance

    found, edited, opened, closed, balance = with_client(venue, use)
    assert (found["status"], found["amount"], found["clientOrderId"]) == ("open", 0.001, "rest-1")
    assert edited["id"].startswith("T")  # It amends in place, and calls the amend's id the order's.
    assert [(order["id"], order["amount"]) for order in opened] == [(found["id"], 0.002)]
    assert next(order for order in closed if order["id"] == found["id"])["status"] == "canceled"
    assert balance["USD"]["total"] > 0
    assert balance["USD"]["used"] == 0


def test_fills_come_on_the_private_streams(venue: LocalExchange) -> None:
    async def use(exchange: Any) -> Any:
        await exchange.watch_balance()
        resting = await exchange.create_order(SYMBOL, "limit", "buy", 0.001, await below_the_market(exchange))
        await until(exchange.watch_orders, lambda seen: any(order["id"] == resting["id"] for order in seen))
        trades = asyncio.ensure_future(exchange.watch_my_trades())
        # Without a symbol: it files the last row of an order, which names none, under no symbol.
        watching = asyncio.ensure_future(
            until(exchange.watch_orders, lambda seen: any(order["status"] == "closed" for order in seen))
        )
        placed = await exchange.create_order(SYMBOL, "market", "buy", 0.002)
        first, filled = await asyncio.gather(trades, watching)
        await exchange.cancel_all_orders()
        mine = await exchange.fetch_my_trades(SYMBOL)
        return placed, list(first), list(filled), mine

    placed, first, filled, mine = with_client(venue, use, name="bob")
    assert first[-1]["order"] == placed["id"]
    assert first[-1]["takerOrMaker"] == "taker"
    assert filled[-1]["id"] == placed["id"]
    assert sum(trade["amount"] for trade in mine if trade["order"] == placed["id"]) == pytest.approx(0.002)
    assert all(trade["fee"]["cost"] > 0 for trade in mine)


def test_orders_over_websocket(venue: LocalExchange) -> None:
    async def use(exchange: Any) -> Any:
        price = await below_the_market(exchange)
        placed = await exchange.create_order_ws(SYMBOL, "limit", "buy", 0.001, price)
        changed = await exchange.edit_order_ws(placed["id"], SYMBOL, "limit", "buy", 0.0015, price)
        opened = await exchange.fetch_open_orders(SYMBOL)
        await exchange.cancel_order_ws(placed["id"])
        for _ in range(2):
            await exchange.create_order_ws(SYMBOL, "limit", "buy", 0.001, price)
        gone = await exchange.cancel_all_orders_ws()
        left = await exchange.fetch_open_orders(SYMBOL)
        return placed, changed, opened, gone, left

    placed, changed, opened, _, left = with_client(venue, use, name="carol")
    assert changed["id"] == placed["id"]
    assert [(order["id"], order["amount"]) for order in opened] == [(placed["id"], 0.0015)]
    assert left == []


def test_batches_and_the_dead_mans_switch(venue: LocalExchange) -> None:
    async def use(exchange: Any) -> Any:
        price = await below_the_market(exchange)
        wanted = [
            {
                "symbol": SYMBOL,
                "type": "limit",
                "side": "buy",
                "amount": 0.001,
                "price": price - step * 10,
                "params": {},
            }
            for step in range(3)
        ]
        placed = await exchange.create_orders(wanted)
        await exchange.cancel_orders([order["id"] for order in placed[:2]])
        armed = await exchange.cancel_all_orders_after(1000)
        left = await until(lambda: exchange.fetch_open_orders(SYMBOL), lambda orders: not orders)
        return placed, armed, left

    placed, armed, left = with_client(venue, use, name="dave")
    assert len({order["id"] for order in placed}) == 3
    assert armed["result"]["triggerTime"] > armed["result"]["currentTime"]
    assert left == []


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (("limit", "buy", 0.00001, 50_000.0), "InvalidOrder"),
        (("limit", "buy", 100.0, 50_000.0), "InsufficientFunds"),
        (("limit", "buy", 0.001, 0.0), "BadRequest|InvalidOrder|ExchangeError"),
    ],
)
def test_refusals_are_what_ccxt_knows(venue: LocalExchange, order: tuple[Any, ...], error: str) -> None:
    async def use(exchange: Any) -> str:
        try:
            await exchange.create_order(SYMBOL, *order)
        except ccxt.BaseError as refused:
            return type(refused).__name__
        return "accepted"

    assert with_client(venue, use) in error.split("|")


def test_a_key_that_may_only_look_cannot_trade(venue: LocalExchange) -> None:
    async def use(exchange: Any) -> str:
        with pytest.raises(ccxt.PermissionDenied) as refused:
            await exchange.create_order(SYMBOL, "limit", "buy", 0.001, 50_000.0)
        return str(refused.value)

    assert "Permission denied" in with_client(venue, use, name="viewer")
