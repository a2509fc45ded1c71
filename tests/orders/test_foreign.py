from msgspec import structs

from fathom.domain import AccountSeen, ForeignOrderSeen, VenueOrder
from fathom.orders.foreign import FOREIGN_MAX, ForeignOrders

LAG_NS = 60


def order(venue_id: str = "O1", *, filled_lots: int = 0, status: str = "new", client_id: str = "") -> VenueOrder:
    return VenueOrder("", venue_id, client_id, "BTC/USD", "buy", "limit", 100, 10, filled_lots, status)


def look(
    known: ForeignOrders, *open_: VenueOrder, closed: tuple[VenueOrder, ...] = (), as_of_ns: int = 1_000
) -> list[ForeignOrderSeen]:
    seen = AccountSeen(as_of_ns, "venue", open_, closed, (), ())
    return known.look(seen, is_ours=lambda one: one.client_id == "ours", lag_ns=LAG_NS, time_ns=as_of_ns + 1)


def test_what_a_stranger_has_open_is_told_once_and_again_when_it_changes() -> None:
    known = ForeignOrders()
    assert look(known, order(), order("O2", client_id="ours")) == [ForeignOrderSeen(order())]
    assert known.open == (order(),)
    assert look(known, order(), as_of_ns=2_000) == []
    changed = order(filled_lots=5, status="partially_filled")
    assert look(known, changed, as_of_ns=3_000) == [ForeignOrderSeen(changed)]


def test_its_end_is_told_as_the_venue_says_it_or_that_it_is_gone() -> None:
    known = ForeignOrders()
    look(known, order(), order("O2"))
    ended = order(status="canceled")
    assert look(known, order(), order("O2"), closed=(ended,), as_of_ns=1_001) == [ForeignOrderSeen(ended)]
    assert look(known, as_of_ns=1_050) == [], "REST may be late"
    (gone,) = look(known, as_of_ns=2_000)
    assert (gone.order.venue_order_id, gone.order.status) == ("O2", "canceled")
    assert known.open == ()


def test_the_stream_is_ahead_of_rest() -> None:
    known = ForeignOrders()
    known.told(order(filled_lots=7), time_ns=990)
    assert look(known, order()) == []
    assert known.open == (order(filled_lots=7),)
    known.told(order(filled_lots=10, status="filled"), time_ns=995)
    assert known.open == ()


def test_only_so_many_are_known() -> None:
    known = ForeignOrders()
    for number in range(FOREIGN_MAX + 1):
        known.told(structs.replace(order(), venue_order_id=f"O{number}"), time_ns=0)
    assert len(known.open) == FOREIGN_MAX
    assert known.open[0].venue_order_id == "O1"
