"""The demo's bot on a seeded market: its components, a world that plays book frames and trades, and a log.

The market is BTC/USD at the depth of the demo's own configuration; its strategies on other pairs hear nothing.

Imports: fathom.domain, engine, run, sim; streams. Imported by: engine, memory.
"""

from collections.abc import Iterator
from decimal import Decimal

import streams
from msgspec import structs

from fathom.engine import Engine, Log
from fathom.run import packaged
from fathom.run.bot import Bot
from fathom.run.config import RunConfig
from fathom.sim import BookVenue, Playback, RecordedFrame

BALANCES = {"USD": Decimal(10_000_000), "BTC": Decimal(10)}
TRADE_EVERY = 8  # Book frames to a trade: about what a busy pair shows.


def demo_config() -> RunConfig:
    """Return the configuration of `fathom demo`, with an account that a long run does not use up."""
    return structs.replace(packaged.demo_config(), balances=BALANCES)


def market_frames(count: int, *, depth: int, seed: int = 7) -> Iterator[RecordedFrame]:
    """Yield a snapshot, then `count` frames: book updates, and here and there a trade at the best price."""
    venue = streams.Venue(seed=seed, depth=depth)
    yield RecordedFrame(venue.now_ns, "public", venue.snapshot())
    updates = venue.updates(count)  # As many as there can be; trades take the place of some.
    for number in range(count):
        if number % TRADE_EVERY == TRADE_EVERY - 1:
            yield RecordedFrame(venue.now_ns, "public", _trade(venue, trade_id=number))
        else:
            yield RecordedFrame(venue.now_ns, "public", next(updates))


def bot_on(frames: Iterator[RecordedFrame] | list[RecordedFrame], log: Log) -> tuple[Engine, Playback]:
    """Return the engine and the world of one run, as `fathom demo` puts them together."""
    bot = Bot(demo_config())
    world = Playback(frames, BookVenue(bot.market, bot.config.fees), openings=bot.openings("benchmark", mode="paper"))
    return Engine(bot.components, log), world


def _trade(venue: streams.Venue, *, trade_id: int) -> bytes:
    buying = venue.rng.random() < 0.5
    price_ticks, resting_lots = (venue.asks if buying else venue.bids).best(1)[0]
    qty_lots = max(1, int(resting_lots * venue.rng.random()))
    return (
        f'{{"channel":"trade","type":"update","data":[{{"symbol":"{streams.SYMBOL}",'
        f'"side":"{"buy" if buying else "sell"}",'
        f'"price":{streams.number_text(price_ticks, precision=streams.PRICE_PRECISION)},'
        f'"qty":{streams.number_text(qty_lots, precision=streams.QTY_PRECISION)},"ord_type":"market",'
        f'"trade_id":{trade_id + 1},"timestamp":"{streams.time_text(venue.now_ns)}"}}]}}'
    ).encode()
