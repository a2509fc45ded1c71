"""Every order, change and cancel, over WebSocket at one exchange and over REST at its twin: the same comes of both."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec import structs

from fathom.domain import LocalError
from fathom.protocol import encode, rest, time_text
from fathom.protocol.messages import (
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
    EditOrder,
    EditOrderParams,
)
from fathom.protocol.translate import (
    add_by_rest,
    amend_by_rest,
    batch_by_rest,
    batch_cancel_by_rest,
    cancel_after_by_rest,
    cancel_all_by_rest,
    cancels_by_rest,
    edit_by_rest,
)
from rest_calls import ask, form
from whole_exchange import SECOND_NS, START_NS, Stage

# The last price is 97000; bob's offers stand at 98000, so that what buys at the market has something to buy.
LATER = time_text(START_NS + 600 * SECOND_NS, digits=0)
LATER_STILL = time_text(START_NS + 7200 * SECOND_NS, digits=0)
SOON = time_text(START_NS + 20 * SECOND_NS, digits=3)
NOT_COMPARED = {"account", "order_id", "parent_id", "conditional", "trigger", "amends", "fill_ids"}

Fields = dict[str, Any]


class Twins:
    """Two exchanges to which the same happens: one is asked over WebSocket, the other over REST."""

    def __init__(self, **settings: Any) -> None:
        self.by_socket, self.by_rest = Stage(**settings), Stage(**settings)
        self.client = self.by_socket.trader()
        self._req_id = 0
        for stage in (self.by_socket, self.by_rest):
            bob = stage.trader("bob")
            bob.ask("add_order", symbol="BTC/USD", side="sell", order_type="limit", order_qty=0.02, limit_price=98000)
            bob.ask("add_order", symbol="BTC/USD", side="buy", order_type="limit", order_qty=0.02, limit_price=96000)

    def over_websocket(self, request: Any) -> dict[str, Any]:
        """Send it with token and number, as a session would; return its answer."""
        params = structs.replace(request.params, token=self.client.token)
        self._req_id += 1
        frames = self.client.say(encode(structs.replace(request, params=params, req_id=self._req_id)))
        answers: list[dict[str, Any]] = [frame for frame in frames if frame.get("req_id") == self._req_id]
        assert all(answer["success"] for answer in answers), answers
        assert answers
        return answers[0]

    def add(self, **wanted: Any) -> None:
        """Place the same order at both."""
        request = AddOrder(params=made(AddOrderParams, **{"symbol": "BTC/USD", **wanted}))
        self.over_websocket(request)
        ask(self.by_rest, add_by_rest(request))

    def run(self, seconds: float) -> None:
        """Let time pass at both."""
        for stage in (self.by_socket, self.by_rest):
            stage.run(seconds)

    def orders(self) -> tuple[list[Fields], list[Fields]]:
        """Every order of alice's as each exchange has it, open or over."""
        return _orders_of(self.by_socket), _orders_of(self.by_rest)

    def ids(self, place: int = 0) -> tuple[str, str]:
        """The id of an open order at each."""
        first, second = (
            list(stage.exchange.venue.bank.accounts["alice"].orders) for stage in (self.by_socket, self.by_rest)
        )
        return first[place], second[place]

    def agree(self, *, count: int | None = None) -> list[Fields]:
        """Insist that both have the same orders."""
        first, second = self.orders()
        assert sorted(first, key=repr) == sorted(second, key=repr)  # Those that end at once end in some order.
        assert first
        assert count is None or len(first) == count
        return first


def _orders_of(stage: Stage) -> list[Fields]:
    account = stage.exchange.venue.bank.accounts["alice"]
    return [
        {field.name: getattr(order, field.name) for field in fields(order) if field.name not in NOT_COMPARED}
        | {"conditional": repr(order.conditional), "trigger": repr(order.trigger), "amended": len(order.amends)}
        for order in (*account.orders.values(), *account.closed)
    ]


def made(kind: Any, **wanted: Any) -> Any:
    return msgspec.convert(wanted, kind, strict=False)


