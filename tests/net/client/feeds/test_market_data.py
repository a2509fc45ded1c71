"""Rows go to whoever reads their pair; every trade once, and what a gap hid is counted."""

import json
from typing import Any

import pytest
from client_parts import Ground, waiting
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from fathom.net.client.events import Gap
from fathom.net.link import Link
from fathom.protocol.messages import InstrumentParams, OhlcParams, TickerParams, TradeParams
from market_feed import BTC, ETH, instrument_frame

TRADES = TradeParams(symbol=(), snapshot=True)


def trades(kind: str, *ids: int, symbol: str = "BTC/USD") -> bytes:
    rows = [
        {
            "symbol": symbol,
            "side": "buy",
            "price": 100.1,
            "qty": 0.1,
            "ord_type": "market",
            "trade_id": number,
            "timestamp": "2026-01-05T12:00:00.000000Z",
        }
        for number in ids
    ]
    return json.dumps({"channel": "trade", "type": kind, "data": rows}, separators=(",", ":")).encode()


def ticker(symbol: str = "BTC/USD", *, kind: str = "update", last: float = 1.0) -> bytes:
    row: dict[str, Any] = {"symbol": symbol, "last": last}
    for name in ("bid", "bid_qty", "ask", "ask_qty", "volume", "vwap", "low", "high", "change", "change_pct"):
        row[name] = 1.0
    return json.dumps({"channel": "ticker", "type": kind, "data": [row]}, separators=(",", ":")).encode()


def candles(interval: int, *begins: int, symbol: str = "BTC/USD", kind: str = "update") -> bytes:
    rows = [
        {
            "symbol": symbol,
            **dict.fromkeys(("open", "high", "low", "close", "vwap", "volume"), 1.0),
            "trades": 1,
            "interval_begin": f"2026-01-05T12:{begin:02}:00.000000000Z",
            "interval": interval,
            "timestamp": "2026-01-05T12:00:00.000000Z",
        }
        for begin in begins
    ]
    message = {"channel": "ohlc", "type": kind, "timestamp": "2026-01-05T12:00:00.000000Z", "data": rows}
    return json.dumps(message, separators=(",", ":")).encode()


def reading(ground: Ground, *, history: bool = False) -> tuple[Link, Any]:
    link = ground.know_pairs()
    stream = ground.read(TRADES, "BTC/USD", history=history)
    ground.grant(link)
    return link, stream


def ids(stream: Any) -> list[int]:
    return [row.trade_id for row in waiting(stream)]


# -- Trades --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("history", [True, False])
def test_what_was_before_is_for_who_asked_for_it(history: bool) -> None:
    ground = Ground()
    link, stream = reading(ground, history=history)
    ground.hear(link, trades("snapshot", 7, 8, 9), trades("update", 10, 11))
    assert ids(stream) == ([7, 8, 9, 10, 11] if history else [10, 11])
    assert ground.gaps() == []


@pytest.mark.parametrize(
    ("again", "told", "missed"),
    [
        ((6, 7, 8, 9), [], 0),  # Nothing happened.
        ((8, 9, 10, 11), [10, 11], 0),  # The snapshot reaches back.
        ((12, 13), [12, 13], 2),  # It does not.
        ((10,), [10], 0),
        ((), [], 0),
    ],
)
def test_after_a_gap_each_trade_is_told_once_and_what_is_lost_is_counted(
    again: tuple[int, ...], told: list[int], missed: int
) -> None:
    ground = Ground()
    link, stream = reading(ground)
    ground.hear(link, trades("snapshot", 7, 8), trades("update", 9))
    assert ids(stream) == [9]
    ground.down(link)
    ground.up(link)
    ground.grant(link)
    ground.hear(link, trades("snapshot", *again))
    assert ids(stream) == told
    if again:  # An empty message tells no symbol: the session waits on.
        assert ("trade", "BTC/USD", missed) in ground.gaps()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_over_any_gaps_trades_rise_and_told_and_missed_add_up(data: st.DataObject) -> None:
    ground = Ground()
    link, stream = reading(ground)
    happened = data.draw(st.integers(1, 60), label="before")
    ground.hear(link, trades("snapshot", *range(max(1, happened - 49), happened + 1)))
    first, told = happened, ids(stream)
    for _ in range(data.draw(st.integers(0, 4), label="gaps")):
        for _ in range(data.draw(st.integers(0, 3), label="live")):
            happened += 1
            ground.hear(link, trades("update", happened))
        told += ids(stream)
        ground.down(link)
        happened += data.draw(st.integers(0, 70), label="in the gap")
        ground.up(link)
        ground.grant(link)
        ground.hear(link, trades("snapshot", *range(max(1, happened - 49), happened + 1)))
        told += ids(stream)
    assert told == sorted(set(told))
    missed = sum(gap.missed or 0 for gap in ground.events(Gap) if gap.channel == "trade")
    assert len(told) + missed == happened - first


