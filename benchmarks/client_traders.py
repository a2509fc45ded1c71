"""Whole clients as their users run them, placing orders at the local exchange; and the bare echo, which does nothing.

Imports: ccxt, kraken (SDK), fathom, socket_client. Imported by: client_process.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Literal, Protocol

import msgspec
from socket_client import SocketClient, connected

import fathom
from fathom import rest
from fathom.net import Credentials, Options
from fathom.protocol.budget import PARTS, TIERS

SYMBOL = "BTC/USD"
QTY = "0.0001"
PRICE = "20000.0"
# What our own client says of an order, as an echo would have it: as long.
ORDER = (
    b'{"method":"add_order","params":{"order_type":"limit","side":"buy","symbol":"BTC/USD","order_qty":0.0001,'
    b'"limit_price":20000.0,"cl_ord_id":"f-0123456789abcdef","token":"' + b"x" * 43 + b'"},"req_id":1000}'
)


class Trader(Protocol):
    """Somebody with an account."""

    async def open(self) -> None:
        """Connect."""

    async def market(self, symbols: list[str]) -> None:
        """Hear of the market, too."""

    async def add(self) -> str:
        """Place an order that rests, and return its id."""

    async def cancel(self, order_id: str) -> None:
        """Cancel it."""

    def frames(self) -> int:
        """How many frames of the market came so far."""

    async def close(self) -> None:
        """Be done."""


def account_of(said: dict[str, Any], name: str) -> dict[str, str]:
    """Return a sample account: each trader has its own, as no two agree on what a nonce is."""
    return next(account for account in said["accounts"] if account["name"] == name)


class Listener:
    """A bare connection for the market of whoever is not to be slowed down by it."""

    def __init__(self) -> None:
        self.client: SocketClient | None = None

    async def open(self, url: str, symbols: list[str]) -> None:
        """Subscribe to books of these."""
        self.client = await connected(url)
        ask = {"method": "subscribe", "params": {"channel": "book", "depth": 10, "symbol": symbols}}
        self.client.send(msgspec.json.encode(ask))

    def frames(self) -> int:
        """How many frames came so far."""
        return 0 if self.client is None else self.client.frames


class EchoTrader:
    """Sends a frame as long as an order, and waits for it to come back."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.url: str = said["echo"]
        self.client: SocketClient | None = None
        self.listener: SocketClient | None = None
        self.waiting: asyncio.Future[bytes] | None = None

    async def open(self) -> None:
        self.client = await connected(self.url)
        self.client.hear = self.hear

    async def market(self, symbols: list[str]) -> None:  # noqa: ARG002 - It has no pairs.
        self.listener = await connected(self.url)
        self.listener.send(b"market")

    def hear(self, frame: bytes) -> None:
        if self.waiting is not None:
            self.waiting.set_result(frame)

    async def add(self) -> str:
        assert self.client is not None
        self.waiting = asyncio.get_running_loop().create_future()
        self.client.send(ORDER)
        await self.waiting
        return ""

    async def cancel(self, order_id: str) -> None:  # noqa: ARG002 - Nor orders.
        await self.add()

    def frames(self) -> int:
        return 0 if self.listener is None else self.listener.frames

    async def close(self) -> None:
        for client in (self.client, self.listener):
            if client is not None:
                client.close()


