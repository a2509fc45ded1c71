"""Rows against the real and documented ones of websocket-v2.md 7.1 and of the fixtures."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from msgspec import json

from fathom.exchange.bank import Account, Bank, Fill
from fathom.exchange.core.events import OrderTold
from fathom.exchange.core.ids import Ids
from fathom.exchange.core.order import Order, Trigger
from fathom.exchange.core.ticket import Conditional
from fathom.exchange.listing import Listing
from fathom.exchange.sessions.execution_rows import ExecutionRows
from fathom.protocol import decode_strict, parse_time
from recorded import FIXTURES

CREATED = "2023-09-22T10:33:05.709950Z"
CREATED_NS = parse_time(CREATED)
TRADED_NS = parse_time("2023-09-22T10:33:05.709993Z")

PENDING_NEW = (
    '{"order_id":"OK4GJX-KSTLS-7DZZO5","order_userref":3,"symbol":"BTC/USD","order_qty":0.00500000,'
    '"cum_cost":0.00000,"time_in_force":"GTC","exec_type":"pending_new","side":"sell","order_type":"limit",'
    '"limit_price_type":"static","limit_price":26500.0,"stop_price":0.0,"order_status":"pending_new",'
    '"fee_usd_equiv":0.00000,"fee_ccy_pref":"fciq","timestamp":"2023-09-22T10:33:05.709950Z"}'
)
NEW = (
    '{"timestamp":"2023-09-22T10:33:05.709982Z","order_status":"new","exec_type":"new","order_userref":3,'
    '"order_id":"OK4GJX-KSTLS-7DZZO5"}'
)
TRADE = (
    '{"order_id":"OK4GJX-KSTLS-7DZZO5","order_userref":3,"exec_id":"TGBB7L-HT5LX-J3BZ4A","exec_type":"trade",'
    '"trade_id":62887576,"symbol":"BTC/USD","side":"sell","last_qty":0.00500000,"last_price":26599.9,'
    '"liquidity_ind":"t","cost":132.99950,"order_type":"limit","timestamp":"2023-09-22T10:33:05.709993Z",'
    '"order_status":"partially_filled","cum_qty":0.00500000,"cum_cost":132.99950,"avg_price":26599.9,'
    '"fee_usd_equiv":0.34580,"fees":[{"asset":"USD","qty":0.34580}]}'
)
FILLED = (
    '{"timestamp":"2023-09-22T10:33:05.710005Z","order_status":"filled","exec_type":"filled","cum_qty":0.00500000,'
    '"cum_cost":132.99950,"fee_usd_equiv":0.34580,"avg_price":26599.9,"order_userref":3,'
    '"order_id":"OK4GJX-KSTLS-7DZZO5"}'
)
CANCELED = (
    '{"timestamp":"2024-05-18T12:58:40.165132Z","order_status":"canceled","exec_type":"canceled",'
    '"cum_qty":0.00000000,"cum_cost":0.00000,"fee_usd_equiv":0.00000,"avg_price":0.0,"order_userref":0,'
    '"cancel_reason":"User requested","reason":"User requested","order_id":"OK4GJX-KSTLS-7DZZO5"}'
)
AMENDED = (
    '{"timestamp":"2024-10-13T13:38:39.273886Z","exec_type":"amended","order_status":"new","cum_qty":0.00000000,'
    '"reason":"User requested","amended":true,"order_qty":5.10000000,"limit_price":0.9,'
    '"limit_price_type":"static","order_userref":0,"order_id":"OK4GJX-KSTLS-7DZZO5"}'
)
PAST_FILL = (
    '{"order_id":"OK4GJX-KSTLS-7DZZO5","order_userref":0,"exec_id":"TGBB7L-HT5LX-J3BZ4A","exec_type":"trade",'
    '"trade_id":62887576,"symbol":"BTC/USD","side":"sell","last_qty":0.00500000,"last_price":26599.9,'
    '"liquidity_ind":"t","cost":132.99950,"order_status":"filled","order_type":"limit",'
    '"timestamp":"2023-09-22T10:33:05.709993Z","fee_usd_equiv":0.34580,"fees":[{"asset":"USD","qty":0.34580}]}'
)

LISTING = Listing()
BANK = Bank(LISTING, ids=Ids(1))
ROWS = ExecutionRows(listing=LISTING, bank=BANK)
ACCOUNT = Account(name="a", number="AA96N74GCGEFN8KI")


def make_order(**fields: Any) -> Order:
    terms: dict[str, Any] = {
        "order_id": "OK4GJX-KSTLS-7DZZO5", "account": ACCOUNT, "symbol": "BTC/USD", "side": "sell",
        "order_type": "limit", "qty_lots": 500_000, "limit_ticks": 265_000, "userref": 3, "opened_ns": CREATED_NS,
        "changed_ns": CREATED_NS,
    }  # fmt: skip
    return Order(**{**terms, **fields})


def make_fill(**fields: Any) -> Fill:
    terms: dict[str, Any] = {
        "exec_id": "TGBB7L-HT5LX-J3BZ4A", "trade_id": 62887576, "order_id": "OK4GJX-KSTLS-7DZZO5", "symbol": "BTC/USD",
        "side": "sell", "order_type": "limit", "price_ticks": 265_999, "qty_lots": 500_000, "cost_units": 1_329_995,
        "fee_asset": "USD", "fee_units": 3_458, "maker": False, "time_ns": TRADED_NS,
    }  # fmt: skip
    return Fill(**{**terms, **fields})


def told(order: Order, exec_type: Any, status: Any, time: str = CREATED, **fields: Any) -> OrderTold:
    sums = {"cum_lots": 0, "cum_cost_units": 0, "cum_fee_units": 0, **fields}
    return OrderTold(order=order, exec_type=exec_type, status=status, time_ns=parse_time(time), **sums)


SUMS = {"cum_lots": 500_000, "cum_cost_units": 1_329_995, "cum_fee_units": 3_458}


@pytest.mark.parametrize(
    ("event", "real"),
    [
        (told(make_order(), "pending_new", "pending_new"), PENDING_NEW),
        (told(make_order(), "new", "new", "2023-09-22T10:33:05.709982Z"), NEW),
        (
            told(
                make_order(), "trade", "partially_filled", "2023-09-22T10:33:05.709993Z", fill=make_fill(), **SUMS
            ),
            TRADE,
        ),
        (told(make_order(), "filled", "filled", "2023-09-22T10:33:05.710005Z", **SUMS), FILLED),
        (
            told(
                make_order(userref=None), "canceled", "canceled", "2024-05-18T12:58:40.165132Z", reason="User requested"
            ),
            CANCELED,
        ),
        (
            told(
                make_order(userref=None, qty_lots=510_000_000, limit_ticks=9),
                "amended",
                "new",
                "2024-10-13T13:38:39.273886Z",
                reason="User requested",
            ),
            AMENDED,
        ),
    ],
)  # fmt: skip
def test_rows_are_the_real_ones(event: OrderTold, real: str) -> None:
    """The same keys with the same texts, digit by digit. Their order varies between captures of the same row."""
    assert pieces(ROWS.told(event)) == pieces(real)


def test_a_fill_of_a_snapshot_is_the_real_one() -> None:
    assert pieces(ROWS.past_fill(make_fill(), None)) == pieces(PAST_FILL)
    order = make_order(cl_ord_id="mine", status="canceled")
    row = json.decode(ROWS.past_fill(make_fill(), order))
    assert row["cl_ord_id"] == "mine"
    assert row["order_status"] == "canceled"


def pieces(row: str) -> list[str]:
    return sorted(row.strip("{}").split(","))


def test_shapes_are_the_recorded_ones() -> None:
    """The keys of the captures, in each row's own kind."""
    trigger = Trigger(reference="index", price=Decimal("0.2"), price_type="static", actual_ticks=2, above=True)
    stop = make_order(order_type="stop-loss-limit", trigger=trigger, userref=None)
    ours = {
        ("pending_new", "limit"): told(make_order(userref=None), "pending_new", "pending_new"),
        ("pending_new", "stop-loss-limit"): told(stop, "pending_new", "pending_new"),
        ("new", None): told(make_order(userref=None), "new", "new"),
    }
    seen = set()
    for line in (FIXTURES / "kraken-async-rs/ws-v2-messages.jsonl").read_text().splitlines():
        real = json.decode(line)["text"]
        for row in real.get("data", []) if real.get("channel") == "executions" else []:
            kind = row["exec_type"], row.get("order_type")
            seen.add(kind)
            written = json.decode(ROWS.told(ours[kind]))
            assert written.keys() == row.keys()
            if "triggers" in row:
                assert written["triggers"] == {**row["triggers"], "price": 0.2}
    assert seen == set(ours)


