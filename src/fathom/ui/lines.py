"""One plain line for each thing that a stream gives: for pipes, logs and people who scroll.

Numbers keep every digit that they came with. Times are the venue's own, as it spells them.

Imports: domain, net, protocol. Imported by: run/watching, run/ordering/command.
"""

from decimal import Decimal

from fathom.domain import Instrument
from fathom.net import (
    AccountCleared,
    AccountInDoubt,
    BookLost,
    ClientEvent,
    Gap,
    KeyChanged,
    LinkDown,
    LinkFailed,
    LiveBook,
    StreamOverran,
    SubscriptionFailed,
)
from fathom.protocol import time_text
from fathom.protocol.messages import Balance, Candle, Execution, LedgerEntry, Ticker, Trade


def book_line(book: LiveBook) -> str:
    """Return the top of a book, and whether it is verified."""
    instrument, levels = book.instrument, book.levels
    bid, ask = levels.best_bid, levels.best_ask
    bid_text = "-" if bid is None else f"{instrument.qty_text(levels.best_bid_qty)} @ {instrument.price_text(bid)}"
    ask_text = "-" if ask is None else f"{instrument.price_text(ask)} @ {instrument.qty_text(levels.best_ask_qty)}"
    spread = "-" if bid is None or ask is None else instrument.price_text(ask - bid)
    state = "verified" if book.verified else f"STALE: {book.reason}"
    return f"{book.symbol} {book.channel}  {bid_text} | {ask_text}  spread {spread}  {state}"


def ticker_line(row: Ticker) -> str:
    """Return a quote and the day's figures."""
    return (
        f"{row.symbol}  {row.bid_qty:f} @ {row.bid:f} | {row.ask:f} @ {row.ask_qty:f}  last {row.last:f}  "
        f"change {row.change_pct:+f} %  low {row.low:f}  high {row.high:f}  volume {row.volume:f}  vwap {row.vwap:f}"
    )


def trade_line(row: Trade) -> str:
    """Return one trade; the side is the taker's."""
    return f"{row.timestamp}  {row.symbol}  {row.side:<4}  {row.qty:f} @ {row.price:f}  {row.ord_type}  {row.trade_id}"


def candle_line(row: Candle) -> str:
    """Return one candle, the running one too."""
    return (
        f"{row.interval_begin}  {row.symbol} {row.interval}m  open {row.open:f}  high {row.high:f}  low {row.low:f}  "
        f"close {row.close:f}  volume {row.volume:f}  vwap {row.vwap:f}  trades {row.trades}"
    )


def instrument_line(row: Instrument) -> str:
    """Return one pair's rules."""
    return (
        f"{row.symbol}  {row.status}  tick {_plain(row.price(row.price_increment_ticks))}  "
        f"lot {_plain(row.qty(row.qty_increment_lots))}  least {_plain(row.qty(row.qty_lots_min))} {row.base} "
        f"and {_plain(row.cost_min)} {row.quote}"
    )


def execution_line(row: Execution) -> str:
    """Return one row of our orders and fills."""
    names = row.order_id + (f" ({row.cl_ord_id})" if row.cl_ord_id else "")
    what = " ".join(text for text in (row.symbol, row.side, row.order_type) if text)
    if row.exec_id is not None:
        fees = ", ".join(f"{fee.qty:f} {fee.asset}" for fee in row.fees) or "none"
        said = f"{_said(row.last_qty)} @ {_said(row.last_price)}  fee {fees}  {row.liquidity_ind or ''}".rstrip()
    else:
        qty = row.order_qty if row.order_qty is not None else row.cash_order_qty
        price = "" if row.limit_price is None else f" @ {row.limit_price:f}"
        said = f"{_said(row.cum_qty)} of {_said(qty)}{price}" + (f"  {row.reason}" if row.reason else "")
    return f"{row.timestamp}  {row.exec_type:<11} {names}  {what}  {said}  [{row.order_status}]"


def balance_line(row: Balance | LedgerEntry) -> str:
    """Return a balance, or what changed one."""
    if isinstance(row, Balance):
        return f"{row.asset}  {row.balance:f}"
    return f"{row.timestamp}  {row.asset}  {row.amount:+f}  fee {row.fee:f}  {row.type}  balance {row.balance:f}"


def event_line(event: ClientEvent) -> str | None:
    """Return what a person should know of the client; None for what is everyday."""
    match event:
        case LinkDown():
            return f"connection {event.link} is down ({event.reason}); it comes back by itself"
        case LinkFailed() if event.retry_ns is not None:
            return f"connection {event.link}: {event.error}; trying again"
        case Gap():
            lost = "" if event.missed is None else f", {event.missed} missed"
            of = " ".join(filter(None, (event.channel, event.symbol)))
            return f"gap of {(event.to_ns - event.from_ns) / 1e9:.1f} s in {of}{lost}: {event.reason}"
        case BookLost():
            return f"{event.symbol} {event.channel} is not verified ({event.reason}): taking it anew"
        case StreamOverran():
            return f"{event.channel}: {event.dropped} items were dropped, as they came faster than they were read"
        case SubscriptionFailed():
            return f"{event.channel} {event.symbol}: the venue refused it: {event.error}"
        case KeyChanged():
            return event.reason
        case AccountInDoubt():
            many = f"{len(event.orders)} order{'' if len(event.orders) == 1 else 's'}"
            doubtful = [many] if event.orders else []
            if event.fills_since_ns is not None:
                doubtful.append(f"fills since {time_text(event.fills_since_ns, digits=0)}")
            what = " and ".join(doubtful) or "fills without a pair"
            return f"nobody knows what became of {what} ({event.reason}): look at the account; asking goes on"
        case AccountCleared():
            return "what became of orders and fills is known again"
        case _:
            return None


def _said(number: Decimal | None) -> str:
    return "?" if number is None else f"{number:f}"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