class BareTrader:
    """Sends the exchange finished bytes: what it takes itself."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.said = said
        self.listener = Listener()
        self.client: SocketClient | None = None
        self.waiting: asyncio.Future[bytes] | None = None
        self.token = ""
        self.order = b""

    async def open(self) -> None:
        account = account_of(self.said, "bob")
        credentials = Credentials(key=account["key"], secret=account["secret"])
        async with fathom.connect(self.said["rest"], credentials=credentials) as kraken:
            self.token = (await kraken.rest(rest.GetWebSocketsToken())).token.text
        self.order = ORDER.replace(b"x" * 43, self.token.encode()).replace(b'"cl_ord_id":"f-0123456789abcdef",', b"")
        self.client = await connected(self.said["ws_private"])
        self.client.hear = self.hear
        await self.ask(b'{"method":"subscribe","params":{"channel":"executions","token":"%s"}}' % self.token.encode())

    async def market(self, symbols: list[str]) -> None:
        await self.listener.open(self.said["ws_public"], symbols)

    def hear(self, frame: bytes) -> None:
        if frame.startswith(b'{"method"') and self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(frame)

    async def ask(self, frame: bytes) -> bytes:
        assert self.client is not None
        self.waiting = asyncio.get_running_loop().create_future()
        self.client.send(frame)
        answer = await self.waiting
        assert b'"success":true' in answer, answer
        return answer

    async def add(self) -> str:
        return str(msgspec.json.decode(await self.ask(self.order))["result"]["order_id"])

    async def cancel(self, order_id: str) -> None:
        params = {"order_id": [order_id], "token": self.token}
        await self.ask(msgspec.json.encode({"method": "cancel_order", "params": params, "req_id": 1001}))

    def frames(self) -> int:
        return self.listener.frames()

    async def close(self) -> None:
        for client in (self.client, self.listener.client):
            if client is not None:
                client.close()


class FathomTrader:
    """Our own. The exchange has no limits, so our count of them is told to be over at once: it is kept all the same."""

    def __init__(self, said: dict[str, Any], *, path: Literal["websocket", "rest"] = "websocket") -> None:
        for tier in TIERS:
            msgspec.structs.force_setattr(tier, "decay", PARTS)
        account = account_of(said, "alice" if path == "websocket" else "bob")
        credentials = Credentials(key=account["key"], secret=account["secret"])
        self.kraken = fathom.connect(said["rest"], credentials=credentials, options=Options(orders_over=path))

    async def open(self) -> None:
        await self.kraken.open()
        await self.kraken.trading()

    async def market(self, symbols: list[str]) -> None:
        self.kraken.book(*symbols, callback=lambda _: None)

    async def add(self) -> str:
        placed = await self.kraken.add_order(SYMBOL, "buy", "limit", order_qty=QTY, limit_price=PRICE)
        assert placed.order_id is not None
        return placed.order_id

    async def cancel(self, order_id: str) -> None:
        cancelled = await self.kraken.cancel_order(order_id)
        assert cancelled.count == 1, cancelled

    def frames(self) -> int:
        return sum(verified for verified, _ in self.kraken.books_verified().values())

    async def close(self) -> None:
        await self.kraken.close()


class CcxtTrader:
    """ccxt pro's `create_order_ws`."""

    def __init__(self, said: dict[str, Any]) -> None:
        import ccxt.pro  # noqa: PLC0415 - Each process loads what it measures.

        self.said = said
        self.listener = Listener()
        account = account_of(said, "carol")
        keys = {"apiKey": account["key"], "secret": account["secret"]}
        self.exchange: Any = ccxt.pro.kraken({**keys, "enableRateLimit": False})
        urls = self.exchange.urls["api"]
        urls["public"] = urls["private"] = said["rest"]
        urls["ws"].update(publicV2=said["ws_public"], privateV2=said["ws_private"])

    async def open(self) -> None:
        await self.exchange.load_markets()

    async def market(self, symbols: list[str]) -> None:
        await self.listener.open(self.said["ws_public"], symbols)

    async def add(self) -> str:
        placed = await self.exchange.create_order_ws(SYMBOL, "limit", "buy", float(QTY), float(PRICE))
        return str(placed["id"])

    async def cancel(self, order_id: str) -> None:
        await self.exchange.cancel_order_ws(order_id)

    def frames(self) -> int:
        return self.listener.frames()

    async def close(self) -> None:
        await self.exchange.close()


class SdkTrader:
    """python-kraken-sdk's socket: what its user builds on `send_message` and the callback."""

    def __init__(self, said: dict[str, Any]) -> None:
        from kraken.spot import SpotWSClient  # noqa: PLC0415 - As above.

        self.said = said
        self.listener = Listener()
        self.waiting: asyncio.Future[dict[str, Any]] | None = None
        account = account_of(said, "dave")
        self.client: Any = SpotWSClient(
            key=account["key"],
            secret=account["secret"],
            callback=self.hear,
            no_public=True,
            rest_url=said["rest"],
            ws_url=said["ws_public"].removesuffix("/v2"),
            auth_ws_url=said["ws_private"].removesuffix("/v2"),
        )

    async def open(self) -> None:
        await self.client.__aenter__()
        await self.client.subscribe(params={"channel": "executions", "snap_orders": True})

    async def market(self, symbols: list[str]) -> None:
        await self.listener.open(self.said["ws_public"], symbols)

    async def hear(self, message: dict[str, Any]) -> None:
        answers = message.get("method") in {"add_order", "cancel_order"}
        if answers and self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(message)

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self.waiting = asyncio.get_running_loop().create_future()
        await self.client.send_message({"method": method, "params": params})
        answer = await self.waiting
        assert answer["success"], answer
        return answer

    async def add(self) -> str:
        order = {"order_type": "limit", "side": "buy", "order_qty": float(QTY), "limit_price": float(PRICE)}
        return str((await self.ask("add_order", symbol=SYMBOL, **order))["result"]["order_id"])

    async def cancel(self, order_id: str) -> None:
        await self.ask("cancel_order", order_id=[order_id])

    def frames(self) -> int:
        return self.listener.frames()

    async def close(self) -> None:
        """Nothing: its own end takes ten seconds, and the process ends anyway."""


TRADERS: dict[str, Callable[[dict[str, Any]], Trader]] = {
    "bare picows echo": EchoTrader,
    "bare picows, an order": BareTrader,
    "fathom": FathomTrader,
    "fathom, over REST": lambda said: FathomTrader(said, path="rest"),
    "ccxt pro": CcxtTrader,
    "python-kraken-sdk": SdkTrader,
}
