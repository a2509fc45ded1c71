from decimal import Decimal
from typing import Any

import msgspec
import pytest

from fathom.domain import Instrument, LocalError
from fathom.protocol.messages import (
    AddOrder,
    AddOrderParams,
    AmendOrder,
    AmendOrderParams,
    BalancesParams,
    BatchAdd,
    BatchAddParams,
    BatchCancel,
    BatchCancelParams,
    BatchOrder,
    BookParams,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterParams,
    CancelAllParams,
    CancelOrder,
    CancelOrderParams,
    ChannelParams,
    EditOrder,
    EditOrderParams,
    ExecutionsParams,
    InstrumentParams,
    Level3Params,
    OhlcParams,
    Ping,
    Request,
    Subscribe,
    TickerParams,
    TradeParams,
    Triggers,
    Unsubscribe,
)
from fathom.protocol.rules.requests import check_request
from fathom.protocol.times import parse_time

NOW_NS = parse_time("2026-01-15T12:00:00Z")
SOON = "2026-01-15T12:00:05.000Z"
PAST = "2026-01-15T11:59:59.000Z"
PAIR = Instrument(
    symbol="BTC/USD",
    base="BTC",
    quote="USD",
    price_precision=1,
    qty_precision=8,
    cost_precision=5,
    price_increment_ticks=5,
    qty_lots_min=5000,
    cost_min=Decimal("0.5"),
)
CLOSED = msgspec.structs.replace(PAIR, status="cancel_only")
ONE = Decimal("1.00000000")


def passes(request: Request, *, instrument: Instrument | None = PAIR) -> None:
    check_request(request, now_ns=NOW_NS)
    check_request(request, now_ns=NOW_NS, instrument=instrument)


def refused(request: Request, *, instrument: Instrument | None = PAIR) -> LocalError:
    with pytest.raises(LocalError) as caught:
        check_request(request, now_ns=NOW_NS, instrument=instrument)
    return caught.value


# -- Subscriptions -------------------------------------------------------------------------------------------------

TWO = ("BTC/USD", "ETH/USD")


@pytest.mark.parametrize("kind", [Subscribe, Unsubscribe])
@pytest.mark.parametrize(
    "params",
    [
        TickerParams(symbol=TWO),
        TickerParams(symbol=("*",), event_trigger="bbo"),
        *(BookParams(symbol=TWO, depth=depth) for depth in (10, 25, 100, 500, 1000)),
        TradeParams(symbol=TWO),
        *(OhlcParams(symbol=TWO, interval=interval) for interval in (1, 5, 15, 30, 60, 240, 1440, 10080, 21600)),
        InstrumentParams(),
        ExecutionsParams(),
        BalancesParams(),
        *(Level3Params(symbol=TWO, depth=depth) for depth in (10, 100, 1000)),
        Level3Params(symbol=tuple(f"A{number}/USD" for number in range(200))),
    ],
)
def test_subscriptions(kind: type[Subscribe | Unsubscribe], params: ChannelParams) -> None:
    passes(kind(params=params, req_id=1))


@pytest.mark.parametrize(
    ("params", "field"),
    [
        (TickerParams(symbol=()), "symbol"),
        (TickerParams(symbol=("BTCUSD",)), "symbol"),
        (TickerParams(symbol=("*", "BTC/USD")), "symbol"),
        (TradeParams(symbol=("*",)), "symbol"),
        (BookParams(symbol=("BTC/USD", "BTC/USD")), "symbol"),
        (TickerParams(symbol=TWO, event_trigger="all"), "event_trigger"),  # type: ignore[arg-type] # That is the test.
        (BookParams(symbol=TWO, depth=27), "depth"),  # type: ignore[arg-type] # That is the test.
        (OhlcParams(symbol=TWO, interval=2), "interval"),  # type: ignore[arg-type] # That is the test.
        (Level3Params(symbol=TWO, depth=25), "depth"),  # type: ignore[arg-type] # That is the test.
        (Level3Params(symbol=tuple(f"A{number}/USD" for number in range(201))), "symbol"),
    ],
)
def test_other_subscriptions_are_refused(params: ChannelParams, field: str) -> None:
    assert refused(Subscribe(params=params)).field == field


