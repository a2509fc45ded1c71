"""The plain versions that the kernel must agree with, and seeded markets that send it frames.

`PlainL2` and `PlainL3` do what book-checksum.md says in the plainest way; `read_l2` and `read_l3` read a frame with
Python's JSON parser and Decimal; `MarketL2` and `MarketL3` play a venue that knows more than the depth it sends.
"""

from __future__ import annotations

import json
import re
import zlib
from bisect import bisect_left, insort
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from random import Random
from typing import Any

INT64_MAX = 2**63 - 1
WIDE = Context(prec=200)


def crc(asks: list[tuple[int, int]], bids: list[tuple[int, int]]) -> int:
    """Return the CRC-32 of (price_ticks, qty_lots) already cut to what is checked."""
    return zlib.crc32("".join(f"{price}{qty}" for price, qty in [*asks, *bids]).encode())


def text(units: int, precision: int) -> str:
    """Return units of 10^-precision as Kraken writes them."""
    digits = str(units).rjust(precision + 1, "0")
    return f"{digits[:-precision]}.{digits[-precision:]}" if precision else digits


def odd_text(units: int, precision: int, random: Random) -> str:
    """Return the same number in another spelling."""
    padded = text(units, precision)
    short = padded.rstrip("0").rstrip(".") if "." in padded else padded
    shift = random.randrange(-3, 4)
    moved = text(units, precision + shift) if precision + shift > 0 else str(units * 10 ** -(precision + shift))
    sign = random.choice(["", "+"]) if shift >= 0 else ""
    return random.choice([short, padded + "0" if "." in padded else padded, f"{moved}{random.choice('eE')}{sign}{shift}"])


# --- frames ---------------------------------------------------------------------------------------------------------


def level_json(price: int, qty: int, places: tuple[int, int]) -> str:
    return f'{{"price":{text(price, places[0])},"qty":{text(qty, places[1])}}}'


def l2_frame(
    kind: str,
    bids: list[tuple[int, int]],
    asks: list[tuple[int, int]],
    checksum: int | None,
    *,
    places: tuple[int, int],
    stamp: str = "2024-05-19T16:45:24.204654Z",
) -> bytes:
    """Return a frame as Kraken lays it out."""
    sides = ",".join(
        f'"{name}":[{",".join(level_json(*level, places) for level in levels)}]'
        for name, levels in (("bids", bids), ("asks", asks))
    )
    check = "" if checksum is None else f',"checksum":{checksum}'
    return (
        f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"BTC/USD",{sides}{check},"timestamp":"{stamp}"}}]}}'
    ).encode()


def odd_l2_frame(
    kind: str,
    bids: list[tuple[int, int]],
    asks: list[tuple[int, int]],
    checksum: int,
    *,
    places: tuple[int, int],
    random: Random,
) -> bytes:
    """Return the same frame with other white space, order, spellings of numbers, and fields nobody knows."""

    def level(price: int, qty: int) -> list[tuple[str, str]]:
        return [("price", odd_text(price, places[0], random)), ("qty", odd_text(qty, places[1], random))]

    sides = [
        (name, odd_array([odd_object(level(*one), random) for one in levels], random))
        for name, levels in (("bids", bids), ("asks", asks))
        if levels or random.random() < 0.5
    ]
    return odd_frame("book", kind, [*sides, ("checksum", str(checksum))], random)


def odd_frame(channel: str, kind: str, fields: list[tuple[str, str]], random: Random) -> bytes:
    data = odd_array([odd_object([("symbol", '"BTC\\/USD"'), *fields], random)], random)
    outer = [("channel", json.dumps(channel)), ("type", json.dumps(kind)), ("data", data)]
    return (space(random) + odd_object(outer, random) + space(random)).encode()


def space(random: Random) -> str:
    return random.choice(["", "", " ", "\n", "\t", "\r\n", "  "])


