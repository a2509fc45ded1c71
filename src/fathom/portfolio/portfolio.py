"""Balances, positions, fees and PnL of one account, from fills and from what the venue says.

Whoever needs one keeps a replica and feeds it the log; nobody shares one. Pure. Imports: domain, market, position.
Imported by: risk, strategy, ui.
"""

from decimal import Decimal, localcontext
from typing import Final

from fathom.domain import EXACT, BalancesSeen, FillsTold, Happening, Instrument, InstrumentChanged, OrderTraded
from fathom.market import Market
from fathom.portfolio.position import ZERO, Position

PORTFOLIO_NEWS: Final[tuple[type[Happening], ...]] = (BalancesSeen, InstrumentChanged, OrderTraded)
ONE: Final = Decimal(1)


class Portfolio:
    """One account, valued in one quote currency at the mids of the verified books."""

    def __init__(self, market: Market, *, quote: str) -> None:
        """`market` is read, never changed; `quote` is the currency in which equity is told, such as USD."""
        self._market = market
        self.quote = quote
        self.balances: dict[str, Decimal] = {}
        self.positions: dict[str, Position] = {}
        self._instruments: dict[str, Instrument] = {}
        self._pricing: dict[str, str] = {}  # Asset -> the symbol that trades it against `quote`.
        self._assets: dict[str, None] = {quote: None}  # What our pairs trade, in the order in which they were told.
        self._marks: dict[str, Decimal] = {}  # The last trusted mid that was asked for, by symbol.
        self._fills = FillsTold()

    def apply(self, event: Happening) -> None:
        """Take one event in. Fills move balances, each once; a word of the venue replaces those that it names.

        The venue's word and its fills must come in their order: a fill that the word contained already counts twice.
        """
        match event:
            case OrderTraded():
                if self._fills.is_new(event):
                    self._trade(event)
            case BalancesSeen():
                self.balances.update(event.balances)
            case InstrumentChanged():
                self._learn(event.instrument)
            case _:
                pass

    def balance(self, asset: str) -> Decimal:
        """Return what the account holds of an asset, holds included."""
        return self.balances.get(asset, ZERO)

    def mid_quote(self, symbol: str) -> Decimal | None:
        """Return the mid of the verified book, in its pair's quote currency.

        While the book is not trusted or a side is empty: the last one that was asked for. None before the first.
        """
        book = self._market.books.get(symbol)
        if book is not None and book.trusted and (twice := book.mid_half_ticks) is not None:
            self._marks[symbol] = EXACT.divide(book.instrument.price(twice), 2)
        return self._marks.get(symbol)

    def price_quote(self, asset: str) -> Decimal | None:
        """Return what one of an asset is worth in `quote`; None while no pair of ours tells."""
        if asset == self.quote:
            return ONE
        symbol = self._pricing.get(asset)
        return None if symbol is None else self.mid_quote(symbol)

    def equity_quote(self) -> Decimal | None:
        """Return the balances of all that our pairs trade, at the mids, in `quote`.

        None while one that is held has no price: part of the truth would look like a loss. What the account holds
        besides, in assets that no pair of ours trades, is left out.
        """
        with localcontext(EXACT):
            total = ZERO
            for asset in self._assets:
                held = self.balance(asset)
                if held:
                    price = self.price_quote(asset)
                    if price is None:
                        return None
                    total += held * price
            return total

    def profit_quote(self) -> Decimal:
        """Return realised and unrealised profit of our own fills less fees, in `quote`.

        Unrealised profit counts once there is a mid. A pair in another quote currency counts at that currency's price
        of now, once there is one. Fees in a third asset are not in it: see Position.fees_other.
        """
        with localcontext(EXACT):
            total = ZERO
            for symbol, position in self.positions.items():
                mid = self.mid_quote(symbol)
                unrealised = ZERO if mid is None else position.unrealised_quote(mid)
                rate = self.price_quote(position.instrument.quote) or ZERO
                total += (position.realised_quote + unrealised - position.fees_quote) * rate
            return total

    def fees_quote(self) -> Decimal:
        """Return the fees of our own fills, in `quote`, as `profit_quote` counts them."""
        with localcontext(EXACT):
            total = ZERO
            for position in self.positions.values():
                total += position.fees_quote * (self.price_quote(position.instrument.quote) or ZERO)
            return total

    def _learn(self, instrument: Instrument) -> None:
        self._instruments[instrument.symbol] = instrument
        self._assets |= {instrument.base: None, instrument.quote: None}
        if instrument.quote == self.quote:
            self._pricing[instrument.base] = instrument.symbol
        position = self.positions.get(instrument.symbol)
        if position is not None:
            position.instrument = instrument

    def _trade(self, fill: OrderTraded) -> None:
        instrument = self._instruments.get(fill.symbol)
        assert instrument is not None, f"a fill in a pair whose rules were never told: {fill}"
        cost = instrument.cost(price_ticks=fill.price_ticks, qty_lots=fill.qty_lots)
        qty = instrument.qty(fill.qty_lots)
        with localcontext(EXACT):  # Even a change of sign would round in the common context.
            sign = 1 if fill.side == "buy" else -1
            self._post(instrument.base, sign * qty)
            self._post(instrument.quote, -sign * cost)
            self._post(fill.fee_asset, -fill.fee)
        position = self.positions.get(fill.symbol)
        if position is None:
            position = self.positions[fill.symbol] = Position(instrument)
        position.trade(fill)

    def _post(self, asset: str, amount: Decimal) -> None:
        self.balances[asset] = self.balance(asset) + amount
