"""What a reader finds: the newest of each key or every item in order, bounded, and the end with its reason."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loop_stage import clean, played, until

from fathom.domain import LinkError, LocalError
from fathom.net.client import Stream

ITEMS = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 99)), max_size=60)


async def drained(stream: Stream[Any]) -> list[Any]:
    stream.close()
    return [item async for item in stream]


@given(ITEMS)
def test_a_line_gives_everything_once_and_in_order(items: list[tuple[str, int]]) -> None:
    async def main() -> None:
        stream: Stream[Any] = Stream(size=1_000, conflate=False)
        for key, item in items:
            stream.put(key, item)
        assert await drained(stream) == [item for _, item in items]
        assert stream.overran == 0

    asyncio.run(main())


@given(ITEMS)
def test_what_conflates_gives_the_newest_of_each_once_the_longest_waiting_first(items: list[tuple[str, int]]) -> None:
    async def main() -> None:
        stream: Stream[Any] = Stream(size=1, conflate=True)
        for key, item in items:
            stream.put(key, item)
        assert await drained(stream) == list(dict(items).values())
        assert stream.overran == 0

    asyncio.run(main())


@given(st.integers(1, 10), st.lists(st.booleans(), max_size=200))
def test_a_line_is_bounded_and_every_item_that_is_dropped_is_told(size: int, acts: list[bool]) -> None:
    """True is an item that comes, False one that is read."""

    async def main() -> None:
        told: list[int] = []
        stream: Stream[int] = Stream(size=size, conflate=False, on_overrun=told.append)
        got: list[int] = []
        sent = 0
        for act in acts:
            if act:
                sent += 1
                stream.put(None, sent)
            elif stream._line:
                got.append(await anext(stream))
            assert len(stream._line) <= size
        got += await drained(stream)
        assert got == sorted(got)
        assert stream.overran == sent - len(got) == sum(told)
        assert (got[-1:] == [sent]) or not sent  # The newest is never the one that is dropped.
        assert len(told) <= 2 * (len(acts) // size + 1)

    asyncio.run(main())


def test_a_reader_is_woken_by_what_comes_and_by_the_end() -> None:
    async def main() -> None:
        stream: Stream[int] = Stream(size=10, conflate=False)
        got: list[int] = []

        async def read() -> None:
            async for item in stream:  # One by one: what came so far is looked at meanwhile.
                got.append(item)  # noqa: PERF401 - As above.

        reading = asyncio.create_task(read())
        await until(lambda: stream._waiter is not None)
        stream.put(None, 1)
        stream.put(None, 2)
        await until(lambda: got == [1, 2])
        stream.close()
        await reading
        stream.put(None, 3)
        assert got == [1, 2]
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    clean(main())


def test_what_broke_it_is_raised_after_what_waits_already() -> None:
    async def main() -> None:
        closed: list[bool] = []
        stream: Stream[int] = Stream(size=10, conflate=False, on_close=lambda: closed.append(True))
        stream.put(None, 1)
        stream.fail(LinkError("refused"))
        stream.close()
        assert closed == [True]
        assert await anext(stream) == 1
        for _ in range(2):
            with pytest.raises(LinkError, match="refused"):
                await anext(stream)

    clean(main())


def test_the_next_item_has_a_deadline() -> None:
    async def main() -> None:
        async with Stream[int](size=10, conflate=False) as stream:
            with pytest.raises(LinkError, match=r"nothing came within 0\.01 s"):
                await stream.next(0.01)
            stream.put(None, 1)
            assert await stream.next(0.01) == 1
        assert stream.closed
        with pytest.raises(LinkError, match="ended"):
            await stream.next(0.01)

    clean(main())


def test_a_reader_that_is_cancelled_loses_nothing_and_makes_room_for_another() -> None:
    async def main() -> None:
        stream: Stream[int] = Stream(size=10, conflate=False)
        first = asyncio.create_task(stream.next())
        await until(lambda: stream._waiter is not None)
        stream.put(None, 1)
        first.cancel()  # In the same breath as it was woken.
        await asyncio.wait([first])
        assert await stream.next() == 1 if first.cancelled() else first.result() == 1

    clean(main())


def test_a_second_reader_is_told_so() -> None:
    async def main() -> None:
        stream: Stream[int] = Stream(size=10, conflate=False)
        first = asyncio.create_task(stream.next())
        await until(lambda: stream._waiter is not None)
        with pytest.raises(LocalError, match="reads it already"):
            await stream.next()
        stream.put(None, 1)
        assert await first == 1

    clean(main())


def test_a_callback_gets_each_item_at_once_until_it_raises() -> None:
    async def main() -> None:
        got: list[int] = []
        errors: list[Exception] = []

        def callback(item: int) -> None:
            got.append(item)
            if item == 2:
                raise ValueError("mine")

        stream: Stream[int] = Stream(size=1, conflate=True, callback=callback, on_error=errors.append)
        for item in (1, 2, 3):
            stream.put(None, item)
        assert got == [1, 2]
        assert [str(error) for error in errors] == ["mine"]
        assert stream.closed

    assert [str(complaint["exception"]) for complaint in played(main())] == ["mine"]


def test_forgetting_what_waits_is_counted_by_who_forgets() -> None:
    async def main() -> None:
        told: list[int] = []
        stream: Stream[int] = Stream(size=3, conflate=False, on_overrun=told.append)
        for item in range(5):
            stream.put(None, item)
        assert stream.clear() == 3
        assert (sum(told), stream.overran) == (2, 2)
        stream.put(None, 9)
        assert await stream.next() == 9

    clean(main())
