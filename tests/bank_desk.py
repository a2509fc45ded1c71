"""A bank with its clients, for tests: amounts are texts, and orders behave as the venue makes them behave."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from typing import Any

from fathom.exchange.bank import Account, Bank, Fill, Refusal
from fathom.exchange.core.order import Order
from fathom.exchange.listing import Listing, Pair

START_NS = 1_700_000_000_000_000_000


class CountedIds:
    """Ids that count."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = count(1)

    def execution(self) -> str:
        return f"T{next(self._numbers)}"

    def ledger(self) -> str:
        return f"L{next(self._numbers)}"

    def position(self) -> str:
        return f"P{next(self._numbers)}"


class Desk:
    """One bank, its listing, and a house that trades with everybody."""

    def __init__(self, listing: Listing | None = None) -> None:
        self.listing = listing or Listing()
        self.bank = Bank(self.listing, ids=CountedIds())
        self.house = self.bank.open_account("house", number="H", house=True)
        self.now_ns = START_NS
        self._numbers = count(1)

    def client(self, name: str = "client", **money: str) -> Account:
        """Open an account with this money."""
        account = self.bank.open_account(name, number=name.upper())
        for asset, amount in money.items():
            self.bank.deposit(account, asset, self.units(asset, amount), now_ns=self.now_ns)
        return account

    def pair(self, symbol: str = "BTC/USD") -> Pair:
        pair = self.listing.pair(symbol)
        assert pair is not None
        return pair

    def units(self, asset: str, amount: str) -> int:
        return self.listing.asset(asset).units(Decimal(amount))

    def amount(self, asset: str, units: int) -> str:
        return self.listing.asset(asset).amount_text(units)

    def balance(self, account: Account, asset: str) -> str:
        return self.amount(asset, account.balances.get(asset, 0))

    def available(self, account: Account, asset: str) -> str:
        return self.amount(asset, self.bank.available(account, asset))

    def ticks(self, price: str, symbol: str = "BTC/USD") -> int:
        return int(Decimal(price).scaleb(self.pair(symbol).price_precision))

    def lots(self, qty: str, symbol: str = "BTC/USD") -> int:
        return int(Decimal(qty).scaleb(self.pair(symbol).qty_precision))

    def order(
        self, account: Account, side: Any, qty: str, price: str | None = None, symbol: str = "BTC/USD", **fields: Any
    ) -> Order:
        """Return an order that nothing is kept for yet."""
        return Order(
            order_id=f"O{next(self._numbers)}",
            account=account,
            symbol=symbol,
            side=side,
            order_type="market" if price is None else "limit",
            qty_lots=self.lots(qty, symbol),
            limit_ticks=None if price is None else self.ticks(price, symbol),
            status="new",
            **fields,
        )

    def place(
        self,
        account: Account,
        side: Any,
        qty: str,
        price: str | None = None,
        symbol: str = "BTC/USD",
        *,
        cost: str | None = None,
        **fields: Any,
    ) -> Order | Refusal:
        """Take an order in, or say why not; `cost` is what a market order is about to cost."""
        order = self.order(account, side, qty, price, symbol, **fields)
        pair = self.pair(symbol)
        refusal = self.bank.hold(
            order,
            pair,
            lots=order.left_lots,
            price_ticks=order.limit_ticks,
            cost_units=None if cost is None else self.units(pair.quote, cost),
        )
        if refusal is not None:
            return refusal
        account.orders[order.order_id] = order
        return order

    def placed(self, *args: Any, **fields: Any) -> Order:
        """Take an order in that must not be refused."""
        order = self.place(*args, **fields)
        assert isinstance(order, Order), order
        return order

    def trade(self, maker: Order, taker: Order, *, price_ticks: int, qty_lots: int) -> tuple[Fill | None, Fill | None]:
        """Trade, as the venue does: the bank first, then the orders' sums, then what is filled goes."""
        pair = self.pair(maker.symbol)
        fills = self.bank.settle(
            pair,
            maker=maker,
            taker=taker,
            price_ticks=price_ticks,
            qty_lots=qty_lots,
            trade_id=next(self._numbers),
            now_ns=self.now_ns,
        )
        self.bank.mark(pair.symbol, price_ticks)
        for order, fill in zip((maker, taker), fills, strict=True):
            order.cum_lots += qty_lots
            if fill is not None:
                order.cum_cost_units += fill.cost_units
                order.cum_fee_units += fill.fee_units
            if order.left_lots == 0:
                self.close(order)
        return fills

    def close(self, order: Order) -> None:
        """Bring an order to its end."""
        self.bank.release(order)
        order.account.orders.pop(order.order_id, None)

    def fill(self, order: Order, qty: str, price: str, *, as_maker: bool = False) -> Fill:
        """Trade some of an order with the house."""
        side: Any = "sell" if order.side == "buy" else "buy"
        other = self.order(self.house, side, qty, price, order.symbol)
        pair = {"price_ticks": self.ticks(price, order.symbol), "qty_lots": self.lots(qty, order.symbol)}
        maker_fill, taker_fill = self.trade(order, other, **pair) if as_maker else self.trade(other, order, **pair)
        fill = maker_fill if as_maker else taker_fill
        assert fill is not None
        self.bank.check()
        return fill
