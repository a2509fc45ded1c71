"""`--market FILE`: which pairs a recording has, and its frames or trades, again and again."""

import gzip
import os
from pathlib import Path

import pytest

from fathom.domain import LocalError
from fathom.exchange import Exchange, RecordedFrame, Settings
from fathom.run import packaged
from fathom.run.local_exchange.recorded_market import RecordedMarket, is_csv
from recorded import FIXTURES

TRADES = b"1672531436,90.540000,1.10448420\n1672531471,90.450000,1.00000000\n"
SECOND_NS = 1_000_000_000
RECORDINGS = Path(packaged.__file__).parent / "recordings"


def book(symbol: str) -> str:
    row = f'{{"symbol":"{symbol}","bids":[{{"price":1.0,"qty":1.0}}],"asks":[{{"price":2.0,"qty":1.0}}],"checksum":1}}'
    return f'{{"channel":"book","type":"snapshot","data":[{row}]}}'


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_packaged_recordings_have_listed_pairs() -> None:
    assert RecordedMarket(RECORDINGS / "btc-usd-2023-07-30.jsonl.zst").symbols() == ("BTC/USD",)
    ten = RecordedMarket(RECORDINGS / "ten-pairs-2021-04-17.jsonl.zst")
    symbols = ten.symbols()
    assert len(symbols) >= 2
    assert "WAVES/EUR" not in symbols
    frames = list(ten)
    assert len(frames) > 4000
    assert list(ten) == frames  # Again and again.


def test_pairs_that_are_not_listed_are_left_out(tmp_path: Path) -> None:
    lines = [book(symbol) for symbol in ("WAVES/EUR", "ETH/USD", "KSM/BTC", "BTC/USD")]
    assert RecordedMarket(written(tmp_path / "x.jsonl", *lines)).symbols() == ("ETH/USD", "BTC/USD")


def test_a_capture_of_version_1_is_known_by_the_names_of_version_2() -> None:
    symbols = RecordedMarket(FIXTURES / "cryptofeed/KRAKEN.ws.50.0").symbols()
    assert symbols
    assert not any("XBT" in symbol or symbol == "WAVES/EUR" for symbol in symbols)
    settings = Settings(start_ns=10**18, symbols=symbols, speed=100.0)
    exchange = Exchange(settings, machine_ns=0, recording=RecordedMarket(FIXTURES / "cryptofeed/KRAKEN.ws.50.0"))
    due_ns = 0
    while exchange.market.acts < 1000:
        due_ns = exchange.wake(due_ns)
    for symbol in symbols:
        assert len(exchange.venue.markets[symbol].bids) > 0, symbol


def test_what_the_recorder_sent_is_not_played(tmp_path: Path) -> None:
    sent = 'wss://ws.kraken.com <- 1618678132.5: {"event":"subscribe","pair":["XBT/USD"]}'
    came = f"1618678133.25: {book('BTC/USD')}"
    frames = list(RecordedMarket(written(tmp_path / "capture.0", sent, came)))
    assert frames == [RecordedFrame(1_618_678_133_250_000_000, book("BTC/USD").encode())]


@pytest.mark.parametrize("name", ["trades.csv", "TRADES.CSV", "trades.csv.gz"])
def test_a_trade_history_is_of_the_pair_that_was_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(TRADES) if name.endswith("gz") else b"time,price,volume\n" + TRADES)
    market = RecordedMarket(path, symbol="BCH/EUR")
    assert is_csv(path)
    assert market.symbols() == ("BCH/EUR",)
    times = [trade.time_ns for trade in market]
    assert times == [1_672_531_436 * SECOND_NS, 1_672_531_471 * SECOND_NS]
    assert [trade.time_ns for trade in market] == times


@pytest.mark.parametrize(
    ("name", "content", "symbol", "error"),
    [
        ("x.csv", TRADES, None, "pairs: name the one pair that a CSV of trades is of, such as --pairs BCH/EUR"),
        ("x.csv", b"", "BCH/EUR", "market: {path} has no rows of time, price and volume that can be played"),
        ("x.csv", b"a,b,c\n\xff\xfe,1,2\n", "BCH/EUR", "market: {path} has no rows of time, price and volume "),
        (
            "x.csv",
            gzip.compress(TRADES, mtime=0)[:-12],
            "BCH/EUR",
            "market: cannot read {path}: its compression is broken: ",
        ),
        ("x.jsonl", b"", None, "market: {path} has no book, level3 or trade frames that can be played"),
        ("x.jsonl", b'{"channel":"heartbeat"}\n', None, "market: {path} has no book, level3 or trade frames "),
        ("x.jsonl", book("WAVES/EUR").encode(), None, "market: no pair of {path} is listed here: it has WAVES/EUR"),
        ("x.jsonl", bytes(range(256)), None, "{path}: is not a recording: neither text nor a journal"),
        ("x", None, None, "{path}: is a directory without a journal; name a file of frames"),
        ("x.csv", None, "BCH/EUR", "market: cannot read {path}: Is a directory"),
    ],
)
def test_what_cannot_be_a_market_is_said_in_one_sentence(
    tmp_path: Path, name: str, content: bytes | None, symbol: str | None, error: str
) -> None:
    path = tmp_path / name
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(LocalError) as caught:
        RecordedMarket(path, symbol=symbol).symbols()
    assert str(caught.value).startswith(error.format(path=path))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_gone_ends_the_next_pass(tmp_path: Path) -> None:
    path = written(tmp_path / "x.jsonl", book("BTC/USD"))
    market = RecordedMarket(path)
    assert market.symbols() == ("BTC/USD",)
    os.unlink(path)  # noqa: PTH108 - As another program would.
    with pytest.raises(LocalError, match="cannot be read: No such file"):
        list(market)