def test_an_id_of_the_client_takes_the_place_of_its_number() -> None:
    row = json.decode(ROWS.told(told(make_order(cl_ord_id='a"b', userref=None), "new", "new")))
    assert row["cl_ord_id"] == 'a"b'
    assert "order_userref" not in row


def test_what_only_some_orders_have() -> None:
    order = make_order(
        post_only=True,
        reduce_only=True,
        leverage=5,
        display_lots=100_000,
        shown_lots=50_000,
        cash_units=1_000_000,
        effective_ns=CREATED_NS,
        expire_ns=TRADED_NS,
        parent_id="OPARNT-XXXXX-XXXXXX",
        sender_sub_id="sub",
        liquidation=True,
        time_in_force="gtd",
        fee_in_base=True,
        conditional=Conditional(order_type="stop-loss-limit", trigger_price=Decimal(25000), limit_price=Decimal("-1.5"),
                                limit_price_type="pct"),
    )  # fmt: skip
    text = ROWS.told(told(order, "pending_new", "pending_new"))
    for part in (
        '"cash_order_qty":100.00000', '"post_only":true', '"reduce_only":true', '"margin":true', '"liquidated":true',
        '"display_qty":0.00100000,"display_qty_remain":0.00050000', '"time_in_force":"GTD"', '"fee_ccy_pref":"fcib"',
        f'"effective_time":"{CREATED}"', '"ord_ref_id":"OPARNT-XXXXX-XXXXXX"', '"sender_sub_id":"sub"',
        ('"contingent":{"order_type":"stop-loss-limit","trigger_price":25000.0,"trigger_price_type":"static",'
        '"limit_price":-1.5,"limit_price_type":"pct"}'),
    ):  # fmt: skip
        assert part in text
    strictly(text)


