from rough_clerk import SECOND, begun, go_on

from fathom.exchange import read_fault
from fathom.protocol import HttpAnswer, HttpRequest
from fathom.sim import PEER, START_NS
from fathom.sim.chaos.weather import ClockStep, Cut, Pause

PING = b'{"method":"ping","req_id":1}'


def test_the_same_seed_is_the_same_world() -> None:
    heard = []
    for _ in range(2):
        world, clerk = begun()
        line = clerk.connect()
        line.post(b'{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}}')
        go_on(world, 20)
        heard.append(clerk.frames)
        assert len(clerk.frames) > 10
    assert heard[0] == heard[1]


def test_a_process_runs_when_it_wants_to() -> None:
    world, clerk = begun()
    go_on(world, 3.5)
    assert [(now_ns - START_NS) / SECOND for now_ns, _ in clerk.woken] == [1, 2, 3]
    assert world.now_ns == START_NS + 3.5 * SECOND


def test_a_process_that_stands_still_hears_nothing_and_then_everything_in_its_order() -> None:
    world, clerk = begun(pauses=(Pause(2.0, 3.0),))
    told: list[int] = []
    for number in range(6):
        world.after(number * SECOND, lambda number=number: told.append(number))  # type: ignore[misc]  # A default.
    go_on(world, 4.9)
    assert told == [0, 1]
    go_on(world, 10)
    assert told == [0, 1, 2, 3, 4, 5]
    assert not [now_ns for now_ns, _ in clerk.woken if START_NS + 2 * SECOND < now_ns < START_NS + 5 * SECOND]


def test_a_clock_that_jumped_never_goes_back_and_is_right_in_the_end() -> None:
    world, clerk = begun(clock_steps=(ClockStep(2.0, SECOND),), storm_s=10.0)
    go_on(world, 5)
    assert world.bot_ns == world.now_ns + SECOND
    assert world.stormy
    go_on(world, 20)
    assert world.bot_ns == world.now_ns
    assert not world.stormy
    times = [bot_ns for _, bot_ns in clerk.woken]
    assert times == sorted(times)


def test_a_cut_takes_the_connections_of_its_link() -> None:
    world, clerk = begun(cuts=(Cut(2.0, "private", silent=False), Cut(3.0, "public", silent=False)))
    clerk.connect()
    go_on(world, 2.5)
    assert clerk.ends == []
    go_on(world, 3.5)
    assert clerk.ends == [(1006, "cut")]


def test_a_dead_process_hears_nothing_and_what_had_left_arrives_or_not() -> None:
    for reaches_venue in (True, False):
        world, clerk = begun()
        line = clerk.connect()
        go_on(world, 1)
        del clerk.frames[:]
        line.post(PING)
        told: list[str] = []
        world.after(SECOND, lambda told=told: told.append("dead"))  # type: ignore[misc]  # A default of a lambda.
        world.elsewhere(SECOND, lambda told=told: told.append("venue"))  # type: ignore[misc]  # As above.
        world.crash(reaches_venue=reaches_venue)
        go_on(world, 5)
        assert (clerk.frames, clerk.ends, told) == ([], [], ["venue"])
        world.boot(clerk)
        assert world.boots == 2


def test_the_venue_answers_by_rest_and_refuses_a_connection_where_it_likes() -> None:
    world, _ = begun()
    answer = world.rest(HttpRequest(method="GET", path="/0/public/Time", peer=PEER))
    assert (answer.status, b"unixtime" in answer.body) == (200, True)
    world.exchange.faults.add(read_fault({"kind": "upgrade_refused", "share": 1.0}))
    refused = world.open("public", lambda _: None, lambda *_: None, lambda _: None)
    assert isinstance(refused, HttpAnswer)