@pytest.mark.parametrize("req_id", [2**63, -(2**63) - 1, True, "1"])
def test_req_ids_fit_64_bits(req_id: Any) -> None:
    assert refused(Ping(req_id=req_id)).field == "req_id"
    passes(Ping(req_id=2**63 - 1))
    passes(Ping())


# -- Orders --------------------------------------------------------------------------------------------------------

LIMIT: dict[str, Any] = {"order_type": "limit", "side": "buy", "order_qty": ONE, "limit_price": Decimal("26500.0")}


def add(**changes: Any) -> AddOrder:
    return AddOrder(params=AddOrderParams(**(LIMIT | {"symbol": "BTC/USD"} | changes)))


def batch(count: int, *, orders: tuple[BatchOrder, ...] = (), **changes: Any) -> BatchAdd:
    filled = orders + (BatchOrder(**LIMIT),) * (count - len(orders))
    return BatchAdd(params=BatchAddParams(**({"symbol": "BTC/USD", "orders": filled} | changes)))


@pytest.mark.parametrize("request_", [add(), add(deadline=SOON, validate=True), batch(2), batch(15, deadline=SOON)])
def test_orders(request_: Request) -> None:
    passes(request_)


@pytest.mark.parametrize(
    ("request_", "field", "rule"),
    [
        (add(symbol="BTCUSD"), "symbol", "BASE/QUOTE"),
        (add(symbol="ETH/USD"), "symbol", "those of BTC/USD"),
        (add(deadline=PAST), "deadline", "0.5 to 60 s"),
        (add(limit_price=None), "limit_price", "required"),
        (add(limit_price=Decimal("26500.1")), "limit_price", "tick"),
        (batch(1), "orders", "2 to 15"),
        (batch(16), "orders", "2 to 15"),
        (batch(2, symbol="BTCUSD"), "symbol", "BASE/QUOTE"),
        (batch(2, symbol="ETH/USD"), "symbol", "those of BTC/USD"),
        (batch(2, deadline=PAST), "deadline", "0.5 to 60 s"),
        (
            batch(3, orders=(BatchOrder(order_type="limit", side="buy", order_qty=ONE),)),
            "orders[0].limit_price",
            "required",
        ),
        (batch(2, orders=(add().params,)), "orders[0]", "beside the orders"),
        (
            batch(2, orders=(BatchOrder(**LIMIT, cl_ord_id="a"), BatchOrder(**LIMIT, cl_ord_id="a"))),
            "cl_ord_id",
            "same order twice",
        ),
    ],
)
def test_other_orders_are_refused(request_: Request, field: str, rule: str) -> None:
    error = refused(request_)
    assert error.field == field
    assert rule in error.rule


def test_the_pair_s_state_counts() -> None:
    assert "cancel_only" in refused(add(), instrument=CLOSED).rule
    assert refused(batch(2), instrument=CLOSED).field == "orders[0].order_type"


# -- Amends and edits ----------------------------------------------------------------------------------------------


def amend(**changes: Any) -> AmendOrder:
    fields: dict[str, Any] = {"order_id": "O1", "order_qty": ONE}
    return AmendOrder(params=AmendOrderParams(**(fields | changes)))


@pytest.mark.parametrize(
    "request_",
    [
        amend(),
        amend(order_id=None, cl_ord_id="nibble-7"),
        amend(order_qty=None, limit_price=Decimal("26500.0")),
        amend(order_qty=None, display_qty=ONE),
        amend(display_qty=ONE),
        amend(order_qty=Decimal("0.00000001")),  # Below what is filled: Kraken cancels the rest.
        amend(order_qty=None, trigger_price=Decimal("-2.5"), trigger_price_type="pct"),
        amend(limit_price=Decimal(0), limit_price_type="quote"),
        amend(limit_price=Decimal("0.07"), limit_price_type="pct"),
        amend(post_only=True, deadline=SOON, symbol="BTC/USD"),
    ],
)
def test_amends(request_: AmendOrder) -> None:
    passes(request_)


