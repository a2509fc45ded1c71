"""The venue's clock."""

from fathom.exchange.clock import Clock


def test_it_runs_as_the_machine_does_from_its_own_start() -> None:
    clock = Clock(start_ns=1_000, machine_ns=50)
    assert clock.at(50) == 1_000
    assert clock.at(70) == 1_020
    assert clock.machine_ns(1_100) == 150


def test_it_never_runs_backwards() -> None:
    clock = Clock(start_ns=1_000, machine_ns=50)
    assert clock.at(90) == 1_040
    assert clock.at(60) == 1_040  # The machine's clock was set back:
    assert clock.at(70) == 1_050  # it goes on from there.
    assert clock.now_ns == 1_050
    assert clock.machine_ns(1_060) == 80


def test_it_can_be_moved_forward() -> None:
    clock = Clock(start_ns=1_000, machine_ns=50)
    clock.move(500)
    assert clock.at(50) == 1_500
    assert clock.machine_ns(1_600) == 150
