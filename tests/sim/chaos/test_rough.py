import pytest
from chaos import Failure, campaign
from rough_scene import SECOND, Scene, calm, opened

from fathom.domain import FrameReceived, HealthSeen, LinkDropped, TimerFired, TimerWanted
from fathom.sim import START_NS
from fathom.sim.chaos.weather import ClockStep, Pause

SEEDS = 200
CHUNK = 10  # So that the workers of a run share them.


@pytest.mark.parametrize("first", range(1, SEEDS + 1, CHUNK))
def test_whatever_breaks_nothing_is_lost_and_trading_goes_on(first: int) -> None:
    failures = [str(result) for result in campaign(range(first, first + CHUNK)) if isinstance(result, Failure)]
    assert not failures, "\n".join(failures)


def test_the_same_seed_is_the_same_world() -> None:
    frames = []
    for _ in range(2):
        scene = opened()
        frames.append([event for event in scene.came if isinstance(event, FrameReceived)])
        assert len(frames[-1]) > 10
    tokens = [[frame for frame in one if frame.link == "public"] for one in frames]
    assert tokens[0] == tokens[1]


def test_timers_fire_by_the_bots_clock() -> None:
    scene = Scene()
    for at_s in (3, 1, 2):
        scene.hear(TimerWanted("mm", f"t{at_s}", START_NS + at_s * SECOND))
    scene.run(2.5)
    assert scene.all(TimerFired) == [TimerFired("mm", "t1"), TimerFired("mm", "t2")]


def test_a_paused_process_hears_nothing_and_then_everything_in_its_order() -> None:
    scene = Scene(pauses=(Pause(2.0, 3.0),))
    scene.run(30)
    times = [entry.time_ns for entry in scene.entries]
    assert not [time_ns for time_ns in times if START_NS + 2 * SECOND < time_ns < START_NS + 5 * SECOND]
    assert [time_ns for time_ns in times if START_NS + 5 * SECOND <= time_ns < START_NS + 6 * SECOND]
    assert times == sorted(times)
    assert all(book.trusted for book in scene.market.books.values())


def test_a_clock_that_jumped_never_goes_back_and_is_right_in_the_end() -> None:
    scene = Scene(clock_steps=(ClockStep(2.0, SECOND),), storm_s=10.0)
    scene.run(5)
    assert scene.world.bot_ns == scene.world.now_ns + SECOND
    assert scene.all(HealthSeen)[-1].clock_offset_ns == -SECOND
    scene.run(10)
    assert scene.world.bot_ns == scene.world.now_ns
    times = [entry.time_ns for entry in scene.entries]
    assert times == sorted(times)


def test_a_dead_bot_hears_nothing_and_a_new_one_begins_with_empty_hands() -> None:
    scene = opened()
    scene.order("mm-1-1")
    scene.run(0.001)
    scene.world.crash(reaches_venue=True)
    scene.world.until_ns = scene.world.now_ns + 5 * SECOND
    assert scene.world.next_arrival() is None
    assert len(scene.account.orders) == 1, "the request had left"
    scene.world.boot(scene.entries)
    before = len(scene.came)
    scene.hear(LinkDropped("public", "the run was down"))
    scene.hear(LinkDropped("private", "the run was down"))
    scene.run(10)
    accepted = [event.order_id for event in scene.came[before:] if type(event).__name__ == "OrderAccepted"]
    assert accepted == ["mm-1-1"], "it knows its order by the journal"
    assert all(book.trusted for book in scene.market.books.values())


def test_requests_of_a_dead_bot_may_also_be_lost() -> None:
    scene = opened()
    scene.order("mm-1-1")
    scene.world.crash(reaches_venue=False)
    scene.world.until_ns = scene.world.now_ns + 5 * SECOND
    assert scene.world.next_arrival() is None
    assert not scene.account.orders


def test_in_a_calm_world_no_frame_is_lost() -> None:
    assert calm().lost_request_share == 0
    scene = opened()
    scene.run(60)
    assert scene.all(LinkDropped) == []
