"""The exchange whole, in virtual time: one tape a seed, its doors, one conversation end to end, and how time passes."""

import json
from itertools import pairwise

import pytest

from fathom.exchange import RecordedFrame, Rules
from fathom.exchange import exchange as module
from fathom.exchange.doors import Role
from fathom.protocol import decode_strict
from whole_exchange import HEARTBEAT, MS_NS, SECOND_NS, START_NS, Stage

MINUTES_S = 120.0


def rows(frames: list[dict[str, object]], channel: str) -> list[dict[str, object]]:
    """The data of a channel, of all frames together."""
    return [row for frame in frames if frame.get("channel") == channel for row in frame["data"]]  # type: ignore[attr-defined]


# -- One tape a seed -----------------------------------------------------------------------------------------


def tape(*faults: dict[str, object], every_ms: int, seconds: float = MINUTES_S, **settings: object) -> list[bytes]:
    """What two clients heard, but for heartbeats: those go by when the exchange is woken."""
    stage = Stage(*faults, market=True, **settings)
    public, level3 = stage.connect("public"), stage.connect("level3")
    public.subscribe("book", symbol=["BTC/USD", "ETH/USD"], depth=10)
    public.subscribe("ticker", symbol=["BTC/USD"], event_trigger="bbo")
    public.subscribe("trade", symbol=["BTC/USD", "ETH/USD"])
    public.subscribe("ohlc", symbol=["ETH/USD"], interval=1)
    level3.token = stage.private("GetWebSocketsToken")["token"]
    level3.subscribe("level3", symbol=["ETH/USD"], depth=10)
    stage.run(seconds, every_ms=every_ms)
    stage.exchange.bank.check()
    heard = [frame for frame in public.sent + level3.sent if frame != HEARTBEAT]
    for frame in heard[:: max(1, len(heard) // 200)]:
        decode_strict(frame)
    return heard


def test_the_same_seed_is_the_same_tape_however_it_is_driven() -> None:
    """Byte for byte."""
    often, seldom = tape(every_ms=1), tape(every_ms=137)
    assert len(often) > 2000
    assert often == seldom


def test_another_seed_is_another_tape() -> None:
    first, second = (tape(every_ms=137, seconds=10, seed=seed) for seed in (1, 2))
    assert first != second


def test_a_market_too_fast_for_the_machine_is_late_but_the_same() -> None:
    """Woken so seldom that it never catches up before the end."""
    often, seldom = (tape(every_ms=every_ms, seconds=2, speed=8.0) for every_ms in (5, 2000))
    assert often == seldom


def test_faults_with_a_time_strike_at_that_time_however_it_is_driven() -> None:
    """A maintenance stops the market, a rescale changes all that follows, a drop hits certain frames."""
    faults = (
        {"kind": "drop", "at_s": 2, "for_s": 3, "channel": "book", "share": 0.5},
        {"kind": "system", "at_s": 6.0001, "cycle": [["cancel_only", 1.5], ["maintenance", 2], ["post_only", 1]]},
        {"kind": "rescale", "at_s": 12, "for_s": 2, "symbol": "BTC/USD", "qty_precision": 6},
    )
    often, seldom = (tape(*faults, every_ms=every_ms, seconds=20) for every_ms in (3, 333))
    assert often == seldom
    assert b'"system":"maintenance"' in b"".join(often)


def test_a_faults_seconds_count_from_the_opening() -> None:
    """Not from the past that the market lived before."""
    stage = Stage({"kind": "system", "status": "maintenance", "at_s": 5}, market=True, symbols=("BTC/USD",))
    stage.run(4.9)
    assert stage.public("SystemStatus")["status"] == "online"
    stage.run(0.1)
    assert stage.public("SystemStatus")["status"] == "maintenance"


# -- Doors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("port", "path", "host", "greeting", "private"),
    [
        ("public", "/v2", "127.0.0.1:8421", "status", False),
        ("private", "/v2", "127.0.0.1:8422", "status", True),
        ("public", "/private/v2", "127.0.0.1:8421", "status", True),
        ("public", "/v2", "ws-auth.kraken.com", "status", True),
        ("private", "/v2", "ws.kraken.com", "status", False),
        ("public", "/", "", "systemStatus", False),
        ("public", "/private", "", "systemStatus", True),
    ],
)
def test_port_host_and_path_say_which_host_is_meant(
    port: Role, path: str, host: str, greeting: str, private: bool
) -> None:
    stage = Stage()
    client = stage.connect(port, path, host=host)
    (status,) = client.take()
    token = stage.private("GetWebSocketsToken")["token"]
    if greeting == "status":
        assert status["channel"] == "status"
        client.token = token
        said = client.subscribe("executions")[0]["success"]
    else:
        assert status["event"] == "systemStatus"
        ask = {"event": "subscribe", "subscription": {"name": "openOrders", "token": token}}
        said = client.say(ask)[0]["status"] == "subscribed"
    assert said is private


def test_level_3_is_served_on_its_own_host() -> None:
    stage = Stage()
    token = stage.private("GetWebSocketsToken")["token"]
    for role, host, path in (
        ("level3", "", "/v2"),
        ("public", "ws-l3.kraken.com", "/v2"),
        ("public", "", "/level3/v2"),
    ):
        client = stage.connect(role, path, host=host)  # type: ignore[arg-type]
        client.take()
        client.token = token
        assert client.subscribe("level3", symbol=["BTC/USD"])[0]["success"], (role, host, path)


@pytest.mark.parametrize(
    ("port", "path"),
    [("public", "/v3"), ("level3", "/"), ("private", "/v2/x"), ("public", "/state"), ("public", "/..")],
)
def test_other_paths_are_not_found(port: Role, path: str) -> None:
    stage = Stage()
    assert stage.refused(port, path) == 404
    assert stage.exchange.connections == {}


def test_too_many_attempts_of_one_address_are_refused_for_a_while() -> None:
    stage = Stage()
    for _ in range(stage.exchange.settings.rules.connections_max):
        assert stage.refused() is None
    assert stage.refused() == 429
    assert stage.refused(peer="10.0.0.8") is None  # Others are others.
    stage.run(599, every_ms=10_000)
    assert stage.refused() == 429
    stage.run(2)
    assert stage.refused() is None


def test_without_limits_anybody_may_knock() -> None:
    stage = Stage(rules=Rules(limits=False))
    assert {stage.refused() for _ in range(400)} == {None}


def test_a_full_house_refuses_until_somebody_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECTIONS_MAX", 2)
    stage = Stage()
    first, _ = stage.connect(), stage.connect("private")
    assert stage.refused() == 503
    first.leave()
    assert stage.refused() is None


def test_a_fault_refuses_the_upgrades_of_one_host() -> None:
    """The host that is meant, whatever the port."""
    stage = Stage({"kind": "upgrade_refused", "role": "private", "status": 520})
    assert stage.refused("private") == 520
    assert stage.refused("public", "/private/v2") == 520
    assert stage.refused("public") is None
    assert stage.refused("private", host="ws.kraken.com") is None


def test_who_left_is_forgotten() -> None:
    stage = Stage(market=True)
    client = stage.connect()
    client.subscribe("trade", symbol=["BTC/USD"])
    assert stage.exchange.figures()["connections"] == 1
    client.leave()
    client.take()
    stage.run(20)
    assert client.sent == []
    figures = stage.exchange.figures()
    assert (figures["connections"], figures["connections_total"]) == (0, 1)


def test_a_client_that_does_not_read_is_cut_off() -> None:
    stage = Stage(market=True, speed=5.0, rules=Rules(backlog_bytes_max=1000))
    slow, well = stage.connect(), stage.connect()
    for client in (slow, well):
        client.subscribe("book", symbol=["BTC/USD"])
    slow.unread_bytes = 2000
    stage.run(5)
    assert slow.closed_with is not None
    assert well.closed_with is None
    assert well.sent


# -- A conversation ------------------------------------------------------------------------------------------


def test_a_token_an_order_and_its_fill_from_door_to_door() -> None:
    stage = Stage()
    alice, bob = stage.trader("alice"), stage.trader("bob")
    for client in (alice, bob):
        ack, snapshot = client.subscribe("executions", snap_orders=True, snap_trades=False)
        assert (ack["success"], snapshot["data"]) == (True, [])
    result, told = alice.ask(
        "add_order", order_type="limit", side="sell", symbol="BTC/USD", order_qty=0.01, limit_price=50000
    )
    assert [row["exec_type"] for row in rows(told, "executions")] == ["pending_new", "new"]
    bought, told = bob.ask("add_order", order_type="market", side="buy", symbol="BTC/USD", order_qty=0.004)
    trade = next(row for row in rows(told, "executions") if row["exec_type"] == "trade")
    assert (trade["last_qty"], trade["last_price"], trade["liquidity_ind"]) == (0.004, 50000.0, "t")
    (sold,) = rows(alice.take(), "executions")
    assert (sold["exec_type"], sold["order_id"], sold["liquidity_ind"]) == ("trade", result["order_id"], "m")
    stage.exchange.bank.check()
    # REST tells the same, and so does the public tape.
    assert list(stage.private("OpenOrders")["open"]) == [result["order_id"]]
    (closed,) = stage.private("ClosedOrders", name="bob")["closed"].items()
    assert (closed[0], closed[1]["vol_exec"]) == (bought["order_id"], "0.00400000")
    assert stage.public("Trades", pair="XBTUSD")["XXBTZUSD"][0][:2] == ["50000.00000", "0.00400000"]
    alice.ask("cancel_all")
    stage.run(1)
    assert stage.state("alice")["open_orders"] == []
    stage.exchange.bank.check()
    for frame in alice.sent + bob.sent:
        decode_strict(frame)


def test_money_adds_up_after_trading_in_a_living_market() -> None:
    stage = Stage(market=True, speed=3.0)
    traders = [stage.trader(name) for name in ("alice", "bob", "carol")]
    for turn in range(30):
        client = traders[turn % 3]
        side = "buy" if turn % 2 else "sell"
        best = stage.exchange.venue.markets["ETH/USD"]
        ticks = (best.asks.best() if side == "buy" else best.bids.best()) if turn % 5 else best.last_ticks
        assert ticks is not None
        client.ask(
            "add_order", order_type="limit", side=side, symbol="ETH/USD", order_qty=0.05, limit_price=ticks / 100
        )
        stage.run(0.5)
        stage.exchange.bank.check()
    assert sum(len(account.fills) for account in stage.exchange.bank.accounts.values()) > 10


def test_a_token_comes_only_with_a_signature() -> None:
    stage = Stage()
    answer = stage.send("POST", "/0/private/GetWebSocketsToken", body=b"nonce=1", headers={"api-key": "x"})
    assert json.loads(answer.body) == {"error": ["EAPI:Invalid key"]}
    client = stage.connect("private")
    client.take()
    client.token = "made up"
    (refusal,) = client.subscribe("executions")
    assert refusal["success"] is False


# -- Time ----------------------------------------------------------------------------------------------------


def test_wake_says_when_to_come_again() -> None:
    stage = Stage(market=True)
    stage.connect().subscribe("ticker", symbol=["BTC/USD"])
    for _ in range(2000):
        due_ns = stage.exchange.wake(stage.now_ns)
        assert due_ns - stage.now_ns <= 50 * MS_NS  # Sessions have their heartbeats and idle closes.
        stage.now_ns = max(stage.now_ns, due_ns)
    assert stage.now_ns > stage.exchange.clock.machine_ns(START_NS) + 5 * SECOND_NS


def test_a_timer_is_kept_to_the_moment() -> None:
    stage = Stage()
    trader = stage.trader()
    trader.ask("cancel_all_orders_after", timeout=60)
    stage.run(59.97, every_ms=10_000)
    due_ns = stage.exchange.wake(stage.now_ns)
    assert due_ns == stage.now_ns + 30 * MS_NS


def test_where_the_market_is_behind_time_waits_for_it() -> None:
    stage = Stage(market=True, speed=5.0)
    exchange, market = stage.exchange, stage.exchange.market
    stage.now_ns += 10 * SECOND_NS
    reached: list[int] = []
    while (due_ns := exchange.wake(stage.now_ns)) <= stage.now_ns:
        assert market.participant is not None
        next_ns = market.participant.next_ns()
        assert next_ns is not None
        assert exchange.venue.now_ns <= next_ns
        reached.append(exchange.venue.now_ns)
    assert len(reached) > 5
    assert all(before < after for before, after in pairwise(reached))
    assert exchange.venue.now_ns == stage.venue_ns
    assert due_ns > stage.now_ns


def test_silence_is_broken_by_heartbeats_and_ended_by_a_close() -> None:
    stage = Stage()
    listener, idler = stage.connect(), stage.connect()
    listener.subscribe("trade", symbol=["BTC/USD"])
    stage.run(30)
    assert 28 <= listener.sent.count(HEARTBEAT) <= 31
    idler.conversation.alive(now_ns=stage.now_ns)
    stage.run(59)
    assert idler.closed_with is None
    stage.run(2)
    assert idler.closed_with is not None
    assert listener.closed_with is None


def test_a_recording_is_the_market() -> None:
    row = b'{"symbol":"BTC/USD","bids":[{"price":%b,"qty":1.0}],"asks":%b,"checksum":1}'
    book = b'{"channel":"book","type":"%b","data":[' + row + b"]}"
    frames = [
        RecordedFrame(0, book % (b"snapshot", b"100.0", b'[{"price":101.0,"qty":2.0}]')),
        RecordedFrame(2 * SECOND_NS, book % (b"update", b"100.5", b"[]")),
    ]
    stage = Stage(recording=frames, speed=2.0)
    client = stage.connect()
    stage.run(0.1)
    client.subscribe("book", symbol=["BTC/USD"])
    assert stage.steer("GET", "/state")["pairs"][0]["best_bid"] == "100.0"
    stage.run(1)
    assert rows(client.take(), "book")[-1]["bids"] == [{"price": 100.5, "qty": 1.0}]
    assert stage.exchange.figures()["market_acts_total"] == 2
    stage.run(1)  # It begins again.
    assert stage.exchange.figures()["market_acts_total"] == 3


def test_the_figures_of_a_dashboard() -> None:
    stage = Stage({"kind": "duplicate", "channel": "trade"}, market=True)
    trader = stage.trader()
    trader.ask("add_order", order_type="limit", side="buy", symbol="BTC/USD", order_qty=0.01, limit_price=1000)
    figures = stage.exchange.figures()
    assert figures["venue_time_seconds"] == START_NS / 1e9
    assert figures["orders_open"]["alice"] == 1  # type: ignore[index]
    assert figures["book_levels"]["BTC/USD"] > 20  # type: ignore[index]
    assert figures["faults_done_total"] == {"duplicate": 0}
    assert "house-patient" not in figures["fills"]  # type: ignore[operator]
