"""A strategy tried on the recorded market that fathom brings along, on paper: for the tests of a strategy of one's own.

Imports: domain, engine, portfolio, sim, strategy, bot, config, packaged. Imported by: users' tests.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

import msgspec
from msgspec import structs

from fathom.domain import Entry, OrderDenied, OrderTraded, OrderWanted
from fathom.engine import Engine, Nowhere
from fathom.engine import run as run_engine
from fathom.portfolio import Portfolio
from fathom.run.bot import Bot
from fathom.run.config import RunConfig
from fathom.run.packaged import demo_config, recorded_frames
from fathom.sim import BookVenue, Playback
from fathom.strategy import Strategy

SYMBOLS: Final = ("BTC/USD",)
LATENCY_NS: Final = 20_000_000


class Tried:
    """What a strategy did: every entry of the log, and what stands out of it."""

    def __init__(self, entries: Sequence[Entry], portfolio: Portfolio) -> None:
        self.entries = entries
        self.portfolio = portfolio
        self.orders = [one.event for one in entries if isinstance(one.event, OrderWanted)]
        self.denied = [one.event for one in entries if isinstance(one.event, OrderDenied)]
        self.fills = [one.event for one in entries if isinstance(one.event, OrderTraded)]

    @property
    def profit_quote(self) -> Decimal:
        """Profit of its fills after fees, at the last mids."""
        return self.portfolio.profit_quote()

    def log(self) -> bytes:
        """The whole log as bytes: two runs of a strategy that is pure have the same."""
        return msgspec.msgpack.encode(self.entries)


class _Recording(Playback):
    """The recorded world, with its entries kept."""

    def __init__(self, config: RunConfig, bot: Bot, portfolio: Portfolio) -> None:
        self.entries: list[Entry] = []
        self._portfolio = portfolio
        super().__init__(
            recorded_frames(set(config.depths)),
            BookVenue(bot.market, config.fees),
            openings=bot.openings("trying", mode="paper"),
            latency_ns=LATENCY_NS,
        )

    def perform(self, entry: Entry) -> None:
        super().perform(entry)
        self.entries.append(entry)
        self._portfolio.apply(entry.event)


def try_strategy(make: Callable[[], Strategy], *, symbols: Sequence[str] = SYMBOLS) -> Tried:
    """Run a new strategy over the recording: 51 s of BTC/USD at depth 10, or 30 s of XMR/USD or OMG/USD at 1,000.

    The account begins with 50,000 USD and some of each asset.
    """
    known = demo_config()
    depths = {symbol: known.depths[symbol] for symbol in symbols}
    instruments = [one for one in known.instruments if one.symbol in depths]
    config = structs.replace(known, depths=depths, instruments=instruments)
    bot = Bot(config, strategies=[make()])
    portfolio = Portfolio(bot.market, quote=config.quote)
    world = _Recording(config, bot, portfolio)
    run_engine(Engine(bot.components, Nowhere()), world)
    return Tried(world.entries, portfolio)
