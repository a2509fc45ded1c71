import asyncio
import time
from contextlib import suppress

import pytest

from fathom.domain import Entry, Event, HealthSeen, LocalError, OrderFilled
from fathom.net import connect, run_loop
from fathom.run.trading import health as module
from fathom.run.trading.health import Health, TimedLog


class Slow:
    def append(self, entry: Entry) -> None:
        pass

    def commit(self) -> None:
        begun = time.monotonic_ns()
        while time.monotonic_ns() < begun + 2_000_000:
            pass


def test_the_slowest_write_is_told_once() -> None:
    log = TimedLog(Slow())
    log.append(Entry(1, 1, 1, "world", OrderFilled("a")))
    log.commit()
    assert log.slowest_ns() >= 2_000_000
    assert log.slowest_ns() == 0


def test_what_the_log_does_behind_its_commits_may_be_the_slowest() -> None:
    behind = [7_000_000_000]
    log = TimedLog(Slow(), lambda: behind.pop() if behind else 0)
    assert log.slowest_ns() == 7_000_000_000
    assert log.slowest_ns() == 0


def test_it_tells_how_the_process_does(monkeypatch: object) -> None:
    async def use() -> None:
        told: list[Event] = []
        health = Health(told.append, TimedLog(Slow()), None)
        task = asyncio.create_task(health.run())
        async with asyncio.timeout(10):
            while not told:
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.01):
                        await asyncio.Event().wait()
        task.cancel()
        seen = told[0]
        assert isinstance(seen, HealthSeen)
        assert seen.loop_lag_ns >= 0
        assert (seen.clock_offset_ns, seen.switch) == (None, "")
        assert health.complaint() == ""

    run_loop(use())


@pytest.mark.parametrize("begins_s", [0.1, 0.3])
def test_a_stall_is_told_whenever_it_begins(begins_s: float) -> None:
    """A look is 1 s: nothing that ends before it ends may be lost."""

    def stall() -> None:
        until_s = time.monotonic() + 0.4
        while time.monotonic() < until_s:
            pass

    async def use() -> None:
        told: list[Event] = []
        task = asyncio.create_task(Health(told.append, TimedLog(Slow()), None).run())
        asyncio.get_running_loop().call_later(begins_s, stall)
        async with asyncio.timeout(10):
            while len(told) < 2:
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.01):
                        await asyncio.Event().wait()
        task.cancel()
        at_once, later = told
        assert isinstance(at_once, HealthSeen)
        assert isinstance(later, HealthSeen)
        assert at_once.loop_lag_ns == 0
        assert later.loop_lag_ns > (0.4 - 2 * module.LOOK_S / module.WAKES) * 1e9

    run_loop(use())


def test_a_loop_that_stalled_is_not_healthy(monkeypatch: object) -> None:
    health = Health(lambda _: None, TimedLog(Slow()), None)
    assert health.complaint() == ""
    health._woke_s -= module.STALLED_S + module.LOOK_S + 0.5
    assert "late" in health.complaint()


def test_a_client_that_is_gone_is_a_failure() -> None:
    health = Health(lambda _: None, TimedLog(Slow()), connect("local", public_only=True))  # Never opened.
    with pytest.raises(LocalError, match="it is not open"):
        run_loop(health.run())
