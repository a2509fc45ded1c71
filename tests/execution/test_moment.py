import msgspec
import pytest

from fathom.domain import Side
from fathom.execution.moment import Moment
from fathom.market import Book
from market_feed import BTC, T0, Feed, trusted_market

FIVES = msgspec.structs.replace(BTC, price_increment_ticks=5)
FEED = Feed(bids=[(998, 10), (991, 20)], asks=[(1002, 10), (1009, 20)])


def moment(*, book: bool = True, may: bool = True) -> Moment:
    found: Book = trusted_market(FEED).books["BTC/USD"]
    return Moment(now_ns=T0, instrument=FIVES, book=found if book else None, open=may)


@pytest.mark.parametrize(("side", "best"), [("buy", 995), ("sell", 1005)])
def test_the_best_price_is_on_the_increment_and_not_beyond(side: Side, best: int) -> None:
    assert moment().best_ticks(side) == best
    assert moment(book=False).best_ticks(side) is None


@pytest.mark.parametrize(
    ("side", "lots", "limit"),
    [("buy", 10, 1005), ("buy", 11, 1010), ("buy", 99, 1010), ("sell", 10, 995), ("sell", 30, 990)],
)
def test_an_order_that_takes_reaches_as_far_as_its_quantity_needs(side: Side, lots: int, limit: int) -> None:
    assert moment().take_ticks(side, lots) == limit
    assert moment(book=False).take_ticks(side, lots) is None


@pytest.mark.parametrize(("book", "may"), [(True, True), (True, False), (False, True), (False, False)])
def test_one_may_ask_with_a_book_and_where_nobody_said_to_wait(book: bool, may: bool) -> None:
    assert moment(book=book, may=may).may_ask == (book and may)
