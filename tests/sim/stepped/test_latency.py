from random import Random

import pytest

from fathom.sim.stepped import LatencyModel, Ways


def test_one_quantile_is_always_the_same() -> None:
    ways = Ways(LatencyModel.constant(20))
    assert [ways.there(now) for now in (0, 5, 7)] == [20, 25, 27]
    assert ways.back(100) == 120


def test_draws_lie_between_the_quantiles_and_nothing_overtakes() -> None:
    ways = Ways(LatencyModel(out_ns=(5, 10, 80), back_ns=(1, 2), seed=3))
    times = [(now, ways.there(now)) for now in range(0, 2_000, 10)]
    assert all(there >= now + 5 for now, there in times)
    assert [there for _, there in times] == sorted(there for _, there in times)
    alone = [Ways(LatencyModel(out_ns=(5, 10, 80), back_ns=(1,), seed=seed)).there(0) for seed in range(500)]
    assert min(alone) >= 5
    assert max(alone) <= 80
    assert sum(one <= 10 for one in alone) == pytest.approx(250, abs=60)  # Half lie below the middle quantile.


def test_the_same_seed_draws_the_same() -> None:
    model = LatencyModel(out_ns=(0, 100), back_ns=(0, 50), seed=Random(1).randrange(100))
    one, other = Ways(model), Ways(model)
    assert [one.there(now) for now in range(50)] == [other.there(now) for now in range(50)]


@pytest.mark.parametrize(("out", "back"), [((), (1,)), ((5, 4), (1,)), ((-1, 2), (1,)), ((1,), (2, 1))])
def test_what_are_no_quantiles_is_refused(out: tuple[int, ...], back: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"quantiles|must rise"):
        LatencyModel(out_ns=out, back_ns=back)
