from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from fathom.domain import BalancesSeen, InstrumentChanged, MarginPosition, MarginSeen
from fathom.portfolio import Portfolio
from fathom.risk.worth import Worth
from market_feed import ETH, Feed, House, market_of, two_sided

CROSS = msgspec.structs.replace(ETH, symbol="ETH/BTC", quote="BTC")


class Books:
    """A market, and the worth of an account that trades on it."""

    def __init__(self, *feeds: Feed, **balances: int) -> None:
        self.feeds = feeds
        self.market = market_of(*feeds)
        self.house = House(self.market)
        self.portfolio = Portfolio(self.market, quote="USD")
        self.worth = Worth(self.market, self.portfolio)
        for feed in feeds:
            self.portfolio.apply(InstrumentChanged(feed.instrument))
            self.worth.learn(feed.instrument)
        self.portfolio.apply(BalancesSeen(tuple((asset, Decimal(held)) for asset, held in balances.items())))


def test_equity_and_exposure_count_what_is_on_its_way() -> None:
    books = Books(two_sided(), two_sided(ETH, mid=2000), USD=1_000, BTC=2)
    books.house.frame(*(feed.snapshot() for feed in books.feeds))
    incoming = {"BTC": Decimal(1), "ETH": Decimal(5), "USD": Decimal(7)}
    assert books.worth.look({}) == (1_200, 200)
    assert books.worth.look(incoming) == (1_200, 400)  # ETH is at 20 USD.
    assert books.worth.exposure("BTC", Decimal(1)) == 300
    assert books.worth.exposure("ETH", Decimal(0)) == 0


def test_what_is_held_and_has_no_price_has_no_worth() -> None:
    books = Books(two_sided(), two_sided(ETH), USD=1_000, BTC=2)
    assert books.worth.look({}) == (None, None)
    assert books.worth.unpriced({}) == "BTC"
    books.house.frame(books.feeds[0].snapshot())
    assert books.worth.look({}) == (1_200, 200)
    assert books.worth.look({"ETH": Decimal(1)}) == (1_200, None)  # It would be held; it is not yet.
    assert (books.worth.unpriced({}), books.worth.unpriced({"ETH": Decimal(1)})) == ("", "ETH")
    assert books.worth.exposure("ETH", Decimal(1)) is None
    assert books.worth.price("DOGE") is None


def test_a_position_on_margin_is_worth_what_closing_it_would_earn() -> None:
    books = Books(two_sided(), two_sided(ETH, mid=2000), USD=1_000)
    long = MarginPosition("P1", "BTC/USD", "buy", 100, Decimal(70), Decimal(14), Decimal(0))
    books.portfolio.apply(MarginSeen((long,)))
    assert books.worth.look({}) == (None, 0)
    assert books.worth.unpriced({}) == "position on margin in BTC/USD"
    books.house.frame(*(feed.snapshot() for feed in books.feeds))
    assert books.worth.look({}) == (1_030, 0)  # 100 lots are one BTC.
    assert books.worth.equity() == 1_000  # Losses are counted when they are booked.
    assert books.worth.unpriced({}) == ""


def test_a_book_that_is_not_trusted_leaves_the_last_price() -> None:
    books = Books(two_sided(), BTC=1)
    feed = books.feeds[0]
    books.house.frame(feed.snapshot())
    assert books.worth.price("BTC") == 100
    books.house.frame(feed.update(bids=[(990, 5)], crc=1))
    assert not books.market.books["BTC/USD"].trusted
    assert books.worth.price("BTC") == 100
    books.house.frame(feed.snapshot(bids=[(1098, 1)], asks=[(1102, 1)]))
    assert books.worth.price("BTC") == 110


def test_only_a_pair_of_the_accounts_currency_tells_a_price() -> None:
    books = Books(two_sided(), two_sided(CROSS, mid=2000))
    books.house.frame(*(feed.snapshot() for feed in books.feeds))
    assert (books.worth.direct("BTC"), books.worth.direct("ETH"), books.worth.direct("USD")) == ("BTC/USD", None, None)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(500, 1500), st.booleans()), max_size=20))
def test_it_tells_what_the_portfolio_tells(moves: list[tuple[bool, int, bool]]) -> None:
    books = Books(two_sided(), two_sided(ETH), USD=10, BTC=3, ETH=4)
    for first, mid, good in moves:
        feed = books.feeds[0 if first else 1]
        step = feed.instrument.price_increment_ticks
        frame = feed.snapshot(bids=[(mid * step - step, 1)], asks=[(mid * step + step, 1)], crc=None if good else 1)
        books.house.frame(frame)
        for one in books.feeds:  # The portfolio remembers what it was asked for, and asks no further than a gap.
            books.portfolio.mid_quote(one.instrument.symbol)
            books.worth.price(one.instrument.base)
        assert books.worth.equity() == books.portfolio.equity_quote()
