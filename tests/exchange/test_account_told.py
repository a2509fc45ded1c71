"""What the control API tells of one account: all it did, and when its dead man's switch fires."""

from fathom.exchange.account_told import account_history
from whole_exchange import SECOND_NS, START_NS, Stage

ORDER = {"order_type": "limit", "symbol": "BTC/USD"}


def test_it_tells_what_is_open_what_ended_and_each_fill() -> None:
    stage = Stage()
    alice, bob = stage.trader("alice"), stage.trader("bob")
    sold, _ = bob.ask("add_order", **ORDER, side="sell", order_qty=0.002, limit_price=50000.0, cl_ord_id="hers")
    bought, _ = alice.ask("add_order", **ORDER, side="buy", order_qty=0.001, limit_price=50000.0)
    told = stage.steer("GET", "/accounts/bob")
    assert [(order["order_id"], order["cl_ord_id"], order["status"]) for order in told["orders"]] == [
        (sold["order_id"], "hers", "partially_filled")
    ]
    order, fill = told["orders"][0], told["fills"][0]
    assert (order["qty"], order["filled"]) == ("0.00200000", "0.00100000")
    assert (fill["order_id"], fill["side"], fill["qty"], fill["fee_asset"]) == (
        sold["order_id"], "sell", "0.00100000", "USD",
    )  # fmt: skip
    hers = stage.steer("GET", "/accounts/alice")
    assert [order["order_id"] for order in hers["orders"]] == [bought["order_id"]]
    assert hers["orders"][0]["status"] == "filled"
    account = stage.exchange.bank.accounts["alice"]
    assert account_history(account, stage.exchange.listing)["fills"] == hers["fills"]


def test_it_tells_when_the_dead_mans_switch_fires() -> None:
    stage = Stage()
    alice = stage.trader("alice")
    assert stage.state("alice")["switch_ns"] is None
    alice.ask("cancel_all_orders_after", timeout=60)
    assert stage.state("alice")["switch_ns"] == START_NS + 60 * SECOND_NS
    alice.ask("cancel_all_orders_after", timeout=0)
    assert stage.state("alice")["switch_ns"] is None


def test_an_account_that_is_none_is_told_so() -> None:
    stage = Stage()
    assert stage.control("GET", "/accounts/nobody") == (400, {"error": "name: no account nobody"})
