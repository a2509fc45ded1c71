"""A strategy of your own, on paper, on a recorded market: the same classes that a live bot is made of.

python examples/nibble.py
"""

from collections.abc import Iterable, Sequence

from fathom.domain import Entry
from fathom.engine import Engine, Nowhere, run
from fathom.market import Book
from fathom.run.bot import Bot
from fathom.run.packaged import demo_config, recorded_frames
from fathom.sim import BookVenue, Playback
from fathom.strategy import OnBook, View, Wake, Want
from fathom.ui import Watch


class Nibble:
    """Keeps one small bid at the best bid, and takes it away again when the bid moves on."""

    name = "nibble"

    def wakes(self) -> Sequence[Wake]:
        """Each change of the top of one book."""
        return (OnBook("XMR/USD"),)

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        """One order at a time, of the smallest size that the pair allows."""
        best_bid, orders = book.best_bid_ticks, view.open_orders(book.symbol)
        if best_bid is None:
            return
        if not orders:
            yield view.bid(book.symbol, price_ticks=best_bid, qty_lots=book.instrument.qty_lots_min)
        elif not orders[0].changing and (orders[0].price_ticks or 0) < best_bid:  # Somebody bids more.
            yield view.cancel(orders[0])


class Watched(Playback):
    """The recorded world, with somebody looking on."""

    def perform(self, entry: Entry) -> None:
        """Act on the entry, then show it."""
        super().perform(entry)
        watch.observe(entry)


config = demo_config()
bot = Bot(config, strategies=[Nibble()])
watch = Watch(bot.market, quote=config.quote)
frames = recorded_frames(set(config.depths))
world = Watched(frames, BookVenue(bot.market, config.fees), openings=bot.openings("nibble", mode="paper"))
run(Engine(bot.components, Nowhere()), world)

counts = watch.orders.counts
print(f"{watch.verified} book frames verified, {watch.unverified} not")
print(f"{counts['approved']} orders, {counts['fills']} fills")
print(f"profit after fees {watch.portfolio.profit_quote():+.4f} USD")
print(*watch.news.lines, sep="\n")
