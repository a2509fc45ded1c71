"""What a person should know before an order goes out: cost, fee, rate cost, distance from the market.

Each is looked up; what cannot be known is said to be unknown, and stops nothing.

Imports: domain, net, protocol. Imported by: command.
"""

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Final

from fathom.domain import FathomError, LinkError, Side
from fathom.net import Kraken, LiveBook
from fathom.protocol import budget, rest
from fathom.protocol.messages import AddOrderParams, BatchOrder, Execution

BOOK_S_MAX: Final = 5.0
DEPTH: Final = 100
CLOCK_S_MAX: Final = 2.0  # Further off than this, times in an order do not mean what was meant.
SWITCH_HINT: Final = (
    "this command sets none; `fathom order cancel-after 60` cancels everything in 60 s unless it comes again"
)
Rows = list[tuple[str, str]]


async def add_rows(kraken: Kraken, params: AddOrderParams) -> Rows:
    """Return what is known of a new order. Raises LocalError for a pair that the venue does not have."""
    rows: Rows = [("order", describe(params))]
    quote = params.symbol.partition("/")[2]
    async with _book(kraken, params.symbol) as book:
        cost, takes = _cost(params, book), _takes(params, book)
        rows.append(("market", _market(book)))
        if (distance := _distance(params, book)) is not None:
            rows.append(("distance", distance))
    rows.append(("cost", "unknown" if cost is None else f"about {cost:,.{_decimals(kraken, params.symbol)}f} {quote}"))
    rows.append(("fee", await _fee(kraken, params, cost, takes=takes)))
    action = budget.Action(method="add_order", symbol=params.symbol, validate=bool(params.validate))
    rows += [("rate", rate_text(kraken, action)), ("dead man's switch", SWITCH_HINT)]
    rows += await clock_rows(kraken)
    return rows


async def batch_rows(kraken: Kraken, symbol: str, orders: Sequence[BatchOrder]) -> Rows:
    """Return what is known of a batch."""
    rows: Rows = [(f"order {index}", describe(order)) for index, order in enumerate(orders, 1)]
    quote = symbol.partition("/")[2]
    async with _book(kraken, symbol) as book:
        rows.append(("market", _market(book)))
        for side in ("buy", "sell"):
            costs = [_cost(order, book) for order in orders if order.side == side]
            known = [cost for cost in costs if cost is not None]
            if costs:
                unknown = f" and {len(costs) - len(known)} unknown" if len(known) < len(costs) else ""
                total = f"{sum(known, Decimal(0)):,.{_decimals(kraken, symbol)}f}"
                rows.append((f"cost of {side}s", f"about {total} {quote}{unknown}"))
    action = budget.Action(method="batch_add", symbol=symbol, count=len(orders))
    return [*rows, ("rate", rate_text(kraken, action)), ("dead man's switch", SWITCH_HINT)]


def describe(order: BatchOrder | AddOrderParams) -> str:
    """Return an order in one line, every field that will be sent."""
    symbol = f" {order.symbol}" if isinstance(order, AddOrderParams) else ""
    qty = f"{order.order_qty:f}" if order.order_qty is not None else f"{order.cash_order_qty} (quote)"
    return f"{order.side} {qty}{symbol} {order.order_type}  {'  '.join(_details(order))}".rstrip()


def open_order(row: Execution | None, name: str) -> str:
    """Return an open order as it is, in one line."""
    if row is None:
        return f"{name}: not among the open orders that are known here"
    price = "" if row.limit_price is None else f" @ {row.limit_price:f}"
    filled = "0" if row.cum_qty is None else f"{row.cum_qty:f}"
    qty = "?" if row.order_qty is None else f"{row.order_qty:f}"
    ours = f" ({row.cl_ord_id})" if row.cl_ord_id else ""
    return (
        f"{row.order_id}{ours}: {row.side or '?'} {qty} {row.symbol or '?'} {row.order_type or ''}{price}, "
        f"{filled} filled, {row.order_status}"
    )


def rate_text(kraken: Kraken, action: budget.Action) -> str:
    """Return what a request costs of the engine's rate, where the counter is, and when it gets cheaper."""
    quote = kraken.rates.cost(action)
    room = "" if quote.has_room else "; there is NO ROOM now"
    counter = f"{_plain(round(quote.count, 2))} of {_plain(quote.limit)}"
    text = f"{_plain(quote.cost)} points; the pair's counter is at {counter}{room}"
    if len(action.orders) == 1 and action.method not in budget.ADDS:
        later = [(at_s, cost) for at_s, cost in kraken.rates.forecast(action.method, action.orders[0]) if at_s > 0]
        text += "".join(f"; in {at_s:.0f} s it costs {_plain(cost)}" for at_s, cost in later[:1])
    return text


