"""Closes the positions of accounts whose margin ran out: at the market, oldest first, until the rest is covered.

Pure. Imports: bank, entering, floor, market, order. Imported by: venue.
"""

from fathom.exchange.bank import Account, Position
from fathom.exchange.core.entering import accept, work_off
from fathom.exchange.core.floor import Floor
from fathom.exchange.core.order import Order


def liquidate(floor: Floor) -> None:
    """Look at all positions, if anything moved since they were last looked at."""
    if not floor.marks_moved:
        return
    floor.marks_moved = False
    tried: set[str] = set()
    while (due := _first_due(floor, tried)) is not None:
        account, position = due
        tried.add(position.position_id)
        _close_at_market(floor, account, position)
        work_off(floor)


def _first_due(floor: Floor, tried: set[str]) -> tuple[Account, Position] | None:
    for account, position in floor.bank.positions_due_for_liquidation():
        if position.position_id in tried:
            continue
        market = floor.markets[position.symbol]
        if market.mode == "online" and market.opposite("sell" if position.side == "buy" else "buy"):
            return account, position
        floor.marks_moved = True  # Nobody is there to trade with: look again next time.
    return None


def _close_at_market(floor: Floor, account: Account, position: Position) -> None:
    order = Order(
        order_id=floor.ids.order(),
        account=account,
        symbol=position.symbol,
        side="sell" if position.side == "buy" else "buy",
        order_type="market",
        qty_lots=position.left_lots,
        reduce_only=True,
        leverage=position.leverage,
        stp_type="cancel_oldest",  # The client's own orders are no way out.
        liquidation=True,
        opened_ns=floor.now_ns,
        changed_ns=floor.now_ns,
    )
    accept(floor, floor.market_of(order), order)
