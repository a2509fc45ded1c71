"""A venue of nothing but its markets, driven by hand; what is needed to read and compare frames."""

import json
import re
from pathlib import Path
from random import Random
from typing import Any

from fathom.exchange.bank.account import Account
from fathom.exchange.core.book import Side
from fathom.exchange.core.events import Event, PairChanged, QueueMoved, TradeDone
from fathom.exchange.core.ids import Ids
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order
from fathom.exchange.core.rules import Rules
from fathom.exchange.feeds import Hub, Topic
from fathom.exchange.listing import Listing, Pair
from recorded import FIXTURES

T0 = 1_700_006_400_000_000_000  # 2023-11-15, midnight UTC.
S = 1_000_000_000
BTC = "BTC/USD"
MID = 970_000
LOTS_MAX = 10**9


class FeedVenue:
    """Real markets, without the engine: orders are put and taken by the test, which says what happened."""

    def __init__(self, *symbols: str, seed: int = 1, rules: Rules = Rules()) -> None:  # noqa: B008 - it is frozen
        self.rules = rules
        self.listing = Listing.of(symbols or (BTC,))
        self.markets = {symbol: Market(self.listing, pair) for symbol, pair in self.listing.pairs.items()}
        self.now_ns = T0
        self.events: list[Event] = []
        self.account = Account(name="house", number="AA", house=True)
        self.symbol = next(iter(self.markets))
        self._ids = Ids(seed)

    def take_events(self) -> list[Event]:
        events, self.events = self.events, []
        return events

    @property
    def market(self) -> Market:
        return self.markets[self.symbol]

    def add(self, side: str, price_ticks: int, lots: int, *, order_id: str | None = None) -> Order:
        order = Order(
            order_id=order_id or self._ids.order(),
            account=self.account,
            symbol=self.symbol,
            side=side,
            order_type="limit",
            qty_lots=lots,
            limit_ticks=price_ticks,
            shown_lots=lots,
            queued_ns=self.market.next_queued_ns(self.now_ns),
        )
        self.market.side(side).add(order)
        self._moved("add", order)
        return order

    def cancel(self, order: Order) -> None:
        self.market.side(order.side).remove(order)
        self._moved("delete", order)

    def show(self, order: Order, lots: int) -> None:
        self.market.side(order.side).show(order, lots)
        self._moved("modify", order)

    def trade(self, side: str, price_ticks: int, lots: int, *, ord_type: str = "market") -> None:
        market = self.market
        trade = TradeDone(self.symbol, market.next_trade_id, side, price_ticks, lots, ord_type, self.now_ns)
        market.next_trade_id += 1
        market.last_ticks = price_ticks
        market.trades.append(trade)
        self.events.append(trade)

    def change(self, pair: Pair) -> None:
        old = self.market.pair
        self.listing.replace_pair(pair)
        self.market.set_pair(pair, system="online")
        self.events.append(PairChanged(pair, old, self.now_ns))

    def _moved(self, kind: str, order: Order) -> None:
        assert order.limit_ticks is not None
        self.events.append(
            QueueMoved(
                self.symbol, order.side, kind, order.order_id, order.limit_ticks, order.shown_lots, order.queued_ns
            )
        )


class Ear:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.channels: list[str] = []

    def push(self, frame: bytes, channel: str) -> None:
        self.frames.append(frame)
        self.channels.append(channel)

    def take(self) -> list[bytes]:
        frames, self.frames = self.frames, []
        return frames


def listen(hub: Hub, venue: FeedVenue, *topics: Topic) -> dict[Topic, Ear]:
    """Subscribe to each topic, snapshot first."""
    ears = {topic: Ear() for topic in topics}
    for topic, ear in ears.items():
        hub.subscribe(topic, ear, now_ns=venue.now_ns)
        for frame in hub.snapshot(topic, now_ns=venue.now_ns):
            ear.push(frame, "")
    return ears


def one_frame(ear: Ear) -> dict[str, Any]:
    """The only frame heard, with numbers as they were written."""
    (frame,) = ear.take()
    return read(frame)


def read(frame: bytes | str) -> Any:
    """A frame, with numbers as they were written."""
    return json.loads(frame, parse_float=str, parse_int=str)


