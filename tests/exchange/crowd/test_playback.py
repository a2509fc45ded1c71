import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

import pytest
from crowd_venue import MINUTE, T0, Levels, S, book, client_of, limit, queues, tape, trades, venue_of

from fathom.domain import LocalError, to_units
from fathom.exchange.crowd import CsvTrades, Playback, RecordedFrame
from fathom.protocol import checksum, level3_checksum, read_book, v2_symbol
from fathom.store import CaptureReader
from recorded import FIXTURES


def frame(kind: str, bids: Levels, asks: Levels, *, symbol: str = "BTC/USD", channel: str = "book") -> bytes:
    def rows(levels: Levels) -> str:
        return ",".join(f'{{"price":{price}.0,"qty":{lots}.00000000}}' for price, lots in levels)

    return (
        f'{{"channel":"{channel}","type":"{kind}","data":[{{"symbol":"{symbol}","bids":[{rows(bids)}],'
        f'"asks":[{rows(asks)}],"checksum":1}}]}}'
    ).encode()


def trade_frame(side: str, price: int, qty: int, kind: str = "update") -> bytes:
    return (
        f'{{"channel":"trade","type":"{kind}","data":[{{"symbol":"BTC/USD","side":"{side}","price":{price}.0,'
        f'"qty":{qty}.00000000,"ord_type":"market","trade_id":1,"timestamp":"2023-10-06T17:35:55.440295Z"}}]}}'
    ).encode()


SNAPSHOT = frame("snapshot", [(100, 5), (99, 1)], [(101, 5), (102, 1)])
FEW = [
    RecordedFrame(1000 * S, b'{"channel":"heartbeat"}'),
    RecordedFrame(1001 * S, SNAPSHOT),
    RecordedFrame(1002 * S, frame("update", [(100, 3)], [])),
    RecordedFrame(1004 * S, trade_frame("sell", 100, 2)),
    RecordedFrame(1003 * S, frame("snapshot", [(1, 1)], [(2, 1)], symbol="NO/NE")),
    RecordedFrame(1005 * S, frame("update", [(100, 0)], [(101, 0), (100, 7)])),
]


def play(playback: Playback) -> Iterator[int]:
    while (due_ns := playback.next_ns()) is not None:
        assert playback.act() == due_ns
        yield due_ns


