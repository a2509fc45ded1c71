from decimal import Decimal

import pytest

from fathom.protocol.codec import decode_request, encode
from fathom.protocol.messages import Request
from fathom.protocol.messages.orders import (
    AddOrder,
    AddOrderParams,
    AmendOrder,
    AmendOrderParams,
    BatchAdd,
    BatchAddParams,
    BatchCancel,
    BatchCancelParams,
    BatchOrder,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterParams,
    CancelAllParams,
    CancelOrder,
    CancelOrderParams,
    Conditional,
    EditOrder,
    EditOrderParams,
    Triggers,
)
from fathom.protocol.messages.wire import Token

TOKEN = Token("PM5Q")

FULL_ADD = AddOrderParams(
    order_type="stop-loss-limit",
    side="buy",
    order_qty=Decimal("1.20000000"),
    cash_order_qty=Decimal("5.0"),
    limit_price=Decimal("26500.4"),
    limit_price_type="static",
    triggers=Triggers(price=Decimal("-2.0"), reference="index", price_type="pct"),
    time_in_force="gtd",
    post_only=True,
    reduce_only=True,
    margin=True,
    display_qty=Decimal("0.1"),
    effective_time="2026-01-01T00:00:00Z",
    expire_time="2026-01-02T00:00:00Z",
    cl_ord_id="c",
    order_userref=-3,
    conditional=Conditional(
        order_type="stop-loss-limit",
        limit_price=Decimal(28400),
        limit_price_type="static",
        trigger_price=Decimal(28410),
        trigger_price_type="static",
        stop_price=Decimal(1),
    ),
    fee_preference="quote",
    stp_type="cancel_both",
    sender_sub_id="desk",
    no_mpp=False,
    stop_price=Decimal(1),
    trigger="last",
    symbol="BTC/USD",
    deadline="2026-01-01T00:00:01.500Z",
    validate=True,
    broker="AA00",
    token=TOKEN,
)


@pytest.mark.parametrize(
    ("request_", "frame"),
    [
        (
            AddOrder(params=FULL_ADD, req_id=1),
            (
                b'{"method":"add_order","params":{"order_type":"stop-loss-limit","side":"buy","order_qty":1.20000000,'
                b'"cash_order_qty":5.0,"limit_price":26500.4,"limit_price_type":"static","triggers":{"price":-2.0,'
                b'"reference":"index","price_type":"pct"},"time_in_force":"gtd","post_only":true,"reduce_only":true,'
                b'"margin":true,"display_qty":0.1,"effective_time":"2026-01-01T00:00:00Z",'
                b'"expire_time":"2026-01-02T00:00:00Z","cl_ord_id":"c","order_userref":-3,'
                b'"conditional":{"order_type":"stop-loss-limit","limit_price":28400,"limit_price_type":"static",'
                b'"trigger_price":28410,"trigger_price_type":"static","stop_price":1},"fee_preference":"quote",'
                b'"stp_type":"cancel_both","sender_sub_id":"desk","no_mpp":false,"stop_price":1,"trigger":"last",'
                b'"symbol":"BTC/USD","deadline":"2026-01-01T00:00:01.500Z","validate":true,"broker":"AA00",'
                b'"token":"PM5Q"},"req_id":1}'
            ),
        ),
        (
            AmendOrder(
                params=AmendOrderParams(
                    cl_ord_id="2c6be801-1f53-4f79-a0bb-4ea1c95dfae9",
                    limit_price=Decimal(490795),
                    order_qty=Decimal("1.2"),
                    token=TOKEN,
                )
            ),
            (
                b'{"method":"amend_order","params":{"cl_ord_id":"2c6be801-1f53-4f79-a0bb-4ea1c95dfae9","order_qty":1.2,'
                b'"limit_price":490795,"token":"PM5Q"}}'
            ),
        ),
        (
            EditOrder(
                params=EditOrderParams(
                    order_id="O1",
                    symbol="BTC/USD",
                    order_qty=Decimal("0.1"),
                    triggers=Triggers(price=Decimal(5)),
                    post_only=True,
                )
            ),
            (
                b'{"method":"edit_order","params":{"order_id":"O1","symbol":"BTC/USD","order_qty":0.1,"post_only":true,'
                b'"triggers":{"price":5}}}'
            ),
        ),
        (
            CancelOrder(params=CancelOrderParams(order_id=("O1",), cl_ord_id=("c",), order_userref=(0,))),
            b'{"method":"cancel_order","params":{"order_id":["O1"],"cl_ord_id":["c"],"order_userref":[0]}}',
        ),
        (
            CancelAll(params=CancelAllParams(token=TOKEN), req_id=2),
            b'{"method":"cancel_all","params":{"token":"PM5Q"},"req_id":2}',
        ),
        (
            CancelAllOrdersAfter(params=CancelAllOrdersAfterParams(timeout=0)),
            b'{"method":"cancel_all_orders_after","params":{"timeout":0}}',
        ),
        (
            BatchAdd(
                params=BatchAddParams(
                    symbol="A/B",
                    orders=(BatchOrder(order_type="market", side="sell", order_qty=Decimal(1)),),
                    deadline="d",
                    validate=False,
                )
            ),
            (
                b'{"method":"batch_add","params":{"symbol":"A/B","orders":[{"order_type":"market","side":"sell",'
                b'"order_qty":1}],"deadline":"d","validate":false}}'
            ),
        ),
        (
            BatchCancel(params=BatchCancelParams(orders=(), cl_ord_id=("a", "b"))),
            b'{"method":"batch_cancel","params":{"orders":[],"cl_ord_id":["a","b"]}}',
        ),
    ],
)
def test_every_method_both_ways(request_: Request, frame: bytes) -> None:
    assert encode(request_) == frame
    assert decode_request(frame) == request_
    assert "PM5Q" not in repr(request_)
