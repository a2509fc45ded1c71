"""Venues for the crowd and for recordings to act on, and what is to be seen of them."""

from collections.abc import Iterable
from decimal import Decimal

from fathom.exchange.bank import Account, Bank
from fathom.exchange.core import Ids, Order, Ticket, Venue
from fathom.exchange.core.events import QueueMoved, TradeDone
from fathom.exchange.listing import Listing
from fathom.protocol.messages import OrderSide

T0 = 1_770_000_000_000_000_000
S = 1_000_000_000
MINUTE = 60 * S

Levels = list[tuple[int, int]]


def venue_of(*symbols: str, seed: int = 1) -> Venue:
    """A venue that lists these pairs, or all of them, with nobody in it."""
    listing = Listing.of(symbols or None)
    return Venue(listing, Bank(listing, ids=Ids(seed)), seed=seed, now_ns=T0)


def client_of(venue: Venue, name: str = "alice") -> Account:
    """A client with plenty of everything."""
    account = venue.bank.open_account(name, number=f"AA{name}")
    for asset in venue.listing.assets.values():
        venue.bank.deposit(account, asset.symbol, asset.units(Decimal(10_000_000)), now_ns=venue.now_ns)
    return account


def limit(
    venue: Venue,
    account: Account,
    symbol: str,
    side: OrderSide,
    *,
    price_ticks: int,
    qty_lots: int,
    now_ns: int = T0,
    ioc: bool = False,
) -> Order:
    """One limit order, which must be accepted."""
    pair = venue.markets[symbol].pair
    order = venue.add_order(
        account,
        Ticket(
            symbol=symbol,
            side=side,
            order_type="limit",
            order_qty=pair.qty(qty_lots),
            limit_price=pair.price(price_ticks),
            time_in_force="ioc" if ioc else "gtc",
        ),
        now_ns=now_ns,
    )
    assert isinstance(order, Order), order
    return order


def book(venue: Venue, symbol: str, depth: int = 10_000) -> tuple[Levels, Levels]:
    """Bids and asks, best first."""
    market = venue.markets[symbol]
    return list(market.bids.levels(depth)), list(market.asks.levels(depth))


def queues(venue: Venue, symbol: str, depth: int = 10_000) -> tuple[Levels, Levels]:
    """Price and lots of each order of bids and asks, best first, in queue order."""
    market = venue.markets[symbol]
    return tuple(  # type: ignore[return-value]  # two sides
        [(price, order.left_lots) for price, orders in side.orders(depth) for order in orders]
        for side in (market.bids, market.asks)
    )


def tape(venue: Venue) -> list[QueueMoved | TradeDone]:
    """What the public saw since the last look."""
    return [event for event in venue.take_events() if isinstance(event, QueueMoved | TradeDone)]


def nameless(events: Iterable[QueueMoved | TradeDone]) -> list[tuple[object, ...]]:
    """The tape without ids, which count on for all orders of the venue."""
    return [
        ("trade", event.symbol, event.side, event.price_ticks, event.qty_lots, event.time_ns)
        if isinstance(event, TradeDone)
        else (event.kind, event.symbol, event.side, event.price_ticks, event.lots, event.time_ns)
        for event in events
    ]


def trades(events: Iterable[QueueMoved | TradeDone]) -> list[TradeDone]:
    """The trades of a tape."""
    return [event for event in events if isinstance(event, TradeDone)]
