"""What every venue on paper answers, whatever fills its orders; what fills them is in the tests of each."""

from decimal import Decimal

from fathom.domain import AccountSeen, AccountWanted, OrderApproved, OrderRejected, OrderWanted
from fathom.sim import Fees
from fathom.sim.paper import BookGround
from fathom.sim.paper_venue import UNAVAILABLE, PaperVenue
from market_feed import BTC, Feed, market_of, trusted_market


class Picky(PaperVenue):
    """Refuses whatever is for one lot."""

    def _refusal_of(self, wanted: OrderWanted) -> str:
        return "EOrder:Order minimum not met" if wanted.qty_lots == 1 else ""


def venue(*, trusted: bool = True) -> Picky:
    feed = Feed(bids=[(999, 10)], asks=[(1001, 10)])
    market = trusted_market(feed) if trusted else market_of(feed)
    return Picky(market, BookGround(market), Fees(), balances={"USD": Decimal(1_000)})


def asked(qty_lots: int) -> OrderApproved:
    return OrderApproved(OrderWanted("a-1", BTC.symbol, "buy", "limit", qty_lots, 990))


def test_a_child_may_refuse_by_rules_of_its_own() -> None:
    assert venue().request(asked(1)) == [OrderRejected("a-1", "EOrder:Order minimum not met")]
    assert [type(event).__name__ for event in venue().request(asked(2))] == ["OrderAccepted"]


def test_without_a_book_to_trust_it_is_not_available() -> None:
    one = venue(trusted=False)
    assert one.request(asked(2)) == [OrderRejected("a-1", UNAVAILABLE)]


def test_it_tells_the_whole_account() -> None:
    one = venue()
    one.request(asked(2))
    (seen,) = one.request(AccountWanted("test", 0))
    assert isinstance(seen, AccountSeen)
    assert [(order.order_id, order.status) for order in seen.orders] == [("a-1", "new")]
    assert (one.resting_symbols, one.due_ns) == ({BTC.symbol}, None)
    assert one.cancel_all() == 1
    assert one.resting_symbols == set()
