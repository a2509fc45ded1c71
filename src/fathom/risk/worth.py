"""What assets are worth in the account's currency, as the books stand: prices, equity, exposure.

It tells what Portfolio tells, at a fraction of the cost: a price is worked out again only when its book has moved, for
every order asks for all of them. Pure. Imports: domain, market, portfolio, amounts. Imported by: risk/account.
"""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Final

from fathom.domain import Instrument
from fathom.market import Market
from fathom.portfolio import Portfolio
from fathom.risk.amounts import ORDINARY, ZERO, mid_of

ONE: Final = Decimal(1)


class Worth:
    """Prices at the mids of the verified books; while a book is not trusted, the last one."""

    def __init__(self, market: Market, portfolio: Portfolio) -> None:
        """Both are read, never changed; `portfolio.quote` is the currency in which all is told."""
        self._market = market
        self._portfolio = portfolio
        self._quote = portfolio.quote
        self._assets: dict[str, None] = {portfolio.quote: None}  # What our pairs trade, as in Portfolio.
        self._direct: dict[str, str] = {}  # Asset -> the symbol that trades it against `quote`.
        self._prices: dict[str, tuple[int, Decimal]] = {}  # Asset -> (the frame that moved its book last, price).

    def learn(self, instrument: Instrument) -> None:
        """A pair's rules, for the first time or changed."""
        self._assets |= {instrument.base: None, instrument.quote: None}
        if instrument.quote == self._quote:
            self._direct[instrument.base] = instrument.symbol

    def direct(self, asset: str) -> str | None:
        """Return the symbol that trades an asset against the account's currency; None where there is none."""
        return self._direct.get(asset)

    def price(self, asset: str) -> Decimal | None:
        """Return what one of an asset is worth; None while no pair of ours tells."""
        if asset == self._quote:
            return ONE
        symbol = self._direct.get(asset)
        if symbol is None:
            return self._told(asset)
        kept = self._prices.get(asset)
        book = self._market.books.get(symbol)
        if book is not None and book.trusted:
            frame_seq = book.frame_seq
            if kept is not None and kept[0] == frame_seq:
                return kept[1]
            twice = book.mid_half_ticks
            if twice is not None:
                price = mid_of(book.instrument, twice)
                self._prices[asset] = frame_seq, price
                return price
        return self._told(asset) if kept is None else kept[1]

    def equity(self) -> Decimal | None:
        """Return the balances of all that our pairs trade; None while one that is held has no price.

        Open margin positions are not in it: their losses are ours when the ledger tells them, for what is open and what
        is booked come by two ways, and one loss told twice for a moment must not trip a breaker.
        """
        return self._balances({})[0]

    def look(self, incoming: Mapping[str, Decimal]) -> tuple[Decimal | None, Decimal | None]:
        """Return equity, open margin positions with it, and the gross exposure: all but the account's currency.

        `incoming` has arrived in the exposure.
        """
        equity, gross = self._balances(incoming)
        if equity is not None and self._portfolio.margin:
            margin = self._portfolio.margin_quote()
            equity = None if margin is None else equity + margin
        return equity, gross

    def _balances(self, incoming: Mapping[str, Decimal]) -> tuple[Decimal | None, Decimal | None]:
        balance, price_of, quote = self._portfolio.balance, self.price, self._quote
        equity: Decimal | None = balance(quote)
        gross: Decimal | None = ZERO
        for asset in self._assets:
            if asset == quote:
                continue
            held, coming = balance(asset), incoming.get(asset)
            if not (held or coming):
                continue
            price = price_of(asset)
            if price is None:
                gross = None
                equity = None if held else equity
                continue
            value = held * price if held else ZERO
            if equity is not None:
                equity += value
            if gross is not None:
                gross += value + coming * price if coming else value
        return equity, gross

    def unpriced(self, incoming: Mapping[str, Decimal]) -> str:
        """Return the first asset that is held, or comes in, and has no price; empty where there is none."""
        balance, price_of = self._portfolio.balance, self.price
        for asset in self._assets:
            if (balance(asset) or incoming.get(asset)) and price_of(asset) is None:
                return asset
        for one in self._portfolio.margin.values():
            if self._portfolio.mid_quote(one.symbol) is None:
                return f"position on margin in {one.symbol}"
        return ""

    def exposure(self, asset: str, incoming: Decimal) -> Decimal | None:
        """Return what an asset is worth in the account, `incoming` arrived; None without a price."""
        held = self._portfolio.balance(asset) + incoming
        if not held:
            return ZERO
        price = self.price(asset)
        return None if price is None else held * price

    def _told(self, asset: str) -> Decimal | None:
        with localcontext(ORDINARY):
            return self._portfolio.price_quote(asset)
