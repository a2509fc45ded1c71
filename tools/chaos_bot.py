"""The bot that chaos is done to: the real components, with strategies that keep them busy.

Imports: every room of the core. Imported by: chaos_run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from random import Random
from typing import Final

from fathom.domain import OrderWanted
from fathom.market import Book
from fathom.orders import ClientIds, Reconciler, mark_of
from fathom.risk import Limits
from fathom.run import bot
from fathom.run.bot_file import BotFile, SwitchTable
from fathom.run.config import StrategyConfig
from fathom.sim import SYMBOLS
from fathom.strategy import (
    Dca,
    DcaParams,
    Every,
    MarketMaker,
    MarketMakerParams,
    OnBook,
    OnTrades,
    Strategy,
    View,
    Wake,
    Want,
)

QUOTE: Final = "USD"
DEPTH: Final = 10
NAME: Final = "chaos"
OPEN_ORDERS_MAX: Final = 6
ORDER_VALUE_MAX: Final = Decimal(600)
POSITION_SHARE_MAX: Final = Decimal("0.12")
LIMITS: Final = Limits(
    position_share_max=POSITION_SHARE_MAX,
    order_value_max=ORDER_VALUE_MAX,
    open_orders_max=OPEN_ORDERS_MAX,
    daily_loss_share_max=Decimal("0.05"),
    gross_exposure_share_max=Decimal("0.3"),
    orders_minute_max=40,
    clock_offset_ms_max=1_000,
)


class Hostile:
    """Wants anything that has the form of a want: too much, too far off, on orders that are over or on their way."""

    def __init__(self, name: str, *, seed: int) -> None:
        self.name = name
        self._random = Random(f"{seed}/hostile")

    def wakes(self) -> Sequence[Wake]:
        """Everything."""
        return (
            *(OnBook(symbol) for symbol in SYMBOLS),
            *(OnTrades(symbol) for symbol in SYMBOLS),
            Every(1_300_000_000),
        )

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        """The top of a book changed."""
        return self._anything(view, book.symbol) if self._random.random() < 0.15 else ()

    def on_trades(self, symbol: str, trades: Sequence[object], view: View) -> Iterable[Want]:  # noqa: ARG002 - its form
        """The market traded."""
        return self._anything(view, symbol) if self._random.random() < 0.3 else ()

    def on_timer(self, timer: str, view: View) -> Iterable[Want]:  # noqa: ARG002 - its form
        """A moment passed."""
        return self._anything(view, self._random.choice(SYMBOLS))

    def _anything(self, view: View, symbol: str) -> Iterable[Want]:
        random = self._random
        for _ in range(random.choice((1, 1, 1, 1, 2, 7))):
            orders = view.open_orders()
            what = random.random()
            if orders and what < 0.25:
                yield view.cancel(random.choice(orders))
            elif orders and what < 0.5:
                order = random.choice(orders)
                if order.price_ticks is not None:
                    price_ticks = max(1, order.price_ticks + random.randint(-40, 40))
                    yield view.amend(order, price_ticks=price_ticks, qty_lots=self._lots(order.qty_lots))
            elif what > 0.93:
                yield from self._algorithm(view, symbol)
            elif (order_wanted := self._order(view, symbol)) is not None:
                yield order_wanted

    def _algorithm(self, view: View, symbol: str) -> Iterable[Want]:
        random, book = self._random, view.book(symbol)
        bid, ask = (None, None) if book is None else (book.best_bid_ticks, book.best_ask_ticks)
        entry = self._order(view, symbol)
        if bid is None or ask is None or entry is None:
            return
        side, lots, seconds = entry.side, entry.qty_lots, random.randint(3, 20)
        until_ns = view.now_ns + seconds * 1_000_000_000
        far = ask + 200 if side == "buy" else bid - 200
        match random.choice(("twap", "iceberg", "chase", "bracket")):
            case "twap":
                yield view.twap(symbol, side, qty_lots=lots, duration_ns=until_ns - view.now_ns, slices=3)
            case "iceberg":
                price_ticks = bid if side == "buy" else ask
                yield view.iceberg(symbol, side, qty_lots=lots, price_ticks=price_ticks, show_lots=max(1, lots // 3))
            case "chase":
                yield view.chase(symbol, side, qty_lots=lots, worst_ticks=far, until_ns=until_ns)
            case _:
                away = 30 if side == "buy" else -30
                price_ticks = entry.price_ticks or ask
                stop_ticks = random.choice((None, price_ticks - away))
                yield view.bracket(entry, target_ticks=price_ticks + away, stop_ticks=stop_ticks)

    def _order(self, view: View, symbol: str) -> OrderWanted | None:
        random, book = self._random, view.book(symbol)
        bid, ask = (None, None) if book is None else (book.best_bid_ticks, book.best_ask_ticks)
        if book is None or bid is None or ask is None:
            return None
        side = random.choice(("buy", "buy", "sell"))
        qty_lots = view.qty_lots(symbol, spend_quote=Decimal(random.choice((3, 30, 200, 550, 700))), price_ticks=ask)
        if qty_lots <= 0:
            return None
        if random.random() < 0.15:
            return view.market_order(symbol, side, qty_lots=qty_lots)
        away = random.choice((-60, -10, -1, 0, 0, 1, 3, 30))
        price_ticks = max(1, ask + away if side == "sell" else bid - away)
        if random.random() < 0.2:
            return view.take(symbol, side, price_ticks=price_ticks, qty_lots=qty_lots)
        limit = view.bid if side == "buy" else view.ask
        return limit(symbol, price_ticks=price_ticks, qty_lots=qty_lots, post_only=random.random() < 0.4)

    def _lots(self, qty_lots: int) -> int:
        return max(1, int(qty_lots * self._random.choice((0.5, 1, 1, 1.5, 3))))


def strategies(seed: int) -> list[Strategy]:
    """Return a maker, a taker, and one that wants anything."""
    maker = MarketMakerParams(
        symbol="BTC/USD", order_qty=Decimal("0.002"), position_qty_max=Decimal("0.01"), half_spread=1, reprice=20
    )
    return [
        MarketMaker("mm", maker),
        Dca("dca", DcaParams(symbol="ETH/USD", spend_quote=Decimal(40), every_s=7)),
        Hostile("any", seed=seed),
    ]


def bot_file(switch_s: int) -> BotFile:
    """Return what a user would write of this bot."""
    return BotFile(
        name=NAME,
        quote=QUOTE,
        symbols=list(SYMBOLS),
        strategies=[StrategyConfig(name="any", kind="dca")],  # Not these: see `Bot`.
        risk=LIMITS,
        switch=SwitchTable(timeout_s=switch_s, renew_s=switch_s // 3),
    )


CONFIG: Final = bot_file(60).run_config("live")


class Bot(bot.Bot):
    """The bot as `fathom run` puts it together, with strategies of this file."""

    reconciler: Reconciler

    def __init__(self, seed: int) -> None:
        super().__init__(CONFIG, strategies=strategies(seed))


def client_ids() -> ClientIds:
    """Return an empty memory of what our orders are called at the venue."""
    return ClientIds(mark_of(NAME))
