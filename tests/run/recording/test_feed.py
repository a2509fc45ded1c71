"""`fathom record` against a whole local exchange in a process of its own: what it meets is on disk, and told."""

import asyncio
import json
import resource
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from fathom.domain import AuthError, Instrument, LinkError, LocalError
from fathom.protocol.messages import BookParams, InstrumentParams, Level3Params, OhlcParams, TickerParams, TradeParams
from fathom.run.local_exchange.recorded_market import RecordedMarket
from fathom.run.recording.feed import feed_from, params_of, record, tradable
from fathom.run.recording.recorder import Recorder
from fathom.run.recording.session import RecordCommand, run_record
from fathom.run.recording.verify import verify_file
from fathom.run.where import Where
from fathom.store import CaptureReader, JournalReader, read_manifest
from local_exchange import LocalExchange, running_exchange

LOCAL = Where(venue="local")
PAIRS = ("BTC/USD", "ETH/USD", "SOL/USD")
END_S_MAX = 20.0
BEGUN_BYTES = 4_000
Script = Callable[[Recorder], Awaitable[None]]


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalExchange]:
    with pytest.MonkeyPatch.context() as patch:  # Where each test of its own looks for it.
        patch.setenv("FATHOM_STATE_DIR", str(tmp_path_factory.getbasetemp() / "state"))
        with running_exchange("--pairs", *PAIRS, "--speed", "20") as running:
            yield running


@pytest.fixture(autouse=True)
def no_faults(exchange: LocalExchange) -> Iterator[None]:
    yield
    asked(exchange, "DELETE", "/faults")


def asked(exchange: LocalExchange, verb: str, path: str, **keys: Any) -> None:
    body = json.dumps(keys).encode() if keys else None
    request = urllib.request.Request(exchange.control + path, data=body, method=verb)
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(END_S_MAX):
        while not done():
            with suppress(TimeoutError):
                async with asyncio.timeout(0.01):
                    await asyncio.Event().wait()


def recorded(out: Path, script: Script, **options: Any) -> int:
    """Record BTC/USD from the local exchange until the script is done; return the status."""
    command = RecordCommand(**{"symbols": ("BTC/USD",), "out": out, "venue": "local", "json": True, **options})
    feed = feed_from(LOCAL, command)

    async def scripted(recorder: Recorder) -> None:
        async with asyncio.TaskGroup() as tasks:
            feeding = tasks.create_task(feed(recorder))
            await script(recorder)
            recorder.end()
            feeding.cancel()

    return run_record(command, scripted)


def books(recorder: Recorder) -> int:
    return recorder.report().verified


def answer_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


# -- Faults --------------------------------------------------------------------------------------------------


