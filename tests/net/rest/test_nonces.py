"""Nonces: always above all before, over restarts, processes and clocks that are set back."""

import asyncio
import fcntl
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fathom.domain import LinkError, LocalError
from fathom.net import run_loop
from fathom.net.rest import NonceAuthority

KEY = "0a1b2c3d"
NOW_NS = 1_796_000_000_000_000_000


def some(authority: NonceAuthority, count: int, key: str = KEY) -> list[int]:
    async def take() -> list[int]:
        return [await authority.next(key) for _ in range(count)]

    return run_loop(take())


def at(folder: Path, now_ns: int = NOW_NS, **more: float) -> NonceAuthority:
    return NonceAuthority(folder, clock_ns=lambda: now_ns, **more)


def test_a_nonce_is_the_time_or_one_more_than_the_last(tmp_path: Path) -> None:
    assert some(at(tmp_path), 3) == [NOW_NS, NOW_NS + 1, NOW_NS + 2]


def test_a_clock_that_was_set_back_and_a_restart_change_nothing(tmp_path: Path) -> None:
    assert some(at(tmp_path), 1) == [NOW_NS]
    assert some(at(tmp_path, NOW_NS - 10**12), 2) == [NOW_NS + 1, NOW_NS + 2]
    assert some(at(tmp_path, NOW_NS + 10**9), 1) == [NOW_NS + 10**9]


def test_each_key_has_its_own(tmp_path: Path) -> None:
    authority = at(tmp_path)
    assert some(authority, 1) == some(authority, 1, key="ffffffff") == [NOW_NS]
    assert authority.turns(KEY) is authority.turns(KEY)
    assert authority.turns(KEY) is not authority.turns("ffffffff")


@pytest.mark.parametrize("content", [b"", b"garbage", b"99999999999999999999\n", b"\xff" * 100])
def test_a_file_that_makes_no_sense_is_the_clocks_turn(tmp_path: Path, content: bytes) -> None:
    path = at(tmp_path).path(KEY)
    path.parent.mkdir()
    path.write_bytes(content)
    assert some(at(tmp_path), 2) == [NOW_NS, NOW_NS + 1]


def test_the_highest_nonce_is_the_last(tmp_path: Path) -> None:
    path = at(tmp_path).path(KEY)
    path.parent.mkdir()
    path.write_text(f"{2**64 - 1}\n")
    with pytest.raises(LocalError, match="make a new key at Kraken"):
        some(at(tmp_path), 1)


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    authority = at(tmp_path / "state")
    some(authority, 1)
    path = authority.path(KEY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_environment_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FATHOM_STATE_DIR", str(tmp_path))
    assert NonceAuthority().path(KEY) == tmp_path / "nonces" / KEY


def test_nowhere_to_write(tmp_path: Path) -> None:
    (tmp_path / "nonces").write_text("a file, not a folder")
    with pytest.raises(
        LocalError, match=r"state: nonces must be kept in .*, which cannot be written \(.*\): set FATHOM"
    ):
        some(at(tmp_path), 1)


def test_who_holds_the_file_is_waited_for_but_not_for_ever(tmp_path: Path) -> None:
    authority = at(tmp_path, lock_s_max=0.05)
    some(authority, 1)
    fd = os.open(authority.path(KEY), os.O_RDWR)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        with pytest.raises(LinkError, match=r"another process has held the nonces of this key for 0\.05 s"):
            some(authority, 1)

        async def let_go_meanwhile() -> int:
            asyncio.get_running_loop().call_later(0.02, fcntl.flock, fd, fcntl.LOCK_UN)
            return await at(tmp_path, lock_s_max=10.0).next(KEY)

        assert run_loop(let_go_meanwhile()) == NOW_NS + 1
    finally:
        os.close(fd)


def test_processes_never_get_the_same(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from fathom.net.rest import NonceAuthority\n"
        "async def main():\n"
        "    authority = NonceAuthority(Path(sys.argv[1]), clock_ns=lambda: 5)\n"
        "    print(*[await authority.next('k') for _ in range(300)])\n"
        "asyncio.run(main())"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    taken = [[int(word) for word in process.communicate(timeout=60)[0].split()] for process in running]
    assert all(own == sorted(own) for own in taken)
    assert sorted(taken[0] + taken[1]) == list(range(5, 605))
