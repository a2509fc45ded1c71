"""python-kraken-sdk, unmodified from PyPI, on the local exchange: only its URLs are set."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from local_exchange import LocalExchange

spot = pytest.importorskip("kraken.spot", reason="python-kraken-sdk is not installed: 'fathom-trader[peers]'")
pytestmark = pytest.mark.filterwarnings("ignore")  # Its own, not ours.

SYMBOL = "BTC/USD"
DEADLINE_S = 60.0
Message = dict[str, Any]


class Heard:
    """What a client's callback was handed, to be waited for."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.news = asyncio.Event()

    async def hear(self, message: Message) -> None:
        self.messages.append(message)
        self.news.set()

    async def first(self, good: Callable[[Message], Any]) -> Message:
        while True:
            for message in self.messages:
                if good(message):
                    return message
            self.news.clear()
            await self.news.wait()


def with_socket(
    venue: LocalExchange,
    use: Callable[[Any, Heard], Awaitable[Any]],
    *,
    name: str | None = "alice",
    level3: bool = False,
    public: bool = False,
) -> Any:
    """Use a client of one account, or of none; it waits ten seconds at its end for a connection that hears nothing."""

    async def main() -> Any:
        heard = Heard()
        key, secret = venue.key(name) if name is not None else ("", "")
        private = venue.ws_level3 if level3 else venue.ws_private
        client = spot.SpotWSClient(
            key=key,
            secret=secret,
            callback=heard.hear,
            no_public=not public,
            rest_url=venue.rest,
            ws_url=venue.ws_v1,
            auth_ws_url=private.removesuffix("/v2"),
        )
        async with asyncio.timeout(DEADLINE_S), client:
            return await use(client, heard)

    return asyncio.run(main())


def data_of(channel: str, kind: str | None = None) -> Callable[[Message], bool]:
    return lambda message: message.get("channel") == channel and kind in {None, message.get("type")}


def rows_of(message: Message, exec_type: str) -> list[Message]:
    if message.get("channel") != "executions":
        return []
    return [row for row in message["data"] if row["exec_type"] == exec_type]


def answer_to(method: str) -> Callable[[Message], bool]:
    return lambda message: message.get("method") == method


def test_public_rest(venue: LocalExchange) -> None:
    market = spot.Market(url=venue.rest)
    assert market.get_system_status()["status"] == "online"
    assert market.get_assets(assets=["XBT"])["XXBT"]["altname"] == "XBT"
    assert market.get_asset_pairs(pair="XBTUSD")["XXBTZUSD"]["wsname"] == "XBT/USD"
    assert list(market.get_asset_pairs(pair="BTC/USD")) == ["BTC/USD"]
    assert float(market.get_ticker(pair="XBTUSD")["XXBTZUSD"]["a"][0]) > 0
    assert len(market.get_order_book(pair="XBTUSD", count=10)["XXBTZUSD"]["bids"]) == 10
    assert "last" in market.get_ohlc(pair="XBTUSD", interval=1)
    assert "last" in market.get_recent_trades(pair="XBTUSD")
    assert "last" in market.get_recent_spreads(pair="XBTUSD")


def test_account_rest(venue: LocalExchange) -> None:
    key, secret = venue.key("viewer")
    user = spot.User(key=key, secret=secret, url=venue.rest)
    assert float(user.get_account_balance()["ZUSD"]) > 1000
    assert float(user.get_balances()["ZUSD"]["hold_trade"]) == 0
    assert float(user.get_trade_balance(asset="ZUSD")["eb"]) > 1000
    assert user.get_open_orders()["open"] == {}
    assert user.get_closed_orders()["count"] == 0
    assert user.get_trades_history()["count"] == 0
    assert user.get_ledgers_info()["count"] > 0
    assert user.get_trade_volume(pair="XBTUSD")["currency"] == "ZUSD"
    assert user.get_open_positions() in ({}, [])


def test_trading_over_rest(venue: LocalExchange) -> None:
    key, secret = venue.key("bob")
    trade = spot.Trade(key=key, secret=secret, url=venue.rest)
    user = spot.User(key=key, secret=secret, url=venue.rest)
    bid = float(spot.Market(url=venue.rest).get_ticker(pair="XBTUSD")["XXBTZUSD"]["b"][0])
    price = round(bid * 0.9, 1)
    placed = trade.create_order(ordertype="limit", side="buy", pair="XBTUSD", volume=0.001, price=price)
    order_id = placed["txid"][0]
    assert placed["descr"]["order"] == f"buy 0.00100000 XBTUSD @ limit {price}"
    assert trade.amend_order(txid=order_id, order_qty=0.002)["amend_id"].startswith("T")
    assert user.get_open_orders()["open"][order_id]["vol"] == "0.00200000"
    assert len(user.get_order_amends(order_id=order_id)["amends"]) == 2
    edited = trade.edit_order(txid=order_id, pair="XBTUSD", volume=0.003)
    assert edited["originaltxid"] == order_id
    assert trade.cancel_order(txid=edited["txid"])["count"] == 1
    batch = trade.create_order_batch(
        orders=[
            {"ordertype": "limit", "price": price - step, "timeinforce": "GTC", "type": "buy", "volume": 0.001}
            for step in range(3)
        ],
        pair="XBTUSD",
    )
    ids = [order["txid"] for order in batch["orders"]]
    assert trade.cancel_order_batch(orders=ids[:2])["count"] == 2
    assert trade.cancel_all_orders_after_x(timeout=60)["triggerTime"] != "0"
    assert trade.cancel_all_orders()["count"] == 1
    trade.cancel_all_orders_after_x(timeout=0)
    bought = trade.create_order(ordertype="market", side="buy", pair="XBTUSD", volume=0.001)["txid"][0]
    mine = user.get_trades_history()["trades"].values()
    assert sum(float(one["vol"]) for one in mine if one["ordertxid"] == bought) == pytest.approx(0.001)
    assert user.get_orders_info(txid=bought)[bought]["status"] == "closed"