def test_a_lost_connection_is_a_drop_and_gaps_and_the_books_verify_again(
    exchange: LocalExchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def script(recorder: Recorder) -> None:
        await until(lambda: books(recorder) > 20)
        asked(exchange, "POST", "/faults", kind="close", role="public", code=1011)
        await until(lambda: recorder.gap_count >= 4)
        before = books(recorder)
        await until(lambda: books(recorder) > before + 20)

    channels = ("book", "trade", "ticker", "instrument")
    assert recorded(tmp_path / "out", script, channels=channels) == 0
    answer = answer_of(capsys)
    assert (answer["ok"], answer["drop_count"]) == (True, 1)
    assert sorted((gap["channel"], gap["symbol"]) for gap in answer["gaps"]) == [
        ("book", "BTC/USD"),
        ("instrument", ""),
        ("ticker", "BTC/USD"),
        ("trade", "BTC/USD"),
    ]
    assert all(gap["from_ns"] < gap["to_ns"] and "1011" in gap["reason"] for gap in answer["gaps"])
    manifest = read_manifest(tmp_path / "out")
    assert manifest
    assert manifest.venue == "local"
    (drop,) = manifest.drops
    assert drop.to_ns is not None
    assert drop.from_ns < drop.to_ns
    later = verify_file(tmp_path / "out")
    assert later.ok
    assert sum(stream.verified for stream in later.streams) == answer["streams"][0]["verified"]


def test_a_wrong_checksum_is_recorded_told_and_over_with_the_next_snapshot(
    exchange: LocalExchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def script(recorder: Recorder) -> None:
        await until(lambda: books(recorder) > 5)
        asked(exchange, "POST", "/faults", kind="wrong_checksum", channel="book", symbol="BTC/USD", count=1)
        await until(lambda: recorder.gap_count >= 1)
        before = books(recorder)
        await until(lambda: books(recorder) > before + 5)

    assert recorded(tmp_path / "out", script) == 1
    answer = answer_of(capsys)
    assert answer["ok"] is False
    (stream,) = answer["streams"]
    assert stream["mismatched"] >= 1
    assert [(gap["channel"], gap["reason"]) for gap in answer["gaps"]] == [("book", "checksum mismatch")]
    (later,) = verify_file(tmp_path / "out").streams
    assert (later.verified, later.mismatched) == (stream["verified"], stream["mismatched"])


def test_a_gap_that_stays_ends_with_the_recording(
    exchange: LocalExchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def script(recorder: Recorder) -> None:
        await until(lambda: books(recorder) > 5)
        asked(exchange, "POST", "/faults", kind="upgrade_refused", status=503)
        asked(exchange, "POST", "/faults", kind="close", role="public", code=1011)
        await until(lambda: recorder.drop_count == 1)

    assert recorded(tmp_path / "out", script, channels=("book",)) == 0
    answer = answer_of(capsys)
    assert sorted((gap["channel"], gap["to_ns"]) for gap in answer["gaps"]) == [("book", None), ("instrument", None)]


def test_what_the_venue_refuses_is_told(
    exchange: LocalExchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def script(recorder: Recorder) -> None:
        await until(lambda: recorder.report().denial_count > 0)

    # The first request is for the instruments.
    refusal = "Currency pair not supported BTC/USD"
    asked(exchange, "POST", "/faults", kind="refuse", method="subscribe", every=2, count=1, text=refusal)
    assert recorded(tmp_path / "out", script, channels=("trade",)) == 1
    answer = answer_of(capsys)
    assert answer["denials"] == [{"channel": "trade", "symbol": "BTC/USD", "error": refusal}]
    assert answer["denial_count"] == 1


# -- All pairs, all channels ---------------------------------------------------------------------------------


def test_every_pair_and_every_channel_and_it_can_be_read_back(
    exchange: LocalExchange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"

    async def script(recorder: Recorder) -> None:
        await until(lambda: sum(stream.verified > 1 for stream in recorder.report().streams) == 2 * len(PAIRS))

    channels = ("book", "trade", "ticker", "ohlc", "level3")
    assert recorded(out, script, symbols=("all",), channels=channels, size_mib=1) == 0
    assert answer_of(capsys)["gaps"] == []
    manifest = read_manifest(out)
    assert manifest
    assert set(manifest.links) == {"public", "level3"}
    for channel in channels:
        assert set(PAIRS) <= set(manifest.counts[channel]), channel
    later = verify_file(out)
    assert later.ok
    assert {(stream.channel, stream.symbol) for stream in later.streams} == {
        (channel, symbol) for channel in ("book", "level3") for symbol in PAIRS
    }
    captures = list(CaptureReader(out))
    assert len(captures) == manifest.frames
    assert [capture.time_ns for capture in captures] == sorted(capture.time_ns for capture in captures)
    assert set(RecordedMarket(out).symbols()) == set(PAIRS)


def test_a_pair_that_is_listed_later_is_recorded_too(exchange: LocalExchange, tmp_path: Path) -> None:
    asked(exchange, "POST", "/pairs", symbol="SOL/USD", status="work_in_progress")

    async def script(recorder: Recorder) -> None:
        await until(lambda: len(recorder.report().streams) == 2)
        asked(exchange, "POST", "/pairs", symbol="SOL/USD", status="online")
        await until(lambda: len(recorder.report().streams) == 3)

    try:
        assert recorded(tmp_path / "out", script, symbols=("*",), channels=("book",)) == 0
    finally:
        asked(exchange, "POST", "/pairs", symbol="SOL/USD", status="online")


def test_pairs_without_a_market() -> None:
    def pair(symbol: str, status: Any) -> Instrument:
        base, quote = symbol.split("/")
        return Instrument(
            symbol=symbol, base=base, quote=quote, price_precision=1, qty_precision=8, cost_precision=5,
            qty_lots_min=1, cost_min=0, status=status,  # type: ignore[arg-type] # Not looked at.
        )  # fmt: skip

    pairs = [pair("ETH/USD", "cancel_only"), pair("OLD/USD", "delisted"), pair("BTC/USD", "online")]
    assert tradable(pairs) == ("BTC/USD", "ETH/USD")


def test_each_channel_comes_with_its_snapshot() -> None:
    assert params_of("book", depth=25) == BookParams(symbol=(), depth=25, snapshot=True)
    assert params_of("level3", depth=100) == Level3Params(symbol=(), depth=100, snapshot=True)
    assert params_of("trade", depth=10) == TradeParams(symbol=(), snapshot=True)
    assert params_of("ticker", depth=10) == TickerParams(symbol=(), event_trigger="trades", snapshot=True)
    assert params_of("ohlc", depth=10) == OhlcParams(symbol=(), interval=1, snapshot=True)
    assert params_of("instrument", depth=10) == InstrumentParams(snapshot=True)


# -- What cannot be ------------------------------------------------------------------------------------------


def test_what_cannot_be_is_raised(exchange: LocalExchange, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def attempt(where: Where, **options: Any) -> None:
        record(RecordCommand(**{"symbols": ("BTC/USD",), "out": tmp_path / "out", **options}), where)

    with pytest.raises(LocalError, match="write BTC/USD"):
        attempt(LOCAL, symbols=("XBT/USD",))
    with pytest.raises(LocalError, match="is none: name kraken"):
        attempt(Where(venue="krakn"))
    with pytest.raises(LocalError, match="size-mib"):
        attempt(Where(venue="krakn"), size_mib=0)  # Before anybody is asked.
    with pytest.raises(AuthError, match="level3 needs an API key"):
        attempt(Where(venue=exchange.rest), channels=("level3",), out=tmp_path / "url")
    monkeypatch.setenv("FATHOM_API_KEY", exchange.key("alice")[0])
    monkeypatch.setenv("FATHOM_API_SECRET", "c2VjcmV0" * 11)
    with pytest.raises(AuthError):
        attempt(Where(venue=exchange.rest), channels=("level3",), out=tmp_path / "url")
    with pytest.raises(LocalError, match="holds a recording of local, not http"):
        attempt(Where(venue=exchange.rest))


def test_a_venue_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="cannot reach"):
        record(RecordCommand(symbols=("BTC/USD",), out=tmp_path / "out"), Where(venue="http://127.0.0.1:1"))
    assert not (tmp_path / "out").exists()


# -- The process ---------------------------------------------------------------------------------------------


@contextmanager
def recording(out: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """`fathom record` as a user starts it; it has recorded something when this begins."""
    words = [sys.executable, "-m", "fathom", "record", *PAIRS, "--venue", "local", "--out", str(out), *options]
    before = set(out.glob("*.fathom"))
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            while not begun(out, before) and process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.02)
            yield process
        finally:
            process.kill()


def begun(out: Path, before: set[Path]) -> bool:
    """Whether a segment that was not there has some frames."""
    return any(path.stat().st_size > BEGUN_BYTES for path in set(out.glob("*.fathom")) - before)


@pytest.mark.parametrize("one", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_well(exchange: LocalExchange, tmp_path: Path, one: signal.Signals) -> None:
    with recording(tmp_path / "out") as process:
        process.send_signal(one)
        out, err = process.communicate(timeout=END_S_MAX)
    assert (process.returncode, err) == (0, "")
    lines = out.splitlines()
    assert " 0 mismatched" in lines[1]
    assert lines[-1] == "0 lost links, 0 gaps"
    assert "\r" not in out  # Nobody looks: no line of progress.
    assert verify_file(tmp_path / "out").ok
    assert [path.name for path in sorted((tmp_path / "out").iterdir())] == [
        "journal-000001.fathom.zst",
        "journal.lock",
        "manifest.json",
    ]


def test_killed_and_gone_on_with(exchange: LocalExchange, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        with recording(out) as process:
            process.kill()
            process.wait(END_S_MAX)
    entries = sum(1 for _ in JournalReader(out))
    with recording(out) as process:
        process.send_signal(signal.SIGINT)
        said, err = process.communicate(timeout=END_S_MAX)
    assert (process.returncode, err) == (0, "")
    assert said.startswith(f"goes on after entry {entries:,}\n")
    assert verify_file(out).ok
    manifest = read_manifest(out)
    assert manifest
    assert [drop.reason for drop in manifest.drops] == ["the recording stopped here"] * 2
    assert all(drop.to_ns is not None and drop.from_ns < drop.to_ns for drop in manifest.drops)
    assert manifest.frames == len(list(CaptureReader(out)))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux fills another process's disk")
def test_a_disk_that_fills_up_is_one_line_and_what_was_recorded_is_whole(
    exchange: LocalExchange, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with recording(out) as process:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (8_000, 8_000))
        said, err = process.communicate(timeout=END_S_MAX)
    assert process.returncode == 1
    assert "frames recorded" in said
    assert err.count("\n") == 1
    assert err.startswith("error: Cannot write ")
    assert "File too large" in err
    assert verify_file(out).ok
    with recording(out) as process:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=END_S_MAX)
    assert process.returncode == 0
    assert verify_file(out).ok


def test_two_recorders_and_one_folder(exchange: LocalExchange, tmp_path: Path) -> None:
    with recording(tmp_path / "out"), pytest.raises(LocalError, match="another run is writing"):
        record(RecordCommand(symbols=PAIRS, out=tmp_path / "out"), LOCAL)
