import asyncio
from collections.abc import Callable
from contextlib import suppress

from fathom.domain import Entry, Event, TimerFired, TimerWanted
from fathom.net import clock_ns, run_loop
from fathom.run.trading.timers import Timers

MS = 1_000_000


def entry(event: Event) -> Entry:
    return Entry(1, 1, clock_ns(), "risk", event)


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():
            with suppress(TimeoutError):
                async with asyncio.timeout(0.005):
                    await asyncio.Event().wait()


def test_they_fire_in_the_order_of_their_times() -> None:
    async def use() -> None:
        fired: list[Event] = []
        timers = Timers(fired.append, clock_ns=clock_ns)
        timers.start()
        now_ns = clock_ns()
        want = timers.performers()[TimerWanted]
        for name, after_ms in (("late", 30), ("soon", 5), ("past", -5)):
            want(entry(TimerWanted("risk", name, now_ns + after_ms * MS)))
        await until(lambda: len(fired) == 3)
        assert fired == [TimerFired("risk", "past"), TimerFired("risk", "soon"), TimerFired("risk", "late")]
        assert clock_ns() >= now_ns + 30 * MS
        timers.stop()

    run_loop(use())


def test_a_timer_that_an_earlier_run_wanted_and_that_has_not_fired_fires_after_the_start() -> None:
    async def use() -> None:
        fired: list[Event] = []
        timers = Timers(fired.append, clock_ns=clock_ns)
        timers.seen(entry(TimerWanted("mm", "tick", 5)))
        timers.seen(entry(TimerWanted("mm", "other", 6)))
        timers.seen(entry(TimerFired("mm", "tick")))
        assert fired == []
        timers.start()
        await until(lambda: bool(fired))
        assert fired == [TimerFired("mm", "other")]
        timers.stop()

    run_loop(use())


def test_after_the_stop_nothing_fires() -> None:
    async def use() -> None:
        fired: list[Event] = []
        timers = Timers(fired.append, clock_ns=clock_ns)
        timers.start()
        timers.performers()[TimerWanted](entry(TimerWanted("mm", "tick", clock_ns() + MS)))
        timers.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await until(lambda: bool(fired))
        assert fired == []

    run_loop(use())
