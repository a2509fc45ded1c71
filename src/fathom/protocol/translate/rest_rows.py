"""What REST says of our orders and fills, as the rows of executions that the stream would have brought (rest.md 5).

For what the stream did not tell: an order in doubt, and what happened during a gap.

Pure. Imports: domain, messages, rest, times. Imported by: the front door of translate.
"""

from decimal import Decimal
from typing import Final

from fathom.protocol import rest
from fathom.protocol.messages import Execution, Fee
from fathom.protocol.times import time_text

_STATUS: Final = {
    "pending": "pending_new",
    "open": "new",
    "closed": "filled",
    "canceled": "canceled",
    "expired": "expired",
}


def order_row(order_id: str, info: rest.OrderInfo, *, symbol: str | None = None) -> Execution:
    """Return the state of an order. `symbol` is its pair's name of WebSocket v2, where that is known.

    REST names a pair by its altname and prices by words, so what is not certain is left out: whoever knows the order
    keeps it.
    """
    status = _STATUS.get(info.status, info.status)
    if status == "new" and info.vol_exec > 0:
        status = "partially_filled"
    changed_ns = info.closetm or info.opentm
    by_cash = "viqc" in info.oflags.split(",")  # Then the volume is what it may cost, in quote.
    return Execution(
        order_id=order_id,
        exec_type="status" if status in ("new", "partially_filled") else status,
        order_status=status,
        timestamp=time_text(int(changed_ns), digits=6),
        cl_ord_id=info.cl_ord_id,
        order_userref=info.userref or None,
        symbol=symbol,
        side="buy" if info.descr.type == "buy" else "sell" if info.descr.type == "sell" else None,
        order_type=info.descr.ordertype,
        order_qty=info.vol if info.vol > 0 and not by_cash else None,
        cash_order_qty=info.vol if by_cash else None,
        limit_price=_plain(info.descr.price) if info.descr.ordertype in ("limit", "iceberg") else None,
        time_in_force=info.time_in_force.upper() if info.time_in_force else None,
        cum_qty=info.vol_exec,
        cum_cost=info.cost,
        avg_price=info.price,
        reason=info.reason,
    )


def fill_row(exec_id: str, info: rest.TradeInfo, *, symbol: str | None, fee_asset: str) -> Execution:
    """Return one fill. `fee_asset` is the pair's quote, unless the order asked for fees in base."""
    return Execution(
        order_id=info.ordertxid,
        exec_id=exec_id,
        exec_type="trade",
        order_status="partially_filled",
        timestamp=time_text(int(info.time), digits=6),
        symbol=symbol,
        side="buy" if info.type == "buy" else "sell",
        order_type=info.ordertype.replace(" ", "-"),
        trade_id=info.trade_id,
        last_qty=info.vol,
        last_price=info.price,
        cost=info.cost,
        liquidity_ind="m" if info.maker else "t",
        fees=(Fee(asset=fee_asset, qty=info.fee),),
    )


def _plain(text: str | None) -> Decimal | None:
    """Return a price that is a plain number; a relative one is none."""
    if not text or not text.replace(".", "", 1).isdigit():
        return None
    value = Decimal(text)
    return value if value > 0 else None