def fill(venue: FeedVenue, *, levels: int, orders: int = 1, rng: Random) -> list[Order]:
    """Put so many levels on each side, with some gaps between them."""
    return [
        venue.add(side, MID + sign * (1 + 3 * level), rng.randint(1, LOTS_MAX))
        for _ in range(orders)
        for level in range(levels)
        for side, sign in (("buy", -1), ("sell", 1))
    ]


class Storm:
    """Random orders that come, shrink and go, mostly near the best prices, several at one instant."""

    def __init__(self, venue: FeedVenue, *, seed: int, levels: int, reach: float = 12.0) -> None:
        self.venue = venue
        self.rng = Random(seed)
        self.levels = levels
        self.reach = reach
        self.live = fill(venue, levels=levels, rng=self.rng)

    def blow(self, hub: Hub) -> None:
        """Let something happen at one time, and publish it."""
        rng = self.rng
        self.venue.now_ns += rng.randint(0, 50_000_000)
        for _ in range(rng.choice((1, 1, 1, 1, 2, 3, 10))):
            self._move()
        if rng.random() < 0.1:
            self.venue.trade(rng.choice(("buy", "sell")), MID + rng.randint(-9, 9), rng.randint(1, LOTS_MAX))
        hub.publish(now_ns=self.venue.now_ns)

    def _move(self) -> None:
        rng, venue = self.rng, self.venue
        side, sign = rng.choice((("buy", -1), ("sell", 1)))
        standing = venue.market.side(side)
        choice = rng.random()
        if choice < 0.45 or len(self.live) < 3:
            price = MID + sign * (1 + min(int(rng.expovariate(1 / self.reach)), 3 * self.levels))
            self.live.append(venue.add(side, price, rng.randint(1, LOTS_MAX)))
        elif choice < 0.55 and len(standing):
            for order in standing.level(standing.best() or 0):  # The best level goes whole.
                self.live.remove(order)
                venue.cancel(order)
        elif choice < 0.85:
            order = self.live.pop(rng.randrange(len(self.live)) if rng.random() < 0.3 else -1)
            venue.cancel(order)
            if rng.random() < 0.3:  # It comes again elsewhere, under the same id, as after a new price.
                price = order.limit_ticks + rng.choice((-9, -3, 3, 9))
                if (MID - price) * (-1 if order.side == "sell" else 1) > 0:
                    self.live.append(venue.add(order.side, price, order.shown_lots, order_id=order.order_id))
        else:
            order = rng.choice(self.live)
            if order.shown_lots > 1:
                venue.show(order, rng.randint(1, order.shown_lots))


def levels_of(side: Side, depth: int) -> list[tuple[int, int]]:
    """The plain truth of one side, from its orders."""
    sums: dict[int, int] = {}
    for price, orders in side.orders(depth):
        sums[price] = sum(order.shown_lots for order in orders)
    return list(sums.items())


# -- Real frames ---------------------------------------------------------------------------------------------


def real_frames(test: str) -> list[str]:
    """The frames of one test of kraken-async-rs, as they came over the wire. Skips where they are not there."""
    path: Path = FIXTURES / "kraken-async-rs/ws-v2-messages.jsonl"
    lines = [line for line in path.read_text().splitlines() if f'"test":"{test}"' in line]
    assert lines, test
    return [line[line.index('"text":') + len('"text":') : -1] for line in lines]


def shape(text: str | bytes) -> Any:
    """What a frame looks like: keys in their order, decimals of numbers, kinds of texts, not what it says."""
    return _shape(json.loads(text, parse_float=_Number, parse_int=_Number, object_pairs_hook=list))


class _Number(str):
    __slots__ = ()


def _shape(value: Any) -> Any:
    if isinstance(value, list):
        if value and all(isinstance(one, tuple) for one in value):
            return [(key, _shape(one)) for key, one in value]
        return [_shape(value[0])] if value else []
    if isinstance(value, _Number):
        return f"{len(value.partition('.')[2])} decimals" if "." in value else "whole number"
    if isinstance(value, str):
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", value):
            return f"time with {len(value) - 21} decimals"
        if re.fullmatch(r"[\d.]+", value):
            return f"text with {len(value.partition('.')[2])} decimals"
        return "text"
    return type(value).__name__
