"""v1/private_feeds.py: openOrders and ownTrades, from the first snapshot on."""

from typing import Any

import pytest
from v1_client import Client, Floor, rows_of


@pytest.fixture
def floor() -> Floor:
    floor = Floor()
    floor.book()
    return floor


@pytest.fixture
def alice(floor: Floor) -> Client:
    return floor.trader()


def sequences(frames: list[Any], channel: str) -> list[int]:
    return [frame[2]["sequence"] for frame in frames if isinstance(frame, list) and frame[1] == channel]


def test_empty_snapshots(alice: Client) -> None:
    _, snapshot = alice.follow("openOrders")
    assert snapshot == [[], "openOrders", {"sequence": 1}]
    _, snapshot = alice.follow("ownTrades")
    assert snapshot == [[], "ownTrades", {"sequence": 1}]


def test_the_snapshot_of_open_orders_is_newest_first(alice: Client) -> None:
    first = alice.limit("buy", "0.1", "20000", userref="5")
    second = alice.limit("buy", "0.1", "21000")
    _, (rows, channel, counted) = alice.follow("openOrders")
    assert [list(row) for row in rows] == [[second], [first]]
    assert (channel, counted) == ("openOrders", {"sequence": 1})
    assert rows[1][first]["status"] == "open"
    assert rows[1][first]["userref"] == 5
    assert rows[1][first]["descr"]["order"] == "buy 0.10000000 XBT/USD @ limit 20000.00000"


def test_a_resting_order_s_life(alice: Client) -> None:
    alice.follow("openOrders")
    frames = alice.ask("addOrder", ordertype="limit", type="buy", pair="XBT/USD", volume="0.1", price="20000")
    txid = frames[0]["txid"]
    frames += alice.ask("cancelOrder", txid=[txid])
    pending, opened, canceled = rows_of(frames, "openOrders")
    assert pending["status"] == "pending"
    assert opened == {"status": "open", "userref": 0}
    assert canceled["status"] == "canceled"
    assert canceled["cancel_reason"] == "User requested"
    assert sequences(frames, "openOrders") == [2, 3, 4]


def test_a_market_order_s_life_is_as_captured(alice: Client) -> None:
    alice.follow("openOrders")
    frames = alice.ask("addOrder", ordertype="market", type="buy", pair="XBT/USD", volume="0.1")
    pending, opened, traded, closed = rows_of(frames, "openOrders")
    sums = {"vol_exec": "0.10000000", "cost": "3000.00000", "fee": traded["fee"], "avg_price": "30000.00000"}
    assert pending["descr"]["order"] == "buy 0.10000000 XBT/USD @ market 0.00000"
    assert opened == {"status": "open", "userref": 0}
    assert traded == {**sums, "userref": 0}
    assert list(closed) == ["lastupdated", "status", "vol_exec", "cost", "fee", "avg_price", "userref"]
    assert closed == {"lastupdated": closed["lastupdated"], "status": "closed", **sums, "userref": 0}
    assert sequences(frames, "openOrders") == [2, 3, 4, 5]


def test_the_rate_counter_is_told_to_who_asked(alice: Client) -> None:
    alice.follow("openOrders", ratecounter=True)
    alice.limit("buy", "0.1", "20000")
    frames = alice.ask("addOrder", ordertype="limit", type="buy", pair="XBT/USD", volume="0.1", price="20000")
    assert [row["ratecount"] for row in rows_of(frames, "openOrders")] == [2, 2]
    _, (rows, _, _) = alice.floor.trader(permissions=frozenset({"query-open-trades"})).follow("openOrders")
    assert all("ratecount" not in row for named in rows for row in named.values())


def test_own_trades_tells_each_trade_with_the_client_s_names(floor: Floor, alice: Client) -> None:
    alice.follow("ownTrades")
    terms = {"ordertype": "limit", "type": "sell", "pair": "XBT/USD", "volume": "0.5", "price": "29999.9"}
    answer, update = alice.ask("addOrder", **terms, cl_ord_id="mine")
    ((named,), channel, counted) = update
    ((trade_id, trade),) = named.items()
    assert trade_id == floor.account().fills[-1].exec_id
    assert (trade["ordertxid"], trade["cl_ord_id"], trade["vol"]) == (answer["txid"], "mine", "0.50000000")
    assert (channel, counted) == ("ownTrades", {"sequence": 2})


