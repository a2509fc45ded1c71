"""What comes over links finds whom it is for, and what is odd is told."""

import json
from typing import Any

import pytest
from client_parts import Ground, waiting
from listening import MS

from fathom.domain import AuthError, LinkError
from fathom.net.client.events import (
    AttemptsUnshared,
    BookLost,
    FrameOdd,
    LinkDown,
    LinkFailed,
    LinkUp,
    StreamOverran,
    SubscriptionFailed,
    VenueStatus,
)
from fathom.net.link import Link
from fathom.protocol.messages import BalancesParams, BookParams, ExecutionsParams, TickerParams, TradeParams
from fathom.protocol.session import pacing
from market_feed import status_frame, two_sided

EXECUTIONS = ExecutionsParams(snap_orders=True, snap_trades=True, order_status=True, ratecounter=True)
TRADES = TradeParams(symbol=(), snapshot=True)


def executions(sequence: int, *rows: dict[str, Any], kind: str = "update") -> bytes:
    stamped = [{"timestamp": "2026-01-05T12:00:00.000000Z", **row} for row in rows]
    return json.dumps(
        {"channel": "executions", "type": kind, "data": stamped, "sequence": sequence}, separators=(",", ":")
    ).encode()


def new_order(order_id: str = "O1", **more: Any) -> dict[str, Any]:
    return {
        "order_id": order_id, "exec_type": "pending_new", "order_status": "pending_new", "symbol": "BTC/USD",
        "side": "buy", "order_type": "limit", "order_qty": 1.0, "limit_price": 100.0, "cl_ord_id": f"my-{order_id}",
        **more,
    }  # fmt: skip


def filled(order_id: str, number: int, *, status: str = "partially_filled") -> dict[str, Any]:
    return {
        "order_id": order_id, "exec_type": "trade", "exec_id": f"T{number}", "order_status": status, "last_qty": 0.1,
        "last_price": 100.0, "cum_qty": 0.1 * number, "trade_id": number,
    }  # fmt: skip


def balances(sequence: int, *rows: dict[str, Any], kind: str) -> bytes:
    return json.dumps({"channel": "balances", "type": kind, "data": rows, "sequence": sequence}).encode()


def private(ground: Ground, **more: Any) -> tuple[Link, Any]:
    stream = ground.read(EXECUTIONS, fleet=ground.private, **more)
    link = ground.private.links[0]
    ground.grant(link)
    return link, stream


# -- Connections ---------------------------------------------------------------------------------------------


def test_connections_are_told_and_what_they_carried_is_dark() -> None:
    ground = Ground()
    link, feed, stream = ground.verified_book()
    ground.down(link, "closed with 1001 going away")
    (down,) = ground.events(LinkDown)
    assert (down.link, down.reason) == ("public-1", "closed with 1001 going away")
    assert down.from_ns <= down.time_ns
    assert all(not topic.active for topic in ground.topics.all())
    ground.up(link)
    ground.grant(link)
    ground.hear(link, feed.snapshot())
    assert len(ground.events(LinkUp)) == 2
    (gap,) = [gap for gap in ground.gaps() if gap[0] == "book"]
    assert gap == ("book", "BTC/USD", None)
    assert not stream.closed


def test_a_key_that_is_wrong_is_not_hidden_by_another_connection_that_is_well() -> None:
    ground = Ground()
    first, second = ground.public._make(1), ground.private._make(1)
    hearing = ground.hearing
    hearing.on_failed(second, 1, AuthError("the key is wrong"), None)
    hearing.on_failed(first, 2, LinkError("no network"), 5)
    assert isinstance(hearing.last_error, AuthError)
    hearing.on_up(first, 3)
    assert isinstance(hearing.last_error, AuthError)
    hearing.on_up(second, 4)
    assert hearing.last_error is None
    assert [(event.link, event.retry_ns) for event in ground.events(LinkFailed)] == [
        ("private-1", None),
        ("public-1", 5),
    ]


def test_attempts_that_are_counted_alone_are_told() -> None:
    ground = Ground()
    link = ground.public._make(1)
    link._attempts.unshared = "no disk"
    ground.hearing.on_up(ground.public._make(2), 4)
    ground.hearing.on_up(link, 5)
    assert [event.reason for event in ground.events(AttemptsUnshared)] == ["no disk"]


def test_the_venues_state_is_told_once_a_change() -> None:
    ground = Ground()
    link = ground.know_pairs()
    changes: list[str | None] = []
    ground.hearing.on_change = lambda: changes.append(ground.hearing.system)
    for word in ("online", "online", "maintenance"):
        ground.hear(link, status_frame(word))
    assert [event.system for event in ground.events(VenueStatus)] == ["online", "maintenance"]
    assert ground.hearing.system == "maintenance"
    assert changes[-1] == "maintenance"


