"""Random orders of every resting kind through the real engine: what a hub has to publish in earnest."""

from decimal import Decimal
from random import Random

from feed_venue import BTC, T0

from fathom.exchange.bank import Bank
from fathom.exchange.core import Amendment, Ids, Order, Ticket, Venue
from fathom.exchange.feeds import Hub
from fathom.exchange.listing import Listing, Pair

MID_PRICE = Decimal(97_000)


class EngineStorm:
    """Two houses and a client trade one pair."""

    def __init__(self, *, seed: int) -> None:
        self.rng = Random(seed)
        listing = Listing.of((BTC,))
        bank = Bank(listing, ids=Ids(seed))
        self.venue = Venue(listing, bank, seed=seed, now_ns=T0)
        self.hub = Hub(self.venue)
        self.now_ns = T0
        self.accounts = [
            bank.open_account("house-a", number="AA1", house=True),
            bank.open_account("house-b", number="AA2", house=True),
            bank.open_account("alice", number="AA3"),
        ]
        for asset in listing.assets.values():
            bank.deposit(self.accounts[2], asset.symbol, asset.units(Decimal(10_000_000)), now_ns=T0)
        self.live: list[Order] = []
        for _ in range(300):
            self._rest()

    @property
    def pair(self) -> Pair:
        return self.venue.markets[BTC].pair

    def blow(self) -> None:
        """Let something happen at one time, and publish it."""
        self.now_ns += self.rng.randint(0, 300_000_000)
        for _ in range(self.rng.choice((1, 1, 2, 5))):
            self._act()
        self.venue.advance(self.now_ns)
        self.hub.publish(now_ns=self.now_ns)

    def _act(self) -> None:
        self.live = [order for order in self.live if order.resting]
        choice = self.rng.random()
        if choice < 0.5 or not self.live:
            self._rest()
        elif choice < 0.7:
            order = self.rng.choice(self.live)
            self.venue.cancel_order(order.account, order_id=order.order_id, now_ns=self.now_ns)
        elif choice < 0.85:
            order = self.rng.choice(self.live)
            lots = self.rng.randint(order.cum_lots + 1, 2 * order.qty_lots)
            price = self._price(order.side) if self.rng.random() < 0.5 else None
            amendment = Amendment(order_id=order.order_id, order_qty=self.pair.qty(lots), limit_price=price)
            self.venue.amend_order(order.account, amendment, now_ns=self.now_ns)
        else:
            self._place(order_type="market", order_qty=self._qty(30))

    def _rest(self) -> None:
        side = self.rng.choice(("buy", "sell"))
        qty = self._qty(100)
        fields = {"order_type": "limit", "limit_price": self._price(side), "order_qty": qty}
        if self.rng.random() < 0.2:
            fields |= {"order_type": "iceberg", "display_qty": (qty / 4).quantize(self.pair.qty(1))}
        order = self._place(side=side, **fields)
        if order is not None and order.resting:
            self.live.append(order)

    def _place(self, *, side: str | None = None, **fields: object) -> Order | None:
        account = self.rng.choice(self.accounts)
        ticket = Ticket(symbol=BTC, side=side or self.rng.choice(("buy", "sell")), **fields)
        order = self.venue.add_order(account, ticket, now_ns=self.now_ns)
        return order if isinstance(order, Order) else None

    def _price(self, side: str) -> Decimal:
        """Mostly on its own side of the middle, sometimes across it."""
        away = self.pair.price(int(self.rng.expovariate(1 / 40)) - 4)
        return MID_PRICE + (away if side == "sell" else -away)

    def _qty(self, most: int) -> Decimal:
        return Decimal(self.rng.randint(1, most)).scaleb(-2)
