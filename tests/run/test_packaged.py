from fathom.kernel import peek
from fathom.run.packaged import CAPTURES, demo_config, recorded_frames


def test_the_configuration_and_the_frames_are_of_the_same_symbols() -> None:
    symbols = set(demo_config().depths)
    assert {peek(frame.frame)[2] for frame in recorded_frames(symbols)} == symbols


def test_the_captures_begin_together_and_keep_their_own_pace() -> None:
    frames = recorded_frames(set(demo_config().depths))
    times = [frame.time_ns for frame in frames]
    assert times == sorted(times)
    for name in CAPTURES:
        first = next(frame.time_ns for frame in frames if frame.link == name)
        assert first == times[0]
    assert 45e9 < times[-1] - times[0] < 55e9


def test_one_symbol_alone() -> None:
    frames = recorded_frames({"BTC/USD"})
    assert len(frames) == 510
    assert {frame.link for frame in frames} == {CAPTURES[0]}


def test_an_unknown_symbol_has_no_frames() -> None:
    assert recorded_frames({"NO/SUCH"}) == []
