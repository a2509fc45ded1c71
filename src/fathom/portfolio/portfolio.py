"""Balances, positions, fees and PnL of one account, from fills, ledger rows and what the venue says.

Whoever needs one keeps a replica and feeds it the log; nobody shares one. Pure. Imports: domain, market, account, lots,
position, pricing. Imported by: risk, strategy, ui, portfolio/statistics.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from fathom.domain import (
    EXACT,
    AccountSeen,
    BalancesSeen,
    DisputeSettled,
    FeesSeen,
    ForeignTraded,
    FundsMoved,
    Happening,
    Instrument,
    InstrumentChanged,
    MarginPosition,
    MarginSeen,
    OrderTraded,
)
from fathom.market import Market
from fathom.portfolio.account import Account, Difference
from fathom.portfolio.lots import AVERAGING, ZERO, LotMethod
from fathom.portfolio.position import Position
from fathom.portfolio.pricing import ONE, Way, price_along, ways

PORTFOLIO_NEWS: Final[tuple[type[Happening], ...]] = (
    AccountSeen,
    BalancesSeen,
    DisputeSettled,
    FeesSeen,
    ForeignTraded,
    FundsMoved,
    InstrumentChanged,
    MarginSeen,
    OrderTraded,
)


def _all(order_id: str) -> bool:  # noqa: ARG001 - Says yes to every order.
    return True


class Portfolio:
    """One account, valued in one quote currency at the mids of the verified books."""

    def __init__(
        self, market: Market, *, quote: str, method: LotMethod = "fifo", owns: Callable[[str], bool] = _all
    ) -> None:
        """`market` is read, never changed; `quote` is the currency in which equity is told, such as USD.

        `method` says which lots a sale closes first. A fill of an order that `owns` does not know by its id moves the
        balances and no position.
        """
        self._market = market
        self.quote = quote
        self.method: LotMethod = method
        self.account = Account()
        self.positions: dict[str, Position] = {}
        self.fee_tiers: dict[str, FeesSeen] = {}  # The account's fees, by symbol, as the venue told them last.
        self.margin: dict[str, MarginPosition] = {}  # Open margin positions, by their id.
        self.rollovers: dict[str, dict[str, Decimal]] = {}  # What each of these was charged for, by id and asset.
        self._takes: dict[type[Happening], Callable[[Any], None]] = {
            OrderTraded: self._trade,
            InstrumentChanged: self._learn,
            BalancesSeen: self.account.hear,
            AccountSeen: self._hear_all,
            ForeignTraded: self._foreign,
            FundsMoved: self._row,
            FeesSeen: self._tier,
            MarginSeen: self._see_margin,
            DisputeSettled: self._settle,
        }
        self._spot = self.account.ledger.accounts["spot"]
        self._earn = self.account.ledger.accounts["earn"]
        self._owns = owns
        self._instruments: dict[str, Instrument] = {}
        self._ways: dict[str, list[Way]] = {}  # Asset -> how to price it in `quote`, once it was asked for.
        self._assets: dict[str, None] = {quote: None}  # What our pairs trade, in the order in which they were told.
        self._marks: dict[str, tuple[int, int, Decimal]] = {}  # The last trusted mid: twice it in ticks, precision, it.

    def apply(self, event: Happening) -> None:
        """Take one event in. Fills move balances, each once; a word of the venue replaces those that it names.

        A word with its fills (AccountSeen) may come before or after them; one without (BalancesSeen) must come in its
        order: a fill that it contained already counts twice, until the next word.
        """
        take = self._takes.get(type(event))
        if take is not None:
            take(event)

    # -- What is held --

    @property
    def balances(self) -> dict[str, Decimal]:
        """What the account holds, by asset, holds included."""
        return self.account.balances()

    def balance(self, asset: str) -> Decimal:
        """Return what the account holds of an asset, holds included."""
        held = self._spot.get(asset, ZERO)  # As the account says it, without the call: this is asked all the time.
        return held if not self._earn else EXACT.add(held, self._earn.get(asset, ZERO))

    @property
    def unexplained(self) -> dict[str, Decimal]:
        """The venue's word less ours, by asset, summed up since the start: anything here is an alarm."""
        return {asset: EXACT.minus(amount) for asset, amount in self.account.ledger.held("unexplained").items()}

    def differences(self, seen: AccountSeen) -> tuple[Difference, ...]:
        """Return where the venue's account is not ours, to the last unit. Ask before the word is applied."""
        return self.account.differences(seen, self._instruments)

    @property
    def fees(self) -> dict[str, Decimal]:
        """What was paid in fees, by asset."""
        return self.account.ledger.held("fees")

    # -- What it is worth --

    def mid_quote(self, symbol: str) -> Decimal | None:
        """Return the mid of the verified book, in its pair's quote currency.

        While the book is not trusted or a side is empty: the last one that was asked for. None before the first.
        """
        mid = self._mid_now(symbol)
        if mid is None and (mark := self._marks.get(symbol)) is not None:
            return mark[2]
        return mid

    def price_quote(self, asset: str) -> Decimal | None:
        """Return what one of an asset is worth in `quote`; None while no pair of ours tells.

        The shortest way whose books all verify now; while there is none, the shortest whose last mids are known.
        """
        if asset == self.quote:
            return ONE
        known = self._ways.get(asset)
        if known is None:
            known = self._ways[asset] = ways(asset, self.quote, self._instruments.values())
        for mid in (self._mid_now, self.mid_quote):
            for way in known:
                price = price_along(way, mid)
                if price is not None:
                    return price
        return None

    def equity_quote(self) -> Decimal | None:
        """Return the balances of all that our pairs trade, and open margin positions, at the mids, in `quote`.

        None while one that is held has no price: part of the truth would look like a loss. What the account holds
        besides, in assets that no pair of ours trades, is left out.
        """
        total, balance = ZERO, self.balance
        for asset in self._assets:
            held = balance(asset)
            if held:
                price = self.price_quote(asset)
                if price is None:
                    return None
                total = AVERAGING.add(total, AVERAGING.multiply(held, price))
        if self.margin:
            margin = self.margin_quote()
            return None if margin is None else AVERAGING.add(total, margin)
        return total

    def others_quote(self) -> Decimal | None:
        """Return what of the equity is held in other assets than `quote`, without signs; None where that is."""
        total = ZERO
        for asset in self._assets:
            held = self.balance(asset)
            if held and asset != self.quote:
                price = self.price_quote(asset)
                if price is None:
                    return None
                total = AVERAGING.add(total, AVERAGING.multiply(abs(held), price))
        return total

    def margin_quote(self) -> Decimal | None:
        """Return what closing the open margin positions at the mids would earn, in `quote`; None while one cannot."""
        total = ZERO
        for one in self.margin.values():
            instrument, mid = self._instruments.get(one.symbol), self.mid_quote(one.symbol)
            rate = None if instrument is None else self.price_quote(instrument.quote)
            if instrument is None or mid is None or rate is None:
                return None
            gain = EXACT.subtract(EXACT.multiply(instrument.qty(one.qty_lots), mid), one.cost)
            total = AVERAGING.add(total, AVERAGING.multiply(gain if one.side == "buy" else EXACT.minus(gain), rate))
        return total

    def profit_quote(self) -> Decimal:
        """Return realised and unrealised profit of our own fills less fees, in `quote`.

        Unrealised profit counts once there is a mid. A pair in another quote currency counts at that currency's price
        of now, and a fee in a third asset at that asset's, once there is one.
        """
        total = ZERO
        for position in self.positions.values():
            total = AVERAGING.add(total, self.profit_of(position))
        return total

    def profit_of(self, position: Position) -> Decimal:
        """Return one position's part of that; it need not be one of ours."""
        mid = self.mid_quote(position.instrument.symbol)
        gain = EXACT.subtract(position.realised_quote, position.fees_quote)
        if mid is not None and position.qty:
            gain = EXACT.add(gain, position.unrealised_quote(mid))
        gain = AVERAGING.multiply(gain, self._rate(position))
        return AVERAGING.subtract(gain, self._fees_other(position)) if position.fees_other else gain

    def fees_quote(self) -> Decimal:
        """Return the fees of our own fills, in `quote`, as `profit_quote` counts them."""
        total = ZERO
        for position in self.positions.values():
            total = AVERAGING.add(total, AVERAGING.multiply(position.fees_quote, self._rate(position)))
            total = AVERAGING.add(total, self._fees_other(position))
        return total

    # -- How it is kept --

    def _mid_now(self, symbol: str) -> Decimal | None:
        """Return the mid of the book while it verifies, and remember it."""
        book = self._market.books.get(symbol)
        if book is None or not book.trusted or (twice := book.mid_half_ticks) is None:
            return None
        precision, mark = book.instrument.price_precision, self._marks.get(symbol)
        if mark is not None and mark[0] == twice and mark[1] == precision:
            return mark[2]
        mid = EXACT.divide(book.instrument.price(twice), 2)
        self._marks[symbol] = (twice, precision, mid)
        return mid

    def _rate(self, position: Position) -> Decimal:
        return self.price_quote(position.instrument.quote) or ZERO

    def _fees_other(self, position: Position) -> Decimal:
        total = ZERO
        for asset, fee in position.fees_other.items():
            total = AVERAGING.add(total, AVERAGING.multiply(fee, self.price_quote(asset) or ZERO))
        return total

    def _learn(self, changed: InstrumentChanged) -> None:
        instrument = changed.instrument
        if instrument.symbol not in self._instruments:
            self._ways.clear()
        self._instruments[instrument.symbol] = instrument
        self._assets |= {instrument.base: None, instrument.quote: None}
        position = self.positions.get(instrument.symbol)
        if position is not None:
            position.instrument = instrument

    def _trade(self, fill: OrderTraded) -> None:
        instrument = self._instruments.get(fill.symbol)
        assert instrument is not None, f"a fill in a pair whose rules were never told: {fill}"
        if not self.account.trade(fill, instrument, other="trading") or not self._owns(fill.order_id):
            return
        position = self.positions.get(fill.symbol)
        if position is None:
            position = self.positions[fill.symbol] = Position(instrument, method=self.method)
        position.trade(fill)

    def _foreign(self, traded: ForeignTraded) -> None:
        self.account.trade(traded.fill, self._instruments.get(traded.fill.symbol), other="foreign")

    def _hear_all(self, seen: AccountSeen) -> None:
        self.account.hear_all(seen, self._instruments)

    def _tier(self, fees: FeesSeen) -> None:
        self.fee_tiers[fees.symbol] = fees

    def _settle(self, settled: DisputeSettled) -> None:
        if not settled.symbol:
            self.account.accept()

    def _see_margin(self, seen: MarginSeen) -> None:
        self.margin = {one.position_id: one for one in seen.positions}
        self.rollovers = {one: paid for one, paid in self.rollovers.items() if one in self.margin}

    def _row(self, moved: FundsMoved) -> None:
        self.account.row(moved)
        if moved.kind == "rollover" and moved.ref_id in self.margin:
            paid = self.rollovers.setdefault(moved.ref_id, {})
            charge = EXACT.subtract(moved.fee, moved.amount)
            paid[moved.asset] = EXACT.add(paid.get(moved.asset, ZERO), charge)
