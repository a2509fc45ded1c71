"""Nautilus_trader on a file of events, in an environment of its own: `python stepping_nautilus_process.py EVENTS.npy`.

A line in asks for a run; a line out says how many seconds it took. Everything is in nautilus_trader's own objects, and
one run is over, before the first line is read; `ready` says how often its strategy saw a wide spread.

Imports: nautilus_trader, numpy. Imported by: nothing; stepping_others runs it.
"""

import sys
import time
from typing import Any

import numpy as np
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig
from nautilus_trader.model.currencies import BTC, USD
from nautilus_trader.model.data import BookOrder, OrderBookDelta, OrderBookDeltas, TradeTick
from nautilus_trader.model.enums import AccountType, AggressorSide, BookAction, BookType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, TradeId, Venue
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.trading.strategy import Strategy

PAIR = InstrumentId.from_str("BTC/USD.KRAKEN")
PLACES = (1, 8)  # Of a price, and of a quantity.
TRADE, CLEAR, SELL = 2, 3, 1 << 28  # Of hftbacktest's form, in which the events come.
LAST = 128  # The flag of the last delta of a message.


class Looks(Strategy):  # type: ignore[misc] - It comes without types.
    """Looks at the best bid and the best ask at each message."""

    seen = 0

    def on_start(self) -> None:
        """Ask for the book."""
        self.subscribe_order_book_deltas(PAIR, book_type=BookType.L2_MBP)

    def on_order_book_deltas(self, _: Any) -> None:
        """The book moved."""
        book = self.cache.order_book(PAIR)
        bid, ask = book.best_bid_price(), book.best_ask_price()
        if bid is not None and ask is not None and ask - bid > 0.1:
            self.seen += 1


def messages(events: Any) -> list[Any]:
    """Return what came: the changes of one moment as one message, and each trade."""
    found: list[Any] = []
    deltas: list[Any] = []
    sequence = 0
    rows = zip(*(events[name].tolist() for name in ("ev", "local_ts", "px", "qty")), strict=True)
    ends = (events["local_ts"][1:] != events["local_ts"][:-1]) | ((events["ev"][1:] & 255) == TRADE)
    for (code, at_ns, price, qty), is_last in zip(rows, [*ends.tolist(), True], strict=True):
        kind, side = code & 255, OrderSide.SELL if code & SELL else OrderSide.BUY
        if kind == TRADE:
            sequence += 1
            taker = AggressorSide.SELLER if code & SELL else AggressorSide.BUYER
            number = TradeId(str(sequence))
            found.append(
                TradeTick(PAIR, Price(price, PLACES[0]), Quantity(qty, PLACES[1]), taker, number, at_ns, at_ns)
            )
            continue
        flags = LAST if is_last else 0
        if kind == CLEAR:
            if not code & SELL:  # Both sides at once: ours has an event for each.
                deltas.append(OrderBookDelta.clear(PAIR, 0, at_ns, at_ns))
        else:
            action = BookAction.UPDATE if qty > 0 else BookAction.DELETE
            order = BookOrder(side, Price(price, PLACES[0]), Quantity(qty, PLACES[1]), 0)
            deltas.append(OrderBookDelta(PAIR, action, order, flags, 0, at_ns, at_ns))
        if is_last:
            found.append(OrderBookDeltas(PAIR, deltas))
            deltas = []
    return found


def spent(data: list[Any]) -> tuple[float, int]:
    """Return the seconds that a run takes, and what its strategy counted."""
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        Venue("KRAKEN"), OmsType.NETTING, AccountType.CASH, [Money(1e7, USD), Money(100, BTC)],
        book_type=BookType.L2_MBP,
    )  # fmt: skip
    engine.add_instrument(
        CurrencyPair(PAIR, Symbol("BTC/USD"), BTC, USD, *PLACES, Price(0.1, PLACES[0]), Quantity(1e-8, PLACES[1]), 0, 0)
    )
    for kind in (OrderBookDeltas, TradeTick):  # It looks at the first of a list, and puts all in order of time.
        engine.add_data([one for one in data if isinstance(one, kind)])
    strategy = Looks()
    engine.add_strategy(strategy)
    begun_s = time.perf_counter()
    engine.run()
    spent_s = time.perf_counter() - begun_s
    engine.dispose()
    return spent_s, strategy.seen


def main() -> None:
    """Answer until there are no more lines."""
    data = messages(np.load(sys.argv[1]))
    sys.stdout.write(f"ready {spent(data)[1]}\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        sys.stdout.write(f"{spent(data)[0]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
