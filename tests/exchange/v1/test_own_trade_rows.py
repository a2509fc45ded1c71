"""v1/own_trade_rows.py: one trade a row, and the fills of one taker as one."""

from msgspec.json import encode
from order_samples import OPENED_NS, fill

from fathom.exchange.listing import Listing
from fathom.exchange.v1.own_trade_rows import NO_POSITION, consolidated, same_taker, trade_row

LISTING = Listing()


def test_a_row_as_captured() -> None:
    row = trade_row([fill()], LISTING)
    assert encode(row).decode() == (
        '{"T1":{"cost":"30.00000","fee":"0.07800","margin":"0.00000","ordertxid":"O1","ordertype":"limit",'
        f'"pair":"XBT/USD","postxid":"{NO_POSITION}","price":"30000.00000","time":"1692851641.361371","type":"buy",'
        '"vol":"0.00100000"}}'
    )


def test_a_position_and_its_margin() -> None:
    row = trade_row([fill(position_id="TPOS", margin_units=60_000)], LISTING)["T1"]
    assert (row["postxid"], row["margin"]) == ("TPOS", "6.00000")


def test_several_fills_are_one_trade_at_the_average_price() -> None:
    fills = [fill(1), fill(2, price_ticks=301_000, qty_lots=300_000, cost_units=903_000, fee_units=2_000)]
    row = trade_row(fills, LISTING)
    assert list(row) == ["T1"]
    assert {name: row["T1"][name] for name in ("cost", "fee", "price", "vol")} == {
        "cost": "120.30000",
        "fee": "0.27800",
        "price": "30075.00000",
        "vol": "0.00400000",
    }


def test_one_price_stays_exact_though_costs_are_rounded() -> None:
    fills = [fill(number, qty_lots=1, cost_units=0) for number in (1, 2)]
    assert trade_row(fills, LISTING)["T1"]["price"] == "30000.00000"


def test_a_fee_in_base() -> None:
    assert trade_row([fill(fee_asset="BTC", fee_units=260)], LISTING)["T1"]["fee"] == "0.0000000260"


def test_who_is_the_same_taker() -> None:
    one = fill(1)
    assert same_taker(one, fill(2))
    assert not same_taker(one, fill(2, order_id="O2"))
    assert not same_taker(one, fill(2, time_ns=OPENED_NS + 1))
    assert not same_taker(one, fill(2, maker=True))


def test_consolidated_keeps_the_order_and_every_fill() -> None:
    fills = [
        fill(1),
        fill(2),
        fill(3, maker=True),
        fill(4, maker=True),
        fill(5, order_id="O2"),
        fill(6, order_id="O2", time_ns=OPENED_NS + 1),
    ]
    assert [[one.trade_id for one in group] for group in consolidated(fills)] == [[1, 2], [3], [4], [5], [6]]
