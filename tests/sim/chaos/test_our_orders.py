from fathom.domain import (
    Entry,
    Event,
    InstrumentChanged,
    OrderAccepted,
    OrderAmended,
    OrderApproved,
    OrderWanted,
    RunStarted,
)
from fathom.orders import ClientIds, mark_of
from fathom.sim.chaos.our_orders import OurOrders
from market_feed import BTC


def learned(*events: Event) -> OurOrders:
    ours = OurOrders(ClientIds(mark_of("test")))
    for seq, event in enumerate((RunStarted("r", "chaos", b"{}", "0"), InstrumentChanged(BTC), *events), 1):
        ours.learn(Entry(seq, seq, seq, "world", event))
    return ours


APPROVED = OrderApproved(OrderWanted("mm-1-1", "BTC/USD", "buy", "limit", 100, 1000))


def test_an_order_is_known_by_each_of_its_names() -> None:
    ours = learned(APPROVED, OrderAccepted("mm-1-1", "OVENUE"))
    client_id = ours.client_id("mm-1-1")
    assert ours.known[client_id] is ours.known["OVENUE"] is ours.get("mm-1-1")
    assert ours.venue_id("mm-1-1") == "OVENUE"
    assert ours.instruments == {"BTC/USD": BTC}


def test_an_amended_order_is_known_as_it_rests_now() -> None:
    ours = learned(APPROVED, OrderAccepted("mm-1-1", "OVENUE"), OrderAmended("mm-1-1", 1001, 50))
    assert [(one.price_ticks, one.qty_lots) for one in ours.known.values()] == [(1001, 50), (1001, 50)]


def test_news_of_a_strangers_order_teaches_nothing() -> None:
    ours = learned(OrderAccepted("other-1-1", "OVENUE"), OrderAmended("other-1-1", 1, 1))
    assert (ours.known, ours.get("other-1-1"), ours.venue_id("other-1-1")) == ({}, None, None)
