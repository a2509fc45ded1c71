from itertools import pairwise
from random import Random
from typing import Any

import pytest
from msgspec import json
from v2_client import Client, Floor, Frame, trader

from fathom.exchange.core import Rules
from fathom.exchange.sessions import private_feeds
from fathom.protocol import decode_strict

ORDER: Frame = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 0.01, "limit_price": 90000.0}
WARNINGS = [
    "cancel_reason is deprecated, use reason",
    "stop_price is deprecated, use triggers.price",
    "trigger is deprecated use triggers.reference",
    "triggered_price is deprecated use triggers.last_price",
]


@pytest.fixture
def floor() -> Floor:
    floor = Floor()
    floor.rest("sell", "10", "100000.0")
    return floor


def rows(frames: list[Frame], channel: str = "executions") -> list[Frame]:
    return [row for frame in frames if frame.get("channel") == channel for row in frame["data"]]


def kinds(frames: list[Frame]) -> list[str]:
    return [row["exec_type"] for row in rows(frames)]


# -- Subscribing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "orders", "trades", "snapshot"),
    [
        ({}, True, False, True),
        ({"snap_orders": True, "snap_trades": True}, True, True, True),
        ({"snap_orders": False}, False, False, False),
        ({"snap_orders": False, "snap_trades": True}, False, True, True),
        # The old switches.
        ({"snapshot": True}, True, False, True),
        ({"snapshot": False}, False, False, False),
        ({"snapshot": False, "snap_trades": True}, False, True, False),
        ({"snapshot_trades": True}, False, True, True),
        ({"snapshot_trades": False}, True, False, True),
    ],
)
def test_the_answer_says_what_the_snapshot_holds(
    floor: Floor, asked: Frame, orders: bool, trades: bool, snapshot: bool
) -> None:
    client = trader(floor)
    client.ask("add_order", **ORDER)
    client.ask("add_order", **{**ORDER, "limit_price": 100000.0})
    answer, *snapshots = client.ask("subscribe", 0, channel="executions", **asked)
    assert answer["result"] == {
        "channel": "executions", "maxratecount": 180, "snap_orders": orders, "snap_trades": trades,
        "snapshot": snapshot, "warnings": WARNINGS,
    }  # fmt: skip
    assert kinds(snapshots) == ["new"] * orders + ["trade"] * trades
    assert [frame["sequence"] for frame in snapshots] == list(range(1, orders + trades + 1))
    assert {frame["type"] for frame in snapshots} <= {"snapshot"}


def test_an_empty_snapshot_is_a_message(floor: Floor) -> None:
    client = trader(floor)
    _, snapshot = client.ask("subscribe", channel="executions", snap_orders=True, snap_trades=True)
    assert snapshot == {"channel": "executions", "type": "snapshot", "data": [], "sequence": 1}
    assert client.line.sent[-1][0] == "executions"


@pytest.mark.parametrize(("tier", "most"), [("starter", 60), ("intermediate", 125), ("pro", 180)])
def test_the_answer_tells_the_tier(floor: Floor, tier: Any, most: int) -> None:
    assert trader(floor, tier=tier).result("subscribe", channel="executions")["maxratecount"] == most


# -- Executions ----------------------------------------------------------------------------------------------


def test_the_life_of_an_order(floor: Floor) -> None:
    client = trader(floor)
    client.ask("subscribe", channel="executions")
    frames = client.ask("add_order", **ORDER, cl_ord_id="mine")
    assert kinds(frames) == ["pending_new", "new"]
    frames += client.ask("amend_order", cl_ord_id="mine", limit_price=91000.0)
    assert kinds(frames)[2:] == ["amended"]
    assert rows(frames)[2]["limit_price"] == 91000.0
    frames += client.ask("cancel_order", cl_ord_id=["mine"])
    assert kinds(frames)[3:] == ["canceled"]
    assert rows(frames)[3]["reason"] == rows(frames)[3]["cancel_reason"] == "User requested"
    assert "symbol" not in rows(frames)[1]
    frames += client.ask("add_order", **{**ORDER, "limit_price": 100000.0})
    assert kinds(frames)[4:] == ["pending_new", "new", "trade", "filled"]
    trade = rows(frames)[6]
    assert (trade["last_qty"], trade["last_price"], trade["liquidity_ind"]) == (0.01, 100000.0, "t")


def test_the_maker_is_told_by_whoever_took(floor: Floor) -> None:
    maker, taker = trader(floor), trader(floor, "bob")
    maker.ask("subscribe", channel="executions")
    maker.ask("add_order", **ORDER)
    taker.ask("add_order", **{**ORDER, "side": "sell", "order_qty": 0.004})
    told = rows(maker.frames())
    assert [row["exec_type"] for row in told] == ["trade"]
    assert (told[0]["liquidity_ind"], told[0]["order_status"]) == ("m", "partially_filled")
    assert told[0]["symbol"] == "BTC/USD"


