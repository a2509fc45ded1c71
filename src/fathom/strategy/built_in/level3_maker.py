"""A market maker that sees every order: it values its place in the queue, the microprice, and the flow of orders.

What it believes: that a place near the front of a queue is worth more than a better price at the back of one, and that
the flow of orders says where the price goes in the next moments. Everybody with a level 3 feed believes that; those who
are nearer to the venue act on it first.

Pure. Imports: domain, market, orders, strategy/api, strategy/view, desk, lawful, order_flow. Imported by:
strategy/catalog.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from fathom.domain import AmendDenied, OrderDenied, Side
from fathom.market import Book, Level3
from fathom.orders import Order
from fathom.strategy.api import Want
from fathom.strategy.built_in.desk import Desk
from fathom.strategy.built_in.lawful import big_enough, ceil_price, check_above_zero, floor_price, lots_of
from fathom.strategy.built_in.order_flow import OrderFlow
from fathom.strategy.params import Search
from fathom.strategy.view import View
from fathom.strategy.wakes import OnLevel3, Wake


class Level3MakerParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set, and within which bounds. Distances in price increments of the pair."""

    symbol: str
    order_qty: Decimal  # Base quantity of each quote.
    position_qty_max: Decimal  # What it holds, or has sold of what was there, is never more than this.
    edge: Annotated[float, Meta(ge=0, le=10_000), Search(0.1, 20, log=True)] = 1.0  # From the fair price to a quote.
    skew: Annotated[float, Meta(ge=0, le=10_000), Search(0, 20)] = 2.0  # How far both lean at full inventory.
    flow_weight: Annotated[float, Meta(ge=0, le=10_000), Search(0, 20)] = (
        1.0  # What all of the flow moves the fair price.
    )
    flow_window_s: Annotated[float, Meta(ge=0.1, le=3_600), Search(0.5, 60, log=True)] = 5.0
    # A place with no more than this share of its level before it is good ...
    good_place: Annotated[float, Meta(ge=0, le=1), Search(0.1, 0.9)] = 0.5
    # ... and is kept though the quote belongs up to so far elsewhere, as long as half of the edge is left.
    patience: Annotated[int, Meta(ge=0, le=10_000), Search(0, 20)] = 3
    reprice: Annotated[int, Meta(ge=1, le=10_000)] = 1  # Any other quote is left alone that is less far off.

    def __post_init__(self) -> None:
        check_above_zero(self, "order_qty", "position_qty_max")


