"""`fathom new`: a folder with a strategy that works, a bot that runs it, and its test.

I/O: writes files. Imports: domain. Imported by: cli.
"""

import keyword
import re
from pathlib import Path
from string import Template
from typing import Final

from fathom.domain import LocalError

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,11}")  # It begins every order id, hence short.

STRATEGY: Final = Template('''"""$title: buys a little where the book leans up, and sells it where the book leans down.

What it believes: that more bids than asks near the best prices push the price up. Often that is false, and the fee is
paid in any case: this is an example to change.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from fathom.market import Book
from fathom.market.indicators import Ema
from fathom.strategy import OnBook, Search, View, Wake, Want


class Params(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be set in bot.toml, within which bounds; `Search` is what a sweep tries."""

    symbol: str
    order_qty: Decimal
    levels: Annotated[int, Meta(ge=1, le=1000), Search(1, 10)] = 5  # Of each side.
    period: Annotated[int, Meta(ge=1, le=10_000), Search(5, 200)] = 20  # Changes of the best prices.
    lean: Annotated[float, Meta(ge=0, le=1), Search(0.05, 0.6)] = 0.2  # 0: as much is bid as asked; 1: nothing asked.


class $title:
    """One order at a time: a bid at the best bid, then an ask at the best ask for what was bought."""

    def __init__(self, name: str, params: Params) -> None:
        self.name = name
        self.params = params
        self.lean = Ema(params.period)

    def wakes(self) -> Sequence[Wake]:
        """Each change of the best prices and what stands there."""
        return (OnBook(self.params.symbol),)

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        """Look at the book, and say what is wanted. The same log gives the same answers: no clock, no chance."""
        bid, ask = book.best_bid_ticks, book.best_ask_ticks
        imbalance = book.imbalance(self.params.levels)
        if bid is None or ask is None or imbalance is None:
            return
        lean = self.lean.add(imbalance)
        if lean is None or view.halted(book.symbol):
            return
        orders = view.open_orders(book.symbol)
        held = view.position_lots(book.symbol)
        if orders:
            order = orders[0]
            best = bid if order.side == "buy" else ask
            if order.state == "open" and not order.changing and order.price_ticks != best:
                yield view.amend(order, price_ticks=best)  # The best price has gone on: follow.
        elif held <= 0 and lean > self.params.lean:
            qty_lots = book.instrument.qty_lots(self.params.order_qty)
            yield view.bid(book.symbol, price_ticks=bid, qty_lots=qty_lots, post_only=True)
        elif held > 0 and lean < -self.params.lean:
            yield view.ask(book.symbol, price_ticks=ask, qty_lots=held, post_only=True)
''')

BOT: Final = Template("""# fathom check bot.toml                   what would run, and every limit
# fathom exchange                         a Kraken on this machine, for:
# fathom run bot.toml --mode rehearsal    (then --mode paper, then --mode live)
name = "$name"
quote = "USD"
symbols = ["BTC/USD"]

[risk]
position_share_max = "0.10"
order_value_max = "1000"

[paper]
balances = { USD = "10000" }

[[strategies]]
name = "$name"
strategy = "$name.py:$title"
share = "1"
params = { symbol = "BTC/USD", order_qty = "0.001", period = 20, lean = 0.2 }
""")

TEST: Final = Template('''"""Run it with: python -m pytest"""

from decimal import Decimal
from pathlib import Path

from fathom.run.bot_file import read_bot_file
from fathom.run.loading import strategies_of
from fathom.run.trying import try_strategy
from fathom.strategy import search_space
from $name import Params, $title


def make() -> $title:
    return $title("$name", Params(symbol="BTC/USD", order_qty=Decimal("0.001"), period=20, lean=0.2))


def test_it_trades_on_a_recorded_market() -> None:
    tried = try_strategy(make)
    assert tried.orders
    assert not tried.denied
    assert tried.orders[0].side == "buy"


def test_it_says_the_same_each_time() -> None:
    assert try_strategy(make).log() == try_strategy(make).log()


def test_the_bot_s_file_names_it() -> None:
    file = read_bot_file(Path(__file__).with_name("bot.toml"), {})
    ((strategy, share),) = strategies_of(file.strategies)
    assert (strategy.name, share) == ("$name", 1)


def test_a_sweep_knows_what_to_try() -> None:
    assert set(search_space(Params)) == {"levels", "period", "lean"}
''')


def new_bot(name: str, *, parent: Path) -> list[Path]:
    """Write the folder `name` under `parent`; return its files. Raises LocalError where that cannot be."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise LocalError(
            "name", f"{name!r} must be 1 to 12 small letters, digits or _, a letter first: it names the file and orders"
        )
    folder = parent / name
    if folder.exists() and any(folder.iterdir()):
        raise LocalError("name", f"{folder} is there already: name another, or move it away")
    words = {"name": name, "title": "".join(word.capitalize() for word in name.split("_"))}
    texts = {f"{name}.py": STRATEGY, "bot.toml": BOT, f"test_{name}.py": TEST}
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        (folder / file).write_text(text.substitute(words))
    return [folder / file for file in texts]
