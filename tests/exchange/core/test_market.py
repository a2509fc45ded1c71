"""core/market.py: the reference prices, the reckoning of costs, the places in the queues."""

from decimal import Decimal

import pytest
from core_scenario import PLAIN

from fathom.exchange.core import Market
from fathom.exchange.listing import Listing


def market(symbol: str = "BTC/USD") -> Market:
    listing = Listing(pairs=[PLAIN]) if symbol == PLAIN.symbol else Listing()
    pair = listing.pair(symbol)
    assert pair is not None
    return Market(listing, pair)


def test_reference_prices() -> None:
    made = market()
    assert [made.reference_ticks(which) for which in ("last", "index")] == [None, None]
    assert made.starting_ticks("index") == 1000  # What the pair cost when it was listed.
    made.last_ticks = 990
    assert [made.reference_ticks(which) for which in ("last", "index")] == [990, 990]
    made.index_ticks = 985
    assert [made.starting_ticks(which) for which in ("last", "index")] == [990, 985]


def test_sides() -> None:
    made = market()
    assert (made.side("buy"), made.side("sell")) == (made.bids, made.asks)
    assert (made.opposite("buy"), made.opposite("sell")) == (made.asks, made.bids)


@pytest.mark.parametrize("symbol", ["BTC/USD", "SHIB/USD", "ETH/BTC"])
def test_costs_are_rounded_for_the_venue_s_safety(symbol: str) -> None:
    made = market(symbol)
    listing = Listing()
    decimals = listing.asset(made.pair.quote).decimals
    for price_ticks, lots in ((1, 1), (970001, 123456789), (3, 7)):
        exact = made.pair.price(price_ticks) * made.pair.qty(lots)
        units = made.cost_units_most(price_ticks * lots)
        assert 0 <= Decimal(units).scaleb(-decimals) - exact < Decimal(1).scaleb(-decimals)
        afforded = made.lots_for(units, price_ticks)
        assert afforded >= lots
        assert made.pair.price(price_ticks) * made.pair.qty(afforded) <= Decimal(units).scaleb(-decimals)


def test_the_least_cost() -> None:
    assert market().cost_least == 500  # 0.5 USD in ticks times lots.


def test_no_two_places_in_a_queue_are_the_same() -> None:
    made = market()
    assert [made.next_queued_ns(time_ns) for time_ns in (5, 5, 5, 6, 9)] == [5, 6, 7, 8, 9]


def test_trades_are_bounded() -> None:
    assert market().trades.maxlen == 1_000
