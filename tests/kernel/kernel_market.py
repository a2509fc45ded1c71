"""Seeded markets and the frames they send, as Kraken lays them out and as any other JSON writer might.

`MarketL2` and `MarketL3` play a venue that knows more than the depth it sends.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from kernel_oracle import Levels, PlainL2, PlainL3


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
    return random.choice(
        [short, padded + "0" if "." in padded else padded, f"{moved}{random.choice('eE')}{sign}{shift}"]
    )


# --- frames ---------------------------------------------------------------------------------------------------------


def level_json(price: int, qty: int, places: tuple[int, int]) -> str:
    return f'{{"price":{text(price, places[0])},"qty":{text(qty, places[1])}}}'


def l2_frame(
    kind: str,
    bids: Levels,
    asks: Levels,
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
    bids: Levels,
    asks: Levels,
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


ODD_VALUES = [
    '"\\u20ac \\" \\\\ é"',
    "[1,[2,{}],{}]",
    '{"price":1,"bids":[[]],"channel":"x"}',
    "true",
    "-1.5e-3",
    "null",
]


def odd_object(fields: list[tuple[str, str]], random: Random) -> str:
    fields = list(fields)
    if random.random() < 0.3:
        fields.append((random.choice(["x", "qty2", "bi\\u0064", "", "a\\nb"]), random.choice(ODD_VALUES)))
    random.shuffle(fields)
    members = (
        f'{space(random)}"{name}"{space(random)}:{space(random)}{value}{space(random)}' for name, value in fields
    )
    return "{" + ",".join(members) + "}"


def odd_array(items: list[str], random: Random) -> str:
    return (
        "[" + ",".join(space(random) + item + space(random) for item in items) + (space(random) if items else "") + "]"
    )


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


# --- markets --------------------------------------------------------------------------------------------------------


def edges_of(prices: tuple[list[int], list[int]], depth: int) -> tuple[int, int]:
    """Return the worst bid and the worst ask within the depth."""
    return prices[0][-depth], prices[1][depth - 1]


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
        self.edges = edges_of(self.full.prices, self.depth)
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
            if rank < self.depth or self.was_seen(side, price):
                sent.append((price, 0))
            if rank < self.depth:
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

    def was_seen(self, side: int, price: int) -> bool:
        """Tell whether a price was in the depth before this message: then its end is sent, though it fell out since."""
        return price <= self.edges[1] if side else price >= self.edges[0]

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
        self.edges = edges_of(self.full.prices, self.depth)
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
        if len(self.full.queues[side][price]) > 4 or (what < 0.4 and len(prices) > 1.5 * self.depth):
            order = random.choice(self.full.queues[side][price])
            self.full.remove(order[0])
            if rank < self.depth or self.was_seen(side, price):
                sent.append(
                    {"event": "delete", "order_id": order[0], "price": price, "qty": order[1], "time_ns": self.now_ns}
                )
                if price not in self.full.queues[side] and rank < self.depth:
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

    def was_seen(self, side: int, price: int) -> bool:
        """Tell whether a price was in the depth before this message: then its end is sent, though it fell out since."""
        return price <= self.edges[1] if side else price >= self.edges[0]

    def checksum(self) -> int:
        return self.full.checksum()


def l2_stream(depth: int, seed: int, count: int, *, places: tuple[int, int]) -> Iterator[tuple[bytes, bool]]:
    """Yield `count` frames, and whether the checksum of each is right: one in a hundred is not."""
    market = MarketL2(depth, seed)
    random = market.random
    kind, sent = "snapshot", market.snapshot()
    for _ in range(count):
        wrong = random.random() < 0.01
        checksum = market.checksum() ^ (1 << random.randrange(32) if wrong else 0)
        if random.random() < 0.05:
            frame = odd_l2_frame(kind, *sent, checksum, places=places, random=random)
        else:
            frame = l2_frame(kind, *sent, checksum, places=places)
        yield frame, not wrong
        if random.random() < 0.001:
            kind, sent = "snapshot", market.snapshot()
        else:
            kind, sent = "update", market.step()


def l3_stream(depth: int, seed: int, count: int, *, places: tuple[int, int]) -> Iterator[tuple[bytes, bool]]:
    """Yield `count` frames, and whether the checksum of each is right: one in a hundred is not."""
    market = MarketL3(depth, seed)
    random = market.random
    kind, sent = "snapshot", market.snapshot()
    for _ in range(count):
        wrong = random.random() < 0.01
        checksum = market.checksum() ^ (1 << random.randrange(32) if wrong else 0)
        if random.random() < 0.05:
            frame = odd_l3_frame(kind, *sent, checksum, places=places, random=random)
        else:
            frame = l3_frame(kind, *sent, checksum, places=places)
        yield frame, not wrong
        if random.random() < 0.0005:
            kind, sent = "snapshot", market.snapshot()
        else:
            kind, sent = "update", market.step()