def test_the_fills_of_one_taker_are_one_trade(alice: Client) -> None:
    alice.follow("ownTrades")
    frames = alice.ask(
        "addOrder", ordertype="market", type="buy", pair="XBT/USD", volume="1.5", userref="9"
    )  # One at 30,000, a half at 30,010.
    (trade,) = rows_of(frames, "ownTrades")
    assert (trade["vol"], trade["cost"], trade["price"]) == ("1.50000000", "45005.00000", "30003.33333")
    assert trade["userref"] == 9
    assert "cl_ord_id" not in trade


def test_who_wants_every_fill_gets_it(alice: Client) -> None:
    alice.follow("ownTrades", consolidate_taker=False)
    frames = alice.ask("addOrder", ordertype="market", type="buy", pair="XBT/USD", volume="1.5")
    assert [row["vol"] for row in rows_of(frames, "ownTrades")] == ["1.00000000", "0.50000000"]
    assert sequences(frames, "ownTrades") == [2, 3]


def test_a_maker_s_fills_come_one_by_one_at_once(floor: Floor, alice: Client) -> None:
    alice.follow("ownTrades")
    alice.limit("buy", "0.1", "29999.9")
    floor.take("sell", "1.05")  # The house's 1 stands before alice's.
    floor.take("sell", "0.02")
    assert [row["vol"] for row in rows_of(alice.frames(), "ownTrades")] == ["0.05000000", "0.02000000"]


def test_what_another_door_caused_is_told_by_the_next_wake(floor: Floor, alice: Client) -> None:
    alice.follow("ownTrades")
    floor.place(floor.account(), symbol="BTC/USD", side="buy", order_type="limit", order_qty="2", limit_price="30000")
    assert rows_of(alice.frames(), "ownTrades") == []  # It took one, and rests with the other: there may be more.
    alice.wake()
    (trade,) = rows_of(alice.frames(), "ownTrades")
    assert trade["vol"] == "1.00000000"


def test_the_snapshot_of_own_trades_is_the_last_fifty_newest_first(floor: Floor, alice: Client) -> None:
    for number in range(52):
        floor.advance(0.001)
        alice.ask("addOrder", ordertype="market", type="buy", pair="XBT/USD", volume=f"0.00{number + 10}")
    _, (rows, _, _) = alice.follow("ownTrades")
    volumes = [trade["vol"] for row in rows for trade in row.values()]
    assert len(volumes) == 50
    assert volumes[0] == "0.00610000"
    assert volumes[-1] == "0.00120000"
    assert all("userref" not in trade for row in rows for trade in row.values())


def test_the_snapshot_of_own_trades_consolidates_too(alice: Client) -> None:
    alice.ask("addOrder", ordertype="market", type="buy", pair="XBT/USD", volume="1.5")
    _, (rows, _, _) = alice.follow("ownTrades")
    assert len(rows) == 1
    alice.follow("ownTrades", event="unsubscribe")
    _, (rows, _, _) = alice.follow("ownTrades", consolidate_taker=False)
    assert [trade["vol"] for row in rows for trade in row.values()] == ["0.50000000", "1.00000000"]


def test_no_snapshot_where_none_is_wanted(alice: Client) -> None:
    alice.limit("sell", "0.5", "29999.9")
    (answer,) = alice.follow("ownTrades", snapshot=False)
    assert answer["status"] == "subscribed"
    frames = alice.ask("addOrder", ordertype="market", type="buy", pair="XBT/USD", volume="0.1")
    assert sequences(frames, "ownTrades") == [1]


def test_an_amend_is_told(alice: Client) -> None:
    txid = alice.limit("buy", "0.1", "20000")
    alice.follow("openOrders")
    frames = alice.ask("amendOrder", txid=txid, limit_price="20001", volume="0.2")
    (row,) = rows_of(frames, "openOrders")
    assert row["amended"] is True
    assert (row["vol"], row["descr"]["price"]) == ("0.20000000", "20001.00000")
    assert row["amend_reason"] == "User requested"


def test_a_trigger_that_fires_is_told(floor: Floor, alice: Client) -> None:
    alice.follow("openOrders")
    alice.done("addOrder", ordertype="stop-loss", type="sell", pair="XBT/USD", volume="0.1", price="29995")
    alice.frames()
    floor.take("sell", "1.1")  # To 29,990.
    rows = rows_of(alice.frames(), "openOrders")
    assert any(row.get("misc") == "stopped" for row in rows)
    assert rows[-1]["status"] == "closed"


def test_nobody_hears_of_another_account(floor: Floor, alice: Client) -> None:
    bob = floor.trader("bob")
    alice.follow("openOrders")
    alice.follow("ownTrades")
    bob.limit("buy", "0.1", "30000")
    assert alice.frames() == []
