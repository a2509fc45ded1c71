"""Tests of when garbage is collected: in pauses, before there is too much, and with everything put back at the end."""

import asyncio
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from fathom.net.link.collector import ALL, MIDDLE, YOUNG, Collector, CollectorTerms, Schedule

SECOND_NS = 1_000_000_000
SLOW_NS = 15_001_000
TERMS = CollectorTerms(
    objects_min=100, objects_max=1_000, all_every_s=60.0, all_every_s_max=600.0, all_objects_max=10_000
)
QUICK = CollectorTerms(idle_s=0.001, objects_min=1)


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Each test leaves the collector as it was, whatever happens in it."""
    gc.unfreeze()  # A local exchange of another test may have frozen what there was.
    enabled, frozen = gc.isenabled(), gc.get_freeze_count()
    yield
    assert (gc.isenabled(), gc.get_freeze_count()) == (enabled, frozen)


class Loop:
    """Something in a cycle, which only a collection frees."""

    def __init__(self) -> None:
        self.itself = self


# --- when -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "idle", "objects", "generation"),
    [
        (1, True, 99, None),
        (1, True, 100, MIDDLE),
        (61, True, 99, None),  # Nothing is new: even a pause is not used.
        (61, True, 100, ALL),
        (1, False, 999, None),
        (61, False, 999, None),
        (1, False, 1_000, ALL),
        (1, False, 10_000, ALL),
        (601, False, 100, ALL),
        (601, False, 99, None),
    ],
)
def test_what_is_due(seconds: int, idle: bool, objects: int, generation: int | None) -> None:
    schedule = Schedule(TERMS, now_ns=5)
    assert schedule.due(now_ns=5 + seconds * SECOND_NS, idle=idle, objects=objects) == generation


def test_a_burst_without_end_is_collected_young_and_at_last_whole() -> None:
    schedule = Schedule(TERMS, now_ns=0)
    found = []
    for step in range(25):
        generation = schedule.due(now_ns=step * SECOND_NS, idle=False, objects=1_000)
        assert generation is not None
        schedule.done(generation, now_ns=step * SECOND_NS, objects=1_000, took_ns=SLOW_NS)
        found.append(generation)
    # It was slow, so only the young; after many the whole is tried twice, as much of that may have been garbage.
    assert found == [ALL, *[YOUNG] * 9, ALL, ALL, *[YOUNG] * 9, ALL, ALL, *[YOUNG] * 2]


def test_a_burst_without_end_is_collected_whole_while_that_is_quick() -> None:
    schedule = Schedule(TERMS, now_ns=0)
    for step in range(25):
        assert schedule.due(now_ns=step * SECOND_NS, idle=False, objects=999) is None
        assert schedule.due(now_ns=step * SECOND_NS, idle=False, objects=1_000) == ALL
        schedule.done(ALL, now_ns=step * SECOND_NS, objects=1_000, took_ns=SLOW_NS - 1_000)


def test_what_young_collections_kept_counts_in_the_next_pause() -> None:
    schedule = Schedule(TERMS, now_ns=0)
    schedule.done(YOUNG, now_ns=1, objects=1_000, took_ns=1)
    assert schedule.due(now_ns=61 * SECOND_NS, idle=True, objects=0) == ALL
    schedule.done(ALL, now_ns=61 * SECOND_NS, objects=0, took_ns=1)
    assert schedule.due(now_ns=62 * SECOND_NS, idle=True, objects=0) is None
    assert schedule.due(now_ns=122 * SECOND_NS, idle=True, objects=99) is None


# --- the collector itself -------------------------------------------------------------------------------------------


async def until_collected(gone: "weakref.ref[Any]") -> None:
    """Wait until the object is gone."""
    freed = asyncio.Event()
    weakref.finalize(gone(), freed.set)
    async with asyncio.timeout(10):
        await freed.wait()


def test_a_pause_is_used() -> None:
    async def main() -> None:
        async with Collector(QUICK) as collector:
            assert not gc.isenabled()
            assert gc.get_freeze_count() > 0
            await until_collected(weakref.ref(Loop()))
            assert collector.collections > 0
            assert collector.forced == 0
            assert collector.longest_ns > 0

    asyncio.run(main())


def test_a_burst_is_left_alone_until_there_is_too_much() -> None:
    async def main() -> None:
        terms = CollectorTerms(idle_s=0.001, objects_min=1, objects_max=50_000)
        async with Collector(terms) as collector:
            loop, done = asyncio.get_running_loop(), asyncio.Event()
            ends, made = loop.time() + 0.05, 0
            kept: list[Loop] = []

            def frame() -> None:
                """Come again at once: between two looks there is always one."""
                nonlocal made
                collector.busy()
                if loop.time() < ends:
                    if made < 1_000:
                        made += 1
                        Loop()
                elif collector.forced == 0:
                    assert collector.collections == 0
                    kept.extend(Loop() for _ in range(1_000))
                else:
                    done.set()
                    return
                loop.call_soon(frame)

            frame()
            async with asyncio.timeout(30):
                await done.wait()
            assert collector.collections == collector.forced
            assert len(kept) >= 20_000

    asyncio.run(main())


async def fail_inside() -> None:
    async with Collector(QUICK):
        assert not gc.isenabled()
        raise ZeroDivisionError


def test_everything_is_put_back_whatever_it_was() -> None:
    async def main() -> None:
        for enabled in (True, False):
            (gc.enable if enabled else gc.disable)()
            with pytest.raises(ZeroDivisionError):
                await fail_inside()
            assert gc.isenabled() == enabled
            assert gc.get_freeze_count() == 0
        gc.enable()

    asyncio.run(main())


def test_what_somebody_froze_stays_frozen() -> None:
    async def main() -> None:
        gc.freeze()
        frozen = gc.get_freeze_count()
        async with Collector(QUICK):
            assert gc.get_freeze_count() <= frozen
        assert 0 < gc.get_freeze_count() <= frozen
        gc.unfreeze()

    asyncio.run(main())


def test_the_first_one_serves_and_hears_of_the_others_frames() -> None:
    async def main() -> None:
        terms = CollectorTerms(idle_s=0.001, objects_min=1)
        async with Collector(terms) as first, Collector(terms) as second:
            assert (first.serves, second.serves) == (True, False)
            loop = asyncio.get_running_loop()
            ends, done = loop.time() + 0.02, asyncio.Event()

            def frame() -> None:
                second.busy()
                if loop.time() < ends:
                    Loop()
                    loop.call_soon(frame)
                else:
                    done.set()

            frame()
            await done.wait()
            assert first.collections == 0
            await until_collected(weakref.ref(Loop()))
            second.stop()
            assert not gc.isenabled()
            assert second.collections == 0
        assert not first.serves
        assert gc.isenabled()

    asyncio.run(main())


def test_it_may_be_stopped_twice_and_started_again() -> None:
    async def main() -> None:
        collector = Collector(QUICK)
        collector.stop()
        for _ in range(2):
            collector.start()
            collector.start()
            await until_collected(weakref.ref(Loop()))
            collector.stop()
            collector.stop()

    asyncio.run(main())