BUY: Fields = {"side": "buy", "order_qty": "0.01"}
SELL: Fields = {"side": "sell", "order_qty": "0.01"}
GTD: Fields = {"time_in_force": "gtd", "expire_time": LATER}
LIMIT: Fields = {**BUY, "order_type": "limit", "limit_price": "90000"}


def trigger(price: str, price_type: str | None = None, reference: str | None = None) -> Fields:
    given = {"price": price, "price_type": price_type, "reference": reference}
    return {"triggers": {name: value for name, value in given.items() if value is not None}}


ORDERS: dict[str, Fields] = {
    "limit": LIMIT,
    "limit, sell": {**SELL, "order_type": "limit", "limit_price": "99000.1"},
    "limit that takes": {**BUY, "order_type": "limit", "limit_price": "98500"},
    "limit that takes a part": {**BUY, "order_type": "limit", "limit_price": "98500", "order_qty": "0.05"},
    "ioc": {**BUY, "order_type": "limit", "limit_price": "98500", "order_qty": "0.05", "time_in_force": "ioc"},
    "fok": {**BUY, "order_type": "limit", "limit_price": "98500", "time_in_force": "fok"},
    "gtc": {**LIMIT, "time_in_force": "gtc"},
    "gtd": {**LIMIT, "time_in_force": "gtd", "expire_time": LATER},
    "from later on": {**LIMIT, "effective_time": LATER},
    "from later on, gtd": {**LIMIT, "effective_time": LATER, "time_in_force": "gtd", "expire_time": LATER_STILL},
    "post-only": {**LIMIT, "post_only": True},
    "post-only that would take": {**BUY, "order_type": "limit", "limit_price": "98500", "post_only": True},
    "not post-only": {**LIMIT, "post_only": False, "reduce_only": False, "margin": False},
    "deadline": {**LIMIT, "deadline": SOON},
    "client id": {**LIMIT, "cl_ord_id": "mine-1"},
    "uuid": {**LIMIT, "cl_ord_id": "2c6be801-1f53-4f79-a0bb-4ea1c95dfae9"},
    "userref": {**LIMIT, "order_userref": 42},
    "userref below zero": {**LIMIT, "order_userref": -7},
    "fee in base": {**LIMIT, "fee_preference": "base"},
    "fee in quote": {**SELL, "order_type": "limit", "limit_price": "99000", "fee_preference": "quote"},
    "fee as it comes, sell": {**SELL, "order_type": "limit", "limit_price": "99000"},
    "fee in base, post-only": {**LIMIT, "fee_preference": "base", "post_only": True},
    "stp newest": {**LIMIT, "stp_type": "cancel_newest"},
    "stp oldest": {**LIMIT, "stp_type": "cancel_oldest"},
    "stp both": {**LIMIT, "stp_type": "cancel_both"},
    "margin": {**LIMIT, "margin": True},
    "margin, sell": {**SELL, "order_type": "limit", "limit_price": "99000", "margin": True},
    "market, buy": {**BUY, "order_type": "market"},
    "market, sell": {**SELL, "order_type": "market"},
    "market for cash": {"side": "buy", "order_type": "market", "cash_order_qty": "500.25"},
    "market, no_mpp": {**BUY, "order_type": "market", "no_mpp": True},
    "iceberg": {**BUY, "order_type": "iceberg", "limit_price": "90000", "display_qty": "0.002"},
    "iceberg, post-only": {**LIMIT, "order_type": "iceberg", "display_qty": "0.001", "post_only": True},
    "stop-loss": {**SELL, "order_type": "stop-loss", **trigger("96500")},
    "stop-loss, index": {**SELL, "order_type": "stop-loss", **trigger("96500", None, "index")},
    "stop-loss, pct": {**SELL, "order_type": "stop-loss", **trigger("-2.5", "pct", "last")},
    "stop-loss, quote": {**SELL, "order_type": "stop-loss", **trigger("-150.5", "quote")},
    "stop-loss, buy, pct": {**BUY, "order_type": "stop-loss", **trigger("2.5", "pct")},
    "stop-loss, static": {**BUY, "order_type": "stop-loss", **trigger("97500", "static")},
    "stop-loss, gtd": {**SELL, "order_type": "stop-loss", **trigger("9e4"), **GTD},
    "stop-loss that fires at once": {**SELL, "order_type": "stop-loss", **trigger("97500")},
    "stop-loss-limit": {**SELL, "order_type": "stop-loss-limit", **trigger("96500"), "limit_price": "96400"},
    "stop-loss-limit, pct": {**SELL, "order_type": "stop-loss-limit", **trigger("-1", "pct"), "limit_price": "95000"},
    "take-profit": {**SELL, "order_type": "take-profit", **trigger("99000")},
    "take-profit, pct": {**SELL, "order_type": "take-profit", **trigger("3", "pct")},
    "take-profit, buy, quote": {**BUY, "order_type": "take-profit", **trigger("-300", "quote")},
    "take-profit-limit": {**SELL, "order_type": "take-profit-limit", **trigger("99000"), "limit_price": "98900"},
    "take-profit-limit, quote": {
        **BUY, "order_type": "take-profit-limit", **trigger("-200", "quote", "index"), "limit_price": "97000.5",
    },
    "trailing-stop, pct": {**SELL, "order_type": "trailing-stop", **trigger("1.5", "pct")},
    "trailing-stop, quote": {**SELL, "order_type": "trailing-stop", **trigger("500", "quote", "index")},
    "trailing-stop, buy": {**BUY, "order_type": "trailing-stop", **trigger("500", "quote")},
    "trailing-stop-limit": {
        **SELL, "order_type": "trailing-stop-limit", **trigger("500", "quote"), "limit_price": "-10",
    },
    "trailing-stop-limit, quote": {
        **SELL, "order_type": "trailing-stop-limit", **trigger("1", "pct"), "limit_price": "-10.5",
        "limit_price_type": "quote",
    },
    "trailing-stop-limit, pct": {
        **BUY, "order_type": "trailing-stop-limit", **trigger("500", "quote"), "limit_price": "0.5",
        "limit_price_type": "pct",
    },
    "trailing-stop-limit at its trigger": {
        **SELL, "order_type": "trailing-stop-limit", **trigger("500", "quote"), "limit_price": "0",
    },
}  # fmt: skip

