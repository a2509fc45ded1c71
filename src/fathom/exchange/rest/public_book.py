"""Depth, GroupedBook, PreTrade: level 2 as REST shows it (rest.md 4).

Pure. Imports: core, call, money, names. Imported by: methods.
"""

from collections.abc import Iterable
from typing import Any, Final, Literal

from fathom.exchange.core import Side
from fathom.exchange.listing import Pair
from fathom.exchange.rest.call import Call
from fathom.exchange.rest.envelope import Refused, invalid
from fathom.exchange.rest.money import padded, public_price_text
from fathom.exchange.rest.names import find_pair, key_of
from fathom.protocol import SECOND_NS, time_text

DEPTH_MAX: Final = 500
DEPTH_DEFAULT: Final = 100
VOLUME_DECIMALS: Final = 3  # Which is why no checksum fits this book.
GROUPED_DEPTHS: Final = (10, 25, 100, 250, 1000)
GROUPINGS: Final = (1, 5, 10, 25, 50, 100, 250, 500, 1000)
PRE_TRADE_LEVELS: Final = 10


def depth(call: Call) -> object:
    """Return the best levels: prices with five decimals or more, volumes with three."""
    asked, pair = call.pair()
    count = call.form.integer("count", least=1, most=DEPTH_MAX) or DEPTH_DEFAULT
    market = call.venue.markets[pair.symbol]
    return {key_of(pair, asked): {"asks": _levels(market.asks, pair, count), "bids": _levels(market.bids, pair, count)}}


def grouped_book(call: Call) -> object:
    """Return the levels summed up in steps of so many ticks: asks round up, bids down."""
    asked, pair = call.pair()
    levels = _choice(call, "depth", GROUPED_DEPTHS, default=10)
    grouping = _choice(call, "grouping", GROUPINGS, default=1)
    market = call.venue.markets[pair.symbol]
    step = grouping * pair.price_increment_ticks
    return {
        "pair": key_of(pair, asked),
        "grouping": grouping,
        "bids": _groups(market.bids, pair, step=step, most=levels, up=False),
        "asks": _groups(market.asks, pair, step=step, most=levels, up=True),
    }


def pre_trade(call: Call) -> object:
    """Return the ten best levels in the words of the rules on transparency."""
    pair = _symbol(call)
    market = call.venue.markets[pair.symbol]
    return {
        "symbol": pair.symbol,
        "description": f"{pair.base} / {pair.quote}",
        "base_asset": pair.base,
        "base_notation": "NOML",
        "quote_asset": pair.quote,
        "quote_notation": "MONE",
        "venue": "PGSL",
        "system": "CLOB",
        "bids": _pre_trade_rows(market.bids, pair, "BUY", call.now_ns),
        "asks": _pre_trade_rows(market.asks, pair, "SELL", call.now_ns),
    }


def _levels(side: Side, pair: Pair, count: int) -> list[list[Any]]:
    """Return price, volume and the time of the youngest order there."""
    return [
        [
            public_price_text(price_ticks, pair),
            padded(pair.qty(side.lots(price_ticks)), VOLUME_DECIMALS),
            max(order.queued_ns for order in orders) // SECOND_NS,
        ]
        for price_ticks, orders in side.orders(count)
    ]


def _groups(side: Side, pair: Pair, *, step: int, most: int, up: bool) -> list[dict[str, str]]:
    return [
        {"price": pair.price_text(price_ticks), "qty": pair.qty_text(lots)}
        for price_ticks, lots in _grouped(side.levels(len(side)), step=step, most=most, up=up)
    ]


def _grouped(levels: Iterable[tuple[int, int]], *, step: int, most: int, up: bool) -> list[tuple[int, int]]:
    groups: dict[int, int] = {}
    for price_ticks, lots in levels:
        price = -(-price_ticks // step) * step if up else price_ticks // step * step
        if price not in groups and len(groups) == most:
            break
        groups[price] = groups.get(price, 0) + lots
    return list(groups.items())


def _pre_trade_rows(side: Side, pair: Pair, word: Literal["BUY", "SELL"], now_ns: int) -> list[dict[str, Any]]:
    return [
        {
            "side": word,
            "price": pair.price_text(price_ticks),
            "qty": pair.qty_text(side.lots(price_ticks)),
            "count": len(orders),
            "publication_ts": time_text(now_ns),
        }
        for price_ticks, orders in side.orders(PRE_TRADE_LEVELS)
    ]


def _choice(call: Call, name: str, choices: tuple[int, ...], *, default: int) -> int:
    value = call.form.integer(name)
    if value is None:
        return default
    if value not in choices:
        raise invalid(name)
    return value


def _symbol(call: Call) -> Pair:
    asked = call.form.text("symbol")
    if asked is None:
        raise Refused("EGeneral:Invalid arguments:symbol")
    return find_pair(call.listing, asked)
