"""One budget of connection attempts for all processes of this machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from fathom.net.link.attempts import LOCKED_WAIT_NS, Attempts, attempts_for

SECOND = 1_000_000_000
T0 = 1_800_000_000 * SECOND

OTHER = """
import sys
from pathlib import Path
from fathom.net.link.attempts import Attempts
attempts = Attempts(Path(sys.argv[1]), budget=6)
print(sum(attempts.take(now_ns=int(sys.argv[2]) + step) == 0 for step in range(4)))
"""
HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.readline()
"""


def test_the_budget_is_a_window_that_slides(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path / "kraken", budget=3)
    assert [attempts.take(now_ns=T0 + step * SECOND) for step in (0, 1, 2)] == [0, 0, 0]
    assert attempts.take(now_ns=T0 + 3 * SECOND) == T0 + 600 * SECOND
    assert attempts.take(now_ns=T0 + 600 * SECOND) == 0
    assert attempts.take(now_ns=T0 + 600 * SECOND) == T0 + 601 * SECOND


def test_processes_share_it_and_a_restart_does_not_forget(tmp_path: Path) -> None:
    path = tmp_path / "kraken"
    granted = [
        int(subprocess.run([sys.executable, "-c", OTHER, path, str(T0)], capture_output=True, check=True).stdout)
        for _ in range(2)
    ]
    assert granted == [4, 2]
    assert Attempts(path, budget=6).take(now_ns=T0 + 10) == T0 + 600 * SECOND


def test_another_process_at_the_file_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "kraken"
    command = [sys.executable, "-c", HOLDER, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()
        assert Attempts(path).take(now_ns=T0) == T0 + LOCKED_WAIT_NS
        holder.stdin.close()
    assert Attempts(path).take(now_ns=T0) == 0


def test_without_a_disk_the_process_counts_alone_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    attempts = Attempts(tmp_path / "file" / "kraken", budget=2)
    assert [attempts.take(now_ns=T0) for _ in range(2)] == [0, 0]
    assert attempts.take(now_ns=T0) == T0 + 600 * SECOND
    assert "file" in attempts.unshared


@pytest.mark.parametrize("garbage", [b"", b"\x00\xff nonsense", b"9" * 15, b"18000000"])
def test_a_torn_file_costs_nothing_but_its_lines(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "kraken"
    path.write_bytes(b"%19d\n" % T0 + garbage)
    attempts = Attempts(path, budget=2)
    assert attempts.take(now_ns=T0 + 1) == 0
    assert attempts.take(now_ns=T0 + 2) == T0 + 600 * SECOND


def test_a_clock_set_back_does_not_lock_us_out(tmp_path: Path) -> None:
    path = tmp_path / "kraken"
    ahead = Attempts(path, budget=1)
    assert ahead.take(now_ns=T0 + 10**6 * SECOND) == 0
    assert ahead.take(now_ns=T0) == T0 + 600 * SECOND


def test_hosts_of_this_machine_are_not_counted_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path))
    for url in ("ws://127.0.0.1:8421/v2", "ws://localhost:1/v2", "ws://[::1]:2/v2"):
        assert attempts_for(url).take(now_ns=T0) == 0
    assert not list(tmp_path.iterdir())
    assert attempts_for("wss://ws.kraken.com/v2").take(now_ns=T0) == 0
    assert [path.name for path in (tmp_path / "attempts").iterdir()] == ["ws.kraken.com"]
