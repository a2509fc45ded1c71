"""Whether an account may borrow what a margin order would open, and what the loan costs. Reads; changes nothing.

Pure. Imports: equity, fees, marks, position, refusal, scale. Imported by: bank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fathom.exchange.bank.fees import RATE_ONE, fee_most
from fathom.exchange.bank.marks import USD
from fathom.exchange.bank.refusal import Refusal
from fathom.exchange.bank.scale import pow_ten, share

if TYPE_CHECKING:  # An order names its account, so its file is above this one.
    from decimal import Decimal

    from fathom.exchange.bank.account import Account
    from fathom.exchange.bank.equity import Equity
    from fathom.exchange.bank.marks import Marks
    from fathom.exchange.bank.position import Position
    from fathom.exchange.core.order import Order
    from fathom.exchange.listing import Listing, Pair
    from fathom.protocol.messages import OrderSide

POSITIONS_MAX: Final = 1_000  # Open ones of an account; beyond it no order that may open another is taken.
# How much an account may owe in all, in USD. Kraken gives no table; these are plausible.
ALLOWANCE_USD: Final = {"starter": 10_000, "intermediate": 500_000, "pro": 10_000_000}

NO_LOAN: Final = Refusal("EOrder:Insufficient margin")  # The venue does not lend this.
NO_MARGIN_HERE: Final = Refusal("EOrder:Cannot open position")
NO_INITIAL_MARGIN: Final = Refusal("EOrder:Insufficient initial margin")
ALLOWANCE_EXCEEDED: Final = Refusal("EOrder:Margin allowance exceeded")
LEVEL_TOO_LOW: Final = Refusal("EOrder:Margin level too low")
SIZE_EXCEEDED: Final = Refusal("EOrder:Margin position size exceeded")
POSITIONS_EXCEEDED: Final = Refusal("EOrder:Positions limit exceeded")


def facing(account: Account, symbol: str, side: OrderSide) -> list[Position]:
    """Return the positions that a trade of this side closes, oldest first."""
    return [position for position in account.positions.values() if position.symbol == symbol and position.side != side]


def borrowing_rate(listing: Listing, pair: Pair, side: OrderSide) -> int | None:
    """Return what a loan costs at the opening and then every 4 hours, in 10^-8; None where it is not lent.

    A long borrows quote, a short borrows base; both pay in quote.
    """
    percent: Decimal | None = listing.asset(pair.quote if side == "buy" else pair.base).margin_rate
    return None if percent is None else int(percent * (RATE_ONE // 100))


class Borrowing:
    """The rules for what may be borrowed, in the order in which they are asked."""

    def __init__(self, listing: Listing, marks: Marks, equity: Equity) -> None:
        self._listing = listing
        self._marks = marks
        self._equity = equity
        self._usd_one = 10 ** listing.asset(USD).decimals

    def wanted(self, order: Order, pair: Pair, *, lots: int, cost_units: int, rate: int) -> Refusal | int:
        """Return what an order with so much left to trade takes of the free margin, in units of USD.

        What only closes takes nothing, and is never refused. `rate` is the highest trading fee it may meet.
        """
        account = order.account
        opening_lots = 0 if order.reduce_only else max(0, lots - self._unclaimed_lots(order))
        if opening_lots == 0:
            return 0
        loan_rate = borrowing_rate(self._listing, pair, order.side)
        if order.leverage not in pair.leverages:
            return NO_MARGIN_HERE
        if loan_rate is None:
            return NO_LOAN
        if len(account.positions) >= POSITIONS_MAX:
            return POSITIONS_EXCEEDED
        if self._too_big(order, pair, opening_lots):
            return SIZE_EXCEEDED
        opening_units = share(cost_units, opening_lots, lots)
        owed = self._equity.exposure(account).cost + self._marks.usd_units(pair.quote, opening_units)
        if owed > ALLOWANCE_USD[account.tier] * self._usd_one:
            return ALLOWANCE_EXCEEDED
        if self._equity.level_within(account, percent=pair.margin_call_pct):
            return LEVEL_TOO_LOW
        wanted_units = -(-opening_units // order.leverage) + fee_most(opening_units, rate + loan_rate)
        wanted = self._marks.usd_units(pair.quote, wanted_units) + 1  # That was rounded down.
        if wanted > self._equity.free_margin(account, order_id=order.order_id):
            return NO_INITIAL_MARGIN
        return wanted

    def _unclaimed_lots(self, order: Order) -> int:
        """Return what the order can close that no other open order is already there to close."""
        account = order.account
        lots = sum(position.left_lots for position in facing(account, order.symbol, order.side))
        for other in account.orders.values():
            if other.leverage and other.symbol == order.symbol and other.side == order.side and other is not order:
                lots -= other.left_lots
        return max(lots, 0)

    def _too_big(self, order: Order, pair: Pair, opening_lots: int) -> bool:
        """Tell whether the account's positions of this side would be larger than the pair allows."""
        limit = pair.position_max_long if order.side == "buy" else pair.position_max_short
        lots = opening_lots + sum(
            position.left_lots
            for position in order.account.positions.values()
            if position.symbol == order.symbol and position.side == order.side
        )
        return lots > limit * pow_ten(pair.qty_precision)
