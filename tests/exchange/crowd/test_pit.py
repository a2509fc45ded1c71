from itertools import pairwise
from math import log
from statistics import fmean, median, pstdev

import pytest
from crowd_venue import MINUTE, T0, S, book, client_of, limit, tape, trades, venue_of
from msgspec import structs

from fathom.exchange.crowd import Crowd
from fathom.exchange.crowd.parameters import pair_style

# Spread in ticks, median from and to; levels a side at least; trades a minute, from and to; typical trade, from and to.
PLAUSIBLE = [
    ("BTC/USD", 1, 2, 1000, 12, 70, 0.0008, 0.02),
    ("ETH/USD", 1, 2, 1000, 8, 45, 0.02, 0.6),
    ("BTC/EUR", 2, 6, 900, 5, 32, 0.0006, 0.02),
    ("SOL/USD", 1, 3, 700, 5, 32, 0.3, 8.0),
    ("XRP/USD", 6, 25, 900, 6, 36, 15, 400),
    ("DOGE/USD", 80, 320, 800, 2.5, 20, 150, 6000),
    ("EUR/USD", 4, 16, 400, 0.8, 7, 60, 2000),
    ("USDT/USD", 1, 2, 150, 2, 15, 150, 4000),
    ("OMG/USD", 120, 700, 250, 0.03, 0.8, 60, 5000),
]
SYMBOLS = tuple(row[0] for row in PLAUSIBLE)


class Seen:
    """A seeded quarter of an hour, looked at once a second."""

    def __init__(self) -> None:
        venue = venue_of(*SYMBOLS)
        crowd = Crowd(venue, seed=2, symbols=SYMBOLS, speed=1.0, start_ns=T0)
        crowd.warm_up()
        tape(venue)
        self.minutes = 15
        self.spreads: dict[str, list[int]] = {symbol: [] for symbol in SYMBOLS}
        self.levels: dict[str, list[int]] = {symbol: [] for symbol in SYMBOLS}
        self.mids: dict[str, list[float]] = {symbol: [] for symbol in SYMBOLS}
        self.events: dict[str, int] = dict.fromkeys(SYMBOLS, 0)
        self.sizes: dict[str, list[float]] = {symbol: [] for symbol in SYMBOLS}
        self.signs: list[int] = []
        for second in range(self.minutes * 60):
            while crowd.next_ns() < T0 + second * S:
                crowd.act()
            seen = tape(venue)
            for event in seen:
                self.events[event.symbol] += 1
            for trade in trades(seen):
                self.sizes[trade.symbol].append(float(venue.markets[trade.symbol].pair.qty(trade.qty_lots)))
                if trade.symbol == "BTC/USD":
                    self.signs.append(1 if trade.side == "buy" else -1)
            for symbol, market in venue.markets.items():
                bid, ask = market.bids.best(), market.asks.best()
                assert bid is not None
                assert ask is not None
                self.spreads[symbol].append(ask - bid)
                self.mids[symbol].append((ask + bid) / 2)
                self.levels[symbol].append(min(len(market.bids), len(market.asks)))
        venue.bank.check()


@pytest.fixture(scope="module")
def seen() -> Seen:
    return Seen()


@pytest.mark.parametrize("row", PLAUSIBLE, ids=lambda row: str(row[0]))
def test_a_pair_looks_like_itself(seen: Seen, row: tuple[str, float, float, int, float, float, float, float]) -> None:
    symbol, spread_from, spread_to, levels, trades_from, trades_to, size_from, size_to = row
    assert spread_from <= median(seen.spreads[symbol]) <= spread_to
    assert min(seen.levels[symbol]) >= levels
    assert trades_from <= len(seen.sizes[symbol]) / seen.minutes <= trades_to
    assert not seen.sizes[symbol] or size_from <= median(seen.sizes[symbol]) <= size_to


def test_majors_are_busy_and_quiet_pairs_quiet(seen: Seen) -> None:
    per_s = {symbol: count / seen.minutes / 60 for symbol, count in seen.events.items()}
    assert 25 < per_s["BTC/USD"] < 100, "level 3 of BTC/USD is some 50 messages a second"
    assert per_s["OMG/USD"] < 3