def test_sequences_have_no_gap_and_messages_one_kind(floor: Floor) -> None:
    client = trader(floor)
    client.ask("subscribe", channel="executions", snap_trades=True)
    client.ask("subscribe", channel="balances")
    frames: list[Frame] = []
    for step in range(40):
        frames += client.ask("add_order", **{**ORDER, "limit_price": 100000.0 if step % 2 else 90000.0})
    for channel in ("executions", "balances"):
        sequences = [frame["sequence"] for frame in frames if frame.get("channel") == channel]
        assert sequences[0] == 2
        assert all(later == earlier + 1 for earlier, later in pairwise(sequences))
    told = [frame["data"] for frame in frames if frame.get("channel") == "executions"]
    assert all(len({row["exec_type"] == "trade" for row in data}) == 1 for data in told)
    # One row a message, and several: both occur.
    assert {len(data) for data in told} >= {1, 2}
    assert [row["exec_type"] for data in told for row in data] == (
        ["pending_new", "new", "pending_new", "new", "trade", "filled"] * 20
    )


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_rows_of_a_moment_alone_or_together(floor: Floor, share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_feeds, "SEVERAL_ROWS_SHARE", share)
    client = trader(floor)
    client.ask("subscribe", channel="executions")
    frames = client.ask("add_order", **{**ORDER, "limit_price": 100000.0})
    told = [len(frame["data"]) for frame in frames if "channel" in frame]
    assert told == ([2, 1, 1] if share else [1, 1, 1, 1])


def test_without_statuses_only_what_opens_and_closes(floor: Floor) -> None:
    client = trader(floor)
    client.ask("subscribe", channel="executions", order_status=False)
    frames = client.ask("add_order", **ORDER, cl_ord_id="mine")
    assert kinds(frames) == ["new"]
    assert rows(frames)[0]["symbol"] == "BTC/USD"  # Nothing else ever tells.
    assert rows(frames)[0]["order_status"] == "new"
    assert kinds(client.ask("amend_order", cl_ord_id="mine", limit_price=91000.0)) == []
    assert kinds(client.ask("cancel_order", cl_ord_id=["mine"])) == ["canceled"]
    assert kinds(client.ask("add_order", **{**ORDER, "limit_price": 100000.0})) == ["new", "trade", "filled"]


def test_the_rate_counter_for_who_asks(floor: Floor) -> None:
    client = trader(floor)
    client.ask("subscribe", channel="executions", ratecounter=True)
    assert [row["ratecount"] for row in rows(client.ask("add_order", **ORDER, cl_ord_id="mine"))] == [1.0, 1.0]
    assert [row["ratecount"] for row in rows(client.ask("cancel_order", cl_ord_id=["mine"]))] == [9.0]
    client.ask("add_order", **ORDER)
    client.ask("unsubscribe", channel="executions")
    floor.advance(2)
    snapshot = client.ask("subscribe", channel="executions", ratecounter=True)
    assert [row["ratecount"] for row in rows(snapshot)] == [2.5]


def test_a_snapshot_shows_the_last_fifty_fills_newest_first(floor: Floor) -> None:
    client = trader(floor, usd=1_000_000)
    for _ in range(51):
        client.ask("add_order", **{**ORDER, "limit_price": 100000.0, "order_qty": 0.001})
        floor.advance(1)
    _, snapshot = client.ask("subscribe", channel="executions", snap_orders=False, snap_trades=True)
    ids = [row["trade_id"] for row in snapshot["data"]]
    assert len(ids) == 50
    assert ids == sorted(ids, reverse=True)
    assert all(row["order_status"] == "filled" for row in snapshot["data"])


def test_nobody_hears_of_anothers_account(floor: Floor) -> None:
    alice, bob = trader(floor), trader(floor, "bob")
    for client in (alice, bob):
        client.ask("subscribe", channel="executions")
        client.ask("subscribe", channel="balances")
    alice.ask("add_order", **{**ORDER, "limit_price": 100000.0})
    assert bob.frames() == []


# -- Balances ------------------------------------------------------------------------------------------------


def test_balances_begin_with_the_totals(floor: Floor) -> None:
    client = trader(floor)
    answer, snapshot = client.ask("subscribe", 10312008, channel="balances")
    assert answer["result"] == {"channel": "balances", "snapshot": True}
    assert snapshot == {
        "channel": "balances",
        "type": "snapshot",
        "data": [
            {"asset": asset, "asset_class": "currency", "balance": balance,
             "wallets": [{"type": "spot", "id": "main", "balance": balance}]}
            for asset, balance in (("BTC", 2.0), ("USD", 100000.0))
        ],
        "sequence": 1,
    }  # fmt: skip
    bob = trader(floor, "bob")
    assert len(bob.ask("subscribe", channel="balances", snapshot=False)) == 1


