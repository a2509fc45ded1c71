"""The strategy of the proof: what it decides depends on nothing that its own orders change.

It rests at the best prices for a while, takes its orders back, and looks again only when they are gone: so a backtest
that has the recorded market without its orders must decide just the same. Now and then it takes, too.

Imports: fathom. Imported by: prove_backtest, by the name of its file.
"""

from collections.abc import Iterable, Sequence

from fathom import strategy as api
from fathom.domain import Event

SECOND_NS = 1_000_000_000
QTY_SHARE = 4  # Of the best level that it shows: so that there is something before it and behind it.


class Joiner:
    """Joins the best bid and ask each four seconds, for three of them; takes each fifth time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.turns = 0

    def wakes(self) -> Sequence[api.Wake]:
        """A second's grid."""
        return (api.Every(SECOND_NS, timer="turn"),)

    def on_timer(self, _: str, view: api.View) -> Iterable[Event]:
        """Rest at the first second of four, take back at the last, take at the third of each fifth turn."""
        self.turns += 1
        place, turn = self.turns % 4, self.turns // 4
        book = view.book("BTC/USD")
        if book is None:
            return
        bid, ask = book.best_bid_ticks, book.best_ask_ticks
        if place == 3:
            for order in view.open_orders("BTC/USD"):
                yield view.cancel(order)
        elif place == 0 and bid is not None and ask is not None and not view.open_orders("BTC/USD"):
            yield view.bid("BTC/USD", price_ticks=bid, qty_lots=200_000, post_only=True)
            yield view.ask("BTC/USD", price_ticks=ask, qty_lots=200_000, post_only=True)
            if turn % 5 == 0:
                side = "buy" if turn % 2 else "sell"
                limit = ask + 200 if side == "buy" else bid - 200
                yield view.take("BTC/USD", side, price_ticks=limit, qty_lots=300_000)