def test_two_pairs_in_one_message_go_their_ways() -> None:
    ground = Ground()
    link = ground.know_pairs()
    btc, both = ground.read(TRADES, "BTC/USD"), ground.read(TRADES, "BTC/USD", "ETH/USD")
    ground.grant(link)
    ground.hear(link, trades("update", 1), trades("update", 5, symbol="ETH/USD"), trades("update", 2))
    assert ids(btc) == [1, 2]
    assert ids(both) == [1, 5, 2]


def test_who_comes_back_after_everybody_left_begins_anew() -> None:
    ground = Ground()
    link, stream = reading(ground)
    ground.hear(link, trades("snapshot", 7, 8, 9))
    stream.close()
    ground.grant(link)
    again = ground.read(TRADES, "BTC/USD", history=True)
    ground.grant(link)
    ground.hear(link, trades("snapshot", 8, 9, 10))
    assert ids(again) == [8, 9, 10]
    assert ground.gaps() == []


# -- Quotes and candles --------------------------------------------------------------------------------------


def test_quotes_conflate_and_the_newest_is_known_to_who_comes_late() -> None:
    ground = Ground()
    link = ground.know_pairs()
    params = TickerParams(symbol=(), event_trigger="trades", snapshot=True)
    stream = ground.read(params, "BTC/USD", "ETH/USD", conflate=True)
    ground.grant(link)
    ground.hear(link, ticker(kind="snapshot"), ticker(last=2.0), ticker("ETH/USD", last=5.0), ticker(last=3.0))
    assert [(row.symbol, float(row.last)) for row in waiting(stream)] == [("BTC/USD", 3.0), ("ETH/USD", 5.0)]
    topic = ground.topic("ticker", "BTC/USD")
    assert [float(row.last) for row in ground.hearing.known(topic, history=False)] == [3.0]
    ground.down(link)
    assert ground.hearing.known(topic, history=False) == []  # It is not the newest any more.
    stream.close()
    assert ground.hearing.market.quotes == {}


def test_candles_of_two_intervals_are_two_subscriptions() -> None:
    ground = Ground()
    link = ground.know_pairs()
    one = ground.read(OhlcParams(symbol=(), interval=1, snapshot=True), "BTC/USD")
    five = ground.read(OhlcParams(symbol=(), interval=5, snapshot=True), "BTC/USD")
    ground.grant(link)
    ground.hear(link, candles(1, 1, 2, kind="snapshot"), candles(5, 5, kind="snapshot"), candles(1, 2))
    assert [row.interval_begin[14:16] for row in waiting(one)] == ["01", "02", "02"]
    assert [row.interval_begin[14:16] for row in waiting(five)] == ["05"]


def test_what_nobody_reads_goes_nowhere() -> None:
    ground = Ground()
    link = ground.know_pairs()
    ground.hear(link, trades("update", 1), ticker(), candles(1, 1))
    assert ground.topics.find(("trade", "BTC/USD", 0)) is None  # type: ignore[arg-type]  # A key is a tuple.
    assert ground.hearing.market.quotes == {}


# -- Instruments ---------------------------------------------------------------------------------------------


def test_pairs_that_change_or_are_new_are_told_and_no_others() -> None:
    ground = Ground()
    link = ground.know_pairs()
    stream = ground.read(InstrumentParams(snapshot=True))
    closed = structs.replace(BTC, status="cancel_only")
    new = structs.replace(BTC, symbol="SOL/USD", base="SOL")
    ground.hear(link, instrument_frame(ETH, closed, new))
    assert waiting(stream) == [closed, new]
    assert set(ground.hearing.market.instruments) == {"BTC/USD", "ETH/USD", "SOL/USD"}
    ground.down(link)
    ground.up(link)
    ground.grant(link)
    ground.hear(link, instrument_frame(ETH, BTC, new, kind="snapshot"))
    assert waiting(stream) == [BTC]
    assert ("instrument", "", None) in ground.gaps()


def test_a_pair_whose_rules_make_no_sense_spoils_no_other_and_may_come_to_its_senses() -> None:
    ground = Ground()
    link = ground.know_pairs()
    broken = structs.replace(BTC, symbol="BAD/USD", price_increment_ticks=0)
    ground.hear(link, instrument_frame(broken, structs.replace(ETH, status="post_only")))
    market = ground.hearing.market
    assert "BAD/USD" in market.refused
    assert "BAD/USD" not in market.instruments
    assert market.instruments["ETH/USD"].status == "post_only"
    ground.hear(link, instrument_frame(structs.replace(BTC, symbol="BAD/USD")))
    assert market.refused == {}
    assert "BAD/USD" in market.instruments