@pytest.mark.parametrize(
    ("frame", "what"),
    [
        (b"not json at all", "malformed"),
        (b'{"channel":"ticker","type":"update","data":"what"}', "malformed"),
        (b'{"channel":"horoscope","data":[]}', "horoscope"),
        (b'{"method":"pong","req_id":99,"time_in":"","time_out":""}', "nothing that is asked"),
        (b"", "malformed"),
    ],
)
def test_what_is_odd_is_told_and_passed_over(frame: bytes, what: str) -> None:
    ground = Ground()
    link, _, _ = ground.verified_book()
    ground.hear(link, frame)
    assert [(event.link, what in event.what) for event in ground.events(FrameOdd)] == [("public-1", True)]
    assert ground.events(BookLost) == []


# -- Subscriptions -------------------------------------------------------------------------------------------


def test_what_the_venue_will_never_grant_ends_its_reader_with_the_reason() -> None:
    ground = Ground()
    link = ground.know_pairs()
    stream = ground.read(BookParams(symbol=(), depth=10), "BTC/USD", conflate=True)
    ground.refuse(link, "Currency pair not supported")
    (event,) = ground.events(SubscriptionFailed)
    assert (event.channel, event.symbol, event.final) == ("book", "BTC/USD", True)
    assert stream.closed
    assert "the venue refused it: Currency pair not supported" in str(stream._error)
    assert ground.hearing.books.feeds == {}
    assert [topic.key.channel for topic in ground.topics.all()] == ["instrument"]


def test_a_refused_pair_is_taken_from_a_reader_of_several_and_the_others_go_on() -> None:
    ground = Ground()
    link = ground.know_pairs()
    stream = ground.read(BookParams(symbol=(), depth=10), "BTC/USD", "ETH/USD", conflate=True)
    refused = ground.hearing.books.feeds[ground.topic("book", "ETH/USD").key].book
    (request,) = ground.requests(link)
    for symbol in ("BTC/USD", "ETH/USD"):
        said = f'"result":{{"channel":"book","symbol":"{symbol}","depth":10,"snapshot":true}},"success":true'
        if symbol == "ETH/USD":
            said = f'"error":"Currency pair not supported","symbol":"{symbol}","success":false'
        times = '"time_in":"2026-01-05T12:00:00.000000Z","time_out":"2026-01-05T12:00:00.000001Z"'
        ground.hear(link, f'{{"method":"subscribe","req_id":{request["req_id"]},{said},{times}}}'.encode())
    ground.hear(link, two_sided().snapshot())
    assert not stream.closed
    assert [book.symbol for book in waiting(stream)] == ["BTC/USD"]
    assert not refused.verified
    assert list(ground.hearing.books.counts()) == [("book", "BTC/USD")]
    stream.close()
    assert [load.count for load in ground.public.loads] == [1]


def test_what_is_refused_for_now_too_often_rests_and_its_reader_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "BACKOFF_FIRST_NS", 0)
    monkeypatch.setattr(pacing, "BACKOFF_MAX_NS", 0)
    ground = Ground()
    link = ground.know_pairs()
    stream = ground.read(TRADES, "BTC/USD")
    for _ in range(20):
        ground.refuse(link, "EService:Unavailable")
        ground.wake(link)
    assert ground.events(SubscriptionFailed)[0].final is False
    assert not stream.closed
    assert ground.topic("trade", "BTC/USD").resting_since_ns is not None


def test_a_reader_behind_is_told_of_and_of_several_pairs_by_no_name() -> None:
    ground = Ground()
    ground.know_pairs()
    one = ground.read(TRADES, "BTC/USD", size=2)
    several = ground.read(TRADES, "BTC/USD", "ETH/USD", size=2)
    for stream in (one, several):
        for item in range(20):
            stream.put(None, item)
    told = [(event.symbol, event.dropped, event.anew) for event in ground.events(StreamOverran)]
    assert {symbol for symbol, _, _ in told} == {"BTC/USD", ""}
    assert not any(anew for _, _, anew in told)
    assert len(told) < 25  # Not one for each.


# -- Private -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("history", [True, False])
def test_rows_are_whole_and_each_fill_comes_once(history: bool) -> None:
    ground = Ground()
    link, stream = private(ground, history=history)
    rows: list[Any] = []
    ground.hearing.on_rows = rows.extend
    ground.hear(link, executions(1, new_order("O1"), kind="snapshot"))
    ground.hear(
        link,
        executions(2, {"order_id": "O1", "exec_type": "new", "order_status": "new"}),
        executions(3, filled("O1", 1), filled("O1", 1)),
    )
    got = waiting(stream)
    assert [row.exec_type for row in got] == (["pending_new"] if history else []) + ["new", "trade"]
    assert all((row.symbol, row.cl_ord_id) == ("BTC/USD", "my-O1") for row in got)
    assert len(rows) == 3
    late = ground.hearing.known(ground.topic("executions"), history=True)
    assert [row.order_id for row in late] == ["O1"]
    assert ground.hearing.known(ground.topic("executions"), history=False) == []


