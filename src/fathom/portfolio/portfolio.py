"""Balances, positions, fees and PnL of one account, from fills and from what the venue says.

Whoever needs one keeps a replica and feeds it the log; nobody shares one. Pure. Imports: domain, market, position.
Imported by: risk, strategy, ui.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from fathom.domain import EXACT, BalancesSeen, Happening, Instrument, InstrumentChanged, OrderTraded
from fathom.market import Market
from fathom.portfolio.position import ZERO, Position

PORTFOLIO_NEWS: Final[tuple[type[Happening], ...]] = (BalancesSeen, InstrumentChanged, OrderTraded)


class Portfolio:
    """One account, valued in one quote currency at the mids of the verified books."""

    def __init__(self, market: Market, *, quote: str) -> None:
        """`market` is read, never changed; `quote` is the currency in which equity is told, such as USD."""
        self._market = market
        self.quote = quote
        self.balances: dict[str, Decimal] = {}
        self.positions: dict[str, Position] = {}
        self._instruments: dict[str, Instrument] = {}
        self._marks: dict[str, Decimal] = {}  # The last trusted mid of each symbol.

    def apply(self, event: Happening) -> None:
        """Take one event in. Fills move balances; a word of the venue replaces them."""
        match event:
            case OrderTraded():
                self._trade(event)
            case BalancesSeen():
                self.balances.update(event.balances)
            case InstrumentChanged():
                self._instruments[event.instrument.symbol] = event.instrument
            case _:
                pass

    def balance(self, asset: str) -> Decimal:
        """Return what the account holds of an asset, holds included."""
        return self.balances.get(asset, ZERO)

    def mid_quote(self, symbol: str) -> Decimal | None:
        """Return the mid of the verified book; the last one known while it is not trusted; None before the first."""
        book = self._market.books.get(symbol)
        if book is not None and book.trusted and (twice := book.mid_half_ticks) is not None:
            self._marks[symbol] = book.instrument.price(twice) / 2
        return self._marks.get(symbol)

    def equity_quote(self) -> Decimal | None:
        """Return all balances at the mids, in `quote`; None while a held asset has no price yet."""
        total = self.balance(self.quote)
        for instrument in self._valued():
            held = self.balance(instrument.base)
            if held:
                mid = self.mid_quote(instrument.symbol)
                if mid is None:
                    return None
                total += held * mid
        return total

    def profit_quote(self) -> Decimal:
        """Return realised and unrealised profit of our own fills less fees, in `quote`."""
        total = ZERO
        for symbol, position in self.positions.items():
            mid = self.mid_quote(symbol)
            total += position.realised_quote - position.fees_quote
            total += ZERO if mid is None else position.unrealised_quote(mid)
        return total

    def fees_quote(self) -> Decimal:
        """Return the fees of our own fills, in `quote`."""
        return sum((position.fees_quote for position in self.positions.values()), ZERO)

    def _valued(self) -> Iterable[Instrument]:
        """Return one instrument for each base asset that trades against `quote`."""
        bases: set[str] = set()
        for instrument in self._instruments.values():
            if instrument.quote == self.quote and instrument.base not in bases:
                bases.add(instrument.base)
                yield instrument

    def _trade(self, fill: OrderTraded) -> None:
        instrument = self._instruments[fill.symbol]
        cost = instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots)
        qty = instrument.qty(fill.qty_lots)
        if fill.side == "buy":
            self._post(instrument.base, qty)
            self._post(instrument.quote, -cost)
        else:
            self._post(instrument.base, -qty)
            self._post(instrument.quote, cost)
        self._post(fill.fee_asset, -fill.fee)
        position = self.positions.get(fill.symbol)
        if position is None:
            position = self.positions[fill.symbol] = Position(instrument)
        position.trade(fill)

    def _post(self, asset: str, amount: Decimal) -> None:
        self.balances[asset] = EXACT.add(self.balance(asset), amount)
