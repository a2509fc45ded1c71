"""What an account is worth, and how far its margin carries (rest.md TradeBalance).

All sums are ints: units of USD, at the last prices.

Pure. Imports: marks, listing. Imported by: bank, and through it rest.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from fathom.domain import units_decimal

if TYPE_CHECKING:
    from fathom.exchange.bank.account import Account
    from fathom.exchange.bank.marks import Marks
    from fathom.exchange.bank.position import Position
    from fathom.exchange.bank.scale import Scales
    from fathom.exchange.core.order import Order
    from fathom.exchange.listing import Listing


class TradeBalance(Struct, frozen=True, kw_only=True):
    """The figures of one account, in one asset. In brackets Kraken's short names."""

    equivalent_balance: Decimal  # eb: all it has.
    trade_balance: Decimal  # tb: what of that counts as collateral.
    margin: Decimal  # m: initial margin of open positions.
    unrealised: Decimal  # n
    cost: Decimal  # c: of open positions.
    valuation: Decimal  # v: what they are worth now.
    equity: Decimal  # e = tb + n
    free_margin: Decimal  # mf = e - m
    free_margin_for_orders: Decimal  # mfo: less what open margin orders ask for.
    level_pct: Decimal | None  # ml = e / m; None without positions.
    unfilled: Decimal  # uv: what the open orders are worth.


class Exposure(Struct, frozen=True, kw_only=True):
    """What an account's positions come to, in units of USD."""

    margin: int
    unrealised: int
    cost: int
    valuation: int


class Equity:
    """Reads accounts; changes nothing."""

    def __init__(self, listing: Listing, marks: Marks, scales: Scales) -> None:
        self._listing = listing
        self._marks = marks
        self._scales = scales

    def exposure(self, account: Account) -> Exposure:
        """Return the sums over the open positions."""
        margin = unrealised = cost = valuation = 0
        usd_units = self._marks.usd_units
        for position in account.positions.values():
            pair = self._listing.pair(position.symbol)
            assert pair is not None, position.symbol
            worth_units = self._worth_units(position)
            profit_units = worth_units - position.left_cost_units
            margin += usd_units(pair.quote, position.left_margin_units)
            unrealised += usd_units(pair.quote, profit_units if position.side == "buy" else -profit_units)
            cost += usd_units(pair.quote, position.left_cost_units)
            valuation += usd_units(pair.quote, worth_units)
        return Exposure(margin=margin, unrealised=unrealised, cost=cost, valuation=valuation)

    def equivalent_balance(self, account: Account) -> int:
        """Return all it has, in units of USD."""
        return sum(self._marks.usd_units(asset, units) for asset, units in account.balances.items() if units)

    def trade_balance(self, account: Account) -> int:
        """Return what counts as collateral, in units of USD. Debts count in full."""
        return sum(self.collateral(asset, units) for asset, units in account.balances.items() if units)

    def collateral(self, asset: str, units: int) -> int:
        """Return what an amount counts as collateral, in units of USD."""
        usd_units = self._marks.usd_units(asset, units)
        if usd_units <= 0:
            return usd_units
        value = self._listing.asset(asset).collateral_value
        return 0 if value is None else int(usd_units * value)

    def equity(self, account: Account) -> int:
        """Return collateral and open profit, in units of USD."""
        return self.trade_balance(account) + self.exposure(account).unrealised

    def free_margin(self, account: Account, *, order_id: str | None = None) -> int:
        """Return what new positions may take as initial margin; this order's own share is not taken off."""
        exposure = self.exposure(account)
        asked = sum(units for held_id, units in account.margin_holds.items() if held_id != order_id)
        return self.trade_balance(account) + exposure.unrealised - exposure.margin - asked

    def level_within(self, account: Account, *, percent: int) -> bool:
        """Tell whether the margin level is at this percentage or below. Without positions there is none."""
        exposure = self.exposure(account)
        equity = self.trade_balance(account) + exposure.unrealised
        return exposure.margin > 0 and equity * 100 <= exposure.margin * percent

    def figures(self, account: Account, asset: str) -> TradeBalance:
        """Return everything, in an asset of the client's choice."""
        exposure = self.exposure(account)
        trade_balance = self.trade_balance(account)
        equity = trade_balance + exposure.unrealised
        free_margin = equity - exposure.margin
        asked = sum(account.margin_holds.values())

        def shown(usd_units: int) -> Decimal:
            return self._marks.in_asset(usd_units, asset)

        return TradeBalance(
            equivalent_balance=shown(self.equivalent_balance(account)),
            trade_balance=shown(trade_balance),
            margin=shown(exposure.margin),
            unrealised=shown(exposure.unrealised),
            cost=shown(exposure.cost),
            valuation=shown(exposure.valuation),
            equity=shown(equity),
            free_margin=shown(free_margin),
            free_margin_for_orders=shown(free_margin - asked),
            level_pct=Decimal(equity * 10_000 // exposure.margin).scaleb(-2) if exposure.margin else None,
            unfilled=shown(sum(self._unfilled(order) for order in account.orders.values())),
        )

    def position_value(self, position: Position) -> tuple[Decimal, Decimal]:
        """Return what the open part is worth now and its open profit, in quote."""
        pair = self._listing.pair(position.symbol)
        assert pair is not None, position.symbol
        decimals = self._listing.asset(pair.quote).decimals
        worth_units = self._worth_units(position)
        profit_units = worth_units - position.left_cost_units
        return (
            units_decimal(worth_units, precision=decimals),
            units_decimal(profit_units if position.side == "buy" else -profit_units, precision=decimals),
        )

    def _worth_units(self, position: Position) -> int:
        pair = self._listing.pair(position.symbol)
        assert pair is not None, position.symbol
        return self._scales.of(pair).cost_units(self._marks.price_ticks(pair), position.left_lots)

    def _unfilled(self, order: Order) -> int:
        pair = self._listing.pair(order.symbol)
        assert pair is not None, order.symbol
        if order.cash_units is not None:
            return self._marks.usd_units(pair.quote, max(order.cash_units - order.cum_cost_units, 0))
        price_ticks = self._marks.price_ticks(pair) if order.limit_ticks is None else order.limit_ticks
        return self._marks.usd_units(pair.quote, self._scales.of(pair).cost_units(price_ticks, order.left_lots))