def test_a_trade_is_two_messages_that_share_its_id(floor: Floor) -> None:
    client = trader(floor)
    client.ask("subscribe", channel="balances")
    client.ask("subscribe", channel="executions")
    frames = client.ask("add_order", **{**ORDER, "limit_price": 100000.0})
    told = [frame for frame in frames if frame.get("channel") == "balances"]
    assert [len(frame["data"]) for frame in told] == [1, 1]
    base, quote = rows(frames, "balances")
    trade = next(row for row in rows(frames) if row["exec_type"] == "trade")
    assert base["ref_id"] == quote["ref_id"] == trade["exec_id"]
    assert (base["asset"], base["amount"], base["balance"]) == ("BTC", 0.01, 2.01)
    assert (quote["asset"], quote["amount"]) == ("USD", -1000.0)
    assert quote["fee"] == trade["fees"][0]["qty"]
    assert quote["balance"] == pytest.approx(100_000 - 1_000 - quote["fee"], abs=1e-9)


def test_a_deposit_is_told(floor: Floor) -> None:
    client: Client = trader(floor)
    client.ask("subscribe", channel="balances")
    floor.bank.deposit(floor.account(), "USD", 123_4500, now_ns=floor.now_ns)
    floor.advance(0)
    (row,) = rows(client.frames(), "balances")
    assert (row["type"], row["category"], row["amount"], row["fee"]) == ("deposit", "deposit", 123.45, 0.0)


def test_the_same_random_gives_the_same_frames() -> None:
    tapes = []
    for _ in range(2):
        floor = Floor()
        floor.rest("sell", "10", "100000.0")
        client = trader(floor)
        client.ask("subscribe", channel="executions")
        for step in range(20):
            client.ask("add_order", **{**ORDER, "limit_price": 100000.0 if Random(step).random() < 0.5 else 90000.0})
        tapes.append(client.line.sent)
    assert tapes[0] == tapes[1]


# -- A storm -------------------------------------------------------------------------------------------------

TYPES: tuple[Frame, ...] = (
    {"order_type": "limit"},
    {"order_type": "limit", "time_in_force": "ioc"},
    {"order_type": "limit", "time_in_force": "fok"},
    {"order_type": "limit", "time_in_force": "gtd", "expire_time": "2026-01-05T12:05:00Z"},
    {"order_type": "limit", "post_only": True},
    {"order_type": "limit", "margin": True},
    {"order_type": "limit", "effective_time": "2026-01-05T12:03:00Z"},
    {"order_type": "limit", "fee_preference": "base", "order_userref": 7},
    {"order_type": "limit", "stp_type": "cancel_both", "sender_sub_id": "desk"},
    {
        "order_type": "limit",
        "conditional": {"order_type": "stop-loss", "trigger_price": -1.0, "trigger_price_type": "pct"},
    },
    {"order_type": "iceberg", "display_qty": 0.002},
    {"order_type": "market", "limit_price": None},
    {"order_type": "market", "limit_price": None, "order_qty": None, "cash_order_qty": 500.0, "side": "buy"},
    {"order_type": "stop-loss", "limit_price": None, "triggers": {"price": 99000.0}},
    {"order_type": "take-profit-limit", "triggers": {"price": 1.0, "price_type": "pct"}},
    {"order_type": "trailing-stop", "limit_price": None, "triggers": {"price": 0.5, "price_type": "pct"}},
    {
        "order_type": "trailing-stop-limit",
        "limit_price": 5.0,
        "limit_price_type": "quote",
        "triggers": {"price": 100.0, "price_type": "quote"},
    },
    {"order_type": "settle-position", "limit_price": None},
)