@pytest.mark.parametrize(
    "params",
    [
        {"channel": "ticker", "symbol": [SYMBOL]},
        {"channel": "book", "symbol": [SYMBOL], "depth": 25},
        {"channel": "trade", "symbol": [SYMBOL], "snapshot": True},
        {"channel": "ohlc", "symbol": [SYMBOL], "interval": 5},
        {"channel": "instrument"},
    ],
    ids=lambda params: params["channel"],
)
def test_public_streams(venue: LocalExchange, params: Message) -> None:
    async def use(client: Any, heard: Heard) -> tuple[Message, Message]:
        await client.subscribe(params=params)
        snapshot = await heard.first(data_of(params["channel"], "snapshot"))
        await client.unsubscribe(params={name: value for name, value in params.items() if name != "snapshot"})
        return snapshot, await heard.first(answer_to("unsubscribe"))

    snapshot, gone = with_socket(venue, use, name=None, public=True)
    assert snapshot["data"]
    assert gone["success"], gone


def test_level_3(venue: LocalExchange) -> None:
    async def use(client: Any, heard: Heard) -> Message:
        await client.subscribe(params={"channel": "level3", "symbol": [SYMBOL], "depth": 10})
        await heard.first(data_of("level3", "snapshot"))
        return await heard.first(data_of("level3", "update"))

    update = with_socket(venue, use, level3=True)
    assert update["data"][0]["checksum"] > 0


def test_its_own_checksum_of_our_book(venue: LocalExchange, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its book client verifies each message; it has no argument for URLs, so its class attributes are set."""
    from kraken.base_api import SpotClient  # noqa: PLC0415 - an extra: only where the whole file runs

    monkeypatch.setattr(SpotClient, "URL", venue.rest)
    monkeypatch.setattr(spot.SpotOrderBookClient, "WS_URL", venue.ws_v1)
    valid: list[bool] = []

    async def main() -> None:
        enough = asyncio.Event()

        async def on_update(pair: str, message: Message) -> None:
            valid.append(client.get(pair=pair)["valid"])
            if len(valid) >= 50:
                enough.set()

        client = spot.SpotOrderBookClient(depth=10, callback=on_update)
        async with asyncio.timeout(DEADLINE_S), client:
            await client.add_book(pairs=[SYMBOL])
            await enough.wait()

    asyncio.run(main())
    assert all(valid)


def test_an_order_over_websocket_and_its_fills(venue: LocalExchange) -> None:
    async def use(client: Any, heard: Heard) -> tuple[Message, Message, Message]:
        await client.subscribe(params={"channel": "executions", "snap_orders": True, "snap_trades": True})
        await client.subscribe(params={"channel": "balances", "snapshot": True})
        await heard.first(data_of("executions", "snapshot"))
        await heard.first(data_of("balances", "snapshot"))
        order = {"order_type": "market", "side": "buy", "symbol": SYMBOL, "order_qty": 0.001}
        await client.send_message({"method": "add_order", "params": order})
        placed = await heard.first(answer_to("add_order"))
        filled = await heard.first(lambda message: rows_of(message, "filled"))
        posted = await heard.first(data_of("balances", "update"))
        return placed, filled, posted

    placed, filled, posted = with_socket(venue, use, name="carol")
    assert placed["success"], placed
    assert rows_of(filled, "filled")[0]["order_id"] == placed["result"]["order_id"]
    assert posted["data"][0]["type"] == "trade"


def test_every_order_method_over_websocket(venue: LocalExchange) -> None:
    async def use(client: Any, heard: Heard) -> dict[str, Message]:
        said: dict[str, Message] = {}

        async def ask(method: str, **params: Any) -> Message:
            await client.send_message({"method": method, "params": params})
            said[method] = await heard.first(answer_to(method))
            return said[method]

        await client.subscribe(params={"channel": "executions", "snap_orders": True})
        await client.subscribe(params={"channel": "ticker", "symbol": [SYMBOL]})
        ticker = await heard.first(data_of("ticker"))
        price = round(ticker["data"][0]["bid"] * 0.9, 1)
        order = {"order_type": "limit", "side": "buy", "order_qty": 0.001, "limit_price": price}
        placed = await ask("add_order", symbol=SYMBOL, **order)
        order_id = placed["result"]["order_id"]
        await ask("amend_order", order_id=order_id, order_qty=0.002)
        edited = await ask("edit_order", order_id=order_id, symbol=SYMBOL, order_qty=0.003, limit_price=price)
        await ask("cancel_order", order_id=[edited["result"]["order_id"]])
        batch = await ask("batch_add", symbol=SYMBOL, orders=[order, order, order])
        await ask("batch_cancel", orders=[item["order_id"] for item in batch["result"][:2]])
        await ask("cancel_all_orders_after", timeout=60)
        await ask("cancel_all")
        return said

    said = with_socket(venue, use, name="dave", public=True)
    assert {method for method, answer in said.items() if not answer["success"]} == set(), said
    assert said["cancel_all"]["result"]["count"] == 1
