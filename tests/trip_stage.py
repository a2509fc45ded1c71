"""A quiet exchange on which the test makes the market, and a bot on it: for tests that trip what risk checks."""

import json
import threading
import time
import urllib.request
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pytest
from msgspec.msgpack import Decoder

from bot_process import WAIT_S_MAX, BotProcess
from client_commands import control
from fathom.domain import Entry, Event
from fathom.exchange.listing import Listing, Pair
from fathom.protocol import rest
from fathom.store.segment import SegmentPlace, SegmentScan, segments_in
from local_exchange import LocalExchange, running_exchange

R = TypeVar("R")
DECODER = Decoder(Entry)
ASK_S_MAX = 20.0
LOOK_S = 0.1  # A journal is read anew so often.
HALF_SPREAD = Decimal("0.001")
SHOWN = Decimal(1000)  # What stands at the best bid and the best ask, in the pair's quote currency.
PROBE = Path(__file__).parent / "trip_probe.py"
LISTING = Listing()


class Desk:
    """Somebody with a key, who trades by REST."""

    def __init__(self, exchange: LocalExchange, key: str, secret: str) -> None:
        self._url = exchange.rest
        self._key = key
        self._secret = b64decode(secret)

    def ask(self, request: rest.RestRequest[R]) -> R:
        """Send one private request, and insist that it is done."""
        nonce, path = str(time.time_ns()), request.endpoint.path  # As the bot's own, which has the same key.
        body = rest.private_body(request, nonce=nonce)
        sign = rest.api_sign(path, nonce=nonce, body=body.content, secret=self._secret)
        headers = {"API-Key": self._key, "API-Sign": sign, "Content-Type": body.content_type}
        sent = urllib.request.Request(self._url + path, data=body.content, headers=headers)
        with urllib.request.urlopen(sent, timeout=ASK_S_MAX) as response:
            answer = rest.open_envelope(response.read())
        assert isinstance(answer, rest.Answer), answer
        assert not answer.errors, (request, answer.errors)
        return rest.read_result(request, answer.result)

    def count(self) -> int:
        """Return how many orders the account ever had."""
        closed = self.ask(rest.ClosedOrders()).count
        assert closed is not None
        return closed + len(self.ask(rest.OpenOrders()).open)

    def open_bids(self, symbol: str) -> list[str]:
        """Return the exchange's ids of what is open to buy a pair."""
        orders = self.ask(rest.OpenOrders()).open.items()
        return [txid for txid, order in orders if order.descr.type == "buy" and order.descr.pair == altname_of(symbol)]

    def orders(self, symbol: str) -> list[rest.OrderInfo]:
        """Return every order that the account ever had of a pair, as the exchange knows them."""
        found = [*self.ask(rest.OpenOrders()).open.values(), *self._closed()]
        return [order for order in found if order.descr.pair == altname_of(symbol)]

    def _closed(self) -> Iterator[rest.OrderInfo]:
        seen = 0
        while page := self.ask(rest.ClosedOrders(ofs=seen)).closed:
            yield from page.values()
            seen += len(page)


@contextmanager
def quiet_exchange(state: Path, *options: str) -> Iterator[LocalExchange]:
    """Start an exchange on which nobody trades but its clients. A bot of this process's finds it by its note."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FATHOM_STATE_DIR", str(state))  # As every test has it.
        with running_exchange("--quiet-market", "--no-limits", *options) as exchange:
            yield exchange


class TripStage:
    """The exchange, the market that the test makes on it, and the account of the bot."""

    def __init__(self, exchange: LocalExchange, account: str) -> None:
        self.exchange = exchange
        self.account = account
        self.desk = Desk(exchange, *exchange.key(account))
        made = self.control("/accounts", name="maker")
        self._maker = Desk(exchange, made["key"], made["secret"])
        self._quotes: dict[tuple[str, str], tuple[str, Decimal]] = {}  # (symbol, side) -> (id, price).

    # -- The venue ---------------------------------------------------------------------------------------------

    def control(self, path: str, method: str | None = None, /, **body: Any) -> Any:
        """Ask the control API for what it must do."""
        return control(self.exchange.control, path, body or None, method=method)

    def fault(self, kind: str, /, **table: Any) -> str:
        """Switch a fault on; return its name."""
        name: str = self.control("/faults", kind=kind, **table)["id"]
        return name

    def no_more_faults(self, name: str = "") -> None:
        """Switch one off, or all."""
        self.control(f"/faults/{name}" if name else "/faults", "DELETE")

    def open_orders(self) -> list[str]:
        """Return the ids of the bot's open orders, as the exchange itself knows them."""
        accounts = self.control("/state")["accounts"]
        return next(list(one["open_orders"]) for one in accounts if one["name"] == self.account)

    def take_away(self, asset: str) -> None:
        """Let the bot's account hold nothing of an asset."""
        held = self.desk.ask(rest.Balance())
        known = LISTING.assets[asset]
        self.control(f"/accounts/{self.account}/withdraw", asset=asset, amount=f"{held[known.rest_id]:f}")

    # -- The market --------------------------------------------------------------------------------------------

    def quote(
        self, symbol: str, *, half_spread: Decimal = HALF_SPREAD, sides: tuple[str, ...] = ("buy", "sell")
    ) -> None:
        """Show a bid and an ask around the pair's reference price, or one of them."""
        mid = mid_of(symbol)
        self.control("/accounts/maker/deposit", asset=pair_of(symbol).quote, amount=f"{2 * SHOWN}")
        for side in sides:
            price = at(symbol, 1 - half_spread if side == "buy" else 1 + half_spread)
            order = rest.AddOrder(
                pair=symbol, ordertype="limit", type=side, volume=qty_worth(symbol, SHOWN, mid), price=price
            )
            placed = self._maker.ask(order)
            self._quotes[symbol, side] = placed.txid[0], price

    def move(self, symbol: str, share: str) -> None:
        """Move the mid to this share of the reference price; down, or back up."""
        rises = at(symbol, Decimal(share)) > self._quotes[symbol, "buy"][1]
        for side in ("sell", "buy") if rises else ("buy", "sell"):
            txid, _ = self._quotes[symbol, side]
            offset = -HALF_SPREAD if side == "buy" else HALF_SPREAD
            price = at(symbol, Decimal(share) * (1 + offset))
            self._maker.ask(rest.AmendOrder(txid=txid, limit_price=price))
            self._quotes[symbol, side] = txid, price


