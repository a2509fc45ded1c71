from decimal import Decimal
from typing import Any

from fathom.domain import Entry, ForeignOrderSeen, ForeignTraded, InstrumentChanged
from fathom.orders import ClientIds, mark_of
from fathom.protocol.messages import Execution, Fee
from fathom.sim.chaos.our_orders import OurOrders
from fathom.sim.chaos.strangers import Strangers
from market_feed import BTC


def strangers() -> Strangers:
    ours = OurOrders(ClientIds(mark_of("test")))
    ours.learn(Entry(1, 1, 1, "world", InstrumentChanged(BTC)))
    return Strangers(ours)


def row(**parts: Any) -> Execution:
    parts = {"order_id": "O1", "exec_type": "new", "order_status": "new", "timestamp": "2026-01-05T12:00:00Z"} | parts
    return Execution(**parts)


WHOLE = {"symbol": "BTC/USD", "side": "sell", "order_qty": Decimal(2), "limit_price": Decimal("100.0")}


def test_an_order_of_a_stranger_is_told_whole_and_then_as_it_changes() -> None:
    heard = strangers()
    (first,) = heard.told(row(**WHOLE, cl_ord_id="by hand"))
    (later,) = heard.told(row(exec_type="canceled", order_status="canceled", cum_qty=Decimal(1), reason="enough"))
    assert isinstance(first, ForeignOrderSeen)
    assert isinstance(later, ForeignOrderSeen)
    assert (first.order.client_id, first.order.side, first.order.qty_lots) == (
        "by hand",
        "sell",
        BTC.qty_lots(Decimal(2)),
    )
    assert (later.order.status, later.order.reason, later.order.side) == ("canceled", "enough", "sell")
    assert later.order.filled_lots == BTC.qty_lots(Decimal(1))


def test_a_fill_of_a_stranger_is_told_with_the_pair_of_its_order() -> None:
    heard = strangers()
    list(heard.told(row(**WHOLE)))
    fee = (Fee(asset="USD", qty=Decimal("0.25")),)
    traded = row(exec_type="trade", exec_id="T1", last_qty=Decimal(1), last_price=Decimal("100.0"), fees=fee)
    (told,) = heard.told(traded)
    assert isinstance(told, ForeignTraded)
    assert (told.fill.symbol, told.fill.side, told.fill.fee, told.fill.exec_id) == (
        "BTC/USD",
        "sell",
        Decimal("0.25"),
        "T1",
    )


def test_what_names_no_pair_cannot_be_booked() -> None:
    assert list(strangers().told(row(exec_type="canceled", order_status="canceled"))) == []
