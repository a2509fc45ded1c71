"""The rows of `ownTrades`, one a fill, or one for all that a taker got at once (websocket-v1.md 5).

Pure. Imports: bank, feeds, listing, amounts. Imported by: private_feeds.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

from fathom.exchange.bank import Fill
from fathom.exchange.feeds import unix_text
from fathom.exchange.listing import Listing
from fathom.exchange.v1.amounts import Amounts

NO_POSITION: Final = "TKH2SE-M7IF5-CFI7LT"  # What captures show as the position of every trade that has none.


def same_taker(first: Fill, second: Fill) -> bool:
    """Tell whether two fills are of one order that took liquidity at one moment."""
    return first.order_id == second.order_id and first.time_ns == second.time_ns and not (first.maker or second.maker)


def consolidated(fills: Iterable[Fill]) -> list[list[Fill]]:
    """Return the fills, in their order, those that one taker got at once together."""
    return [
        list(group)
        for _, group in groupby(
            fills, key=lambda fill: (fill.order_id, fill.exec_id if fill.maker else "", fill.time_ns)
        )
    ]


def trade_row(fills: Sequence[Fill], listing: Listing) -> dict[str, Any]:
    """Return one trade by its id: that of its first fill, at the average price of all."""
    first = fills[0]
    amounts = Amounts(listing, first.symbol)
    cost_units, qty_lots = sum(fill.cost_units for fill in fills), sum(fill.qty_lots for fill in fills)
    if len({fill.price_ticks for fill in fills}) == 1:  # The very price: a cost is rounded.
        price = amounts.price(first.price_ticks)
    else:
        price = amounts.average_price(cost_units=cost_units, qty_lots=qty_lots)
    fee_units = sum(fill.fee_units for fill in fills)
    return {
        first.exec_id: {
            "cost": amounts.cost(cost_units),
            "fee": amounts.fee(fee_units, in_base=first.fee_asset == amounts.pair.base),
            "margin": amounts.cost(sum(fill.margin_units for fill in fills)),
            "ordertxid": first.order_id,
            "ordertype": first.order_type,
            "pair": amounts.pair.wsname,
            "postxid": first.position_id or NO_POSITION,
            "price": price,
            "time": unix_text(first.time_ns),
            "type": first.side,
            "vol": amounts.qty(qty_lots),
        }
    }
