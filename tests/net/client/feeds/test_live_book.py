"""What a user sees of a book: exact numbers, and whether to trust them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from fathom.domain import LocalError
from fathom.kernel import VERIFIED
from fathom.net import LiveBook
from market_feed import BTC, Feed, two_sided

LEVELS = st.dictionaries(st.integers(1, 400), st.integers(1, 10**6), max_size=10)


def live(bids: dict[int, int], asks: dict[int, int]) -> LiveBook:
    book = LiveBook("book", BTC, depth=10)
    assert book.levels.apply(Feed(bids=bids.items(), asks=asks.items()).snapshot()) == VERIFIED
    return book


@given(LEVELS, LEVELS)
def test_it_shows_the_levels_exactly(bids: dict[int, int], asks: dict[int, int]) -> None:
    asks = {500 + ticks: qty for ticks, qty in asks.items()}
    book = live(bids, asks)
    wanted_bids = [(Decimal(ticks) / 10, Decimal(qty) / 100) for ticks, qty in sorted(bids.items(), reverse=True)]
    wanted_asks = [(Decimal(ticks) / 10, Decimal(qty) / 100) for ticks, qty in sorted(asks.items())]
    assert (book.bids(), book.asks()) == (wanted_bids, wanted_asks)
    assert (book.bids(2), book.asks(2)) == (wanted_bids[:2], wanted_asks[:2])
    assert book.bids_ticks() == sorted(bids.items(), reverse=True)
    assert book.asks_ticks() == sorted(asks.items())
    assert book.best_bid == (wanted_bids[0][0] if bids else None)
    assert book.best_ask == (wanted_asks[0][0] if asks else None)
    assert (book.best_bid_ticks, book.best_ask_ticks) == (max(bids, default=None), min(asks, default=None))
    assert book.best_bid_qty == (wanted_bids[0][1] if bids else 0)
    assert book.best_ask_qty == (wanted_asks[0][1] if asks else 0)
    if bids and asks:
        assert book.spread == wanted_asks[0][0] - wanted_bids[0][0]
        assert book.mid == (wanted_asks[0][0] + wanted_bids[0][0]) / 2
        micro, tilt = book.microprice(), book.imbalance()
        assert micro is not None
        assert float(wanted_bids[0][0]) <= micro <= float(wanted_asks[0][0])
        assert tilt is not None
        assert -1.0 <= tilt <= 1.0
    else:
        assert (book.spread, book.mid) == (None, None)


@given(LEVELS.filter(bool), st.integers(1, 10**7))
def test_the_cost_of_taking_is_that_of_its_levels(asks: dict[int, int], lots: int) -> None:
    book = live({}, {500 + ticks: qty for ticks, qty in asks.items()})
    left, cost = lots, Decimal(0)
    for ticks, qty in sorted(asks.items()):
        some = min(left, qty)
        cost += Decimal(500 + ticks) / 10 * some / 100
        left -= some
    assert book.cost_to_fill("buy", Decimal(lots) / 100) == (cost, Decimal(lots - left) / 100)
    assert book.cost_to_fill("sell", Decimal(lots) / 100) == (0, 0)


@pytest.mark.parametrize("qty", ["0", "-1", "0.001"])
def test_a_quantity_that_cannot_be_is_said(qty: str) -> None:
    with pytest.raises(LocalError, match=r"^qty"):
        live({1: 1}, {2: 1}).cost_to_fill("buy", Decimal(qty))


def test_it_says_whether_it_can_be_trusted() -> None:
    book = LiveBook("book", BTC, depth=10)
    assert (book.verified, book.best_bid, book.bids()) == (False, None, [])
    assert repr(book) == "<book BTC/USD depth 10: None / None, no snapshot yet>"
    book.levels.apply(two_sided().snapshot())
    book.verified, book.reason = True, ""
    assert repr(book) == "<book BTC/USD depth 10: 99.9 / 100.1, verified>"
    book.rescale(structs.replace(BTC, price_precision=2))
    assert (book.best_bid, book.instrument.price_precision) == (None, 2)


def test_a_level2_book_has_no_orders_and_says_where_they_are() -> None:
    book = LiveBook("book", BTC, depth=10)
    for ask in (lambda: book.order_count, lambda: book.ahead("O1"), lambda: book.orders("buy", Decimal(1))):
        with pytest.raises(LocalError, match="take the level3 channel"):
            ask()


def test_a_level3_book_shows_its_queues() -> None:
    book = LiveBook("level3", BTC, depth=10)
    # Not verified: the order of the queue is what counts here.
    book.levels.apply(
        b'{"channel":"level3","type":"snapshot","data":[{"symbol":"BTC/USD","checksum":1,"bids":['
        b'{"order_id":"OA","limit_price":100.0,"order_qty":1.50,"timestamp":"2026-01-05T12:00:00.000000001Z"},'
        b'{"order_id":"OB","limit_price":100.0,"order_qty":0.25,"timestamp":"2026-01-05T12:00:00.000000002Z"}],"asks":[]}]}'
    )
    assert book.order_count == 2
    assert book.orders("buy", Decimal(100)) == [("OA", Decimal("1.50")), ("OB", Decimal("0.25"))]
    assert book.ahead("OB") == (1, Decimal("1.50"))
    assert book.ahead("OC") is None
    assert book.best_bid_qty == Decimal("1.75")
