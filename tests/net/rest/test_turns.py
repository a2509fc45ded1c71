"""Whose turn it is: one after the other, cancels first, and nobody for ever behind one that hangs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fathom.domain import LocalError
from fathom.net import run_loop
from fathom.net.rest.turns import Turns

NEVER = 1e9


class Line:
    """Callers of one line; each stays until it is let go."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self.turns = Turns()
        self.came: list[str] = []
        self._group = group
        self._gates: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def join(self, name: str, *, urgent: bool = False, **more: Any) -> None:
        self._gates[name] = asyncio.Event()
        self._tasks[name] = self._group.create_task(self._go(name, urgent=urgent, **more))
        await self.settle()

    async def leave(self, name: str) -> None:
        self._gates[name].set()
        await self.settle()

    async def give_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await self.settle()

    async def came_by(self, count: int) -> None:
        while len(self.came) < count:
            await self.settle()

    async def settle(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(5):
            turned = loop.create_future()
            loop.call_soon(turned.set_result, None)
            await turned

    async def _go(self, name: str, *, urgent: bool, until: float = NEVER, **more: Any) -> None:
        async with self.turns.turn(urgent=urgent, until=until, **more):
            self.came.append(name)
            await self._gates[name].wait()


def lined(use: Callable[[Line], Awaitable[None]]) -> None:
    async def main() -> None:
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            line = Line(group)
            await use(line)
            for name in list(line._tasks):
                line._tasks[name].cancel()

    run_loop(main())


def test_one_after_the_other_in_the_order_of_coming() -> None:
    async def use(line: Line) -> None:
        for name in "abc":
            await line.join(name)
        assert (line.came, len(line.turns)) == (["a"], 2)
        await line.leave("a")
        await line.leave("b")
        assert line.came == ["a", "b", "c"]

    lined(use)


def test_the_urgent_go_first() -> None:
    async def use(line: Line) -> None:
        for name in ("a", "b", "X", "Y"):
            await line.join(name, urgent=name.isupper(), overtaken_s=NEVER)
        for name in ("a", "X", "Y"):
            await line.leave(name)
        assert line.came == ["a", "X", "Y", "b"]

    lined(use)


def test_several_at_a_time_where_that_is_allowed() -> None:
    async def use(line: Line) -> None:
        for name in "abc":
            await line.join(name, width=2)
        assert line.came == ["a", "b"]

    lined(use)


def test_an_urgent_one_overtakes_who_is_late() -> None:
    async def use(line: Line) -> None:
        for name in ("a", "b", "X"):
            await line.join(name, urgent=name.isupper(), overtaken_s=0.02)
        assert line.came == ["a"]
        await line.came_by(2)
        assert line.came == ["a", "X"]
        await line.leave("a")  # The calm wait for all who are inside.
        assert line.came == ["a", "X"]
        await line.leave("X")
        assert line.came == ["a", "X", "b"]

    lined(use)


def test_but_only_so_many_are_inside() -> None:
    async def use(line: Line) -> None:
        for name in ("a", "X", "Y"):
            await line.join(name, urgent=name.isupper(), overtaken_s=1e-9, inside_max=2)
        await line.came_by(2)
        await line.settle()
        assert line.came == ["a", "X"]
        await line.leave("a")
        await line.came_by(3)

    lined(use)


def test_who_gives_up_holds_nobody_up() -> None:
    async def use(line: Line) -> None:
        for name in "abcd":
            await line.join(name)
        await line.give_up("b")
        await line.give_up("a")
        assert line.came == ["a", "c"]
        await line.leave("c")
        assert (line.came, len(line.turns)) == (["a", "c", "d"], 0)

    lined(use)


def test_a_turn_that_does_not_come_in_time() -> None:
    async def use(line: Line) -> None:
        await line.join("a")
        with pytest.raises(TimeoutError):
            async with line.turns.turn(urgent=False, until=0):
                pass
        await line.join("b")
        await line.leave("a")
        assert line.came == ["a", "b"]

    lined(use)


def test_a_full_line_takes_the_urgent_only() -> None:
    async def use(line: Line) -> None:
        for name in "ab":
            await line.join(name)
        with pytest.raises(
            LocalError, match="rate: 1 calls of this key wait for their turn already: make fewer at once"
        ):
            async with line.turns.turn(urgent=False, until=NEVER, waiting_max=1):
                pass
        await line.join("X", urgent=True, waiting_max=1)
        assert len(line.turns) == 2

    lined(use)