ODD_VALUES = ['"\\u20ac \\" \\\\ é"', "[1,[2,{}],{}]", '{"price":1,"bids":[[]],"channel":"x"}', "true", "-1.5e-3", "null"]


def odd_object(fields: list[tuple[str, str]], random: Random) -> str:
    fields = list(fields)
    if random.random() < 0.3:
        fields.append((random.choice(["x", "qty2", "bi\\u0064", "", "a\\nb"]), random.choice(ODD_VALUES)))
    random.shuffle(fields)
    members = (f'{space(random)}"{name}"{space(random)}:{space(random)}{value}{space(random)}' for name, value in fields)
    return "{" + ",".join(members) + "}"


def odd_array(items: list[str], random: Random) -> str:
    return "[" + ",".join(space(random) + item + space(random) for item in items) + (space(random) if items else "") + "]"


def order_json(event: dict[str, Any], places: tuple[int, int]) -> str:
    kind = f'"event":"{event["event"]}",' if "event" in event else ""
    return (
        f'{{{kind}"order_id":"{event["order_id"]}","limit_price":{text(event["price"], places[0])},'
        f'"order_qty":{text(event["qty"], places[1])},"timestamp":"{stamp_of(event["time_ns"])}"}}'
    )


def l3_frame(
    kind: str,
    bids: list[dict[str, Any]],
    asks: list[dict[str, Any]],
    checksum: int | None,
    *,
    places: tuple[int, int],
) -> bytes:
    """Return a frame as Kraken lays it out."""
    sides = ",".join(
        f'"{name}":[{",".join(order_json(one, places) for one in orders)}]'
        for name, orders in (("bids", bids), ("asks", asks))
    )
    check = "" if checksum is None else f'"checksum":{checksum},'
    return f'{{"channel":"level3","type":"{kind}","data":[{{{check}"symbol":"BTC/USD",{sides}}}]}}'.encode()


def odd_l3_frame(
    kind: str,
    bids: list[dict[str, Any]],
    asks: list[dict[str, Any]],
    checksum: int,
    *,
    places: tuple[int, int],
    random: Random,
) -> bytes:
    def order(event: dict[str, Any]) -> list[tuple[str, str]]:
        kind = [("event", json.dumps(event["event"]))] if "event" in event else []
        return [
            *kind,
            ("order_id", json.dumps(event["order_id"])),
            ("limit_price", odd_text(event["price"], places[0], random)),
            ("order_qty", odd_text(event["qty"], places[1], random)),
            ("timestamp", json.dumps(stamp_of(event["time_ns"]))),
        ]

    sides = [
        (name, odd_array([odd_object(order(one), random) for one in orders], random))
        for name, orders in (("bids", bids), ("asks", asks))
    ]
    return odd_frame("level3", kind, [*sides, ("checksum", str(checksum))], random)


