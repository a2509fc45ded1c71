"""Sells what our strategies hold, a slice at a time, after a hard breaker that says so.

A slice is a share of the bids within the collar, as a limit order that waits for nothing (ioc): it never sells below
the collar, never more than a strategy holds, never more than all of ours hold together or than the account has free.
What is below the pair's minima stays. Pure. Imports: domain, market, account, amounts, limits. Imported by: risk/risk.
"""

from collections.abc import Callable, Iterator
from decimal import ROUND_FLOOR, Decimal

from fathom.domain import EXACT, Instrument, OrderWanted, floor_to_units
from fathom.market import Book, Market
from fathom.risk.account import Account
from fathom.risk.amounts import ZERO, mid_of
from fathom.risk.limits import Limits
from fathom.risk.room import Terms


def slices(
    account: Account,
    market: Market,
    *,
    name: str,
    entry_seq: int,
    limits_at: Callable[[str], Limits],
    may_trade: Callable[[str], bool],
) -> Iterator[tuple[OrderWanted, Terms]]:
    """Yield the next orders, at most one a symbol and none where one of them is under way, and their terms."""
    busy = {held.symbol for order_id, held in account.room.held.items() if order_id.startswith(f"{name}-")}
    number = 0
    for (owner, asset), amount in account.holdings.of.items():
        symbol = account.worth.direct(asset)
        if amount <= 0 or symbol is None or symbol in busy:
            continue
        book = market.books.get(symbol)
        if book is None or not book.trusted or not may_trade(symbol):
            continue
        limits = limits_at(symbol)
        found = _slice(book, min(amount, _free(account, asset)), limits)
        rate = account.worth.price(book.instrument.quote)
        if found is None or rate is None or book.mid_half_ticks is None:
            continue
        qty_lots, price_ticks = found
        busy.add(symbol)
        wanted = OrderWanted(
            f"{name}-{entry_seq}-{number}",
            symbol,
            "sell",
            "limit",
            qty_lots,
            price_ticks,
            time_in_force="ioc",
            on_behalf=owner,
        )
        number += 1
        mid = mid_of(book.instrument, book.mid_half_ticks)
        yield wanted, Terms(book.instrument, price_ticks, mid, rate, limits.fee_share)


def _free(account: Account, asset: str) -> Decimal:
    """Return what may be sold: of ours in all, and of the account, less what open orders may sell still."""
    most = min(account.holdings.total.get(asset, ZERO), account.portfolio.balance(asset))
    return most - account.room.given.get(asset, ZERO)


def _slice(book: Book, amount: Decimal, limits: Limits) -> tuple[int, int] | None:
    """Return (quantity, lowest price) of the next slice; None where there is none to be sold now."""
    instrument, twice = book.instrument, book.mid_half_ticks
    if twice is None or amount <= 0:
        return None
    lot = instrument.qty_increment_lots
    left_lots = floor_to_units(amount, precision=instrument.qty_precision) // lot * lot
    price_ticks = _lowest(instrument, twice, limits.collar_share_max)
    shown_lots = sum(qty_lots for ticks, qty_lots in book.bids(book.depth) if ticks >= price_ticks)
    least = _least(instrument, price_ticks)
    if left_lots < least or shown_lots < least:
        return None
    share_lots = int((shown_lots * limits.flatten_book_share).to_integral_value(ROUND_FLOOR))
    qty_lots = min(max(share_lots // lot * lot, least), left_lots)
    if 0 < left_lots - qty_lots < least:  # What would be left is too small for an order of its own.
        qty_lots = left_lots
    return qty_lots, price_ticks


def _lowest(instrument: Instrument, twice: int, share: Decimal) -> int:
    """Return the lowest price within the collar, in ticks: on a tick, and above zero."""
    tick = instrument.price_increment_ticks
    wrong = int((twice * share).to_integral_value(ROUND_FLOOR))
    return max(-(-(twice - wrong) // (2 * tick)) * tick, tick)


def _least(instrument: Instrument, price_ticks: int) -> int:
    """Return the smallest quantity that the venue takes at a price, in lots."""
    lot = instrument.qty_increment_lots
    scale = instrument.price_precision + instrument.qty_precision
    cost_units = int(instrument.cost_min.scaleb(scale, context=EXACT).to_integral_value("ROUND_CEILING"))
    lots = max(instrument.qty_lots_min, -(-cost_units // price_ticks))
    return -(-lots // lot) * lot
