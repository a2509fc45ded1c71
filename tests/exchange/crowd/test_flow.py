from random import Random

from fathom.exchange.crowd.flow import IMPACT_LIFE_S, IMPACT_MAX, SIZE_MAX, Flow, Taking


def takes(count: int, seed: str = "flow") -> list[Taking]:
    flow = Flow(Random(seed))
    return [flow.take() for _ in range(count)]


def test_the_same_chance_takes_the_same() -> None:
    assert takes(200) == takes(200)
    assert takes(200) != takes(200, "other")


def test_signs_persist_and_are_fair() -> None:
    signs = [1 if one.buying else -1 for one in takes(40_000)]
    assert abs(sum(signs)) / len(signs) < 0.1
    memory = {
        lag: sum(a * b for a, b in zip(signs, signs[lag:], strict=False)) / (len(signs) - lag) for lag in (1, 10, 50)
    }
    assert memory[1] > 0.5 > memory[10] > memory[50] > 0.02


def test_sizes_have_a_heavy_tail_and_an_end() -> None:
    sizes = sorted(one.size for one in takes(40_000))
    assert sizes[0] >= 1.0
    assert 1.5 < sizes[20_000] < 2.2
    assert 30 < sizes[39_600] < 100
    assert sizes[-1] <= SIZE_MAX


def test_both_types_of_order_are_used() -> None:
    share = sum(one.at_market for one in takes(10_000)) / 10_000
    assert 0.4 < share < 0.5


def test_trades_push_the_fair_value_for_a_while() -> None:
    flow = Flow(Random(4))
    first = flow.take()
    assert (flow.pressure > 0.0) == first.buying
    for _ in range(5000):
        flow.take()
        assert abs(flow.pressure) <= IMPACT_MAX
    before = flow.pressure
    flow.relax(IMPACT_LIFE_S)
    assert abs(flow.pressure) < 0.4 * abs(before)