def stamp_of(time_ns: int) -> str:
    whole = datetime.fromtimestamp(time_ns // 10**9, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{time_ns % 10**9:09d}Z"


# --- reading a frame with Python's parser ---------------------------------------------------------------------------


class Refused(Exception):
    """The frame is not what it should be."""


class Number(str):
    """A number's text."""


class Pairs(list[tuple[str, Any]]):
    """An object's members."""


def parse(frame: bytes) -> Any:
    try:
        return json.loads(
            frame.decode(),
            parse_int=Number,
            parse_float=Number,
            parse_constant=lambda word: (_ for _ in ()).throw(ValueError(word)),
            object_pairs_hook=Pairs,
        )
    except ValueError as error:
        raise Refused(str(error)) from None


def members(value: Any, names: set[str]) -> dict[str, Any]:
    """Return the members with these names, each at most once."""
    if not isinstance(value, Pairs):
        raise Refused("no object")
    known = [(name, what) for name, what in value if name in names]
    if len(known) != len({name for name, _ in known}):
        raise Refused("twice")
    return dict(known)


def units(value: Any, precision: int) -> int:
    if not isinstance(value, Number) or value.startswith("-"):
        raise Refused("no number")
    if not re.search("[1-9]", re.split("[eE]", value)[0]):
        return 0
    try:
        scaled = Decimal(value).scaleb(precision, context=WIDE)
        if scaled.adjusted() > 30 or scaled != scaled.to_integral_value() or scaled > INT64_MAX:
            raise Refused("does not fit")
    except InvalidOperation:
        raise Refused("does not fit") from None
    return int(scaled)


def price_units(value: Any, precision: int) -> int:
    if (price := units(value, precision)) == 0:
        raise Refused("price")
    return price


INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def instant(value: Any) -> int:
    found = INSTANT.fullmatch(value) if type(value) is str else None
    if found is None:
        raise Refused("time")
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    shift = timedelta()
    if found[8] not in {"Z", "z"}:
        hours, minutes = int(found[8][1:3]), int(found[8][4:])
        if hours > 23 or minutes > 59:
            raise Refused("offset")
        shift = timedelta(hours=hours, minutes=minutes) * (1 if found[8][0] == "+" else -1)
    try:
        whole = datetime(year, month, day, hour, minute, tzinfo=UTC) - shift
    except (ValueError, OverflowError):
        raise Refused("date") from None
    if not 1970 <= year <= 2261 or second > 60 or whole < datetime(1970, 1, 1, tzinfo=UTC):
        raise Refused("date")
    seconds = (whole - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) + second
    return seconds * 10**9 + int((found[7] or "").ljust(9, "0"))


def envelope(frame: bytes, channel: str) -> tuple[str, Any, Any, int | None]:
    outer = members(parse(frame), {"channel", "type", "data"})
    if outer.get("channel") != channel or type(outer["channel"]) is not str:
        raise Refused("channel")
    if outer.get("type") not in {"snapshot", "update"} or type(outer["type"]) is not str:
        raise Refused("type")
    data = outer.get("data")
    if type(data) is not list or len(data) != 1:
        raise Refused("data")
    inner = members(data[0], {"symbol", "bids", "asks", "checksum", "timestamp"})
    if type(inner.get("symbol", "")) is not str:
        raise Refused("symbol")
    if "timestamp" in inner:
        instant(inner["timestamp"])
    checksum = inner.get("checksum")
    if checksum is not None:
        if not isinstance(checksum, Number) or not re.fullmatch("[0-9]+", checksum) or int(checksum) >= 2**32:
            raise Refused("checksum")
        checksum = int(checksum)
    sides = [inner.get("bids", []), inner.get("asks", [])]
    if any(type(side) is not list for side in sides):
        raise Refused("side")
    return outer["type"], sides[0], sides[1], checksum


Levels = list[tuple[int, int]]


def read_l2(frame: bytes, places: tuple[int, int]) -> tuple[str, Levels, Levels, int | None]:
    """Return (type, bids, asks, checksum) of a book frame, or raise Refused."""
    kind, *sides, checksum = envelope(frame, "book")
    read = []
    for side in sides:
        levels = []
        for one in side:
            level = members(one, {"price", "qty"})
            levels.append((price_units(level.get("price"), places[0]), units(level.get("qty"), places[1])))
        read.append(levels)
    return kind, read[0], read[1], checksum


def read_l3(
    frame: bytes, places: tuple[int, int]
) -> tuple[str, list[dict[str, Any]], list[dict[str, Any]], int | None]:
    """Return (type, bids, asks, checksum) of a level3 frame, or raise Refused."""
    kind, *sides, checksum = envelope(frame, "level3")
    read = [[read_order(one, kind, places) for one in side] for side in sides]
    return kind, read[0], read[1], checksum


def read_order(value: Any, kind: str, places: tuple[int, int]) -> dict[str, Any]:
    order = members(value, {"event", "order_id", "limit_price", "order_qty", "timestamp"})
    event: dict[str, Any] = {"order_id": order.get("order_id"), "event": "add"}
    if not isinstance(event["order_id"], str) or not re.fullmatch(r"[ !#-\[\]-~]{1,36}", event["order_id"]):
        raise Refused("order_id")
    if "event" in order or kind == "update":
        event["event"] = order.get("event")
        if type(event["event"]) is not str or event["event"] not in {"add", "modify", "delete"}:
            raise Refused("event")
    if kind == "snapshot" and event["event"] != "add":
        raise Refused("snapshot")
    if "limit_price" in order or event["event"] == "add":
        event["price"] = price_units(order.get("limit_price"), places[0])
    if "order_qty" in order or event["event"] != "delete":
        event["qty"] = units(order.get("order_qty"), places[1])
        if event["qty"] == 0 and event["event"] != "delete":
            raise Refused("order_qty")
    event["time_ns"] = instant(order["timestamp"]) if "timestamp" in order else None
    return event


# --- plain books ----------------------------------------------------------------------------------------------------


@dataclass
class PlainL2:
    """Prices in two sorted lists, quantities in two dicts."""

    depth: int
    prices: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    qtys: tuple[dict[int, int], dict[int, int]] = field(default_factory=lambda: ({}, {}))

    def apply(self, kind: str, bids: Levels, asks: Levels) -> None:
        if kind == "snapshot":
            self.prices, self.qtys = ([], []), ({}, {})
        for side, levels in enumerate((bids, asks)):
            for price, qty in levels:
                self.set(side, price, qty)
        while len(self.prices[0]) > self.depth:
            del self.qtys[0][self.prices[0].pop(0)]
        while len(self.prices[1]) > self.depth:
            del self.qtys[1][self.prices[1].pop()]

    def set(self, side: int, price: int, qty: int) -> None:
        prices, qtys = self.prices[side], self.qtys[side]
        if qty and price not in qtys:
            insort(prices, price)
        if qty:
            qtys[price] = qty
        elif qtys.pop(price, None) is not None:
            del prices[bisect_left(prices, price)]

    def bids(self, n: int) -> Levels:
        return [(price, self.qtys[0][price]) for price in self.prices[0][: -n - 1 : -1]]

    def asks(self, n: int) -> Levels:
        return [(price, self.qtys[1][price]) for price in self.prices[1][:n]]

    def checksum(self) -> int:
        return crc(self.asks(10), self.bids(10))


@dataclass
class PlainL3:
    """Queues as lists: [order_id, qty, time_ns, message]."""

    depth: int
    message: int = 0
    unknown: bool = False
    queues: tuple[dict[int, list[list[Any]]], dict[int, list[list[Any]]]] = field(default_factory=lambda: ({}, {}))
    prices: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def apply(self, kind: str, bids: list[dict[str, Any]], asks: list[dict[str, Any]]) -> None:
        self.message += 1
        self.unknown = False
        if kind == "snapshot":
            self.queues, self.prices, self.places = ({}, {}), ([], []), {}
        for side, events in enumerate((bids, asks)):
            added = set()
            for event in events:
                if event.get("event", "add") == "add":
                    self.add(side, event)
                    added.add(event["price"])
                else:
                    self.change(event)
            if kind == "update":
                for price in added:
                    self.sort_added(side, price)
        while len(self.prices[0]) > self.depth:
            self.drop(0, self.prices[0][0])
        while len(self.prices[1]) > self.depth:
            self.drop(1, self.prices[1][-1])

    def add(self, side: int, event: dict[str, Any]) -> None:
        self.remove(event["order_id"])
        if event["price"] not in self.queues[side]:
            self.queues[side][event["price"]] = []
            insort(self.prices[side], event["price"])
        self.queues[side][event["price"]].append([event["order_id"], event["qty"], event["time_ns"], self.message])
        self.places[event["order_id"]] = (side, event["price"])

    def change(self, event: dict[str, Any]) -> None:
        if event["order_id"] not in self.places:
            self.unknown = True
        elif event["event"] == "delete":
            self.remove(event["order_id"])
        else:
            side, price = self.places[event["order_id"]]
            next(order for order in self.queues[side][price] if order[0] == event["order_id"])[1] = event["qty"]

    def remove(self, order_id: str) -> None:
        if order_id in self.places:
            side, price = self.places.pop(order_id)
            queue = self.queues[side][price]
            queue[:] = [order for order in queue if order[0] != order_id]
            if not queue:
                self.drop(side, price)

    def sort_added(self, side: int, price: int) -> None:
        """Sort what this message left at the end of a queue by time, between the orders that have none."""
        queue = self.queues[side].get(price, [])
        old = sum(order[3] != self.message for order in queue)
        runs: list[list[list[Any]]] = [[]]
        for order in queue[old:]:
            if order[2] is None:
                runs += [[order], []]
            else:
                runs[-1].append(order)
        queue[old:] = [order for run in runs for order in sorted(run, key=lambda order: order[2] or 0)]

    def drop(self, side: int, price: int) -> None:
        for order in self.queues[side].pop(price):
            del self.places[order[0]]
        del self.prices[side][bisect_left(self.prices[side], price)]

    def orders(self, side: int, price: int) -> list[tuple[str, int]]:
        return [(order[0], order[1]) for order in self.queues[side].get(price, [])]

    def best(self, side: int, n: int) -> list[int]:
        return self.prices[1][:n] if side else self.prices[0][: -n - 1 : -1]

    def levels(self, side: int, n: int) -> Levels:
        return [(price, sum(order[1] for order in self.queues[side][price])) for price in self.best(side, n)]

    def checksum(self) -> int:
        asks, bids = (
            [(price, order[1]) for price in self.best(side, 10) for order in self.queues[side][price]] for side in (1, 0)
        )
        return crc(asks, bids)


# --- markets --------------------------------------------------------------------------------------------------------


class MarketL2:
    """A venue's level 2 side: about twice the depth deep, changing mostly near the top."""

    def __init__(self, depth: int, seed: int) -> None:
        self.random = Random(seed)
        self.depth = depth
        self.full = PlainL2(depth=10**9)
        for step in range(2 * depth):
            self.full.set(0, 600_000 - step * 3 - self.random.randrange(3), self.qty())
            self.full.set(1, 600_010 + step * 3 + self.random.randrange(3), self.qty())

    def qty(self) -> int:
        return self.random.randrange(1, 10 ** self.random.randrange(5, 12))

    def snapshot(self) -> tuple[Levels, Levels]:
        return self.full.bids(self.depth), self.full.asks(self.depth)

    def step(self) -> tuple[Levels, Levels]:
        """Change one to three levels; return what the venue sends."""
        sent: tuple[Levels, Levels] = ([], [])
        side = self.random.randrange(2)
        for _ in range(self.random.choice([1, 1, 1, 2, 2, 3])):
            if self.random.random() < 0.1:
                side = 1 - side
            self.one(side, sent[side])
        return sent

    def one(self, side: int, sent: Levels) -> None:
        random, prices = self.random, self.full.prices[side]
        rank = int(random.expovariate(0.3)) if random.random() < 0.9 else random.randrange(len(prices))
        rank = min(rank, len(prices) - 1)
        price = prices[rank] if side else prices[-1 - rank]
        what = random.random()
        if what < 0.45 and len(prices) > 1.5 * self.depth:
            self.full.set(side, price, 0)
            if rank < self.depth:
                sent.append((price, 0))
                sent += (self.full.asks(self.depth) if side else self.full.bids(self.depth))[self.depth - 1 :]
            return
        if what > 0.7 and len(prices) < 3 * self.depth:
            price += random.choice([-2, -1, 1, 2])
            other = self.full.prices[1 - side]
            if price <= other[-1] if side else price >= other[0]:
                return
        qty = self.qty()
        self.full.set(side, price, qty)
        rank = bisect_left(prices, price) if side else len(prices) - 1 - bisect_left(prices, price)
        if rank < self.depth:
            if random.random() < 0.05:
                sent.append((price, 0))  # Deleted and set again in one message.
            sent.append((price, qty))

    def checksum(self) -> int:
        return self.full.checksum()


class MarketL3:
    """A venue's orders: about twice the depth deep, changing mostly near the top."""

    def __init__(self, depth: int, seed: int) -> None:
        self.random = Random(seed)
        self.depth = depth
        self.now_ns = 1_716_137_124_204_654_789
        self.made = 0
        self.full = PlainL3(depth=10**9)
        self.full.message = 1
        for step in range(2 * depth):
            for side, price in ((0, 600_000 - step * 2), (1, 600_006 + step * 2)):
                for _ in range(self.random.choice([1, 1, 2, 3])):
                    self.full.add(side, self.order(price))

    def order(self, price: int) -> dict[str, Any]:
        self.made += 1
        self.now_ns += self.random.randrange(0, 10**6)
        letters = f"{self.made * 2654435761 % 36**4:05d}"
        return {
            "event": "add",
            "order_id": f"O{self.made:05d}-{letters[:5]}-ABCDEF",
            "price": price,
            "qty": self.random.randrange(1, 10**10),
            "time_ns": self.now_ns,
        }

    def as_adds(self, side: int, price: int) -> list[dict[str, Any]]:
        return [
            {"event": "add", "order_id": order[0], "price": price, "qty": order[1], "time_ns": order[2]}
            for order in self.full.queues[side][price]
        ]

    def snapshot(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        sides = []
        for side in range(2):
            adds = [one for price in self.full.best(side, self.depth) for one in self.as_adds(side, price)]
            sides.append([{name: what for name, what in one.items() if name != "event"} for one in adds])
        return sides[0], sides[1]

    def step(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        sent: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
        for _ in range(self.random.choice([1, 1, 1, 2, 2, 3])):
            side = self.random.randrange(2)
            self.one(side, sent[side])
        return sent

    def rank(self, side: int, price: int) -> int:
        at = bisect_left(self.full.prices[side], price)
        return at if side else len(self.full.prices[side]) - 1 - at

    def one(self, side: int, sent: list[dict[str, Any]]) -> None:
        random, prices = self.random, self.full.prices[side]
        rank = int(random.expovariate(0.3)) if random.random() < 0.9 else random.randrange(len(prices))
        rank = min(rank, len(prices) - 1)
        price = prices[rank] if side else prices[-1 - rank]
        what = random.random()
        if what < 0.4 and len(prices) > 1.5 * self.depth:
            order = random.choice(self.full.queues[side][price])
            self.full.remove(order[0])
            if rank < self.depth:
                sent.append(
                    {"event": "delete", "order_id": order[0], "price": price, "qty": order[1], "time_ns": self.now_ns}
                )
                if price not in self.full.queues[side]:
                    refill = self.as_adds(side, self.full.best(side, self.depth)[-1])
                    random.shuffle(refill)
                    sent += refill
        elif what < 0.55:
            order = self.full.queues[side][price][0]
            order[1] = random.randrange(1, order[1] + 1)
            if rank < self.depth:
                sent.append(
                    {"event": "modify", "order_id": order[0], "price": price, "qty": order[1], "time_ns": order[2]}
                )
        elif len(prices) < 3 * self.depth:
            price += random.choice([-1, 0, 0, 1])
            other = self.full.prices[1 - side]
            if not (price <= other[-1] if side else price >= other[0]):
                event = self.order(price)
                self.full.add(side, event)
                if self.rank(side, price) < self.depth:
                    sent.append(event)

    def checksum(self) -> int:
        return self.full.checksum()
