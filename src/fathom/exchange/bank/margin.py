"""Margin: borrowed money in the market. A trade on margin closes what is open the other way, oldest first, then opens.

The `lender` account gives what a position pays with and keeps what it bought, so every sum stays exact: what it has of
base and quote is what the open positions say. A client's balance changes by fees, and by the profit at the close.

Pure. Imports: borrowing, fees, fill, ledger, position, scale, trade. Imported by: bank.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from fathom.exchange.bank.borrowing import borrowing_rate, facing
from fathom.exchange.bank.fees import fee_of
from fathom.exchange.bank.fill import Fill
from fathom.exchange.bank.position import Position
from fathom.exchange.bank.refusal import Refusal
from fathom.exchange.bank.scale import pow_ten, share

if TYPE_CHECKING:  # An order names its account, so its file is above this one.
    from fathom.exchange.bank.account import Account
    from fathom.exchange.bank.ledger import Ledger
    from fathom.exchange.bank.scale import Scale
    from fathom.exchange.bank.trade import Trade
    from fathom.exchange.core.order import Order
    from fathom.exchange.listing import Listing, Pair
    from fathom.protocol.messages import OrderSide

ROLLOVER_NS: Final = 4 * 3_600_000_000_000
ROLLOVERS_SPARE: Final = 1_000  # So many more than twice the open positions may be due; then the closed ones go.
NO_POSITION: Final = Refusal("EOrder:Unknown position")
NO_FUNDS: Final = Refusal("EOrder:Insufficient funds")


class Settled(Struct, frozen=True):
    """Positions that were closed by paying the loan back."""

    lots: int
    cost_units: int  # Of quote: what they cost to open.
    ledger_ids: tuple[str, str]  # Of base and quote.


class Margin:
    """Opens, closes and charges positions."""

    def __init__(self, listing: Listing, *, ledger: Ledger) -> None:
        self._listing = listing
        self._ledger = ledger
        self.owners: dict[str, Account] = {}  # Of each open position, by its id, oldest first.
        self._rollovers: list[tuple[int, str]] = []  # A heap: when due, which. What is closed goes when its turn comes.

    def settle(self, trade: Trade, order: Order, *, rate: int) -> Fill:
        """Move this order's side of a trade, at this fee."""
        account, ledger, scale = order.account, self._ledger, trade.scale
        exec_id = ledger.ids.execution()
        buying = order.side == "buy"
        ledger.move(ledger.lender, scale.base, trade.base_units if buying else -trade.base_units)
        ledger.move(ledger.lender, scale.quote, -trade.cost_units if buying else trade.cost_units)
        fee_units = fee_of(trade.cost_units, rate)
        lots, cost_units, part_fee_units = trade.qty_lots, trade.cost_units, fee_units
        profit_units = margin_units = 0
        position: Position | None = None
        closed: Position | None = None
        for position in facing(account, order.symbol, order.side):
            closed = closed or position
            part = min(lots, position.left_lots)
            part_units, part_fee = share(cost_units, part, lots), share(part_fee_units, part, lots)
            profit_units += position.close(lots=part, cost_units=part_units, fee_units=part_fee)
            position.note_fill(exec_id)
            lots, cost_units, part_fee_units = lots - part, cost_units - part_units, part_fee_units - part_fee
            self._drop_if_closed(account, position)
            if lots == 0:
                break
        opened: Position | None = None
        if lots:
            loan_fee = fee_of(cost_units, borrowing_rate(self._listing, scale.pair, order.side) or 0)
            fee_units += loan_fee
            opened = self._position_of(order, now_ns=trade.time_ns)
            margin_units = opened.add(lots=lots, cost_units=cost_units, fee_units=part_fee_units + loan_fee)
            opened.note_fill(exec_id)
        touched = opened or closed
        assert touched is not None
        _keep_less(order, trade.qty_lots)
        ledger.move(ledger.lender, scale.quote, -profit_units)
        ledger_id = ledger.post(
            account,
            scale.quote,
            profit_units,
            fee_units=fee_units,
            entry_type="margin",
            ref_id=exec_id,
            now_ns=trade.time_ns,
        )
        return Fill(
            exec_id=exec_id,
            trade_id=trade.trade_id,
            order_id=order.order_id,
            symbol=order.symbol,
            side=order.side,
            order_type=order.order_type,
            price_ticks=trade.price_ticks,
            qty_lots=trade.qty_lots,
            cost_units=trade.cost_units,
            fee_asset=scale.quote,
            fee_units=fee_units,
            maker=order is trade.maker,
            time_ns=trade.time_ns,
            leverage=order.leverage,
            margin_units=margin_units,
            position_id=touched.position_id,
            closing=closed is not None,
            position_status="opened" if opened is not None else _status(position),
            liquidation=order.liquidation,
            ledger_ids=(ledger_id,),
        )

    def settle_position(
        self, account: Account, scale: Scale, *, side: OrderSide, lots: int, now_ns: int
    ) -> Settled | Refusal:
        """Close what a trade of this side would close, oldest first, by paying the loan back with the client's own.

        A long pays what it cost and gets what it bought; a short gives what it sold and gets what that brought.
        """
        parts: list[tuple[Position, int]] = []
        left = lots
        for position in facing(account, scale.pair.symbol, side):
            if left == 0:
                break
            parts.append((position, min(left, position.left_lots)))
            left -= parts[-1][1]
        if not parts:
            return NO_POSITION
        settled_lots = lots - left
        base_units = scale.base_units(settled_lots)
        cost_units = sum(share(position.left_cost_units, part, position.left_lots) for position, part in parts)
        long = side == "sell"
        paid_asset, paid_units = (scale.quote, cost_units) if long else (scale.base, base_units)
        if paid_units > account.balances.get(paid_asset, 0) - account.held.get(paid_asset, 0):
            return NO_FUNDS
        for position, part in parts:
            position.settle(lots=part)
            self._drop_if_closed(account, position)
        base_id, quote_id = self._pay_back(
            account, scale, base_units if long else -base_units, -cost_units if long else cost_units, now_ns=now_ns
        )
        return Settled(settled_lots, cost_units, (base_id, quote_id))

    def next_rollover_ns(self) -> int | None:
        """Return when the next fee falls due. It may be of a position that is closed by then."""
        return self._rollovers[0][0] if self._rollovers else None

    def charge_rollovers(self, *, now_ns: int) -> None:
        """Take the fees that are due, in the order in which they fell due."""
        while self._rollovers and self._rollovers[0][0] <= now_ns:
            due_ns, position_id = heappop(self._rollovers)
            account = self.owners.get(position_id)
            if account is None:
                continue
            position = account.positions[position_id]
            pair = self._listing.pair(position.symbol)
            assert pair is not None, position.symbol
            fee_units = fee_of(position.left_cost_units, borrowing_rate(self._listing, pair, position.side) or 0)
            position.fee_units += fee_units
            position.rollover_ns = due_ns + ROLLOVER_NS
            heappush(self._rollovers, (position.rollover_ns, position_id))
            self._ledger.post(
                account,
                pair.quote,
                0,
                fee_units=fee_units,
                entry_type="rollover",
                ref_id=position_id,
                now_ns=due_ns,
            )

    def rescale(self, old: Pair, new: Pair) -> None:
        """Take the pair's new quantity precision; what is finer than it is cut off, its cost is kept."""
        if old.qty_precision == new.qty_precision:
            return
        factor, divisor = pow_ten(new.qty_precision), pow_ten(old.qty_precision)
        for position_id, account in list(self.owners.items()):
            position = account.positions[position_id]
            if position.symbol == old.symbol:
                left_lots = position.left_lots * factor // divisor
                position.closed_lots = position.closed_lots * factor // divisor
                position.qty_lots = position.closed_lots + left_lots
                self._drop_if_closed(account, position)  # What is below a lot now, nobody could close.

    def put(self, account: Account, position: Position) -> None:
        """Take in an open position: the account's newest, and the newest of all."""
        account.positions[position.position_id] = position
        self.owners[position.position_id] = account
        if len(self._rollovers) > 2 * len(self.owners) + ROLLOVERS_SPARE:
            self._rollovers = [due for due in self._rollovers if due[1] in self.owners]
            heapify(self._rollovers)
        heappush(self._rollovers, (position.rollover_ns, position.position_id))

    def _position_of(self, order: Order, *, now_ns: int) -> Position:
        """Return the position that the order opened, or a new one."""
        account = order.account
        for position in account.positions.values():
            if position.order_id == order.order_id:
                return position
        position = Position(
            position_id=self._ledger.ids.position(),
            order_id=order.order_id,
            symbol=order.symbol,
            side=order.side,
            leverage=order.leverage,
            opened_ns=now_ns,
            rollover_ns=now_ns + ROLLOVER_NS,
        )
        self.put(account, position)
        return position

    def _drop_if_closed(self, account: Account, position: Position) -> None:
        if position.left_lots == 0:
            del account.positions[position.position_id]
            del self.owners[position.position_id]
            account.positions_closed.append(position)

    def _pay_back(
        self, account: Account, scale: Scale, base_units: int, quote_units: int, *, now_ns: int
    ) -> tuple[str, str]:
        """Move a settled position's money between client and lender; return the entries of base and quote."""
        ledger = self._ledger
        ref_id = ledger.ids.execution()
        base_id, quote_id = (
            ledger.post(account, asset, units, entry_type="settled", ref_id=ref_id, now_ns=now_ns)
            for asset, units in ((scale.base, base_units), (scale.quote, quote_units))
        )
        ledger.move(ledger.lender, scale.base, -base_units)
        ledger.move(ledger.lender, scale.quote, -quote_units)
        return base_id, quote_id


def _status(position: Position | None) -> Literal["closing", "closed"]:
    """Tell what a fill did to the last position that it closed of: those before are done with."""
    return "closing" if position is not None and position.left_lots else "closed"


def _keep_less(order: Order, filled_lots: int) -> None:
    """Give back the part of the order's margin that its fill has used; the position asks for it now."""
    holds = order.account.margin_holds
    kept = holds.get(order.order_id)
    if kept is None:
        return
    left_lots = order.left_lots
    if filled_lots >= left_lots:
        del holds[order.order_id]
    else:
        holds[order.order_id] = kept - share(kept, filled_lots, left_lots)