CLOSES: dict[str, Fields] = {
    "limit": {"order_type": "limit", "limit_price": "99500"},
    "stop-loss": {"order_type": "stop-loss", "trigger_price": "85000"},
    "stop-loss, pct": {"order_type": "stop-loss", "trigger_price": "-3", "trigger_price_type": "pct"},
    "stop-loss, quote": {"order_type": "stop-loss", "trigger_price": "-300", "trigger_price_type": "quote"},
    "stop-loss-limit": {"order_type": "stop-loss-limit", "trigger_price": "85000", "limit_price": "84900"},
    "take-profit": {"order_type": "take-profit", "trigger_price": "99000"},
    "take-profit-limit": {"order_type": "take-profit-limit", "trigger_price": "99000", "limit_price": "98900"},
    "trailing-stop, pct": {"order_type": "trailing-stop", "trigger_price": "2", "trigger_price_type": "pct"},
    "trailing-stop, quote": {"order_type": "trailing-stop", "trigger_price": "200", "trigger_price_type": "quote"},
    "trailing-stop-limit": {
        "order_type": "trailing-stop-limit", "trigger_price": "200", "trigger_price_type": "quote",
        "limit_price": "-5", "limit_price_type": "quote",
    },
    "trailing-stop-limit, pct": {
        "order_type": "trailing-stop-limit", "trigger_price": "2", "trigger_price_type": "pct",
        "limit_price": "-1", "limit_price_type": "pct",
    },
    "trailing-stop-limit, as it comes": {
        "order_type": "trailing-stop-limit", "trigger_price": "2", "trigger_price_type": "pct", "limit_price": "-1",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", ORDERS)
def test_the_same_order(name: str) -> None:
    twins = Twins()
    twins.add(**ORDERS[name])
    twins.agree(count=1)


@pytest.mark.parametrize("name", CLOSES)
@pytest.mark.parametrize("price", ["90000", "98500"], ids=["resting", "filled"])
def test_the_same_close(name: str, price: str) -> None:
    """Where the order fills at once, the order that it brings about is the same too."""
    twins = Twins()
    twins.add(**{**LIMIT, "limit_price": price}, conditional=CLOSES[name])
    twins.agree(count=1 if price == "90000" else 2)


def test_the_same_position_is_settled() -> None:
    twins = Twins()
    twins.add(**BUY, order_type="market", margin=True)
    twins.add(**SELL, order_type="settle-position", margin=True)
    twins.agree(count=2)


@pytest.mark.parametrize(("symbol", "most"), [("BTC/USD", 10), ("BTC/GBP", 3)])
def test_margin_is_as_much_as_the_pair_has_up_to_five(symbol: str, most: int) -> None:
    twins = Twins(symbols=("BTC/USD", "BTC/GBP"))
    request = AddOrder(params=made(AddOrderParams, symbol=symbol, **{**LIMIT, "limit_price": "50000"}, margin=True))
    twins.over_websocket(request)
    ask(twins.by_rest, add_by_rest(request, leverage=most))
    (order,) = twins.agree(count=1)
    assert order["leverage"] == min(most, 5)


def test_a_check_places_nothing() -> None:
    request = AddOrder(params=made(AddOrderParams, symbol="BTC/USD", **LIMIT, validate=True))
    stage = Stage()
    assert ask(stage, add_by_rest(request)).txid == ()
    assert stage.state("alice")["open_orders"] == []


def test_a_batch() -> None:
    orders = [{**LIMIT, "cl_ord_id": "one"}, ORDERS["stop-loss, pct"], {**LIMIT, "conditional": CLOSES["stop-loss"]}]
    request = BatchAdd(params=made(BatchAddParams, symbol="BTC/USD", orders=orders, deadline=SOON))
    twins = Twins()
    twins.over_websocket(request)
    placed = ask(twins.by_rest, batch_by_rest(request))
    assert [one.error for one in placed.orders] == [None, None, None]
    twins.agree(count=3)


def test_a_batch_that_is_only_checked() -> None:
    request = BatchAdd(params=made(BatchAddParams, symbol="BTC/USD", orders=[LIMIT, LIMIT], validate=True))
    stage = Stage()
    ask(stage, batch_by_rest(request))
    assert stage.state("alice")["open_orders"] == []


TRAILING = "trailing-stop-limit"
AMENDS: dict[str, tuple[str, Fields]] = {
    "quantity": ("limit", {"order_qty": "0.02"}),
    "price": ("limit", {"limit_price": "91000.5"}),
    "both": ("limit", {"limit_price": "91000.5", "order_qty": "0.005"}),
    "post-only": ("limit", {"limit_price": "91000", "post_only": True}),
    "not post-only": ("limit", {"limit_price": "91000", "post_only": False}),
    "deadline": ("limit", {"limit_price": "91000", "deadline": SOON}),
    "display": ("iceberg", {"display_qty": "0.001"}),
    "trigger": ("stop-loss", {"trigger_price": "95000"}),
    "trigger, static": ("stop-loss", {"trigger_price": "95000", "trigger_price_type": "static"}),
    "trigger, pct": ("stop-loss", {"trigger_price": "-4", "trigger_price_type": "pct"}),
    "trigger, quote": ("take-profit", {"trigger_price": "400.5", "trigger_price_type": "quote"}),
    "trigger and limit": ("stop-loss-limit", {"trigger_price": "95000", "limit_price": "94000"}),
    "distance, pct": ("trailing-stop, pct", {"trigger_price": "2.5", "trigger_price_type": "pct"}),
    "distance, quote": ("trailing-stop, pct", {"trigger_price": "300", "trigger_price_type": "quote"}),
    "offset, quote": (TRAILING, {"limit_price": "-20", "limit_price_type": "quote"}),
    "offset, pct": (TRAILING, {"limit_price": "-0.5", "limit_price_type": "pct"}),
}


@pytest.mark.parametrize("name", AMENDS)
@pytest.mark.parametrize("by", ["order_id", "cl_ord_id"])
def test_the_same_amend(name: str, by: str) -> None:
    of, changes = AMENDS[name]
    twins = Twins()
    twins.add(**ORDERS[of], cl_ord_id="mine-1")
    first, second = twins.ids() if by == "order_id" else ("mine-1", "mine-1")
    before = twins.agree(count=1)
    twins.over_websocket(AmendOrder(params=made(AmendOrderParams, **{by: first}, **changes)))
    ask(twins.by_rest, amend_by_rest(AmendOrder(params=made(AmendOrderParams, **{by: second}, **changes))))
    assert twins.agree(count=1) != before


EDITS: dict[str, tuple[str, Fields]] = {
    "quantity": ("limit", {"order_qty": "0.02"}),
    "price": ("limit", {"limit_price": "91000.5"}),
    "post-only": ("limit", {"limit_price": "91000", "post_only": True}),
    "post-only no more": ("post-only", {"limit_price": "91000"}),
    "userref": ("userref", {"limit_price": "91000", "order_userref": 43}),
    "flags as they are": ("limit", {"limit_price": "91000", "reduce_only": False, "post_only": False}),
    "deadline": ("limit", {"limit_price": "91000", "deadline": SOON}),
    "display": ("iceberg", {"display_qty": "0.001"}),
    "trigger": ("stop-loss", trigger("95000")),
    "trigger, pct": ("stop-loss", trigger("-4", "pct")),
    "trigger and limit": ("stop-loss-limit", {**trigger("95000"), "limit_price": "94000"}),
    "distance": ("trailing-stop, pct", trigger("2.5", "pct")),
}


@pytest.mark.parametrize("name", EDITS)
def test_the_same_edit(name: str) -> None:
    of, changes = EDITS[name]
    twins = Twins()
    twins.add(**ORDERS[of])
    first, second = twins.ids()
    kind: Any = ORDERS[of]["order_type"]
    wanted = {"symbol": "BTC/USD", **changes}
    twins.over_websocket(EditOrder(params=made(EditOrderParams, order_id=first, **wanted)))
    request = EditOrder(params=made(EditOrderParams, order_id=second, **wanted))
    edited = ask(twins.by_rest, edit_by_rest(request, order_type=kind))
    assert edited.originaltxid == second
    twins.agree(count=2)


def test_an_edit_that_is_only_checked() -> None:
    twins = Twins()
    twins.add(**LIMIT)
    _, order_id = twins.ids()
    params = made(EditOrderParams, order_id=order_id, symbol="BTC/USD", order_qty="0.02", validate=True)
    ask(twins.by_rest, edit_by_rest(EditOrder(params=params), order_type="limit"))
    twins.agree(count=1)


def three(twins: Twins) -> None:
    twins.add(**LIMIT, cl_ord_id="mine-1")
    twins.add(**LIMIT, order_userref=42)
    twins.add(**LIMIT, order_userref=42)
    twins.add(**LIMIT)


def test_the_same_cancels() -> None:
    twins = Twins()
    three(twins)
    params = [CancelOrderParams(order_id=(name,), cl_ord_id=("mine-1",), order_userref=(42,)) for name in twins.ids(3)]
    twins.over_websocket(CancelOrder(params=params[0]))
    calls = cancels_by_rest(CancelOrder(params=params[1]))
    assert [ask(twins.by_rest, call).count for call in calls] == [1, 2, 1]
    assert {order["status"] for order in twins.agree(count=4)} == {"canceled"}


def test_the_same_batch_of_cancels() -> None:
    twins = Twins()
    three(twins)
    params = [BatchCancelParams(orders=(name, "42"), cl_ord_id=("mine-1",)) for name in twins.ids(3)]
    twins.over_websocket(BatchCancel(params=params[0]))
    assert ask(twins.by_rest, batch_cancel_by_rest(BatchCancel(params=params[1]))).count == 4
    assert {order["status"] for order in twins.agree(count=4)} == {"canceled"}


def test_all_are_cancelled() -> None:
    twins = Twins()
    three(twins)
    request = CancelAll(params=CancelAllParams())
    twins.over_websocket(request)
    assert ask(twins.by_rest, cancel_all_by_rest(request)).count == 4
    assert {order["status"] for order in twins.agree(count=4)} == {"canceled"}


def test_the_switch_fires_at_the_same_time() -> None:
    twins = Twins()
    three(twins)
    request = CancelAllOrdersAfter(params=CancelAllOrdersAfterParams(timeout=5))
    twins.over_websocket(request)
    set_ = ask(twins.by_rest, cancel_after_by_rest(request))
    assert set_.trigger - set_.current == 5 * SECOND_NS
    twins.run(6)
    assert {order["status"] for order in twins.agree(count=4)} == {"canceled"}


# -- What REST has no word for -------------------------------------------------------------------------------------


def test_who_sends_it_is_said_over_websocket_only() -> None:
    with pytest.raises(LocalError, match="sender_sub_id"):
        add_by_rest(AddOrder(params=made(AddOrderParams, symbol="BTC/USD", **LIMIT, sender_sub_id="desk-1")))
    orders = [{**LIMIT, "sender_sub_id": "desk-1"}, LIMIT]
    with pytest.raises(LocalError, match="sender_sub_id"):
        batch_by_rest(BatchAdd(params=made(BatchAddParams, symbol="BTC/USD", orders=orders)))


def test_an_absolute_limit_behind_a_trail_goes_over_websocket_only() -> None:
    wanted = {**ORDERS[TRAILING], "limit_price": "90000", "limit_price_type": "static"}
    with pytest.raises(LocalError, match="limit_price"):
        add_by_rest(AddOrder(params=made(AddOrderParams, symbol="BTC/USD", **wanted)))


def test_an_order_without_a_quantity_is_none() -> None:
    params = AddOrderParams(symbol="BTC/USD", side="buy", order_type="limit", limit_price=Decimal(1))
    with pytest.raises(LocalError, match="order_qty"):
        add_by_rest(AddOrder(params=params))


@pytest.mark.parametrize("changes", [{"reduce_only": True}, {"fee_preference": "base"}])
def test_flags_that_rest_does_not_edit(changes: Fields) -> None:
    params = made(EditOrderParams, order_id="OAAAAA-BBBBB-CCCCCC", symbol="BTC/USD", order_qty="1", **changes)
    with pytest.raises(LocalError, match="WebSocket only"):
        edit_by_rest(EditOrder(params=params), order_type="limit")


@pytest.mark.parametrize("order_type", [None, "stop-loss-limit", "take-profit-limit", "trailing-stop-limit"])
def test_an_edit_never_takes_a_limit_for_a_trigger(order_type: Any) -> None:
    """REST's `price` is the trigger of an order that has one: what kind of order it is must be known."""
    params = made(EditOrderParams, order_id="OAAAAA-BBBBB-CCCCCC", symbol="BTC/USD", limit_price="94000")
    with pytest.raises(LocalError, match="limit_price"):
        edit_by_rest(EditOrder(params=params), order_type=order_type)


def test_what_is_left_out_is_not_sent() -> None:
    request = AddOrder(params=made(AddOrderParams, symbol="BTC/USD", **LIMIT))
    assert form(add_by_rest(request)) == {
        "pair": "BTC/USD", "ordertype": "limit", "type": "buy", "volume": "0.01", "price": "90000",
    }  # fmt: skip
    assert isinstance(add_by_rest(request), rest.AddOrder)


def test_a_batch_order_is_a_ticket() -> None:
    assert BatchOrder.__struct_fields__ == AddOrderParams.__struct_fields__[: len(BatchOrder.__struct_fields__)]
