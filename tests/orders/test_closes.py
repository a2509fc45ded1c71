"""How the venue's own closes are known as ours: by the order that they name, and once each."""

from fathom.domain import Close, ClosePlaced, OrderAccepted, OrderApproved, OrderFilled, OrderWanted, VenueOrder
from fathom.orders import OrderTable, close_placed, order_at_venue

ENTRY = OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 5, 1000, close=Close("stop-loss", None, 900))


def table_of(*entries: OrderWanted) -> OrderTable:
    table = OrderTable()
    for number, entry in enumerate(entries, 1):
        table.apply(OrderApproved(entry))
        table.apply(OrderAccepted(entry.order_id, f"O{number}"))
    return table


def seen(venue_order_id: str, *, parent_id: str = "O1", qty_lots: int = 3) -> VenueOrder:
    return VenueOrder(
        "", venue_order_id, "", "BTC/USD", "sell", "stop-loss", None, qty_lots, 0, "new", parent_id=parent_id
    )


def test_a_close_of_ours_has_the_terms_that_its_parent_asked_for() -> None:
    placed = close_placed(table_of(ENTRY), seen("O7"))
    assert placed == ClosePlaced(
        OrderWanted("mm-1-1.c1", "BTC/USD", "sell", "stop-loss", 3, None, trigger_ticks=900), "O7", "mm-1-1"
    )


def test_each_is_placed_once_and_each_has_an_id_of_its_own() -> None:
    table = table_of(ENTRY)
    first = close_placed(table, seen("O7"))
    assert first is not None
    table.apply(first)
    assert close_placed(table, seen("O7")) is None
    assert order_at_venue(table, "O7") is table.get("mm-1-1.c1")
    second = close_placed(table, seen("O8", qty_lots=2))
    assert second is not None
    assert second.order.order_id == "mm-1-1.c2"


def test_the_close_of_an_order_that_ended_is_ours_too() -> None:
    table = table_of(ENTRY)
    table.apply(OrderFilled("mm-1-1"))
    assert close_placed(table, seen("O7")) is not None


def test_a_strangers_order_is_none_of_ours() -> None:
    plain = OrderWanted("mm-1-2", "BTC/USD", "buy", "limit", 5, 1000)
    table = table_of(ENTRY, plain)
    assert close_placed(table, seen("O7", parent_id="")) is None
    assert close_placed(table, seen("O7", parent_id="O9")) is None, "of an order that is not ours"
    assert close_placed(table, seen("O7", parent_id="O2")) is None, "of one of ours that asked for none"
