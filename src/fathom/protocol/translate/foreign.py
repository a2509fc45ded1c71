"""Rows of executions that are not of our orders, as our events: a stranger's order, a stranger's fill.

Pure. Imports: domain, messages, account_rows beside it. Imported by: the front door.
"""

from collections.abc import Mapping

from fathom.domain import ForeignOrderSeen, ForeignTraded, Instrument, RemoteError
from fathom.protocol.messages import Execution
from fathom.protocol.translate.account_rows import row_fill, row_order


def foreign_news(
    row: Execution, *, instruments: Mapping[str, Instrument], order_id: str = ""
) -> tuple[ForeignOrderSeen | ForeignTraded, ...]:
    """Return what a row says of an order that is not ours, or that the log has forgotten: then with its `order_id`.

    The row is whole: what a delta left out is filled in. A fill that is told of the past, without its order, is a fill
    alone. Raises RemoteError for a fill without its numbers, and for a pair whose rules were never told.
    """
    news: list[ForeignOrderSeen | ForeignTraded] = []
    if row.exec_type == "trade":
        fill = row_fill(row, order_id=order_id, instruments=instruments)
        if fill is None:
            raise RemoteError(f"a fill of {row.order_id} without its id, pair, side, price or quantity")
        news.append(ForeignTraded(fill))
    order = row_order(row, order_id=order_id, instruments=instruments)
    if order is not None:
        news.append(ForeignOrderSeen(order))
    return tuple(news)