def test_returns_of_the_touch_are_like_a_markets(seen: Seen) -> None:
    for symbol in ("BTC/USD", "ETH/USD"):
        returns = [log(after / before) for before, after in pairwise(seen.mids[symbol])]
        deviation = pstdev(returns)
        assert 2e-5 < deviation < 3e-4
        assert abs(fmean(a * b for a, b in pairwise(returns))) < 0.2 * deviation**2
        assert fmean((one / deviation) ** 4 for one in returns) > 3.0


def test_signs_of_trades_persist(seen: Seen) -> None:
    signs = seen.signs
    assert fmean(a * b for a, b in pairwise(signs)) > 0.2


def test_a_change_of_precision_begins_anew() -> None:
    venue = venue_of("ETH/USD")
    crowd = Crowd(venue, seed=1, symbols=("ETH/USD",), speed=1.0, start_ns=T0)
    crowd.warm_up()
    pair = venue.markets["ETH/USD"].pair
    for precision, qty_precision in ((1, 8), (3, 6), (2, 8)):
        changed = structs.replace(
            pair, price_precision=precision, qty_precision=qty_precision, qty_lots_min=2 * 10 ** (qty_precision - 3)
        )
        start_ns = crowd.next_ns()
        venue.set_pair(changed, now_ns=start_ns)
        while crowd.next_ns() < start_ns + 5 * S:
            crowd.act()
        bids, asks = book(venue, "ETH/USD")
        assert len(bids) > 300
        assert bids[0][0] == pytest.approx(3100 * 10**precision, rel=0.01)
        assert asks[0][0] - bids[0][0] <= max(2, 4 * 10 ** (precision - 2))
    venue.bank.check()


def test_a_market_that_is_closed_is_left_alone_until_it_opens() -> None:
    venue = venue_of("ETH/USD")
    crowd = Crowd(venue, seed=1, symbols=("ETH/USD",), speed=1.0, start_ns=T0)
    crowd.warm_up()
    now_ns = crowd.next_ns()
    venue.set_system("maintenance", now_ns=now_ns)
    while crowd.next_ns() < T0 + MINUTE:
        crowd.act()
    assert crowd.refused > 100
    venue.set_system("online", now_ns=T0 + MINUTE)
    while crowd.next_ns() < T0 + 2 * MINUTE:
        crowd.act()
    bids, asks = book(venue, "ETH/USD")
    assert asks[0][0] - bids[0][0] <= 3
    venue.bank.check()


def test_a_client_far_above_the_market_is_sold_to() -> None:
    venue = venue_of("OMG/USD")
    crowd = Crowd(venue, seed=1, symbols=("OMG/USD",), speed=1.0, start_ns=T0)
    crowd.warm_up()
    alice = client_of(venue)
    asks = book(venue, "OMG/USD")[1]
    greedy = limit(
        venue,
        alice,
        "OMG/USD",
        "buy",
        price_ticks=asks[5][0],
        qty_lots=sum(lots for _, lots in asks[:6]) + 500 * 10**8,
    )
    assert greedy.left_lots == 500 * 10**8
    while crowd.next_ns() < T0 + 30 * S:
        crowd.act()
    assert greedy.status == "filled"
    assert pair_style(venue.markets["OMG/USD"].pair).spread_ticks > 1
    venue.bank.check()


def test_a_pair_with_a_coarser_tick_is_quoted_on_its_grid() -> None:
    venue = venue_of("MATIC/EUR")
    crowd = Crowd(venue, seed=7, symbols=("MATIC/EUR",), speed=1.0, start_ns=T0)
    crowd.warm_up()
    tape(venue)
    while crowd.next_ns() < T0 + 10 * MINUTE:
        crowd.act()
    bids, asks = book(venue, "MATIC/EUR")
    told = [*bids, *asks]
    assert len(told) > 50
    traded = [trade.price_ticks for trade in trades(tape(venue))]
    assert traded
    assert crowd.refused == 0
    assert {ticks % 5 for ticks in [*traded, *(ticks for ticks, _ in told)]} == {0}
