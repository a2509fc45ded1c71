"""`fathom kill`: nothing is open afterwards, whichever path fails, and it says so only when it is true."""

import json
from collections.abc import Iterator

import pytest

from client_commands import fathom, faulty, open_orders
from fathom.net import halt
from local_exchange import LocalExchange

LOCAL = ("--venue", "local", "--account", "bob")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def no_halt() -> Iterator[None]:
    yield
    halt.remove_halt()


def with_orders(capfd: Capture, count: int = 2) -> None:
    for index in range(count):
        words = ("AddOrder", "pair=BTC/USD", "type=buy", "ordertype=limit", f"price={20_000 + index}", "volume=0.001")
        assert fathom(capfd, "rest", *words, *LOCAL, "--yes").status == 0


def test_it_cancels_everything_at_once_and_halts(local: LocalExchange, capfd: Capture) -> None:
    with_orders(capfd)
    assert len(open_orders(local.control, "bob")) == 2
    said = fathom(capfd, "kill", *LOCAL, "--reason", "fat finger")
    assert said.status == 0
    assert "nothing is open, as OpenOrders says" in said.out
    assert "halted: bots of this user do not trade" in said.err
    assert f"killing at local ({local.rest}, nobody's money), key " in said.err
    assert open_orders(local.control, "bob") == []
    kept = halt.read_halt()
    assert kept is not None
    assert (kept.reason, kept.venue, len(kept.key)) == ("fat finger", "local", 8)


@pytest.mark.parametrize(
    ("fault", "path"),
    [
        ({"kind": "upgrade_refused", "role": "private", "status": 503}, "WebSocket"),
        ({"kind": "lost_answer", "method": "cancel_all", "count": 1}, "WebSocket"),
        ({"kind": "refuse", "method": "cancel_all", "door": "rest", "text": "EGeneral:Internal error"}, "REST"),
    ],
)
def test_one_path_is_enough(local: LocalExchange, capfd: Capture, fault: dict[str, object], path: str) -> None:
    with_orders(capfd)
    with faulty(local.control, **fault):
        said = fathom(capfd, "kill", *LOCAL)
    assert said.status == 0, said.err
    assert f"warning: {path} did not cancel: " in said.err
    assert open_orders(local.control, "bob") == []


def test_a_key_that_may_not_cancel_says_so(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, "kill", "--venue", "local", "--account", "viewer")
    assert said.status == 0  # It has no orders, and is told so.
    assert said.err.count("did not cancel: Kraken refused (EGeneral:Permission denied)") == 2


def test_a_wrong_key_fails_and_says_what_else_to_do(
    local: LocalExchange, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FATHOM_API_KEY", "nobody" * 8)
    monkeypatch.setenv("FATHOM_API_SECRET", local.key("alice")[1])
    said = fathom(capfd, "kill", "--venue", "local")
    assert said.status == 1
    assert said.error.startswith("nothing was cancelled: cancel at kraken.com")
    assert said.err.count("did not cancel: Kraken refused (EAPI:Invalid key)") == 2


def test_nobody_there_halts_all_the_same(capfd: Capture) -> None:
    said = fathom(capfd, "kill", "--venue", "http://127.0.0.1:1")
    assert said.status == 1
    assert said.error == "cannot reach http://127.0.0.1:1: Connection refused"
    assert halt.read_halt() is not None


def test_a_halt_that_cannot_be_kept_does_not_stop_the_cancelling(local: LocalExchange, capfd: Capture) -> None:
    with_orders(capfd, 1)
    halt.halt_file().mkdir(parents=True)
    try:
        said = fathom(capfd, "kill", *LOCAL)
    finally:
        halt.halt_file().rmdir()
    assert said.status == 0
    assert "warning: no halt, so stop your bots by hand: halt: cannot write" in said.err
    assert open_orders(local.control, "bob") == []


def test_resume_takes_it_away(capfd: Capture) -> None:
    halt.write_halt("was odd")
    said = fathom(capfd, "kill", "--resume")
    assert (said.status, "(was odd) is taken away" in said.out) == (0, True)
    assert halt.read_halt() is None
    assert fathom(capfd, "kill", "--resume").out == "there was no halt: bots may trade\n"


def test_it_asks_nobody(local: LocalExchange, capfd: Capture) -> None:
    said = fathom(capfd, "kill", *LOCAL)
    assert said.status == 0
    assert "[y/N]" not in said.err
    assert json.loads(halt.halt_file().read_text())["time_ns"] > 0
