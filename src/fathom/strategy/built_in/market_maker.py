"""Quotes both sides of one book around a fair price, leaning against its inventory.

What it believes: that the spread pays more than being picked off costs. On a real market, after Kraken's maker fee,
that is often false; it is an honest example, not a promise.

Pure. Imports: domain, market, orders, strategy/api, strategy/view, desk, lawful, quoting.
Imported by: strategy/catalog.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from fathom.domain import AmendDenied, OrderDenied, Side
from fathom.market import Book
from fathom.orders import Order
from fathom.strategy.api import Want
from fathom.strategy.built_in.desk import Desk
from fathom.strategy.built_in.lawful import Size, big_enough, ceil_price, check_above_zero, floor_price
from fathom.strategy.built_in.quoting import Volatility, avellaneda_stoikov, glft
from fathom.strategy.params import Search
from fathom.strategy.view import View
from fathom.strategy.wakes import OnBook, Wake

Model = Literal["fixed", "avellaneda_stoikov", "glft"]


class MarketMakerParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds. An inventory of one is one `order_qty`."""

    symbol: str
    order_qty: Decimal  # Base quantity of each quote.
    position_qty_max: Decimal  # What it holds, or has sold of what was there, is never more than this.
    model: Model = "fixed"
    # In price increments of the pair:
    half_spread: Annotated[int, Meta(ge=0, le=100_000)] = 1  # Least distance of a quote from its centre.
    skew: Annotated[int, Meta(ge=0, le=100_000)] = 0  # `fixed`: how far both quotes lean at full inventory.
    reprice: Annotated[int, Meta(ge=1, le=100_000)] = 1  # Leave a quote alone that is less far off.
    # Of the two models, in increments and seconds:
    gamma: Annotated[float, Meta(ge=1e-6, le=100), Search(1e-4, 1, log=True)] = 0.01  # Aversion to risk.
    kappa: Annotated[float, Meta(ge=1e-6, le=100), Search(1e-3, 10, log=True)] = 0.3  # How fast fills fade away.
    intensity: Annotated[float, Meta(ge=1e-6, le=1e4), Search(1e-3, 10, log=True)] = 0.1  # `glft`: fills a second at 0.
    horizon_s: Annotated[float, Meta(ge=0.1, le=86_400), Search(1, 3_600, log=True)] = 60.0  # T - t, kept ahead of us.
    sigma_window_s: Annotated[float, Meta(ge=1, le=86_400), Search(10, 3_600, log=True)] = 60.0
    # The mid's movement per square root of a second; 0: as it is measured.
    sigma: Annotated[float, Meta(ge=0, le=1e6)] = 0.0

    def __post_init__(self) -> None:
        check_above_zero(self, "order_qty", "position_qty_max")


class MarketMaker:
    """Keeps one post-only bid and one post-only ask."""

    def __init__(self, name: str, params: MarketMakerParams) -> None:
        self.name = name
        self.params = params
        self._volatility = Volatility(params.sigma_window_s)
        self._desk = Desk()
        self._order, self._most = Size(params.order_qty), Size(params.position_qty_max)
        self._full = float(params.position_qty_max / params.order_qty)  # An inventory that is full, in orders.

    def wakes(self) -> Sequence[Wake]:
        """Each change of the top of the book."""
        return (OnBook(self.params.symbol),)

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        """Move both quotes to where they belong now."""
        twice = book.mid_half_ticks
        if twice is not None:
            self._volatility.see(twice / 2 / book.instrument.price_increment_ticks, now_ns=view.now_ns)
        return self._requote(book, view)

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        """After the end of a quote the next is due, and the other leans."""
        self._desk.on_order(order, view)
        book = view.book(self.params.symbol)
        return () if book is None or order.left_lots else self._requote(book, view)

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Take in the refusal."""
        self._desk.on_denied(denied, view)
        return ()

    def distances(self, fair: float, mid: float, q: float) -> tuple[float, float] | None:
        """Return where the bid and the ask belong, in increments; None while the volatility is not known.

        `fair` and `mid` in increments, `q` in orders held.
        """
        params = self.params
        if params.model == "fixed":
            centre = fair - params.skew * max(-1.0, min(1.0, q / self._full))
            return centre - params.half_spread, centre + params.half_spread
        sigma = params.sigma or self._volatility.per_root_s
        if sigma is None:
            return None
        if params.model == "avellaneda_stoikov":
            centre, half = avellaneda_stoikov(
                mid, q, gamma=params.gamma, sigma=sigma, kappa=params.kappa, left_s=params.horizon_s
            )
            half = max(half, params.half_spread)
            return centre - half, centre + half
        below, above = glft(q, gamma=params.gamma, sigma=sigma, kappa=params.kappa, intensity=params.intensity)
        short = max(0.0, params.half_spread - (below + above) / 2)  # The least spread, about the same centre.
        return mid - below - short, mid + above + short

    def _requote(self, book: Book, view: View) -> Sequence[Want]:
        fair, bid, ask = book.microprice_ticks, book.best_bid_ticks, book.best_ask_ticks
        if fair is None or bid is None or ask is None:
            return ()
        instrument, tick = book.instrument, book.instrument.price_increment_ticks
        order_lots, position = self._order.lots(instrument), view.position_lots(book.symbol)
        if order_lots == 0:
            return ()
        found = self.distances(fair / tick, (bid + ask) / 2 / tick, position / order_lots)
        if found is None:
            return ()
        # A quote never reaches across: it would be refused as post-only, or worse, take.
        bid_ticks = floor_price(instrument, min(round(found[0] * tick, 6), ask - tick))
        ask_ticks = ceil_price(instrument, max(round(found[1] * tick, 6), bid + tick))
        ask_ticks = max(ask_ticks, bid_ticks + tick)  # Nor may the two quotes meet each other.
        buy = self._quote("buy", bid_ticks, position, book, view)
        sell = self._quote("sell", ask_ticks, position, book, view)
        if buy is None and sell is None:
            return ()  # The way of nearly every move.
        return [want for want in (buy, sell) if want is not None]

    def _quote(self, side: Side, price_ticks: int, position: int, book: Book, view: View) -> Want | None:
        """Keep one quote of this side, of no more than what the bound leaves room for."""
        symbol, instrument, desk = book.symbol, book.instrument, self._desk
        most_lots = self._most.lots(instrument)
        orders = view.open_orders(symbol, side=side)
        if not orders:
            if not desk.may_place(view, symbol, side):
                return None
            room = (
                most_lots - desk.most_lots(view, symbol) if side == "buy" else most_lots + desk.least_lots(view, symbol)
            )
            qty_lots = min(self._order.lots(instrument), room - room % instrument.qty_increment_lots)
            if not big_enough(instrument, price_ticks=price_ticks, qty_lots=qty_lots):
                return None
            quote = view.bid if side == "buy" else view.ask
            return desk.place(quote(symbol, price_ticks=price_ticks, qty_lots=qty_lots, post_only=True))
        order = orders[0]
        if not desk.may_change(order) or order.price_ticks is None:
            return None  # On its way, or unsure, or about to change: the answer comes first.
        held = position if side == "buy" else -position
        if held + order.left_lots > most_lots or price_ticks <= 0:
            # The bound was lowered, or reached by other ways than this order.
            return desk.change(view.cancel(order))
        moved = abs(order.price_ticks - price_ticks) >= self.params.reprice * instrument.price_increment_ticks
        if moved and desk.may_ask(symbol, side, now_ns=view.now_ns):
            return desk.change(view.amend(order, price_ticks=price_ticks))
        return None
