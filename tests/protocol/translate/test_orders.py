from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from fathom.domain import (
    AmendRejected,
    AnswerOverdue,
    CancelRejected,
    Event,
    Instrument,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTraded,
    RemoteError,
)
from fathom.protocol.codec import decode
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AddOrderResponse,
    AddOrderResult,
    AmendOrder,
    AmendOrderParams,
    BatchAddItem,
    BatchAddResponse,
    CancelOrder,
    CancelOrderParams,
    Execution,
    ExecutionsMessage,
    Fee,
    TriggerState,
)
from fathom.protocol.translate.orders import (
    OurOrder,
    batch_taken,
    execution_news,
    order_refused,
    order_taken,
)

PAIR = Instrument(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    price_precision=1,
    qty_precision=8,
    cost_precision=5,
    qty_lots_min=5000,
    cost_min=Decimal("0.5"),
)
OURS = OurOrder(order_id="nibble-7", symbol="BTC/USD", side="sell", qty_lots=500_000, price_ticks=265_000)
BY_VENUE_ID = {"OK4GJX-KSTLS-7DZZO5": OURS}
TRADED = {"exec_id": "T1", "last_price": Decimal("26599.9"), "last_qty": Decimal("0.00500000")}


def row(exec_type: str, **fields: Any) -> Execution:
    return Execution(
        order_id="OK4GJX-KSTLS-7DZZO5",
        exec_type=exec_type,
        order_status="new",
        timestamp="2023-09-22T10:33:05.709950Z",
        **fields,
    )


def message(*rows: Execution) -> ExecutionsMessage:
    return ExecutionsMessage(type="update", data=rows, sequence=1)


def only_event(execution: Execution) -> Event:
    news = execution_news(message(execution), ours=BY_VENUE_ID, instruments={"BTC/USD": PAIR})
    assert news.strangers == news.unspoken == ()
    (event,) = news.events
    return event


FRAMES = [  # websocket-v2.md 7.1, in the order of a real order's life.
    (
        b'{"order_id":"OK4GJX-KSTLS-7DZZO5","order_userref":3,"symbol":"BTC/USD","order_qty":0.00500000,'
        b'"cum_cost":0.00000,"time_in_force":"GTC","exec_type":"pending_new","side":"sell","order_type":"limit",'
        b'"limit_price_type":"static","limit_price":26500.0,"stop_price":0.0,"order_status":"pending_new",'
        b'"fee_usd_equiv":0.00000,"fee_ccy_pref":"fciq","timestamp":"2023-09-22T10:33:05.709950Z"}'
    ),
    (
        b'{"timestamp":"2023-09-22T10:33:05.709982Z","order_status":"new","exec_type":"new","order_userref":3,'
        b'"order_id":"OK4GJX-KSTLS-7DZZO5"}'
    ),
    (
        b'{"order_id":"OK4GJX-KSTLS-7DZZO5","order_userref":3,"exec_id":"TGBB7L-HT5LX-J3BZ4A","exec_type":"trade",'
        b'"trade_id":62887576,"symbol":"BTC/USD","side":"sell","last_qty":0.00500000,"last_price":26599.9,'
        b'"liquidity_ind":"t","cost":132.99950,"order_type":"limit","timestamp":"2023-09-22T10:33:05.709993Z",'
        b'"order_status":"partially_filled","cum_qty":0.00500000,"cum_cost":132.99950,"avg_price":26599.9,'
        b'"fee_usd_equiv":0.34580,"fees":[{"asset":"USD","qty":0.34580}]}'
    ),
    (
        b'{"timestamp":"2023-09-22T10:33:05.710005Z","order_status":"filled","exec_type":"filled","cum_qty":0.00500000,'
        b'"cum_cost":132.99950,"fee_usd_equiv":0.34580,"avg_price":26599.9,"order_userref":3,'
        b'"order_id":"OK4GJX-KSTLS-7DZZO5"}'
    ),
]


def test_the_life_of_an_order() -> None:
    frame = b'{"channel":"executions","type":"update","data":[' + b",".join(FRAMES) + b'],"sequence":8}'
    told = decode(frame)
    assert isinstance(told, ExecutionsMessage)
    news = execution_news(told, ours=BY_VENUE_ID, instruments={"BTC/USD": PAIR})
    assert news.events == (
        OrderAccepted("nibble-7", "OK4GJX-KSTLS-7DZZO5"),
        OrderTraded(
            "nibble-7",
            exec_id="TGBB7L-HT5LX-J3BZ4A",
            symbol="BTC/USD",
            side="sell",
            price_ticks=265_999,
            qty_lots=500_000,
            liquidity="taker",
            fee=Decimal("0.3458"),
            fee_asset="USD",
            cost=Decimal("132.9995"),
        ),
        OrderFilled("nibble-7"),
    )
    assert news.unspoken == told.data[:1]  # pending_new is validated, but not live.
    assert news.strangers == ()


