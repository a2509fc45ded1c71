from collections.abc import Iterable, Sequence
from decimal import Decimal

import pytest

from fathom.domain import RunStarted, RunStopped
from fathom.market import Book
from fathom.run.trying import try_strategy
from fathom.strategy import MarketMaker, MarketMakerParams, OnBook, View, Wake, Want


class Taker:
    """Buys once, at the market."""

    name = "taker"

    def wakes(self) -> Sequence[Wake]:
        return (OnBook("BTC/USD"),)

    def on_book(self, book: Book, view: View) -> Iterable[Want]:
        if not view.position_lots(book.symbol) and not view.open_orders(book.symbol):
            yield view.market_order(book.symbol, "buy", qty_lots=1_000_000)


def maker(symbol: str) -> MarketMaker:
    qty = Decimal("0.5")
    return MarketMaker("maker", MarketMakerParams(symbol=symbol, order_qty=qty, position_qty_max=qty * 4))


def test_what_it_wanted_and_got_can_be_looked_at() -> None:
    tried = try_strategy(Taker)
    assert isinstance(tried.entries[0].event, RunStarted)
    assert any(isinstance(entry.event, RunStopped) for entry in tried.entries)
    assert [one.side for one in tried.orders] == ["buy"]
    assert sum(one.qty_lots for one in tried.fills) == 1_000_000
    assert tried.denied == []
    assert tried.profit_quote < 0  # It paid the spread and the fee.


@pytest.mark.parametrize("symbol", ["BTC/USD", "XMR/USD"])
def test_the_same_strategy_has_the_same_log(symbol: str) -> None:
    logs = {try_strategy(lambda: maker(symbol), symbols=[symbol]).log() for _ in range(2)}
    assert len(logs) == 1