@pytest.mark.parametrize("history", [True, False])
@pytest.mark.parametrize("fills_first", [True, False])
def test_a_first_snapshot_of_several_messages_is_all_history_and_one_after_a_gap_is_not(
    history: bool, fills_first: bool
) -> None:
    ground = Ground()
    link, stream = private(ground, history=history)
    past = {**filled("O0", 1, status="filled"), "symbol": "BTC/USD", "side": "buy"}
    parts = [new_order("O1")], [past]
    for number, rows in enumerate(reversed(parts) if fills_first else parts, start=1):
        ground.hear(link, executions(number, *rows, kind="snapshot"))
    assert len(waiting(stream)) == (2 if history else 0)
    ground.hear(link, executions(4, filled("O1", 2)))  # The third was lost: all is taken anew.
    assert [row.exec_id for row in waiting(stream)] == ["T2"]
    ground.grant(link)
    ground.hear(link, executions(1, new_order("O1"), kind="snapshot"))
    ground.hear(link, executions(2, past, filled("O1", 3), kind="snapshot"))
    assert [row.exec_id for row in waiting(stream)] == [None, "T3"]


def test_a_gap_in_the_sequence_takes_the_channel_anew_and_says_what_is_not_known() -> None:
    ground = Ground()
    link, stream = private(ground, history=True)
    snapshots: list[list[str]] = []
    ground.hearing.on_private_snapshot = lambda: snapshots.append(ground.hearing.account.unconfirmed)
    ground.hear(link, executions(1, new_order("O1"), new_order("O2"), kind="snapshot"))
    ground.hear(link, executions(3, filled("O1", 1)))
    assert ground.hearing.account.unconfirmed == ["O2"]  # The fill that came says that O1 was there still.
    asked = [request["method"] for request in ground.grant(link)]
    assert asked == ["unsubscribe", "subscribe"]
    ground.hear(link, executions(1, new_order("O1"), kind="snapshot"))
    assert snapshots == [[], ["O2"]]
    assert ("executions", "", None) in ground.gaps()
    assert not stream.closed


def test_a_reader_of_executions_who_falls_behind_is_given_what_is_open_anew() -> None:
    ground = Ground()
    link, stream = private(ground, size=3, history=False)
    ground.hear(link, executions(1, new_order("O1"), kind="snapshot"))
    for number in range(1, 6):
        ground.hear(link, executions(number + 1, filled("O1", number)))
    (told,) = ground.events(StreamOverran)
    assert (told.channel, told.anew) == ("executions", True)
    kept = len(waiting(stream))
    assert kept + told.dropped == 5
    assert [request["method"] for request in ground.grant(link)] == ["unsubscribe", "subscribe"]
    ground.hear(link, executions(1, new_order("O1"), kind="snapshot"))
    assert [row.order_id for row in waiting(stream)] == ["O1"]
    assert ground.hearing.account.order("O1") is not None


def test_balances_are_kept_and_told_to_who_comes_late() -> None:
    ground = Ground()
    stream = ground.read(BalancesParams(snapshot=True), fleet=ground.private)
    link = ground.private.links[0]
    ground.grant(link)
    entry = {
        "asset": "USD", "amount": -5.0, "balance": 95.0, "fee": 0.0, "ledger_id": "L1", "ref_id": "T1",
        "timestamp": "2026-01-05T12:00:00.000000Z", "type": "trade",
    }  # fmt: skip
    ground.hear(
        link,
        balances(1, {"asset": "USD", "balance": 100.0, "wallets": []}, kind="snapshot"),
        balances(2, entry, kind="update"),
    )
    assert [float(row.balance) for row in waiting(stream)] == [100.0, 95.0]
    assert {asset: float(held) for asset, held in ground.hearing.account.balances.items()} == {"USD": 95.0}
    (known,) = ground.hearing.known(ground.topic("balances"), history=False)
    assert (known.asset, float(known.balance)) == ("USD", 95.0)


def test_the_tier_and_the_round_trip_are_heard() -> None:
    ground = Ground()
    tiers: list[int] = []
    ground.hearing.on_tier = tiers.append
    ground.read(EXECUTIONS, fleet=ground.private)
    link = ground.private.links[0]
    (request,) = ground.requests(link)
    times = '"time_in":"2026-01-05T12:00:00.000000Z","time_out":"2026-01-05T12:00:00.000001Z"'
    result = '{"channel":"executions","maxratecount":180,"snap_orders":true,"snap_trades":true}'
    ground.hear(
        link,
        f'{{"method":"subscribe","req_id":{request["req_id"]},"result":{result},"success":true,{times}}}'.encode(),
    )
    assert tiers == [180]
    ground.wake(link)
    ping = [request for request in ground.requests(link) if request["method"] == "ping"]
    if ping:
        ground.hear(link, f'{{"method":"pong","req_id":{ping[0]["req_id"]},{times}}}'.encode())
        assert ground.hearing.round_trip_ns is not None
        assert ground.hearing.round_trip_ns > -60_000 * MS


def test_a_late_quote_is_not_a_new_one() -> None:
    ground = Ground()
    ground.know_pairs()
    ground.read(TickerParams(symbol=()), "BTC/USD", conflate=True)
    assert ground.hearing.known(ground.topic("ticker", "BTC/USD"), history=False) == []