def test_time_runs_as_recorded_divided_by_the_speed() -> None:
    for speed, step in ((1.0, S), (4.0, S // 4)):
        venue = venue_of("BTC/USD")
        playback = Playback(venue, FEW, speed=speed, start_ns=T0)
        times = list(play(playback))
        assert times == [T0, T0 + step, T0 + 3 * step, T0 + 3 * step, T0 + 4 * step], "its clock never runs back"
        assert (playback.played, playback.skipped) == (4, 2)
        assert list(playback.unlisted) == ["NO/NE"]
        assert playback.next_ns() is None


def test_books_stand_and_trades_are_told() -> None:
    venue = venue_of("BTC/USD")
    playback = Playback(venue, FEW, speed=1.0, start_ns=T0)
    list(play(playback))
    assert book(venue, "BTC/USD") == ([(990, 10**8)], [(1000, 7 * 10**8), (1020, 10**8)])
    (trade,) = trades(tape(venue))
    assert (trade.side, trade.price_ticks, trade.qty_lots, trade.time_ns) == ("sell", 1000, 2 * 10**8, T0 + 3 * S)


def test_at_its_end_it_begins_anew_with_an_empty_book() -> None:
    venue = venue_of("BTC/USD")
    playback = Playback(venue, FEW, speed=1.0, start_ns=T0, loop=True)
    times = []
    for _ in range(12):
        times.append(playback.act())
        if len(times) == 6:
            assert book(venue, "BTC/USD")[0] == [(1000, 5 * 10**8), (990, 10**8)]
    assert times[5] == times[4] + S
    assert times[5:10] == [time + 5 * S for time in times[:5]]


@pytest.mark.parametrize("source", [[], [RecordedFrame(None, b'{"channel":"heartbeat"}')]])
def test_a_recording_of_nothing_stands_still(source: list[RecordedFrame]) -> None:
    playback = Playback(venue_of("BTC/USD"), source, speed=1.0, start_ns=T0, loop=True)
    assert playback.next_ns() is None


def test_its_speed_can_change_but_not_its_rate() -> None:
    playback = Playback(venue_of("BTC/USD"), FEW, speed=1.0, start_ns=T0)
    assert playback.act() == T0
    playback.set_pace(speed=2.0, rate=None, now_ns=T0 + S // 2)
    assert playback.next_ns() == T0 + S // 2 + S // 4
    playback.act()
    assert playback.next_ns() == T0 + S // 2 + S // 4 + S
    playback.resume(T0 + MINUTE)
    assert list(play(playback)) == [T0 + MINUTE, T0 + MINUTE, T0 + MINUTE + S // 2]
    for speed, rate in ((None, 5.0), (0.0, None), (float("nan"), None)):
        with pytest.raises(LocalError):
            playback.set_pace(speed=speed, rate=rate, now_ns=T0)


def test_clients_are_filled_when_the_recording_trades_through_them() -> None:
    venue = venue_of("BTC/USD")
    alice = client_of(venue)
    rows = [
        RecordedFrame(1 * S, SNAPSHOT),
        RecordedFrame(2 * S, trade_frame("buy", 500, 5, kind="snapshot")),
        RecordedFrame(3 * S, trade_frame("sell", 100, 6)),
        RecordedFrame(4 * S, frame("update", [(100, 0)], [])),
        RecordedFrame(5 * S, frame("update", [(99, 0), (98, 9)], [(99, 1)])),
    ]
    playback = Playback(venue, rows, speed=1.0, start_ns=T0)
    playback.act()
    joined = limit(venue, alice, "BTC/USD", "buy", price_ticks=1000, qty_lots=3 * 10**8)
    inside = limit(venue, alice, "BTC/USD", "sell", price_ticks=1005, qty_lots=10**8)
    playback.act()
    assert inside.is_open, "a snapshot of trades is of the past"
    playback.act()
    assert joined.cum_lots == 10**8, "five stood before it"
    playback.act()
    assert book(venue, "BTC/USD")[0][0] == (1000, 2 * 10**8), "only the client is left there"
    playback.act()
    assert joined.status == "filled"
    assert book(venue, "BTC/USD") == (
        [(980, 9 * 10**8)],
        [(990, 10**8), (1005, 10**8), (1010, 5 * 10**8), (1020, 10**8)],
    )
    venue.bank.check()


def books_of(raw: bytes) -> Iterator[tuple[str, bool, Levels, Levels]]:
    """The recorded v1 books, plainly."""
    said = read_book(raw) if raw.startswith(b"[") else None
    if said is not None:
        precision = {"XMR/USD": 2, "OMG/USD": 6, "ADA/BTC": 8}.get(v2_symbol(said.pair))
        if precision is not None:
            bids, asks = (
                [
                    (to_units(Decimal(row[0]), precision=precision), to_units(Decimal(row[1]), precision=8))
                    for row in rows
                ]
                for rows in (said.bids, said.asks)
            )
            yield v2_symbol(said.pair), said.snapshot, bids, asks


def test_the_recorded_books_of_version_1_stand_at_the_venue() -> None:
    """After each frame the venue's book is the recorded one: applied to a dict, and cut to the depth."""
    captures = [one for one in CaptureReader(FIXTURES / "cryptofeed/KRAKEN.ws.50.0") if not one.sent]
    venue = venue_of("XMR/USD", "OMG/USD", "ADA/BTC")
    playback = Playback(venue, [RecordedFrame(one.time_ns, one.frame) for one in captures], speed=1.0, start_ns=T0)
    plain: dict[str, tuple[dict[int, int], dict[int, int]]] = {}
    checked = 0
    frames = chain.from_iterable(books_of(one.frame) for one in captures)
    for played, (symbol, snapshot, bids, asks) in enumerate(frames, start=1):
        if snapshot:
            plain[symbol] = ({}, {})
        for levels, changes, sign in ((plain[symbol][0], bids, -1), (plain[symbol][1], asks, 1)):
            levels.update(changes)
            for price in [price for price, lots in levels.items() if not lots]:
                del levels[price]
            for price in sorted(levels, key=lambda price: price * sign)[1000:]:
                del levels[price]
        while playback.played < played:
            playback.act()
        if checked % 10 == 0 or played < 50:
            recorded = tuple(
                sorted(levels.items(), key=lambda row: row[0] * sign)
                for levels, sign in zip(plain[symbol], (-1, 1), strict=True)
            )
            assert book(venue, symbol) == recorded, (symbol, played)
        checked += 1
    assert checked > 500
    assert len(playback.unlisted) == 7
    assert playback.unfit == 0
    assert not any(market.trades for market in venue.markets.values())
    venue.bank.check()


def test_the_recorded_books_of_version_2_stand_at_the_venue() -> None:
    """Each message's checksum is that of the venue's ten best levels after it."""
    recorded = json.loads((FIXTURES / "python-kraken-sdk/orderbook-v2.json").read_bytes())
    messages = [recorded["init"], *recorded["updates"]]
    venue = venue_of("BTC/USD")
    rows = [RecordedFrame(None, json.dumps(message).encode()) for message in messages]
    playback = Playback(venue, rows, speed=1000.0, start_ns=T0)
    for message in messages:
        playback.act()
        bids, asks = book(venue, "BTC/USD")
        assert checksum(asks, bids) == message["data"][0]["checksum"]
    assert playback.played == len(messages) == 510
    assert playback.next_ns() is None


def test_the_documented_orders_stand_at_the_venue() -> None:
    captures = CaptureReader(FIXTURES / "kraken-docs/level3-checksum-example.json")
    venue = venue_of("BTC/USD")
    playback = Playback(venue, [RecordedFrame(one.time_ns, one.frame) for one in captures], speed=1.0, start_ns=T0)
    assert len(list(play(playback))) == 1
    bids, asks = queues(venue, "BTC/USD")
    assert (len(bids), len(asks)) == (21, 14)
    assert level3_checksum(asks, bids) == 1063832831


def test_the_public_trades_of_version_1_are_told_as_recorded() -> None:
    captures = CaptureReader(FIXTURES / "cryptofeed/KRAKEN.ws.48.0")
    venue = venue_of("XMR/USD", "OMG/USD", "ADA/BTC")
    playback = Playback(
        venue, [RecordedFrame(one.time_ns, one.frame) for one in captures if not one.sent], speed=1.0, start_ns=T0
    )
    list(play(playback))
    told = trades(tape(venue))
    assert len(told) == playback.played
    assert {trade.symbol for trade in told} <= {"XMR/USD", "OMG/USD", "ADA/BTC"}


def test_a_trade_history_is_a_market() -> None:
    lines = (FIXTURES / "freqtrade/trades_csv/BCHEUR.csv").read_bytes().splitlines()
    venue = venue_of("BCH/EUR")
    alice = client_of(venue)
    history = CsvTrades(lines, symbol="BCH/EUR")
    playback = Playback(venue, history, speed=100.0, start_ns=T0)
    prices = [int(row.price * 100) for row in history]
    playback.act()
    low = limit(venue, alice, "BCH/EUR", "buy", price_ticks=min(prices) + 1, qty_lots=10**8)
    times = list(play(playback))
    assert times[-1] - T0 == pytest.approx((1672617511 - 1672531436) * S / 100, rel=0.5)
    told = trades(tape(venue))
    assert low.status == "filled"
    assert [trade.price_ticks for trade in told if trade.price_ticks in prices][-20:] == prices[-20:]
    venue.bank.check()