@pytest.mark.parametrize(
    ("request_", "field", "rule"),
    [
        (amend(order_id=None), "order_id", "just one of"),
        (amend(cl_ord_id="c"), "order_id", "just one of"),
        (amend(order_id="O 1"), "order_id", "not an order id"),
        (amend(order_id=None, cl_ord_id="x" * 19), "cl_ord_id", "neither a UUID"),
        (amend(order_qty=None), "order_qty", "an amend changes"),
        (amend(order_qty=None, post_only=True), "order_qty", "an amend changes"),
        (amend(order_qty=Decimal(0)), "order_qty", "above zero"),
        (amend(order_qty=Decimal("0.000000001")), "order_qty", "8 decimals"),
        (amend(display_qty=Decimal(-1)), "display_qty", "above zero"),
        (amend(display_qty=Decimal(2)), "display_qty", "more than order_qty"),
        (amend(limit_price=Decimal(0)), "limit_price", "above zero"),
        (amend(limit_price=Decimal("0.1")), "limit_price", "tick"),
        (amend(limit_price=Decimal("0.1"), limit_price_type="quote"), "limit_price", "tick"),
        (amend(limit_price_type="quote"), "limit_price_type", "goes with a limit_price"),
        (amend(limit_price=ONE, limit_price_type="share"), "limit_price_type", "not one of"),
        (amend(trigger_price=Decimal(-1)), "trigger_price", "above zero"),
        (amend(trigger_price_type="pct"), "trigger_price_type", "goes with a trigger_price"),
        (amend(deadline=PAST), "deadline", "0.5 to 60 s"),
        (amend(symbol="BTCUSD"), "symbol", "BASE/QUOTE"),
        (amend(symbol="ETH/USD"), "symbol", "those of BTC/USD"),
    ],
)
def test_other_amends_are_refused(request_: AmendOrder, field: str, rule: str) -> None:
    error = refused(request_)
    assert error.field == field
    assert rule in error.rule


def edit(**changes: Any) -> EditOrder:
    return EditOrder(params=EditOrderParams(**({"order_id": "O1", "symbol": "BTC/USD"} | changes)))


@pytest.mark.parametrize(
    "request_",
    [
        edit(order_qty=ONE),
        edit(order_qty=ONE, limit_price=Decimal("26500.0"), post_only=True, deadline=SOON),
        edit(triggers=Triggers(price=Decimal("25000.0"), reference="index")),
        edit(triggers=Triggers(price=Decimal("-2.55"), price_type="pct")),
        edit(order_userref=3, fee_preference="quote", display_qty=ONE),
    ],
)
def test_edits(request_: EditOrder) -> None:
    passes(request_)


@pytest.mark.parametrize(
    ("request_", "field", "rule"),
    [
        (edit(order_id=""), "order_id", "not an order id"),
        (edit(symbol="BTCUSD"), "symbol", "BASE/QUOTE"),
        (edit(symbol="ETH/USD"), "symbol", "those of BTC/USD"),
        (edit(deadline=PAST), "deadline", "0.5 to 60 s"),
        (edit(price=ONE), "price", "use limit_price"),
        (edit(stop_price=ONE), "stop_price", "use triggers.price"),
        (edit(trigger="last"), "trigger", "use triggers.reference"),
        (edit(order_qty=Decimal(0)), "order_qty", "above zero"),
        (edit(order_qty=ONE, display_qty=Decimal(2)), "display_qty", "more than order_qty"),
        (edit(limit_price=Decimal(-1)), "limit_price", "above zero"),
        (edit(limit_price=Decimal("0.1")), "limit_price", "tick"),
        (edit(limit_price=Decimal("0.5"), order_qty=Decimal("0.5")), "order_qty", "costs less"),
        (edit(triggers=Triggers(price=Decimal(0))), "triggers.price", "above zero"),
        (edit(triggers=Triggers(price=Decimal("0.1"), price_type="quote")), "triggers.price", "tick"),
        (
            edit(triggers=Triggers(price=ONE, price_type="share")),  # type: ignore[arg-type] # That is the test.
            "triggers.price_type",
            "not one of",
        ),
        (
            edit(triggers=Triggers(price=ONE, reference="mark")),  # type: ignore[arg-type] # That is the test.
            "triggers.reference",
            "not one of",
        ),
        (edit(order_userref=2**31), "order_userref", "whole number"),
        (edit(fee_preference="fciq"), "fee_preference", "not one of"),
    ],
)
def test_other_edits_are_refused(request_: EditOrder, field: str, rule: str) -> None:
    error = refused(request_)
    assert error.field == field
    assert rule in error.rule


