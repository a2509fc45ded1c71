"""The dead man's switch: renewed while all is well, left to fire where it is not, and not after it was let go."""

import asyncio
import time
from typing import Any

import pytest
from loop_stage import clean, until

from fathom.domain import LinkError
from fathom.net.client import ClientEvent, DeadMansSwitch, SwitchChanged
from fathom.net.client.safety import switch as switches


class Venue:
    """It takes what is set, or does not."""

    def __init__(self) -> None:
        self.set: list[int] = []
        self.trouble: Exception | None = None
        self.mute = False
        self.wrong = ""
        self.told: list[ClientEvent] = []

    async def send(self, timeout_s: int) -> None:
        if self.mute:
            await asyncio.Event().wait()
        if self.trouble is not None:
            raise self.trouble
        self.set.append(timeout_s)

    def switch(self, **more: Any) -> DeadMansSwitch:
        return DeadMansSwitch(
            self.send, tell=self.told.append, health=lambda: self.wrong, **{"renew_s": 0.02, "timeout_s": 60, **more}
        )

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(event.state, event.reason) for event in self.told if isinstance(event, SwitchChanged)]


def test_it_is_armed_renewed_and_switched_off() -> None:
    async def main() -> None:
        venue = Venue()
        switch = venue.switch()
        assert (switch.state, switch.until_ns, switch.fired) == ("off", None, False)
        await switch.arm()
        running = asyncio.create_task(switch.run())
        await until(lambda: len(venue.set) >= 4)
        first_ns = switch.until_ns
        assert first_ns is not None
        assert 0 < first_ns - time.time_ns() <= 60_000_000_000
        await until(lambda: switch.until_ns != first_ns)
        await switch.disarm()
        await running
        assert venue.set[-1] == 0
        assert set(venue.set[:-1]) == {60}
        assert (switch.state, switch.until_ns, switch.stopped) == ("off", None, True)
        assert venue.states == [("armed", ""), ("off", "")]

    clean(main())


def test_it_is_not_renewed_while_something_is_wrong_and_says_what() -> None:
    async def main() -> None:
        venue = Venue()
        switch = venue.switch()
        other = [""]
        switch.also_watch(lambda: other[0])
        await switch.arm()
        running = asyncio.create_task(switch.run())
        venue.wrong = "the private stream is not up"
        await until(lambda: switch.state == "held")
        count = len(venue.set)
        await until(lambda: len(venue.states) >= 4)
        assert len(venue.set) == count
        venue.wrong, other[0] = "", "the journal is full"
        await until(lambda: ("held", "the journal is full") in venue.states)
        other[0] = ""
        await until(lambda: switch.state == "armed")
        switch.let_go()
        await running
        assert ("held", "the private stream is not up") in venue.states
        assert 0 not in venue.set

    clean(main())


def test_what_fails_is_told_and_tried_again() -> None:
    async def main() -> None:
        venue = Venue()
        switch = venue.switch()
        await switch.arm()
        running = asyncio.create_task(switch.run())
        venue.trouble = LinkError("no network")
        await until(lambda: ("failing", "no network") in venue.states)
        venue.trouble, venue.mute = None, True
        await until(lambda: ("failing", "no answer") in venue.states)
        venue.mute = False
        await until(lambda: switch.state == "armed")
        switch.let_go()
        await running

    clean(main())


def test_arming_that_fails_is_raised_and_leaves_it_off() -> None:
    async def main() -> None:
        venue = Venue()
        venue.trouble = LinkError("no network")
        switch = venue.switch()
        with pytest.raises(LinkError):
            await switch.arm()
        assert (switch.state, switch.until_ns) == ("off", None)
        await switch.disarm()
        assert venue.set == []

    clean(main())


def test_a_renewal_under_way_does_not_come_after_it_was_let_go() -> None:
    async def main() -> None:
        venue = Venue()
        switch = venue.switch(renew_s=5.0, timeout_s=60)
        await switch.arm()
        venue.mute = True
        turning = asyncio.create_task(switch._turn(0.0))
        await until(lambda: switch._patience is not None)
        switch.let_go()
        await turning
        assert venue.set == [60]
        assert venue.states == [("armed", "")]

    clean(main())


def test_a_renewal_that_is_due_as_it_is_switched_off_is_not_sent() -> None:
    async def main() -> None:
        venue = Venue()
        switch = venue.switch(renew_s=0.0)
        await switch.arm()
        running = asyncio.create_task(switch.run())
        await asyncio.create_task(switch.disarm())  # In the turn of the loop in which the wait began, and ended.
        await running
        assert venue.set == [60, 0]

    clean(main())


class Slow(Venue):
    """What is sent arrives after a while, though its sender may wait no more; the first way is longer than others."""

    def __init__(self, *, way_s: float) -> None:
        super().__init__()
        self.way_s = way_s
        self.sent: list[int] = []

    async def send(self, timeout_s: int) -> None:
        self.sent.append(timeout_s)
        way_s = self.way_s if len(self.sent) == 2 else 0.0
        arrived = asyncio.Event()

        def arrive() -> None:
            self.set.append(timeout_s)
            arrived.set()

        asyncio.get_running_loop().call_later(way_s, arrive)
        await arrived.wait()


def test_a_renewal_that_was_sent_arrives_before_it_is_switched_off() -> None:
    async def main() -> None:
        venue = Slow(way_s=0.1)
        switch = venue.switch(renew_s=5.0)
        await switch.arm()
        turning = asyncio.create_task(switch._turn(0.0))
        await until(lambda: len(venue.sent) == 2)
        await switch.disarm()
        await turning
        assert venue.set == [60, 60, 0]
        assert (switch.state, switch.until_ns) == ("off", None)

    clean(main())


def test_one_that_is_never_answered_does_not_keep_it_from_being_switched_off() -> None:
    async def main() -> None:
        venue = Slow(way_s=60.0)
        switch = venue.switch(renew_s=5.0)
        await switch.arm()
        turning = asyncio.create_task(switch._turn(0.0))
        await until(lambda: len(venue.sent) == 2)
        await switch.disarm()
        await turning
        assert venue.sent == [60, 60, 0]
        assert venue.set[-1] == 0

    clean(main())


def test_a_loop_that_stalled_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        venue = Venue()
        switch = venue.switch()
        await switch.arm()
        await switch._turn(switches.LAG_S_MAX + 1)
        assert venue.states[-1] == ("held", "the loop stalled for 6.0 s")
        assert venue.set == [60]

    clean(main())


def test_one_that_fired_is_said_once() -> None:
    async def main() -> None:
        venue = Venue()
        switch = venue.switch()
        await switch.arm()
        switch.until_ns = time.time_ns() - 1
        assert switch.fired
        venue.wrong = "the private stream is not up"
        await switch._turn(0.0)
        await switch._turn(0.0)
        fired = [reason for _, reason in venue.states if "has cancelled everything" in reason]
        assert len(fired) == 1
        venue.wrong = ""
        await switch._turn(0.0)
        assert (switch.fired, switch.state) == (False, "armed")

    clean(main())