class Level3Maker:
    """Keeps one post-only bid and one post-only ask, no better than the best, and knows where they stand."""

    def __init__(self, name: str, params: Level3MakerParams) -> None:
        self.name = name
        self.params = params
        self.flow = OrderFlow(params.flow_window_s)
        # Order id -> (its price, lots before it at most): for a venue that does not show our orders, such as on paper.
        self._ahead: dict[str, tuple[int, int]] = {}
        self._desk = Desk()

    def wakes(self) -> Sequence[Wake]:
        """Each change at the best prices."""
        return (OnLevel3(self.params.symbol, top_only=True),)

    def on_level3(self, level3: Level3, view: View) -> Iterable[Want]:
        """Take the flow in, and move what must be moved."""
        self.flow.see(level3.levels, now_ns=view.now_ns)
        return self._requote(level3.levels, view)

    def on_order(self, order: Order, view: View) -> Iterable[Want]:
        """After the end of a quote the next is due."""
        self._desk.on_order(order, view)
        if order.left_lots:
            return ()
        self._ahead.pop(order.order_id, None)
        level3 = view.level3(self.params.symbol)
        return () if level3 is None else self._requote(level3.levels, view)

    def on_denied(self, denied: OrderDenied | AmendDenied, view: View) -> Iterable[Want]:
        """Take in the refusal."""
        self._desk.on_denied(denied, view)
        return ()

    def fair(self, book: Book, view: View) -> float | None:
        """Return what it thinks the price is, for somebody with its inventory, in increments."""
        micro = book.microprice_ticks
        if micro is None:
            return None
        most_lots = max(lots_of(book.instrument, self.params.position_qty_max), 1)
        held = max(-1.0, min(1.0, view.position_lots(book.symbol) / most_lots))
        flow = self.params.flow_weight * self.flow.share
        return micro / book.instrument.price_increment_ticks + flow - self.params.skew * held

    def place_share(self, order: Order, book: Book, view: View) -> float:
        """Return what of its level stands before an order: 0 at the front, 1 at the back."""
        price_ticks = order.price_ticks or 0
        shown_lots = book.level_qty_lots(order.side, price_ticks)
        place = view.place(order)
        if place is not None:
            ahead_lots = place.ahead_lots
        else:  # It is not shown: at most all that stood there when we first looked, less what has left since.
            known = self._ahead.get(order.order_id)
            ahead_lots = shown_lots if known is None or known[0] != price_ticks else min(known[1], shown_lots)
            self._ahead[order.order_id] = (price_ticks, ahead_lots)
        return min(ahead_lots / shown_lots, 1.0) if shown_lots else 0.0

    def _requote(self, book: Book, view: View) -> Iterator[Want]:
        fair, bid, ask = self.fair(book, view), book.best_bid_ticks, book.best_ask_ticks
        # Both books must verify: risk judges by the one of level 2.
        if fair is None or bid is None or ask is None or view.book(book.symbol) is None:
            return
        instrument, tick = book.instrument, book.instrument.price_increment_ticks
        bid_ticks = min(
            floor_price(instrument, round((fair - self.params.edge) * tick, 6)), floor_price(instrument, bid)
        )
        ask_ticks = max(ceil_price(instrument, round((fair + self.params.edge) * tick, 6)), ceil_price(instrument, ask))
        yield from self._quote("buy", bid_ticks, fair, book, view)
        yield from self._quote("sell", ask_ticks, fair, book, view)

    def _quote(self, side: Side, price_ticks: int, fair: float, book: Book, view: View) -> Iterator[Want]:
        symbol, instrument, desk = book.symbol, book.instrument, self._desk
        most_lots = lots_of(instrument, self.params.position_qty_max)
        orders = view.open_orders(symbol, side=side)
        if not orders:
            if not desk.may_place(view, symbol, side):
                return
            room = (
                most_lots - desk.most_lots(view, symbol) if side == "buy" else most_lots + desk.least_lots(view, symbol)
            )
            qty_lots = min(lots_of(instrument, self.params.order_qty), room - room % instrument.qty_increment_lots)
            if big_enough(instrument, price_ticks=price_ticks, qty_lots=qty_lots):
                quote = view.bid if side == "buy" else view.ask
                yield desk.place(quote(symbol, price_ticks=price_ticks, qty_lots=qty_lots, post_only=True))
            return
        order = orders[0]
        if not desk.may_change(order) or order.price_ticks is None:
            return  # On its way, or unsure, or about to change: the answer comes first.
        share = self.place_share(order, book, view)
        position = view.position_lots(symbol) * (1 if side == "buy" else -1)
        if position + order.left_lots > most_lots or price_ticks <= 0:
            yield desk.change(view.cancel(order))
        elif not desk.may_ask(symbol, side, now_ns=view.now_ns):
            return
        elif self._moves(order, price_ticks, fair, share, instrument.price_increment_ticks):
            yield desk.change(view.amend(order, price_ticks=price_ticks))

    def _moves(self, order: Order, price_ticks: int, fair: float, share: float, tick: int) -> bool:
        """Whether an order goes to where it belongs: a good place is worth some distance, but not a loss."""
        resting = order.price_ticks or 0
        off = abs(resting - price_ticks) / tick
        left = fair - resting / tick if order.side == "buy" else resting / tick - fair
        if off and left < self.params.edge / 2 and not math.isclose(left, self.params.edge / 2):
            return True  # The fair price has come too near: to be filled here would be no bargain.
        if share <= self.params.good_place and off <= self.params.patience:
            return False
        return off >= self.params.reprice