def altname_of(symbol: str) -> str:
    """Return the pair's name in what REST tells of orders."""
    return pair_of(symbol).altname


def mid_of(symbol: str) -> Decimal:
    """Return the pair's reference price, around which the market is made."""
    return pair_of(symbol).reference_price


def pair_of(symbol: str) -> Pair:
    """Return what the exchange knows of a pair."""
    pair = LISTING.pair(symbol)
    assert pair is not None, symbol
    return pair


def at(symbol: str, share: Decimal) -> Decimal:
    """Return a share of the reference price, on a tick."""
    pair = pair_of(symbol)
    rounding = ROUND_CEILING if share > 1 else ROUND_FLOOR
    tick = Decimal(pair.price_increment_ticks).scaleb(-pair.price_precision)
    return (pair.reference_price * share / tick).to_integral_value(rounding) * tick


def qty_worth(symbol: str, worth: Decimal, price: Decimal) -> Decimal:
    """Return how much of the base currency is worth so much."""
    return (worth / price).quantize(Decimal(1).scaleb(-pair_of(symbol).qty_precision), rounding=ROUND_FLOOR)


def probe_toml(name: str, *, symbol: str, worth: str, share: str | None, **params: Any) -> str:
    """Return a strategy for bot.toml: a Probe that asks for so much at this share of the reference price.

    `share` None: at the market.
    """
    price = at(symbol, Decimal(share)) if share is not None else None
    qty = qty_worth(symbol, Decimal(worth), price or mid_of(symbol))
    said: dict[str, Any] = {"symbol": symbol, "qty": f"{qty:f}", **params}
    if price is not None:
        said["price"] = f"{price:f}"
    table = ", ".join(f"{key} = {json.dumps(value)}" for key, value in said.items())
    return f'[[strategies]]\nname = "{name}"\nstrategy = "trip_probe.py:Probe"\nparams = {{ {table} }}\n'


def folder_with_probe(folder: Path) -> Path:
    """Return the folder, with the strategy in it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PROBE.name).write_text(PROBE.read_text())
    return folder


class Tail:
    """The journal of a bot that runs, read on from where it was read before."""

    def __init__(self, bot: BotProcess) -> None:
        self._bot = bot
        self._entries: list[Entry] = []

    def read(self) -> list[Entry]:
        """Return all entries so far."""
        if self._bot.journal.is_dir() and (segments := segments_in(self._bot.journal)):
            scan = SegmentScan(segments[0], place=SegmentPlace(), last=True)
            self._entries += map(DECODER.decode, islice(scan, len(self._entries), None))
        return self._entries

    def after(self, seq: int) -> list[Entry]:
        """Return the entries after a place in it."""
        return self.read()[seq - self._entries[0].seq + 1 :]

    def last_seq(self) -> int:
        """Return the place of the newest entry."""
        return self.read()[-1].seq


def told(entries: list[Entry], kind: type[Event], **fields: Any) -> list[Any]:
    """Return the events of a kind that have these values."""
    return [
        entry.event
        for entry in entries
        if isinstance(entry.event, kind) and all(getattr(entry.event, name) == value for name, value in fields.items())
    ]


def until_none(bot: BotProcess, lacking: Callable[[], object]) -> None:
    """Wait until nothing is lacking; say what is, where that takes too long."""
    deadline = time.monotonic() + WAIT_S_MAX
    while lacked := lacking():
        assert bot.process.poll() is None, f"it ended, and lacked {lacked}: {bot.said()}"
        assert time.monotonic() < deadline, f"{lacked} is lacking after {WAIT_S_MAX} s: {bot.said()}"
        threading.Event().wait(LOOK_S)