def test_a_trailing_order_shows_its_trigger() -> None:
    trigger = Trigger(
        reference="last", price=Decimal("1.0"), price_type="pct", actual_ticks=260_000, above=False, peak_ticks=262_626,
        last_ticks=259_999, triggered=True, time_ns=TRADED_NS,
    )  # fmt: skip
    order = make_order(
        order_type="trailing-stop-limit", trigger=trigger, limit_ticks=None, limit_offset=Decimal("0.5"),
        limit_price_type="pct",
    )  # fmt: skip
    row = ROWS.told(told(order, "status", "new"))
    assert row == (
        f'{{"timestamp":"{CREATED}","order_status":"new","exec_type":"status","triggers":{{"actual_price":26000.0,'
        '"last_price":25999.9,"peak_price":26262.6,"price":1.0,"price_type":"pct","reference":"last",'
        '"status":"triggered","timestamp":"2023-09-22T10:33:05.709993Z"},"stop_price":1.0,"trigger":"last",'
        '"triggered_price":25999.9,"order_userref":3,"order_id":"OK4GJX-KSTLS-7DZZO5"}'
    )
    strictly(row)
    whole = json.decode(ROWS.told(told(order, "pending_new", "pending_new")))
    assert (whole["limit_price"], whole["limit_price_type"]) == (0.5, "pct")
    # As it was then: set off later, though already by now.
    assert whole["triggers"]["status"] == "untriggered"
    assert not {"last_price", "timestamp"} & whole["triggers"].keys()
    assert "triggered_price" not in whole
    assert json.decode(ROWS.told(told(order, "amended", "new")))["triggers"]["peak_price"] == 26262.6


