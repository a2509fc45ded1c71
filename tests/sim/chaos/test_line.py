from rough_stage import MS, Wire

FRAMES = [b"%d" % number for number in range(30)]
SECOND = 1_000 * MS


def test_frames_of_one_connection_come_in_their_order_and_take_their_time() -> None:
    wire = Wire()
    for frame in FRAMES:
        wire.line.send(frame)
        wire.line.post(frame)
    wire.shore.go_on(4 * MS)
    assert (wire.came, wire.peer.heard) == ([], [])
    wire.shore.go_on(SECOND)
    assert (wire.came, wire.peer.heard, wire.tapped) == (FRAMES, FRAMES, FRAMES)


def test_a_request_that_is_late_is_overtaken_and_one_that_is_lost_was_said_all_the_same() -> None:
    wire = Wire()
    wire.line.post(b"late", extra_ns=SECOND)
    wire.line.lose(b"lost")
    wire.line.post(b"next")
    wire.shore.go_on(2 * SECOND)
    assert wire.peer.heard == [b"next", b"late"]
    assert wire.tapped == [b"late", b"lost", b"next"]


def test_a_close_of_the_venue_comes_after_what_it_said() -> None:
    wire = Wire()
    wire.line.send(b"last word")
    wire.line.close(1001, "bye")
    wire.shore.go_on(SECOND)
    assert (wire.came, wire.over, wire.line.is_open) == ([b"last word"], [(1001, "bye")], False)


def test_a_cut_is_told_to_both_sides_and_what_was_on_its_way_is_lost() -> None:
    wire = Wire()
    wire.line.send(b"in")
    wire.line.post(b"out")
    wire.line.cut(silent=False)
    wire.shore.go_on(SECOND)
    assert (wire.came, wire.peer.heard, wire.over, wire.peer.is_closed) == ([], [], [(1006, "cut")], True)


def test_a_silent_cut_is_told_to_nobody_until_the_venue_gives_up() -> None:
    wire = Wire()
    wire.line.cut(silent=True)
    wire.line.send(b"in")
    wire.line.post(b"out")
    wire.shore.go_on(29 * SECOND)
    assert (wire.came, wire.over, wire.peer.is_closed, wire.line.is_open) == ([], [], False, True)
    wire.shore.go_on(2 * SECOND)
    assert (wire.peer.heard, wire.peer.is_closed) == ([], True)


def test_a_dead_bot_hears_nothing_and_its_requests_arrive_or_not() -> None:
    for reaches_venue in (True, False):
        wire = Wire(out_ms=(20, 20))
        wire.line.post(b"out")
        wire.line.send(b"in")
        wire.line.die(reaches_venue=reaches_venue)
        wire.shore.go_on(SECOND)
        assert (wire.came, wire.over, wire.peer.is_closed) == ([], [], True)
        assert wire.peer.heard == ([b"out"] if reaches_venue else [])
