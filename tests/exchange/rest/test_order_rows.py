"""What an order's row says of its end, its triggers and its flags."""

from typing import Any

import pytest
from rest_venue import RestVenue


def closed_row(venue: RestVenue) -> Any:
    (row,) = venue.ask("ClosedOrders")["closed"].values()
    return row


def test_a_part_that_was_filled_before_the_cancel(venue: RestVenue) -> None:
    order_id = venue.limit("buy", "1", "10000.1")
    venue.ask("CancelOrder", txid=order_id)
    row = closed_row(venue)
    assert (row["status"], row["misc"], row["vol"], row["vol_exec"]) == (
        "canceled",
        "partial",
        "1.00000000",
        "0.40000000",
    )


@pytest.mark.parametrize(
    ("order_type", "side", "price", "mark"),
    [("stop-loss", "buy", "10000.1", "stopped"), ("take-profit", "sell", "10000.1", "touched")],
)
def test_a_trigger_that_was_set_off(venue: RestVenue, order_type: str, side: str, price: str, mark: str) -> None:
    venue.take("sell", "0.1")
    venue.ask("AddOrder", pair="XBTUSD", type=side, ordertype=order_type, volume="0.1", price=price)
    venue.take("buy", "0.1")
    row = closed_row(venue)
    assert (row["status"], row["misc"], row["stopprice"]) == ("closed", mark, "10000.10000")


def test_a_limit_that_was_set_off(venue: RestVenue) -> None:
    fields = {"pair": "XBTUSD", "type": "buy", "volume": "0.1"}
    venue.take("sell", "0.1")
    (order_id,) = venue.ask("AddOrder", **fields, ordertype="stop-loss-limit", price="10000.1", price2="9000")["txid"]
    assert venue.ask("OpenOrders")["open"][order_id]["limitprice"] == "0.00000"
    venue.take("buy", "0.1")
    row = venue.ask("OpenOrders")["open"][order_id]
    assert (row["status"], row["misc"], row["limitprice"]) == ("open", "stopped", "9000.00000")
    assert (row["descr"]["price"], row["descr"]["price2"]) == ("10000.1", "9000.0")


def test_an_amended_order_says_so(venue: RestVenue) -> None:
    order_id = venue.limit("buy", "1", "9000")
    venue.ask("AmendOrder", txid=order_id, limit_price="9001")
    assert venue.ask("OpenOrders")["open"][order_id]["misc"] == "amended"


def test_an_order_by_cash_keeps_its_volume_in_quote(venue: RestVenue) -> None:
    venue.ask("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="100", oflags="viqc")
    row = closed_row(venue)
    assert (row["vol"], row["oflags"]) == ("100.00000000", "fciq,viqc")
    assert row["vol_exec"].startswith("0.0099")


def test_a_fee_in_base(venue: RestVenue) -> None:
    venue.limit("buy", "0.1", "10000.1", oflags="fcib")
    row = closed_row(venue)
    assert (row["fee"], row["oflags"]) == ("0.0004000000", "fcib")


def test_an_edited_order_names_the_old_one(venue: RestVenue) -> None:
    order_id = venue.limit("buy", "1", "9000")
    new_id = venue.ask("EditOrder", txid=order_id, pair="XBTUSD", price="9001")["txid"]
    assert venue.ask("OpenOrders")["open"][new_id]["refid"] == order_id
    row = closed_row(venue)
    assert (row["status"], row["reason"]) == ("canceled", "Order replaced")


def test_a_close_is_told_and_its_order_names_the_first(venue: RestVenue) -> None:
    close = {"close[ordertype]": "stop-loss", "close[price]": "5000"}
    order_id = venue.limit("buy", "0.1", "10000.1", **close)
    assert closed_row(venue)["descr"]["close"] == "close position @ stop loss 5000.0"
    (row,) = venue.ask("OpenOrders")["open"].values()
    assert (row["refid"], row["descr"]["order"]) == (order_id, "sell 0.10000000 XBTUSD @ stop loss 5000.0")


def test_a_sub_id_and_reduce_only(venue: RestVenue) -> None:
    venue.ask("AddOrder", pair="XBTUSD", type="buy", ordertype="market", volume="0.1", leverage=2)
    order_id = venue.limit("sell", "0.1", "11000", leverage=2, reduce_only="true", sender_sub_id="desk")
    row = venue.ask("OpenOrders")["open"][order_id]
    assert (row["reduce_only"], row["margin"], row["sender_sub_id"]) == (True, True, "desk")
    assert row["descr"]["leverage"] == "2:1"
