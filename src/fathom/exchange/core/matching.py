"""Trades: an order takes from the other side by price, and at a price by time.

Pure. Imports: bank, events, floor, holding, market, order, queueing, reasons, secondary, triggers, walking.
Imported by: core.
"""

from typing import Final, Literal

from fathom.exchange.bank import Fill
from fathom.exchange.core import reasons
from fathom.exchange.core.events import TradeDone
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.holding import hold
from fathom.exchange.core.market import Market
from fathom.exchange.core.order import Order
from fathom.exchange.core.queueing import close, rest, show, unrest
from fathom.exchange.core.secondary import secondary_of
from fathom.exchange.core.triggers import look_at_last
from fathom.exchange.core.walking import is_same_trader

FILL_IDS_MAX: Final = 1_000  # Of one order; beyond it the oldest are forgotten.


def take(floor: Floor, market: Market, order: Order) -> None:
    """Trade as far as the order's price and size, and what the other side has, allow."""
    side = market.opposite(order.side)
    limit_ticks, buying = order.limit_ticks, order.side == "buy"
    traded_ticks: int | None = None  # The first price; the last is the market's.
    while (level := side.first()) is not None:
        price_ticks = level.price_ticks
        if limit_ticks is not None and (price_ticks > limit_ticks if buying else price_ticks < limit_ticks):
            break
        maker = level.first()
        if maker.account is order.account and is_same_trader(order, maker):
            if prevent_self_trade(floor, market, order, maker):
                break
            continue
        lots = _lots_between(floor, market, order, maker, price_ticks=price_ticks)
        if not maker.resting:
            continue
        if lots == 0:
            break
        trade(floor, market, maker=maker, taker=order, lots=lots, price_ticks=price_ticks)
        if traded_ticks is None:
            traded_ticks = price_ticks
        if order.cash_units is None and order.qty_lots == order.cum_lots:
            break
    if traded_ticks is not None:
        # All prices of one order lie between its first and its last.
        look_at_last(floor, market, traded_ticks)
        if traded_ticks != market.last_ticks:
            look_at_last(floor, market)


def prevent_self_trade(floor: Floor, market: Market, order: Order, maker: Order) -> bool:
    """End one order of the two or both; tell whether the arriving one is gone."""
    newest_goes = order.stp_type != "cancel_oldest"
    if order.stp_type != "cancel_newest":
        close(floor, market, maker, "canceled", reason=reasons.SELF_TRADE)
    if newest_goes:
        close(floor, market, order, "canceled", reason=reasons.SELF_TRADE)
    return newest_goes


def trade(floor: Floor, market: Market, *, maker: Order, taker: Order, lots: int, price_ticks: int) -> None:
    """Let two orders trade, at the price of the one that was there before."""
    now_ns = floor.now_ns
    trade_id = market.next_trade_id
    market.next_trade_id = trade_id + 1
    maker_fill, taker_fill = floor.bank.settle(
        market.pair, maker=maker, taker=taker, price_ticks=price_ticks, qty_lots=lots, trade_id=trade_id, now_ns=now_ns
    )
    market.last_ticks = price_ticks
    market.last_trade_ns = now_ns
    floor.bank.mark(market.pair.symbol, price_ticks)
    floor.marks_moved = True
    done = TradeDone(taker.symbol, trade_id, taker.side, price_ticks, lots, _public_type(taker), now_ns)
    market.trades.append(done)
    floor.events.append(done)
    if taker.cash_units is not None:
        taker.qty_lots += lots
    shown_lots = maker.shown_lots - lots
    if shown_lots:
        show(floor, market, maker, shown_lots)
    else:
        unrest(floor, market, maker)
    _count(floor, maker, lots, maker_fill)
    _count(floor, taker, lots, taker_fill)
    if maker_fill is not None or taker_fill is not None:
        floor.tell_postings()
    if maker.qty_lots == maker.cum_lots:
        close(floor, market, maker, "filled")
    elif not maker.resting:
        rest(floor, market, maker)  # The next slice, at the back of the queue.
        if not maker.account.house:
            floor.tell(maker, "iceberg_refill")
    for fill, order in ((maker_fill, maker), (taker_fill, taker)):
        if fill is not None and fill.closing:
            end_reducing(floor, market, order)


def end_reducing(floor: Floor, market: Market, order: Order) -> None:
    """Look at the account's orders that counted on a position, when that is gone; one at work ends itself.

    Those that could only reduce it end. The others would open one now, for which margin must be kept.
    """
    if closable_lots(floor, order):
        return
    for other in list(order.account.orders.values()):
        if not other.leverage or other.symbol != order.symbol or other.side != order.side:
            continue
        if other is order and not other.resting:
            continue
        if other.reduce_only:
            close(floor, market, other, "canceled", reason=reasons.POSITION_CLOSED)
        elif (refusal := hold(floor, market, other)) is not None:
            close(floor, market, other, "canceled", reason=reasons.reason_of(refusal))


def _lots_between(floor: Floor, market: Market, order: Order, maker: Order, *, price_ticks: int) -> int:
    """Return how much the two may trade. Where nothing, one of them was ended, or a cash order has spent its cash."""
    if order.cash_units is not None:
        lots = market.lots_for(order.cash_units - order.cum_cost_units, price_ticks)
    else:
        lots = order.qty_lots - order.cum_lots
    if lots == 0:
        return 0
    if lots > maker.shown_lots:  # noqa: PLR1730 - half the time of min().
        lots = maker.shown_lots
    if order.limit_ticks is None and order.side == "buy" and order.cash_units is None:
        # The walk that its money was reckoned from may have met what is gone by now.
        lots = floor.bank.affordable_lots(order, market.pair, price_ticks=price_ticks, lots=lots)
        if lots == 0:
            close(floor, market, order, "canceled", reason=reasons.NO_FUNDS)
            return 0
    if order.reduce_only:
        lots = min(lots, closable_lots(floor, order))
        if lots == 0:
            close(floor, market, order, "canceled", reason=reasons.POSITION_CLOSED)
            return 0
    if maker.reduce_only:
        lots = min(lots, closable_lots(floor, maker))
        if lots == 0:
            close(floor, market, maker, "canceled", reason=reasons.POSITION_CLOSED)
    return lots


def closable_lots(floor: Floor, order: Order) -> int:
    """Return how much of its account's positions a reduce-only order of this side may close."""
    return floor.bank.closable_lots(order.account, order.symbol, order.side)


def _public_type(taker: Order) -> Literal["limit", "market"]:
    return "market" if taker.limit_ticks is None else "limit"


def _count(floor: Floor, order: Order, lots: int, fill: Fill | None) -> None:
    """Add a fill to its order's sums, keep it and say it."""
    order.cum_lots += lots
    order.status = "partially_filled"  # Also where this completes it: the row that says so comes after.
    order.last_trade_ns = floor.now_ns
    if fill is None:
        return
    order.cum_cost_units += fill.cost_units
    order.cum_fee_units += fill.fee_units
    if len(order.fill_ids) >= FILL_IDS_MAX:
        del order.fill_ids[0]
    order.fill_ids.append(fill.exec_id)
    order.account.fills.append(fill)
    floor.tell(order, "trade", fill=fill)
    if order.conditional is not None:
        made = secondary_of(floor, order, lots)
        if made is not None:
            floor.work.append(("enter", made))
