from fathom.domain import OrderWanted, VenueOrder
from fathom.sim.paper_order import PaperOrder

ICEBERG = OrderWanted("a-1", "BTC/USD", "buy", "limit", 30, 999, display_lots=4)


def test_what_is_shown_is_never_more_than_what_is_left() -> None:
    order = PaperOrder(ICEBERG, "V", 30, 999)
    assert (order.left_lots, order.shown_lots) == (30, 4)
    order.filled_lots = 27
    assert (order.left_lots, order.shown_lots) == (3, 3)
    plain = PaperOrder(OrderWanted("a-2", "BTC/USD", "buy", "limit", 30, 999), "V", 30, 999)
    assert plain.shown_lots == 30


def test_it_is_told_as_the_venue_has_it() -> None:
    order = PaperOrder(ICEBERG, "V", 40, 998)
    first = VenueOrder("a-1", "V", "a-1", "BTC/USD", "buy", "limit", 998, 40, 0, "new")
    assert order.told() == first
    order.filled_lots = 5
    assert order.told().status == "partially_filled"
    order.ended, order.reason = "canceled", "User requested"
    assert (order.told().status, order.told().reason, order.told().filled_lots) == ("canceled", "User requested", 5)
