"""`fathom ws`: every channel in each form, its ends, and what stands in its way."""

import json
import signal
from pathlib import Path

import pytest

from client_commands import Terminal, fathom, faulty, started, stopped
from local_exchange import LocalExchange

LOCAL = ("--venue", "local")
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (["book", "BTC/USD", "--depth", "25"], "BTC/USD book  "),
        (["level3", "BTC/USD"], "BTC/USD level3  "),
        (["ticker", "ETH/USD", "--trigger", "bbo"], "ETH/USD  "),
        (["trade", "BTC/USD", "--history"], "20"),
        (["ohlc", "BTC/USD", "--interval", "5"], "20"),
        (["instrument", "ETH/USD"], "ETH/USD  online  tick 0.01  "),
        (["status"], "status  online"),
        (["balances"], "BTC  "),
    ],
)
def test_each_channel_has_lines(local: LocalExchange, capfd: Capture, words: list[str], begins: str) -> None:
    said = fathom(capfd, "ws", *words, *LOCAL, "--count", "1", "--seconds", "20")
    assert (said.status, said.err) == (0, "")
    assert said.out.count("\n") == 1
    assert said.out.startswith(begins)


def test_books_say_that_they_are_verified(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, "ws", "book", "BTC/USD", "ETH/USD", *LOCAL, "--count", "6")
    assert all(line.endswith("verified") for line in said.out.splitlines())
    assert len(said.out.splitlines()) == 6


@pytest.mark.parametrize("channel", ["book", "level3", "ticker", "trade", "ohlc"])
def test_raw_frames_are_those_of_the_channel_alone(local: LocalExchange, capfd: Capture, channel: str) -> None:
    said = fathom(capfd, "ws", channel, "BTC/USD", *LOCAL, "--json", "--count", "3")
    assert said.status == 0
    frames = [json.loads(line) for line in said.out.splitlines()]
    assert [frame["channel"] for frame in frames] == [channel] * 3
    assert frames[0]["type"] == "snapshot"


def test_executions_tell_what_was_before(local: LocalExchange, capfd: Capture) -> None:
    fathom(capfd, "order", "add", "BTC/USD", "buy", "0.001", "-p", "20000", "--yes", *LOCAL, "--cl-ord-id", "watched")
    said = fathom(capfd, "ws", "executions", "--history", *LOCAL, "--count", "1", "--seconds", "20")
    fathom(capfd, "order", "cancel", "watched", "--yes", *LOCAL)
    assert "(watched)  BTC/USD buy limit  0" in said.out
    said = fathom(capfd, "ws", "executions", *LOCAL, "--json", "--count", "1", "--seconds", "20")
    assert json.loads(said.out)["channel"] == "executions"


def test_seconds_end_it(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, "ws", "executions", *LOCAL, "--seconds", "0.5")
    assert (said.status, said.out, said.err) == (0, "", "")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["books", "BTC/USD"], "channel: there is no books: there are ticker, book, "),
        (["book"], "symbol: name at least one pair, such as BTC/USD"),
        (["status", "BTC/USD"], "symbol: status is of the whole venue"),
        (["balances", "BTC/USD"], "symbol: balances is of the whole account"),
        (["book", "BTC/USD", "--depth", "7"], "depth: must be one of 10, 25, 100, 500, 1000, not 7"),
        (["level3", "BTC/USD", "--depth", "25"], "depth: must be one of 10, 100, 1000, not 25"),
        (["trade", "BTC/USD", "--depth", "10"], "depth: goes with book and level3, not with trade"),
        (["ohlc", "BTC/USD", "--interval", "2"], "interval: must be one of 1, 5, 15, "),
        (["ticker", "BTC/USD", "--trigger", "x"], "trigger: must be one of trades, bbo, not x"),
        (["book", "BTC/USD", "--history"], "history: goes with trade and executions, not with book"),
        (["book", "BTC/USD", "--seconds", "0"], "seconds: must be above 0, not 0"),
        (["book", "BTC/USD", "--count", "0"], "count: must be at least 1, not 0"),
        (["book", "BTC/USD", "--json", "--plain"], "json: contradicts --plain"),
        (["book", "XBT/USD"], "symbol: XBT/USD is not how this venue names it: write BTC/USD"),
        (["ticker", "BTC/USDT"], "symbol: BTC/USDT is not a pair of this venue: did you mean BTC/USD"),
    ],
)
def test_a_mistake_is_one_line(local: LocalExchange, capfd: Capture, words: list[str], error: str) -> None:
    said = fathom(capfd, "ws", *words, *LOCAL)
    assert said.status == 1
    assert said.error.startswith(error)


