"""What a bot says of itself: one plain table of values, for `fathom status`, `fathom orders` and JSON lines.

Imports: domain, orders, ui. Imported by: session.
"""

from typing import Any, Final

from fathom.domain import (
    Entry,
    HealthSeen,
    LimitsChanged,
    LimitsRefused,
    LinkDropped,
    LinkOpened,
    MarginSeen,
    MarginUnknown,
    TradingHalted,
    TradingResumed,
)
from fathom.orders import Order
from fathom.ui import Watch

HEARS: Final = frozenset(
    {
        TradingHalted,
        TradingResumed,
        HealthSeen,
        LimitsChanged,
        LimitsRefused,
        LinkOpened,
        LinkDropped,
        MarginSeen,
        MarginUnknown,
    }
)


class Status:
    """Keeps what the watch does not: halts, connections and health."""

    def __init__(self, watch: Watch, *, name: str, mode: str, venue: str, folder: str) -> None:
        self._watch = watch
        self._who = {"name": name, "mode": mode, "venue": venue, "journal": folder}
        self._halts: dict[tuple[str, str], TradingHalted] = {}
        self._links: dict[str, None] = {}  # The connections that are up.
        self._health: HealthSeen | None = None
        self._margin_unknown = ""  # Why what is open on margin is not known.
        self._limits_word: LimitsChanged | LimitsRefused | None = None  # The newest of risk on its limits.

    def observe(self, entry: Entry) -> None:
        """Take one entry in."""
        event = entry.event
        if type(event) not in HEARS:
            return
        match event:
            case TradingHalted():
                self._halts[event.limit, event.symbol] = event
            case TradingResumed():
                self._halts.pop((event.limit, event.symbol), None)
            case LinkOpened():
                self._links[event.link] = None
            case LinkDropped():
                self._links.pop(event.link, None)
            case HealthSeen():
                self._health = event
            case MarginSeen():
                self._margin_unknown = ""
            case MarginUnknown():
                self._margin_unknown = event.reason
            case LimitsChanged() | LimitsRefused():
                self._limits_word = event
            case _:
                pass

    def told(self) -> dict[str, Any]:
        """Return all of it."""
        watch = self._watch
        portfolio = watch.portfolio
        health = self._health
        return {
            **self._who,
            "entries": watch.entries,
            "seconds": round(watch.seconds, 1),
            "links": sorted(self._links),
            "books": {symbol: self._book(symbol) for symbol in watch.market.books},
            "equity": portfolio.equity_quote(),
            "quote": portfolio.quote,
            "profit": portfolio.profit_quote(),
            "fees": portfolio.fees_quote(),
            "balances": dict(sorted(portfolio.balances.items())),
            "positions": {symbol: position.qty for symbol, position in sorted(portfolio.positions.items())},
            "open_orders": len(watch.orders.open()),
            "orders": dict(watch.orders.counts),
            "denied": watch.counts["OrderDenied"],
            "halts": [
                {"limit": halt.limit, "symbol": halt.symbol, "level": halt.level, "detail": halt.detail}
                for halt in self._halts.values()
            ],
            "margin_unknown": self._margin_unknown,
            "switch": "" if health is None else health.switch,
            "loop_lag_ms": None if health is None else health.loop_lag_ns / 1e6,
            "journal_lag_ms": None if health is None else health.journal_lag_ns / 1e6,
        }

    def take_limits_word(self) -> LimitsChanged | LimitsRefused | None:
        """Return what risk said of its limits since the last call, the newest; None where it said nothing."""
        word, self._limits_word = self._limits_word, None
        return word

    def held(self) -> list[str]:
        """Return the symbols of which our fills have left so much that it can be sold."""
        return [
            symbol
            for symbol, position in self._watch.portfolio.positions.items()
            if position.qty_lots >= max(position.instrument.qty_lots_min, 1)
        ]

    def orders(self) -> list[dict[str, Any]]:
        """Return each open order."""
        return [self._order(order) for order in self._watch.orders.open()]

    def _book(self, symbol: str) -> dict[str, Any]:
        book = self._watch.market.books[symbol]
        bid, ask = book.best_bid_ticks, book.best_ask_ticks
        price = book.instrument.price
        return {
            "bid": None if bid is None else price(bid),
            "ask": None if ask is None else price(ask),
            "verified": book.trusted,
            "reason": book.reason,
        }

    def _order(self, order: Order) -> dict[str, Any]:
        instrument = self._watch.market.instruments[order.symbol]
        return {
            "order_id": order.order_id,
            "venue_order_id": order.venue_order_id,
            "symbol": order.symbol,
            "side": order.side,
            "type": order.wanted.order_type,
            "price": None if order.price_ticks is None else instrument.price(order.price_ticks),
            "qty": instrument.qty(order.qty_lots),
            "filled": instrument.qty(order.filled_lots),
            "state": order.state,
        }