def test_a_whole_row_has_the_sums_of_its_moment() -> None:
    """By the time it is written the order may be filled."""
    order = make_order(cum_lots=500_000, cum_cost_units=1_329_995, cum_fee_units=3_458, status="filled")
    assert pieces(ROWS.told(told(order, "pending_new", "pending_new"))) == pieces(PENDING_NEW)
    for_cash = make_order(cash_units=1_000_000, qty_lots=500_000, order_type="market")
    row = json.decode(ROWS.told(told(for_cash, "pending_new", "pending_new")))
    assert row["cash_order_qty"] == 100
    assert "order_qty" not in row


@pytest.mark.parametrize("order_type", ["market", "stop-loss", "take-profit", "trailing-stop", "settle-position"])
def test_an_order_at_the_markets_price_has_no_limit(order_type: Any) -> None:
    row = json.decode(ROWS.told(told(make_order(order_type=order_type), "pending_new", "pending_new")))
    assert "limit_price" not in row
    assert "limit_price_type" not in row


def test_the_rest_of_the_deltas() -> None:
    refill = json.decode(ROWS.told(told(make_order(display_lots=100, shown_lots=60), "iceberg_refill", "new")))
    assert (refill["display_qty"], refill["display_qty_remain"]) == (0.000001, 0.0000006)
    expired = json.decode(ROWS.told(told(make_order(), "expired", "expired", reason="Order expired")))
    assert expired["reason"] == expired["cancel_reason"] == "Order expired"
    killed = json.decode(ROWS.told(told(make_order(liquidation=True), "filled", "filled", **SUMS)))
    assert killed["liquidated"] is True
    restated = json.decode(ROWS.told(told(make_order(), "restated", "new", reason="Pair restated")))
    assert restated["amended"] is True


def test_an_open_order_of_a_snapshot_is_complete() -> None:
    order = make_order(status="partially_filled", cum_lots=200_000, cum_cost_units=531_998, cum_fee_units=1_000,
                       last_trade_ns=TRADED_NS, amended=True)  # fmt: skip
    row = ROWS.open_order(order)
    assert pieces(row) == pieces(
        '{"order_id":"OK4GJX-KSTLS-7DZZO5","symbol":"BTC/USD","order_qty":0.00500000,"cum_qty":0.00200000,'
        '"cum_cost":53.19980,"avg_price":26599.9,"time_in_force":"GTC","exec_type":"new","side":"sell",'
        '"order_type":"limit","order_userref":3,"limit_price_type":"static","limit_price":26500.0,"stop_price":0.0,'
        '"order_status":"partially_filled","fee_usd_equiv":0.10000,"fee_ccy_pref":"fciq","amended":true,'
        '"timestamp":"2023-09-22T10:33:05.709993Z"}'
    )
    strictly(row)
    scheduled = json.decode(ROWS.open_order(make_order(effective_ns=TRADED_NS)))
    assert scheduled["exec_type"] == "pending_new"


def test_fees_in_base_are_worth_dollars() -> None:
    fill = make_fill(fee_asset="BTC", fee_units=1_000_000)  # 0.0001 BTC at 97000, the table's price.
    order = make_order(fee_in_base=True)
    row = ROWS.told(told(order, "trade", "filled", fill=fill, **{**SUMS, "cum_fee_units": 1_000_000}))
    assert '"fees":[{"asset":"BTC","qty":0.0001000000}]' in row
    assert '"fee_usd_equiv":9.70000' in row


def test_a_ledger_finer_than_the_pairs_costs_keeps_its_digits() -> None:
    order = replace(make_order(), symbol="ETH/USDT", limit_ticks=310_000, cash_units=12_345_678)
    assert '"cash_order_qty":0.12345678' in ROWS.told(told(order, "pending_new", "pending_new"))


def test_a_margin_fill_borrows_or_gives_back() -> None:
    order = make_order(leverage=5)
    for status in ("opened", "closing", "closed"):
        fill = make_fill(leverage=5, closing=status != "opened", position_status=status)
        row = json.decode(ROWS.told(told(order, "trade", "filled", fill=fill, **SUMS)))
        assert row["margin_borrow"] is (status == "opened")
        assert row["position_status"] == status
        assert json.decode(ROWS.past_fill(fill, order))["position_status"] == status


def strictly(row: str) -> None:
    decode_strict(f'{{"channel":"executions","type":"update","data":[{row}],"sequence":1}}'.encode())
