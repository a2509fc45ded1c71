"""Ticker, OHLC, Trades, Spread, PostTrade (rest.md 4).

Pure. Imports: core, feeds, call, money, names. Imported by: methods.
"""

from decimal import Decimal
from math import ceil
from typing import Any, Final

from fathom.domain import units_text
from fathom.exchange.core import TradeDone
from fathom.exchange.feeds import TickerView
from fathom.exchange.listing import Pair
from fathom.exchange.rest.call import Call
from fathom.exchange.rest.envelope import Refused, invalid
from fathom.exchange.rest.forms import Form, time_number
from fathom.exchange.rest.money import PRICE_DECIMALS_MIN, padded, public_price_text
from fathom.exchange.rest.names import find_pairs, key_of
from fathom.protocol import SECOND_NS, time_text

NAMES_MAX: Final = 2000  # In one list; more are refused.
INTERVALS: Final = (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)
TRADES_MAX: Final = 1000
_MINUTE_NS: Final = 60 * SECOND_NS
# A `since` above this is in nanoseconds; in seconds it would lie after the year 33000.
_SECONDS_MOST: Final = 10**12


def ticker(call: Call) -> object:
    """Return the markets at a glance: those that are named, or all."""
    names = call.form.names("pair", most=NAMES_MAX)
    if call.tokenized():
        if names:
            raise Refused("EQuery:Unknown asset pair")
        return {}
    return {
        key: _ticker_row(call.hub.ticker(pair.symbol, now_ns=call.now_ns), pair)
        for key, pair in find_pairs(call.listing, names)
    }


