"""What goes wrong at which moment hangs on seed and number alone."""

from havoc_plan import SECONDS, SHARES, moment_of


def test_a_moment_is_the_same_whenever_it_is_played() -> None:
    assert moment_of(5, 77) == moment_of(5, 77)
    assert moment_of(5, 77) != moment_of(6, 77)
    assert moment_of(5, 77) != moment_of(5, 78)


def test_two_hundred_moments_have_every_kind_and_keep_its_bounds() -> None:
    moments = [moment_of(1, number) for number in range(200)]
    assert {moment.kind for moment in moments} == set(SHARES)
    for moment in moments:
        least_s, most_s = SECONDS[moment.kind]
        assert least_s <= moment.seconds <= most_s
        assert moment.kind in moment.told()


def test_only_the_kinds_that_are_asked_for_come() -> None:
    assert {moment_of(1, number, ["stop", "cut"]).kind for number in range(40)} == {"stop", "cut"}
