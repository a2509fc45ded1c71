"""The plain versions that the kernel must agree with.

`PlainL2` and `PlainL3` do what book-checksum.md says in the plainest way; `read_l2` and `read_l3` read a frame with
Python's JSON parser and Decimal.
"""

from __future__ import annotations

import json
import re
import zlib
from bisect import bisect_left, insort
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from itertools import chain
from typing import Any

INT64_MAX = 2**63 - 1
WIDE = Context(prec=100_000, Emax=MAX_EMAX, Emin=MIN_EMIN)
SOME_DIGIT = re.compile("[^eE1-9]*[1-9]")  # In front of an exponent.

Levels = list[tuple[int, int]]


def crc(asks: Levels, bids: Levels) -> int:
    """Return the CRC-32 of (price_ticks, qty_lots) already cut to what is checked."""
    return zlib.crc32("".join(map(str, chain.from_iterable([*asks, *bids]))).encode())


# --- reading a frame with Python's parser ---------------------------------------------------------------------------


class Refused(Exception):
    """The frame is not what it should be."""


class Number(str):
    """A number's text."""

    __slots__ = ()


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
    if not SOME_DIGIT.match(value):
        return 0
    try:
        scaled = Decimal(value).scaleb(precision, context=WIDE)
        if scaled.adjusted() > 30 or scaled != scaled.to_integral_value() or scaled > INT64_MAX:
            raise Refused("does not fit")
    except ArithmeticError:
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
    if outer.get("type") not in ("snapshot", "update"):  # A tuple: the value may be a list, which has no hash.
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
    if type(event["order_id"]) is not str or not re.fullmatch(r"[ !#-\[\]-~]{1,36}", event["order_id"]):
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
            for event in events:
                if event.get("event", "add") == "add":
                    self.add(side, event, by_time=kind == "update")
                else:
                    self.change(event)
        while len(self.prices[0]) > self.depth:
            self.drop(0, self.prices[0][0])
        while len(self.prices[1]) > self.depth:
            self.drop(1, self.prices[1][-1])

    def add(self, side: int, event: dict[str, Any], *, by_time: bool = False) -> None:
        """Append an order; by time, in front of the younger ones of its own message that it stands next to."""
        self.remove(event["order_id"])
        if event["price"] not in self.queues[side]:
            self.queues[side][event["price"]] = []
            insort(self.prices[side], event["price"])
        queue = self.queues[side][event["price"]]
        place = len(queue)
        while by_time and place and self.goes_before(event["time_ns"], queue[place - 1]):
            place -= 1
        queue.insert(place, [event["order_id"], event["qty"], event["time_ns"], self.message])
        self.places[event["order_id"]] = (side, event["price"])

    def goes_before(self, time_ns: int | None, order: list[Any]) -> bool:
        if time_ns is None or order[2] is None or order[3] != self.message:
            return False
        return time_ns < int(order[2])

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
            [(price, order[1]) for price in self.best(side, 10) for order in self.queues[side][price]]
            for side in (1, 0)
        )
        return crc(asks, bids)
