"""The bank of the venue: everybody's money, and what a trade does to it.

Spot clients never go below zero: what an order may cost is kept aside before it can trade. House accounts are asked for
nothing: no funds, no holds, no fees, no history.

Pure. Imports: its neighbours, listing. Imported by: core, rest, control, and by the exchange itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fathom.exchange.bank import holds
from fathom.exchange.bank.borrowing import Borrowing, borrowing_rate, facing
from fathom.exchange.bank.equity import Equity, TradeBalance
from fathom.exchange.bank.fees import VOLUME_DAYS, Schedule, schedule_of
from fathom.exchange.bank.ledger import IdSource, Ledger
from fathom.exchange.bank.margin import Margin, Settled
from fathom.exchange.bank.marks import USD, Marks
from fathom.exchange.bank.refusal import Refusal
from fathom.exchange.bank.scale import Scales
from fathom.exchange.bank.spot import settle_spot
from fathom.exchange.bank.trade import Trade

if TYPE_CHECKING:  # An order names its account, so its file is above this one.
    from collections.abc import Callable
    from decimal import Decimal

    from fathom.exchange.bank.account import Account, LedgerEntry, Tier
    from fathom.exchange.bank.fill import Fill
    from fathom.exchange.bank.position import Position
    from fathom.exchange.core.order import Order
    from fathom.exchange.listing import Listing, Pair
    from fathom.protocol.messages import OrderSide

NO_FUNDS: Final = Refusal("EOrder:Insufficient funds")
NO_FUNDS_TO_MOVE: Final = Refusal("EFunding:Insufficient funds")
DAY_NS: Final = 86_400_000_000_000


class Bank:
    """Accounts, holds, fees, ledger, margin positions."""

    def __init__(self, listing: Listing, *, ids: IdSource) -> None:
        self.listing = listing
        self.ledger = Ledger(ids=ids)
        self.marks = Marks(listing)
        self.accounts = self.ledger.accounts
        self._scales = Scales(listing)
        self._equity = Equity(listing, self.marks, self._scales)
        self._borrowing = Borrowing(listing, self.marks, self._equity)
        self._margin = Margin(listing, ledger=self.ledger)
        self._schedules: dict[str, Schedule] = {pair.symbol: schedule_of(pair) for pair in listing.pairs.values()}
        self._usd_one = 10 ** listing.asset(USD).decimals
        self._day = 0  # Since 1970: the last that was told of.

    # Accounts, and money from outside.

    def open_account(self, name: str, *, number: str, tier: Tier = "pro", house: bool = False) -> Account:
        """Open an account without money. Its name must be new."""
        return self.ledger.open(name, number=number, tier=tier, house=house)

    def deposit(self, account: Account, asset: str, units: int, *, now_ns: int) -> LedgerEntry:
        """Bring money in."""
        assert units > 0
        return self.ledger.bring(account, asset, units, entry_type="deposit", now_ns=now_ns)

    def withdraw(self, account: Account, asset: str, units: int, *, now_ns: int) -> Refusal | LedgerEntry:
        """Take money out, if it is free and no position needs it."""
        assert units > 0
        if not self._may_leave(account, asset, units):
            return NO_FUNDS_TO_MOVE
        return self.ledger.bring(account, asset, -units, entry_type="withdrawal", now_ns=now_ns)

    def transfer(self, source: Account, target: Account, asset: str, units: int, *, now_ns: int) -> Refusal | str:
        """Move money between two clients' accounts, if it is free; return the reference of both entries."""
        assert units > 0
        if not self._may_leave(source, asset, units):
            return NO_FUNDS_TO_MOVE
        ref_id = self.ledger.ids.execution()
        for account, amount_units in ((source, -units), (target, units)):
            self.ledger.post(account, asset, amount_units, entry_type="transfer", ref_id=ref_id, now_ns=now_ns)
        return ref_id

    def available(self, account: Account, asset: str) -> int:
        """Return what is neither spent nor kept aside. Below zero where losses on margin ate into it."""
        return account.balances.get(asset, 0) - account.held.get(asset, 0)

    def take_postings(self) -> list[tuple[Account, LedgerEntry]]:
        """Return the ledger entries of clients since the last call, in order."""
        return self.ledger.take_postings()

    # What an earlier run left. Histories and volumes are the account's own.

    def put_back(self, account: Account, asset: str, units: int) -> None:
        """Give an account what it had; no ledger entry is written. Below zero for what it owed."""
        self.ledger.put_back(account, asset, units)

    def put_back_position(self, account: Account, position: Position) -> None:
        """Give an account a position that was open, after all that were opened before. No money moves."""
        self._margin.put(account, position)

    # Fees.

    def fee_rates(self, account: Account, symbol: str) -> tuple[int, int]:
        """Return the maker's and the taker's rate, ints of 10^-8, by the volume of the last 30 days."""
        if account.volumes_day != self._day:
            self._forget_volumes(account)
        tier = self._schedules[symbol].tier(account.volume_units // self._usd_one)
        return tier.maker_rate, tier.taker_rate

    def volume_usd(self, account: Account) -> int:
        """Return what the account traded in the last 30 days, in units of USD."""
        if account.volumes_day != self._day:
            self._forget_volumes(account)
        return account.volume_units

    def turn_day(self, now_ns: int) -> None:
        """Let a new day begin, if one has: what fell out of the 30 days of volume counts no more."""
        self._day = max(self._day, now_ns // DAY_NS)

    # Orders.

    def hold(
        self, order: Order, pair: Pair, *, lots: int, price_ticks: int | None = None, cost_units: int | None = None
    ) -> Refusal | None:
        """Keep aside what these lots, all that is left of the order, need; instead of what was kept for it before.

        At `price_ticks` each, or `cost_units` in all: the walked cost of a market order, or its cash. Fees come on top.
        After a refusal everything is as it was.
        """
        account = order.account
        if account.house or order.liquidation:
            return None
        scale = self._scales.of(pair)
        rate = max(self.fee_rates(account, order.symbol))
        if order.leverage:
            if cost_units is None:
                assert price_ticks is not None, "a margin order needs a price or its cost"
                cost_units = scale.cost_units_most(price_ticks, lots)
            wanted = self._borrowing.wanted(order, pair, lots=lots, cost_units=cost_units, rate=rate)
            if isinstance(wanted, Refusal):
                return wanted
            if wanted:
                account.margin_holds[order.order_id] = wanted
            else:
                account.margin_holds.pop(order.order_id, None)
            return None
        asset, units = holds.wanted(order, scale, lots=lots, price_ticks=price_ticks, cost_units=cost_units, rate=rate)
        if units > holds.spendable(order, asset):
            return NO_FUNDS
        holds.put(order, asset, units)
        return None

    def affordable_lots(self, order: Order, pair: Pair, *, price_ticks: int, lots: int) -> int:
        """Return how many of these lots the order can pay at this price, fee included.

        A market buy may meet dearer offers than those its cost was reckoned from: ask before each trade.
        """
        account = order.account
        if account.house or order.leverage:
            return lots
        rate = max(self.fee_rates(account, order.symbol))
        return holds.affordable_lots(order, self._scales.of(pair), price_ticks=price_ticks, lots=lots, rate=rate)

    def release(self, order: Order) -> None:
        """Give back what is left of the order's hold: at its final state."""
        holds.drop(order)
        order.account.margin_holds.pop(order.order_id, None)

    # Trades.

    def settle(
        self, pair: Pair, *, maker: Order, taker: Order, price_ticks: int, qty_lots: int, trade_id: int, now_ns: int
    ) -> tuple[Fill | None, Fill | None]:
        """Move the money of one trade; return the maker's and the taker's fill, None for a house account.

        The orders' sums (`cum_lots` ...) are still those of before the trade: the caller adds the fill to them after.
        """
        scale = self._scales.of(pair)
        cost_units = scale.cost_units(price_ticks, qty_lots)
        base_units = scale.base_units(qty_lots)
        buyer, seller = (taker, maker) if taker.side == "buy" else (maker, taker)
        bought_by, sold_by = buyer.account, seller.account
        base, quote = scale.base, scale.quote
        # Many fills may round up to a unit more than was kept for the whole: then both sides take that unit less.
        if not (bought_by.house or buyer.leverage) and cost_units > (most := holds.spendable(buyer, quote)):
            assert cost_units - most <= 1 + buyer.cum_lots, f"{buyer.order_id} trades what was not kept for it"
            cost_units = most
        if not (sold_by.house or seller.leverage) and base_units > (most := holds.spendable(seller, base)):
            assert base_units - most <= 1 + seller.cum_lots, f"{seller.order_id} trades what was not kept for it"
            base_units = most
        if bought_by.house:
            balances = bought_by.balances
            balances[base] = balances.get(base, 0) + base_units
            balances[quote] = balances.get(quote, 0) - cost_units
        if sold_by.house:
            balances = sold_by.balances
            balances[base] = balances.get(base, 0) - base_units
            balances[quote] = balances.get(quote, 0) + cost_units
            if bought_by.house:
                return None, None
        trade = Trade(
            scale=scale,
            maker=maker,
            taker=taker,
            price_ticks=price_ticks,
            qty_lots=qty_lots,
            cost_units=cost_units,
            base_units=base_units,
            trade_id=trade_id,
            time_ns=now_ns,
        )
        self.turn_day(now_ns)
        maker_fill = None if maker.account.house else self._settle_side(trade, maker)
        taker_fill = None if taker.account.house else self._settle_side(trade, taker)
        return maker_fill, taker_fill

    def mark(self, symbol: str, price_ticks: int) -> None:
        """Take the last price of a pair: what things are worth from now on."""
        self.marks.prices[symbol] = price_ticks

    # Positions.

    def closable_lots(self, account: Account, symbol: str, side: OrderSide) -> int:
        """Return how much of its positions a margin trade of this side could close: the most of a reduce-only order."""
        return sum(position.left_lots for position in facing(account, symbol, side))

    def settle_position(
        self, account: Account, pair: Pair, *, side: OrderSide, lots: int, now_ns: int
    ) -> Settled | Refusal:
        """Close by paying the loan back: `side` is the closing one, lots beyond what is open are left."""
        return self._margin.settle_position(account, self._scales.of(pair), side=side, lots=lots, now_ns=now_ns)

    def positions_due_for_liquidation(self) -> list[tuple[Account, Position]]:
        """Return the positions of accounts whose margin level is at the pair's stop or below, oldest first."""
        return self._at_level(lambda pair: pair.margin_stop_pct)

    def positions_called(self) -> list[tuple[Account, Position]]:
        """Return the positions of accounts whose margin level is at the pair's call or below, oldest first."""
        return self._at_level(lambda pair: pair.margin_call_pct)

    def next_timer_ns(self) -> int | None:
        """Return when a rollover fee falls due next; None where nothing is borrowed."""
        return self._margin.next_rollover_ns()

    def advance(self, now_ns: int) -> None:
        """Take the rollover fees that are due."""
        self.turn_day(now_ns)
        self._margin.charge_rollovers(now_ns=now_ns)

    def loan_rate(self, pair: Pair, side: OrderSide) -> int | None:
        """Return what a loan costs at the opening and every 4 hours, in 10^-8; None where it is not lent (`terms`)."""
        return borrowing_rate(self.listing, pair, side)

    def rescale(self, old: Pair, new: Pair) -> None:
        """Take a pair's new precisions: its last price and its positions. The orders' are the caller's."""
        self.marks.rescale(old, new)
        self._margin.rescale(old, new)

    # Worth.

    def usd_value(self, asset: str, units: int) -> int:
        """Return what an amount is worth at the last prices, in units of USD."""
        return self.marks.usd_units(asset, units)

    def equity(self, account: Account) -> int:
        """Return collateral and open profit, in units of USD."""
        return self._equity.equity(account)

    def trade_balance(self, account: Account, asset: str = USD) -> TradeBalance:
        """Return the margin figures in an asset (rest.md TradeBalance)."""
        return self._equity.figures(account, asset)

    def position_value(self, position: Position) -> tuple[Decimal, Decimal]:
        """Return what a position is worth now and its open profit, in quote (rest.md OpenPositions)."""
        return self._equity.position_value(position)

    # Proof.

    def totals(self) -> dict[str, int]:
        """Return the sum of all accounts by asset, without zeros."""
        return self.ledger.totals()

    def expected(self) -> dict[str, int]:
        """Return deposits less withdrawals by asset, without zeros."""
        return self.ledger.expected()

    def check(self) -> None:
        """Prove that no money appeared or vanished, and that what is kept aside is what the open orders say."""
        assert self.totals() == self.expected(), (self.totals(), self.expected())
        for account in self.accounts.values():
            holds.check(account)

    # What follows is nobody else's.

    def _settle_side(self, trade: Trade, order: Order) -> Fill:
        """Move one client's side of a trade."""
        account = order.account
        maker_rate, taker_rate = self.fee_rates(account, order.symbol)
        rate = maker_rate if order is trade.maker else taker_rate
        if order.leverage:
            fill = self._margin.settle(trade, order, rate=rate)
        else:
            fill = settle_spot(self.ledger, trade, order, rate=rate, rate_max=max(maker_rate, taker_rate))
        if self._schedules[order.symbol].counts:
            usd_units = self.marks.usd_units(trade.scale.quote, trade.cost_units)
            account.volumes[self._day] = account.volumes.get(self._day, 0) + usd_units
            account.volume_units += usd_units
        return fill

    def _forget_volumes(self, account: Account) -> None:
        account.volumes_day = self._day
        for day in [day for day in account.volumes if day <= self._day - VOLUME_DAYS]:
            account.volume_units -= account.volumes.pop(day)

    def _may_leave(self, account: Account, asset: str, units: int) -> bool:
        if account.house:
            return True
        if units > self.available(account, asset):
            return False
        if not account.positions and not any(account.margin_holds.values()):
            return True
        return self._equity.collateral(asset, units) <= self._equity.free_margin(account)

    def _at_level(self, percent_of: Callable[[Pair], int]) -> list[tuple[Account, Position]]:
        """Return the open positions of accounts at or below the level that their pairs name."""
        found: list[tuple[Account, Position]] = []
        if not self._margin.owners:
            return found
        at_level: dict[tuple[str, int], bool] = {}
        for position_id, account in self._margin.owners.items():
            position = account.positions[position_id]
            pair = self.listing.pair(position.symbol)
            assert pair is not None, position.symbol
            key = account.name, percent_of(pair)
            if key not in at_level:
                at_level[key] = self._equity.level_within(account, percent=key[1])
            if at_level[key]:
                found.append((account, position))
        return found