def ohlc(call: Call) -> object:
    """Return candles, the running one last. `last` is the begin of the last that is finished."""
    asked, pair = call.pair()
    interval = call.form.integer("interval")
    if interval is None:
        interval = 1
    if interval not in INTERVALS:
        raise invalid("interval")
    since_ns = call.form.moment("since")
    candles = call.hub.candles(pair.symbol, interval, now_ns=call.now_ns)
    rows = [
        [
            candle.begin_ns // SECOND_NS,
            pair.price_text(candle.figures.open_ticks),
            pair.price_text(candle.figures.high_ticks),
            pair.price_text(candle.figures.low_ticks),
            pair.price_text(candle.figures.close_ticks),
            pair.price_text(candle.figures.vwap_ticks()),
            pair.qty_text(candle.figures.lots),
            candle.figures.trades,
        ]
        for candle in candles
        if since_ns is None or candle.begin_ns > since_ns or candle is candles[-1]
    ]
    step_ns = interval * _MINUTE_NS
    running_ns = call.now_ns - call.now_ns % step_ns
    return {key_of(pair, asked): rows, "last": (running_ns - step_ns) // SECOND_NS}


def trades(call: Call) -> object:
    """Return trades, oldest first: the last ones, or those after `since`. `last` is the next call's `since`."""
    asked, pair = call.pair()
    count = call.form.integer("count", least=1, most=TRADES_MAX) or TRADES_MAX
    since_ns = _since_ns(call.form)
    done: list[TradeDone] = list(call.venue.markets[pair.symbol].trades)
    done = done[-count:] if since_ns is None else [trade for trade in done if trade.time_ns > since_ns][:count]
    last_ns = done[-1].time_ns if done else call.now_ns if since_ns is None else since_ns
    rows = [
        [
            public_price_text(trade.price_ticks, pair),
            pair.qty_text(trade.qty_lots),
            time_number(trade.time_ns),
            trade.side[0],
            trade.ord_type[0],
            "",
            trade.trade_id,
        ]
        for trade in done
    ]
    return {key_of(pair, asked): rows, "last": str(last_ns)}


def spread(call: Call) -> object:
    """Return the best prices over time, oldest first, from `since` on."""
    asked, pair = call.pair()
    since_ns = _since_ns(call.form)
    rows = [
        [
            one.time_ns // SECOND_NS,
            public_price_text(one.bid_ticks, pair),
            public_price_text(one.ask_ticks, pair),
        ]
        for one in call.hub.spreads(pair.symbol, now_ns=call.now_ns)
        if (one.bid_ticks or one.ask_ticks) and (since_ns is None or one.time_ns >= since_ns)  # Not of an empty book.
    ]
    return {key_of(pair, asked): rows, "last": rows[-1][0] if rows else call.now_ns // SECOND_NS}


def post_trade(call: Call) -> object:
    """Return trades of one market or of all, in the words of the rules on transparency."""
    form = call.form
    asked = form.text("symbol")
    pairs = [pair for _, pair in find_pairs(call.listing, [] if asked is None else [asked])]
    from_ns, to_ns = _moment(form, "from_ts"), _moment(form, "to_ts")
    count = form.integer("count", least=1, most=TRADES_MAX) or TRADES_MAX
    done = [
        (trade, pair)
        for pair in pairs
        for trade in call.venue.markets[pair.symbol].trades
        if (from_ns is None or trade.time_ns > from_ns) and (to_ns is None or trade.time_ns <= to_ns)
    ]
    done.sort(key=lambda entry: entry[0].time_ns)
    done = done[-count:] if from_ns is None else done[:count]
    last_ns = done[-1][0].time_ns if done else call.now_ns
    return {
        "last_ts": time_text(last_ns),
        "count": len(done),
        "trades": [_post_trade_row(trade, pair) for trade, pair in done],
    }


def _ticker_row(view: TickerView, pair: Pair) -> dict[str, Any]:
    decimals = max(PRICE_DECIMALS_MIN, pair.price_precision)
    scale = 10 ** (decimals - pair.price_precision)
    spans = (view.today, view.day)

    def price(ticks: int) -> str:
        return public_price_text(ticks, pair)

    return {
        "a": [price(view.ask_ticks), *_whole_lots(pair.qty(view.ask_lots))],
        "b": [price(view.bid_ticks), *_whole_lots(pair.qty(view.bid_lots))],
        "c": [price(view.last_ticks), pair.qty_text(view.last_lots)],
        "v": [pair.qty_text(span.lots) for span in spans],
        "p": [units_text(view.vwap_ticks(span, scale=scale), precision=decimals) for span in spans],
        "t": [span.trades for span in spans],
        "l": [price(view.low_ticks(span)) for span in spans],
        "h": [price(view.high_ticks(span)) for span in spans],
        "o": price(view.open_ticks(view.today)),
    }


def _whole_lots(qty: Decimal) -> tuple[str, str]:
    """Return a quantity as captures show it: whole, and whole again with three decimals."""
    whole = ceil(qty)
    return str(whole), padded(Decimal(whole), 3)


def _post_trade_row(trade: TradeDone, pair: Pair) -> dict[str, Any]:
    return {
        "trade_id": str(trade.trade_id),
        "price": pair.price_text(trade.price_ticks),
        "quantity": pair.qty_text(trade.qty_lots),
        "symbol": pair.symbol,
        "description": f"{pair.base} / {pair.quote}",
        "base_asset": pair.base,
        "base_notation": "UNIT",
        "quote_asset": pair.quote,
        "quote_notation": "MONE",
        "trade_venue": "PGSL",
        "trade_ts": time_text(trade.time_ns),
        "publication_venue": "PGSL",
        "publication_ts": time_text(trade.time_ns),
    }


def _since_ns(form: Form) -> int | None:
    """Return `since`: seconds, or an id in nanoseconds."""
    number = form.decimal("since")
    if number is None:
        return None
    if number < 0:
        raise invalid("since")
    return int(number.scaleb(9)) if number < _SECONDS_MOST else int(number)


def _moment(form: Form, name: str) -> int | None:
    """Return a time: RFC 3339, or UNIX seconds."""
    text = form.text(name)
    return form.rfc3339(name) if text is not None and "T" in text else form.moment(name)