async def clock_rows(kraken: Kraken) -> Rows:
    """Return a warning where this machine's clock is off, else nothing."""
    asked_ns = time.time_ns()
    try:
        told = await kraken.rest(rest.Time())
    except FathomError:
        return []
    # Kraken tells whole seconds: half a second is added for what was cut off.
    off_s = ((asked_ns + time.time_ns()) / 2 - (told.unixtime + 500_000_000)) / 1e9
    if abs(off_s) <= CLOCK_S_MAX:
        return []
    way = "ahead of" if off_s > 0 else "behind"
    text = f"this machine's clock is {abs(off_s):.0f} s {way} the venue's: set it (chronyd or ntpd), or times in orders"
    return [("WARNING", f"{text} mean something else")]


@asynccontextmanager
async def _book(kraken: Kraken, symbol: str) -> AsyncIterator[LiveBook | None]:
    """Return the pair's book while it is kept; None where none came. Raises LocalError for a pair that is none."""
    async with kraken.book(symbol, depth=DEPTH) as stream:
        try:
            book: LiveBook | None = await stream.next(BOOK_S_MAX)
        except LinkError:
            book = None
        yield book


# -- Parts ---------------------------------------------------------------------------------------------------


def _details(order: BatchOrder) -> Iterator[str]:
    for name in type(order).__struct_fields__:
        value = getattr(order, name)
        if value is None or value == () or name in _IN_FRONT:
            continue
        if name == "triggers":
            yield f"triggers {order.triggers.price:f} {order.triggers.price_type or 'static'}" if order.triggers else ""
            if order.triggers is not None and order.triggers.reference is not None:
                yield f"of {order.triggers.reference}"
        elif name == "conditional" and order.conditional is not None:
            close = order.conditional
            parts = [close.order_type] + [
                f"{part} {_number(getattr(close, part))}"
                for part in ("limit_price", "limit_price_type", "trigger_price", "trigger_price_type")
                if getattr(close, part) is not None
            ]
            yield f"then closes by {' '.join(parts)}"
        elif value is True:
            yield name
        else:
            yield f"{name} {_number(value)}"


_IN_FRONT: Final = frozenset({"order_type", "side", "order_qty", "cash_order_qty", "symbol"})


def _number(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _decimals(kraken: Kraken, symbol: str) -> int:
    instrument = kraken.instruments.get(symbol)
    return 2 if instrument is None else instrument.cost_precision


def _market(book: LiveBook | None) -> str:
    if book is None or book.best_bid is None or book.best_ask is None:
        return "unknown: no book came"
    return f"bid {book.best_bid:f}, ask {book.best_ask:f}" + ("" if book.verified else " (NOT VERIFIED)")


def _distance(order: BatchOrder, book: LiveBook | None) -> str | None:
    """Return how far a limit is from the other side, and whether it takes."""
    if order.limit_price is None or order.limit_price_type is not None or order.triggers is not None or book is None:
        return None
    best = book.best_ask if order.side == "buy" else book.best_bid
    if not best:
        return None
    away = best - order.limit_price if order.side == "buy" else order.limit_price - best
    name = "ask" if order.side == "buy" else "bid"
    share = f"{abs(away) / best * 100:.2f} %"
    if away > 0:
        return f"{away:f} ({share}) from the best {name}: it rests"
    if order.post_only:
        return f"at or through the best {name} by {-away:f} ({share}): post-only, it will be cancelled"
    return f"at or through the best {name} by {-away:f} ({share}): IT TAKES AT ONCE"


def _takes(order: BatchOrder, book: LiveBook | None) -> bool:
    if order.post_only:
        return False
    if order.order_type not in {"limit", "iceberg"} or order.limit_price is None or book is None:
        return True
    best = book.best_ask if order.side == "buy" else book.best_bid
    if best is None:
        return False
    return order.limit_price >= best if order.side == "buy" else order.limit_price <= best


def _cost(order: BatchOrder, book: LiveBook | None) -> Decimal | None:
    """Return about what it comes to, in quote currency: never less than what a limit says, for a buy."""
    if order.cash_order_qty is not None:
        return order.cash_order_qty
    if order.order_qty is None:
        return None
    if order.limit_price is not None and order.limit_price_type is None:
        return order.order_qty * order.limit_price
    if order.triggers is not None and order.triggers.price_type in {None, "static"}:
        return order.order_qty * order.triggers.price
    if book is None:
        return None
    side: Side = "buy" if order.side == "buy" else "sell"
    try:
        cost, filled = book.cost_to_fill(side, order.order_qty)
    except FathomError:
        return None
    return cost if filled == order.order_qty else None  # More than the book shows: nobody can say.


async def _fee(kraken: Kraken, params: AddOrderParams, cost: Decimal | None, *, takes: bool) -> str:
    try:
        told = await kraken.rest(rest.TradeVolume(pair=(params.symbol,)))
    except FathomError as error:
        return f"unknown: TradeVolume was not answered ({error})"
    tiers = told.fees if takes or not told.fees_maker else told.fees_maker
    tier = next(iter(tiers.values()), None)
    if tier is None:
        return "unknown: no tier was told"
    quote = params.symbol.partition("/")[2]
    amount = "" if cost is None else f", about {cost * tier.fee / 100:,.{_decimals(kraken, params.symbol)}f} {quote}"
    return f"{_plain(tier.fee)} % ({'taker' if takes else 'maker'}){amount}"
