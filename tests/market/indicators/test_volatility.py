import math

import numpy as np
import pytest
from hypothesis import given

from fathom.domain import LocalError
from fathom.market.indicators import RealisedVolatility
from indicator_series import agrees, array, periods, series, streamed


@given(series, periods)
def test_it_is_the_root_of_the_mean_squared_log_return(steps: list[float], period: int) -> None:
    ours = streamed(RealisedVolatility(period, steps=365).add, steps)
    squares = np.diff(np.log(array(steps))) ** 2
    theirs = [math.nan] * min(period, len(steps))
    theirs += [math.sqrt(np.mean(squares[end - period : end]) * 365) for end in range(period, len(steps))]
    agrees(ours, theirs)


@pytest.mark.parametrize("steps", [0.0, -1.0, float("nan")])
def test_a_time_of_no_steps_is_refused(steps: float) -> None:
    with pytest.raises(LocalError, match="must be above 0"):
        RealisedVolatility(5, steps=steps)
