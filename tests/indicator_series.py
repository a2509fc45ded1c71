"""Series of prices as a market may show them, and how two answers about them are compared."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

# Prices from a thousandth to a million, jumps and flat stretches among them.
prices = st.lists(st.integers(1, 10**9).map(lambda ticks: ticks / 1000), min_size=1, max_size=120)
calm = st.lists(st.integers(90_000, 110_000).map(lambda ticks: ticks / 1000), min_size=1, max_size=120)
series = st.one_of(prices, calm)
periods = st.integers(2, 30)

candles = st.lists(
    st.tuples(st.integers(1000, 2000), st.integers(0, 50), st.integers(0, 50), st.floats(0, 1)).map(
        lambda one: (float(one[0] + one[1]), float(one[0] - one[2]), one[0] - one[2] + one[3] * (one[1] + one[2]))
    ),
    min_size=1,
    max_size=120,
)


def streamed(add: Callable[..., Any], steps: Iterable[Any]) -> list[Any]:
    """What an indicator says after each step."""
    return [add(*step) if isinstance(step, tuple) else add(step) for step in steps]


def agrees(ours: Sequence[Any], theirs: Any, *, scale: float = 1.0) -> None:
    """Both have values in the same places, equal but for rounding of numbers as large as `scale`."""
    numbers = np.array([math.nan if one is None else one for one in ours], dtype=float)
    np.testing.assert_allclose(numbers, np.asarray(theirs, dtype=float), rtol=1e-9, atol=1e-9 * scale)


def array(numbers: Iterable[float]) -> Any:
    """An array of float64."""
    return np.array(list(numbers), dtype=np.float64)