def test_nobody_there(capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    said = fathom(capfd, "ws", "ticker", "BTC/USD", "--venue", "http://127.0.0.1:1")
    assert said.status == 1
    assert said.error == "cannot reach http://127.0.0.1:1: Connection refused"


@pytest.mark.parametrize("channel", ["executions", "balances"])
def test_a_wrong_key_ends_it(
    local: LocalExchange, capfd: Capture, monkeypatch: pytest.MonkeyPatch, channel: str
) -> None:
    monkeypatch.setenv("FATHOM_API_KEY", "nobody" * 8)
    monkeypatch.setenv("FATHOM_API_SECRET", local.key("alice")[1])
    said = fathom(capfd, "ws", channel, *LOCAL, "--seconds", "20")
    assert said.status == 1
    assert "EAPI:Invalid key" in said.error
    assert local.key("alice")[1] not in said.err


def test_gaps_are_told_and_the_stream_goes_on(local: LocalExchange) -> None:
    with started("ws", "book", "BTC/USD", *LOCAL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with faulty(local.control, kind="close", code=1006, channel="book", count=1):
            assert process.stderr is not None
            notes = [process.stderr.readline().decode() for _ in range(2)]
        assert notes[0].startswith("note: connection public is down")
        assert notes[1].startswith("note: gap of ")
        assert b"BTC/USD book" in process.stdout.readline()
        assert stopped(process)[0] == 130


# -- Its ends ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("words", [["book", "BTC/USD"], ["book", "BTC/USD", "--json"], ["balances"]])
def test_a_signal_ends_it_at_once(local: LocalExchange, words: list[str], number: int) -> None:
    with started("ws", *words, *LOCAL) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        status, err = stopped(process, number)
    assert (status, err) == (130, b"error: interrupted\n")


def test_a_reader_that_goes_away_is_no_error(local: LocalExchange) -> None:
    with started("ws", "book", "BTC/USD", *LOCAL, "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == b""


def test_a_full_disk_is_one_line(local: LocalExchange) -> None:
    with Path("/dev/full").open("wb") as full, started("ws", "book", "BTC/USD", *LOCAL, stdout=full) as process:
        _, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert err == b"error: stdout: cannot be written to: No space left on device\n"


def test_the_ladder_is_live_in_a_terminal_and_leaves_it_as_it_was(local: LocalExchange) -> None:
    terminal = Terminal("ws", "book", "BTC/USD", *LOCAL)
    terminal.until("● verified")
    terminal.interrupt()
    assert terminal.end() == 130
    assert terminal.shown.index("\x1b[?1049h") < terminal.shown.rindex("\x1b[?1049l")
    assert terminal.shown.rindex("\x1b[?25l") < terminal.shown.rindex("\x1b[?25h")
    assert "interrupted" in terminal.shown.split("\x1b[?1049l")[-1]


def test_the_ladder_sums_up(local: LocalExchange) -> None:
    terminal = Terminal("ws", "level3", "BTC/USD", *LOCAL, "--count", "20")
    assert terminal.end() == 0
    assert "BTC/USD: " in terminal.shown.split("\x1b[?1049l")[-1]
    assert "0 times not, 0 gaps" in terminal.shown
