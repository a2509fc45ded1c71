from fathom.sim.chaos.weather import CRASHES_MAX, STORM_S, weather_of

SEEDS = range(1, 400)


def test_a_seed_is_the_same_weather_for_ever() -> None:
    assert weather_of(7) == weather_of(7)
    assert weather_of(7) != weather_of(8)


def test_everything_breaks_before_the_calm() -> None:
    for seed in SEEDS:
        weather = weather_of(seed)
        assert STORM_S[0] <= weather.storm_s <= STORM_S[1]
        assert len(weather.crashes) <= CRASHES_MAX
        times = [one.at_s for one in (*weather.cuts, *weather.pauses, *weather.clock_steps, *weather.crashes)]
        faults = [fault.at_s or 0 for fault in weather.venue_faults]
        assert all(0 <= at_s < weather.storm_s for at_s in (*times, *faults, *weather.strangers_s))


def test_the_seeds_meet_every_kind_of_trouble_and_some_meet_none() -> None:
    weathers = [weather_of(seed) for seed in SEEDS]
    kinds = {fault.kind for weather in weathers for fault in weather.venue_faults}
    assert {"lost_answer", "late_fill", "duplicate_fill", "rest_lag", "system", "wrong_checksum", "dead_man"} <= kinds
    assert {crash.tail for weather in weathers for crash in weather.crashes} == {"kept", "unsynced", "any"}
    assert any(not weather.crashes and not weather.cuts and not weather.venue_faults for weather in weathers)


def test_no_two_faults_fight_over_the_state_of_the_engine() -> None:
    for seed in SEEDS:
        assert [fault.kind for fault in weather_of(seed).venue_faults].count("system") <= 1