def test_a_closed_pair_lets_nothing_change() -> None:
    assert "only be cancelled" in refused(amend(), instrument=CLOSED).rule
    assert "only be cancelled" in refused(edit(order_qty=ONE), instrument=CLOSED).rule


# -- Cancels -------------------------------------------------------------------------------------------------------


def cancel(**ids: Any) -> CancelOrder:
    return CancelOrder(params=CancelOrderParams(**ids))


def batch_cancel(orders: int, client_ids: int = 0) -> BatchCancel:
    return BatchCancel(
        params=BatchCancelParams(
            orders=tuple(f"O{number}" for number in range(orders)),
            cl_ord_id=tuple(f"c{number}" for number in range(client_ids)),
        )
    )


@pytest.mark.parametrize(
    "request_",
    [
        cancel(order_id=("O1", "O2")),
        cancel(cl_ord_id=("c",)),
        cancel(order_userref=(0, -1)),
        cancel(order_id=("O1",), cl_ord_id=("c",), order_userref=(7,)),
        CancelAll(params=CancelAllParams()),
        batch_cancel(2),
        batch_cancel(0, 2),
        batch_cancel(25, 25),
        CancelAllOrdersAfter(params=CancelAllOrdersAfterParams(timeout=0)),
        CancelAllOrdersAfter(params=CancelAllOrdersAfterParams(timeout=86_399)),
    ],
)
def test_cancels_pass_even_where_the_pair_is_closed(request_: Request) -> None:
    passes(request_, instrument=CLOSED)


@pytest.mark.parametrize(
    ("request_", "field", "rule"),
    [
        (cancel(), "order_id", "at least one"),
        (cancel(order_id=("",)), "order_id", "not an order id"),
        (cancel(cl_ord_id=("x" * 19,)), "cl_ord_id", "neither a UUID"),
        (cancel(order_userref=(2**31,)), "order_userref", "whole number"),
        (cancel(order_id=("O1", "O1")), "order_id", "twice"),
        (cancel(cl_ord_id=("c", "c")), "cl_ord_id", "twice"),
        (cancel(order_userref=(1, 1)), "order_userref", "twice"),
        (batch_cancel(1), "orders", "2 to 50"),
        (batch_cancel(0, 1), "orders", "2 to 50"),
        (batch_cancel(26, 25), "orders", "2 to 50"),
        (BatchCancel(params=BatchCancelParams(orders=("O1", "O1"))), "orders", "twice"),
        (BatchCancel(params=BatchCancelParams(orders=("O1", "O 2"))), "orders", "not an order id"),
        (BatchCancel(params=BatchCancelParams(orders=(), cl_ord_id=("c", "c"))), "cl_ord_id", "twice"),
        (BatchCancel(params=BatchCancelParams(orders=("O1",), cl_ord_id=("",))), "cl_ord_id", "neither a UUID"),
        (CancelAllOrdersAfter(params=CancelAllOrdersAfterParams(timeout=86_400)), "timeout", "0 to 86399"),
        (CancelAllOrdersAfter(params=CancelAllOrdersAfterParams(timeout=-1)), "timeout", "0 to 86399"),
        (
            CancelAllOrdersAfter(params=CancelAllOrdersAfterParams(timeout=1.5)),  # type: ignore[arg-type] # That is the test.
            "timeout",
            "whole number",
        ),
    ],
)
def test_other_cancels_are_refused(request_: Request, field: str, rule: str) -> None:
    error = refused(request_)
    assert error.field == field
    assert rule in error.rule