@pytest.mark.parametrize(
    ("execution", "event"),
    [
        (row("canceled", reason="User requested"), OrderCanceled("nibble-7", "User requested")),
        (row("canceled", cancel_reason="Post only order"), OrderCanceled("nibble-7", "Post only order")),
        (row("canceled"), OrderCanceled("nibble-7", "canceled")),
        (row("expired"), OrderCanceled("nibble-7", "expired")),
        (
            row("amended", limit_price=Decimal("26501.0"), order_qty=Decimal("0.006")),
            OrderAmended("nibble-7", 265_010, 600_000),
        ),
        (row("amended", limit_price=Decimal("26501.0")), OrderAmended("nibble-7", 265_010, 500_000)),
        (row("restated", order_qty=Decimal("0.004")), OrderAmended("nibble-7", 265_000, 400_000)),
    ],
)
def test_delta_rows_without_a_pair(execution: Execution, event: Event) -> None:
    assert only_event(execution) == event


@pytest.mark.parametrize(
    "execution",
    [row("pending_new"), row("status"), row("iceberg_refill"), row("restated"), row("reincarnated")],
)
def test_what_our_words_do_not_say_is_handed_back(execution: Execution) -> None:
    news = execution_news(message(execution), ours=BY_VENUE_ID, instruments={"BTC/USD": PAIR})
    assert (news.events, news.strangers, news.unspoken) == ((), (), (execution,))


def test_an_amend_of_an_order_without_a_limit_price_is_handed_back() -> None:
    stop = OurOrder(order_id="s", symbol="BTC/USD", side="sell", qty_lots=1)
    execution = row("amended", order_qty=Decimal("0.006"))
    news = execution_news(message(execution), ours={execution.order_id: stop}, instruments={"BTC/USD": PAIR})
    assert news.unspoken == (execution,)


STATIC = TriggerState(price=Decimal("26000.0"), price_type="static")


@pytest.mark.parametrize(
    ("execution", "event"),
    [
        (row("amended", triggers=STATIC, order_qty=Decimal("0.006")), OrderAmended("s", 260_000, 600_000)),
        (row("restated", order_qty=Decimal("0.006")), OrderAmended("s", 250_000, 600_000)),
        (row("amended", triggers=structs.replace(STATIC, price=Decimal("+9.5"), price_type="quote")),
         OrderAmended("s", 95, 500_000)),
    ],
)  # fmt: skip
def test_an_amend_of_a_stop_at_the_market_tells_its_trigger(execution: Execution, event: Event) -> None:
    stop = OurOrder(order_id="s", symbol="BTC/USD", side="sell", qty_lots=500_000, trigger_ticks=250_000)
    news = execution_news(message(execution), ours={execution.order_id: stop}, instruments={"BTC/USD": PAIR})
    assert news.events == (event,)


def test_a_trigger_that_moved_is_no_amend() -> None:
    stop = OurOrder(order_id="s", symbol="BTC/USD", side="sell", qty_lots=500_000, trigger_ticks=250_000)
    for execution in (
        row("status", triggers=STATIC),
        row("amended", triggers=structs.replace(STATIC, price_type="pct")),
    ):
        news = execution_news(message(execution), ours={execution.order_id: stop}, instruments={"BTC/USD": PAIR})
        assert (news.events, news.unspoken) == ((), (execution,))


def test_orders_of_others_are_handed_back_in_place() -> None:
    stranger = row("canceled", cl_ord_id="someone")
    mine = row("new", cl_ord_id="nibble-7")
    ours = {"nibble-7": OURS}
    news = execution_news(message(stranger, mine), ours=ours, instruments={})
    assert news.strangers == (stranger,)
    assert news.events == (OrderAccepted("nibble-7", mine.order_id),)


def test_either_id_will_do() -> None:
    execution = row("filled", cl_ord_id="unknown here")
    assert only_event(execution) == OrderFilled("nibble-7")


