"""Level3: the book order by order, asked for once (rest.md 4).

Pure. Imports: core, call, names. Imported by: methods.
"""

from typing import Any, Final

from fathom.exchange.core import Side
from fathom.exchange.listing import Pair
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import invalid
from fathom.exchange.rest.names import key_of

DEPTHS: Final = (0, 10, 25, 100, 250, 1000)  # 0: the whole book.
DEPTH_DEFAULT: Final = 100


def level3(call: PrivateCall) -> object:
    """Return every visible order of the best levels, queue by queue."""
    asked, pair = call.pair()
    depth = call.form.integer("depth")
    if depth is None:
        depth = DEPTH_DEFAULT
    if depth not in DEPTHS:
        raise invalid("depth")
    market = call.venue.markets[pair.symbol]
    return {
        "pair": key_of(pair, asked),
        "bids": _orders(market.bids, pair, depth or len(market.bids)),
        "asks": _orders(market.asks, pair, depth or len(market.asks)),
    }


def _orders(side: Side, pair: Pair, depth: int) -> list[dict[str, Any]]:
    return [
        {
            "price": pair.price_text(price_ticks),
            "qty": pair.qty_text(order.shown_lots),
            "order_id": order.order_id,
            "timestamp": order.queued_ns,
        }
        for price_ticks, orders in side.orders(depth)
        for order in orders
    ]
