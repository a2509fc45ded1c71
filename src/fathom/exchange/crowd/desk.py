"""How the market's own participants place, pull and take: the crowd's and the recordings' one way into the venue.

They are house accounts: nobody asks them for funds, nobody counts their orders.

Pure. Imports: bank, core, listing. Imported by: pit, crowd, ghosts, playback.
"""

from decimal import Decimal
from random import Random
from typing import Final

from fathom.exchange.bank import Account, Refusal
from fathom.exchange.core import Amendment, Market, Order, Ticket, Venue
from fathom.exchange.listing import Pair
from fathom.protocol.messages import OrderSide

CLEARED_LEVELS_MAX: Final = 400  # In one action; the next action goes on.
NUMBER_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_BUY: Final[OrderSide] = "buy"
_SELL: Final[OrderSide] = "sell"


def open_house(venue: Venue, name: str) -> Account:
    """Open one house account, or return the one of that name."""
    known = venue.bank.accounts.get(name)
    if known is not None:
        return known
    rng = Random(name)
    number = "AA" + "".join(rng.choice(NUMBER_SIGNS) for _ in range(14))
    return venue.bank.open_account(name, number=number, tier="pro", house=True)


class Desk:
    """One pair's way in. Its market and rules are looked up anew each time: both may change while running."""

    __slots__ = ("_venue", "refused", "symbol")

    def __init__(self, venue: Venue, symbol: str) -> None:
        self._venue = venue
        self.symbol = symbol
        self.refused = 0  # How often the venue said no: in a maintenance, say.

    @property
    def market(self) -> Market:
        """The pair's market as it is now."""
        return self._venue.markets[self.symbol]

    @property
    def pair(self) -> Pair:
        """The pair's rules as they are now."""
        return self._venue.markets[self.symbol].pair

    def rest(
        self,
        account: Account,
        side: OrderSide,
        *,
        price_ticks: int,
        qty_lots: int,
        now_ns: int,
        post_only: bool = False,
    ) -> Order | None:
        """Place a limit order; None where the venue will not have it, or it is gone at once."""
        pair = self.pair
        ticket = Ticket(
            symbol=self.symbol,
            side=side,
            order_type="limit",
            order_qty=Decimal(qty_lots).scaleb(-pair.qty_precision),
            limit_price=Decimal(price_ticks).scaleb(-pair.price_precision),
            post_only=post_only,
        )
        order = self._add(account, ticket, now_ns)
        return order if order is not None and order.resting else None

    def take(self, account: Account, side: OrderSide, *, price_ticks: int | None, qty_lots: int, now_ns: int) -> int:
        """Take what stands there up to a price, or at the market's; return how much was to be had."""
        pair = self.pair
        ticket = Ticket(
            symbol=self.symbol,
            side=side,
            order_type="market" if price_ticks is None else "limit",
            order_qty=Decimal(qty_lots).scaleb(-pair.qty_precision),
            limit_price=None if price_ticks is None else Decimal(price_ticks).scaleb(-pair.price_precision),
            time_in_force="gtc" if price_ticks is None else "ioc",
        )
        order = self._add(account, ticket, now_ns)
        return 0 if order is None else order.cum_lots

    def pull(self, order: Order, *, now_ns: int) -> bool:
        """Cancel what rests of an order; tell whether nothing does now. In a maintenance nothing can be cancelled."""
        if order.resting:
            self._venue.cancel_order(order.account, order_id=order.order_id, now_ns=now_ns)
        return not order.resting

    def shrink(self, order: Order, *, lots: int, now_ns: int) -> bool:
        """Leave so much of a resting order, at its place; tell whether the venue did."""
        qty = Decimal(order.cum_lots + lots).scaleb(-self.pair.qty_precision)
        amended = self._venue.amend_order(
            order.account, Amendment(order_id=order.order_id, order_qty=qty), now_ns=now_ns
        )
        return not isinstance(amended, Refusal)

    def print_trade(self, taking: OrderSide, *, price_ticks: int, qty_lots: int, at_market: bool, now_ns: int) -> None:
        """Tell of a trade that nobody here made."""
        self._venue.print_trade(
            self.symbol,
            taking,
            price_ticks=price_ticks,
            qty_lots=qty_lots,
            ord_type="market" if at_market else "limit",
            now_ns=now_ns,
        )

    def set_index(self, index_ticks: int | None, *, now_ns: int) -> None:
        """Say what the pair's index price is."""
        if index_ticks != self.market.index_ticks:
            self._venue.set_index(self.symbol, index_ticks, now_ns=now_ns)

    def clear(self, resting: OrderSide, *, house_ticks: int, client_ticks: int, taker: Account, now_ns: int) -> None:
        """Empty one side of the book: house orders up to one price are pulled, clients' up to another are taken.

        The clients' price is not further than the house's. What is beyond the bound, hidden, or not to be had now is
        left for the next time.
        """
        market = self.market
        side, taking = (market.bids, _SELL) if resting == "buy" else (market.asks, _BUY)
        sign = -1 if resting == "buy" else 1
        for _ in range(CLEARED_LEVELS_MAX):
            best = side.best()
            if best is None or (best - house_ticks) * sign > 0:
                return
            for order in [order for order in side.level(best) if order.account.house]:
                self.pull(order, now_ns=now_ns)
            if side.best() == best:
                if (best - client_ticks) * sign > 0:
                    return
                self.take(taker, taking, price_ticks=best, qty_lots=side.lots(best), now_ns=now_ns)
                if side.best() == best:
                    return

    def _add(self, account: Account, ticket: Ticket, now_ns: int) -> Order | None:
        order = self._venue.add_order(account, ticket, now_ns=now_ns)
        if isinstance(order, Refusal):
            self.refused += 1
            return None
        return order