@pytest.mark.parametrize(
    ("fields", "fee", "fee_asset", "liquidity"),
    [
        ({"fees": (Fee(asset="USD", qty=Decimal("1.5e-05")),)}, "0.000015", "USD", "taker"),
        ({"fees": (), "liquidity_ind": "m"}, "0", "USD", "maker"),
        ({"fees": (Fee(asset="BTC", qty=Decimal("0.1")),) * 2, "liquidity_ind": "?"}, "0.2", "BTC", "taker"),
    ],
)
def test_fees_and_liquidity(fields: dict[str, Any], fee: str, fee_asset: str, liquidity: str) -> None:
    event = only_event(row("trade", **TRADED, **fields))
    assert isinstance(event, OrderTraded)
    assert (event.fee, event.fee_asset, event.liquidity) == (Decimal(fee), fee_asset, liquidity)
    assert (event.symbol, event.side) == ("BTC/USD", "sell")  # From what we know of the order.


def test_a_second_fee_asset_is_not_lost() -> None:
    fees = (Fee(asset="USD", qty=Decimal(1)), Fee(asset="BTC", qty=Decimal(2)))
    execution = row("trade", **TRADED, fees=fees)
    news = execution_news(message(execution), ours=BY_VENUE_ID, instruments={"BTC/USD": PAIR})
    (event,) = news.events
    assert isinstance(event, OrderTraded)
    assert (event.fee, event.fee_asset) == (Decimal(1), "USD")
    assert news.unspoken == (execution,)


@pytest.mark.parametrize(
    ("execution", "instruments", "fault"),
    [
        (row("trade", **(TRADED | {"exec_id": None})), {"BTC/USD": PAIR}, "without its id, price or quantity"),
        (row("trade", **(TRADED | {"last_price": None})), {"BTC/USD": PAIR}, "without its id"),
        (row("trade", **(TRADED | {"last_qty": None})), {"BTC/USD": PAIR}, "without its id"),
        (row("trade", **TRADED), {}, "without an instrument row"),
        (row("trade", **(TRADED | {"last_price": Decimal("0.01")})), {"BTC/USD": PAIR}, "last_price"),
        (row("amended", limit_price=Decimal("0.01")), {"BTC/USD": PAIR}, "limit_price"),
    ],
)
def test_a_fill_is_told_or_the_stream_starts_again(
    execution: Execution, instruments: dict[str, Instrument], fault: str
) -> None:
    with pytest.raises(RemoteError, match=fault):
        execution_news(message(execution), ours=BY_VENUE_ID, instruments=instruments)


# -- Answers -------------------------------------------------------------------------------------------------------

ADD = AddOrder(params=AddOrderParams(order_type="market", side="buy", symbol="BTC/USD"))
AMEND = AmendOrder(params=AmendOrderParams(cl_ord_id="c"))
CANCEL = CancelOrder(params=CancelOrderParams(cl_ord_id=("c",)))


@pytest.mark.parametrize(("request_", "kind"), [(ADD, OrderRejected), (AMEND, AmendRejected), (CANCEL, CancelRejected)])
def test_refusals(request_: AddOrder | AmendOrder | CancelOrder, kind: type) -> None:
    assert order_refused(request_, "EOrder:Unknown order", order_id="c") == kind("c", "EOrder:Unknown order")
    assert order_refused(request_, "EService:Busy", order_id="c") == AnswerOverdue("c")


def test_an_order_that_was_taken() -> None:
    result = AddOrderResult(order_id="O1")
    taken = AddOrderResponse(success=True, time_in="t", time_out="t", result=result)
    assert order_taken(taken, order_id="c") == OrderAccepted("c", "O1")
    validated = AddOrderResponse(success=True, time_in="t", time_out="t")
    assert order_taken(validated, order_id="c") is None


def test_a_batch_item_by_item() -> None:
    items = (
        BatchAddItem(order_id="O1"),
        BatchAddItem(error="EOrder:Insufficient funds"),
        BatchAddItem(error="EService:Busy"),
        BatchAddItem(),
    )
    response = BatchAddResponse(success=True, time_in="t", time_out="t", result=items)
    assert batch_taken(response, order_ids=["a", "b", "c", "d"]) == [
        OrderAccepted("a", "O1"),
        OrderRejected("b", "EOrder:Insufficient funds"),
        AnswerOverdue("c"),
        AnswerOverdue("d"),
    ]
    with pytest.raises(RemoteError, match="4 answers to a batch of 3"):
        batch_taken(response, order_ids=["a", "b", "c"])