class Mirror:
    """What a client knows of its orders: rows on top of each other."""

    def __init__(self) -> None:
        self.orders: dict[str, Frame] = {}
        self.fills: dict[str, list[Frame]] = {}
        self.kinds: set[str] = set()

    def take(self, client: Client) -> None:
        """Merge what the client was sent, strictly decoded."""
        for channel, frame in client.line.sent:
            decode_strict(frame)
            message = json.decode(frame)
            for row in message["data"] if channel == "executions" and message["type"] == "update" else ():
                self._merge(row)
        client.line.sent.clear()

    def _merge(self, row: Frame) -> None:
        order_id, kind = row["order_id"], row["exec_type"]
        self.kinds.add(kind)
        assert (order_id in self.orders) == (kind != "pending_new"), row
        order = self.orders.setdefault(order_id, {})
        assert order.get("order_status") not in {"filled", "canceled", "expired"}, row
        order.update(row)
        if kind == "trade":
            self.fills.setdefault(order_id, []).append(row)
            order["order_status"] = "partially_filled"  # The end is the row `filled`, not this one.

    def compare(self, floor: Floor, name: str) -> None:
        """Hold what the client knows against what the venue does."""
        account, pair = floor.account(name), floor.listing.pair("BTC/USD")
        known = {order.order_id: order for order in (*account.closed, *account.orders.values())}
        assert self.orders.keys() == known.keys()
        assert pair is not None
        for order_id, row in self.orders.items():
            order, fills = known[order_id], self.fills.get(order_id, [])
            filled = pytest.approx(float(pair.qty(order.cum_lots)), abs=1e-9)
            assert row["order_status"] == order.status
            assert row.get("cum_qty", 0) == filled
            if order.order_type == "settle-position":
                assert not fills  # It is settled without a trade.
                continue
            assert sum(fill["last_qty"] for fill in fills) == filled
            assert sum(fill["cost"] for fill in fills) == pytest.approx(row.get("cum_cost", 0), abs=1e-6)


def act(floor: Floor, client: Client, ids: list[str], random: Random) -> None:
    """Let a client do something."""
    order = {**ORDER, "side": random.choice(["buy", "sell"]), "limit_price": 100_000.0 + random.randrange(-300, 300)}
    order |= random.choice(TYPES)
    chance = random.random()
    if chance < 0.7 or not ids:
        client.ask("add_order", **{name: value for name, value in order.items() if value is not None})
    elif chance < 0.8:
        client.ask("amend_order", order_id=random.choice(ids), order_qty=random.choice([0.001, 0.02]))
    elif chance < 0.9:
        client.ask("cancel_order", order_id=random.sample(ids, k=min(3, len(ids))))
    else:
        floor.advance(2)


@pytest.mark.parametrize("seed", range(4))
def test_what_a_client_adds_up_is_what_the_venue_knows(seed: int) -> None:
    """Orders of every type, amended and cancelled at random: each frame decodes strictly, rows merge to the truth."""
    floor, random = Floor(rules=Rules(limits=False), seed=seed), Random(seed)
    clients = {name: trader(floor, name, usd=500_000) for name in ("alice", "bob")}
    mirrors = {name: Mirror() for name in clients}
    watcher = trader(floor)
    watcher.ask("subscribe", channel="balances")
    for client in clients.values():
        client.ask("subscribe", channel="executions", ratecounter=True)
    for step in range(400):
        if step % 5 == 0:
            middle = 100_000 + random.randrange(-300, 300)
            floor.rest("buy", "0.02", f"{middle - 50}.0")
            floor.rest("sell", "0.02", f"{middle + 50}.0")
        name = random.choice(list(clients))
        act(floor, clients[name], list(mirrors[name].orders), random)
        for name, mirror in mirrors.items():
            mirror.take(clients[name])
    for name, mirror in mirrors.items():
        mirror.compare(floor, name)
    assert set().union(*(mirror.kinds for mirror in mirrors.values())) >= {
        "pending_new", "new", "trade", "filled", "iceberg_refill", "canceled", "amended", "status",
    }  # fmt: skip
    sequences = [frame["sequence"] for frame in watcher.frames() if frame.get("channel") == "balances"]
    assert len(sequences) > 10
    assert sequences == list(range(2, len(sequences) + 2))


def test_who_asks_for_all_users_gets_no_snapshot(floor: Floor) -> None:
    client = trader(floor)
    client.result("add_order", **ORDER)
    for channel in ("executions", "balances"):
        (answer,) = client.ask("subscribe", channel=channel, users="all")
        assert answer["success"] is True
    frames = client.ask("add_order", **ORDER)
    assert next(frame["sequence"] for frame in frames if frame.get("channel") == "executions") == 1
    other = trader(floor, "bob")
    assert len(other.ask("subscribe", channel="executions", users="none")) == 2


def test_a_margin_position_is_opened_then_closed_in_parts(floor: Floor) -> None:
    floor.rest("buy", "10", "99000.0")
    client = trader(floor)
    client.ask("subscribe", channel="executions")
    order = {"order_type": "market", "symbol": "BTC/USD", "margin": True}
    told = []
    for side, qty in (("buy", 0.02), ("buy", 0.01), ("sell", 0.01), ("sell", 0.02), ("sell", 0.01)):
        frames = client.ask("add_order", **order, side=side, order_qty=qty)
        told += [row.get("position_status") for row in rows(frames) if row["exec_type"] == "trade"]
    # The first 0.01 sold is a part of the older position; then it and the younger one are closed.
    assert told == ["opened", "opened", "closing", "closed", "opened"]
