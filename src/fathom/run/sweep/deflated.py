"""The deflated Sharpe ratio: how likely a Sharpe ratio is real, though it is the best of many that were tried.

Bailey and Lopez de Prado, "The Deflated Sharpe Ratio: Correcting for Selection Bias, Backtest Overfitting, and
Non-Normality", Journal of Portfolio Management 40 (5), 2014. With SR the ratio of a return (not annualised), T the
number of returns, g3 their skewness, g4 their kurtosis (3 for a normal distribution), N the number of trials, V the
variance of their ratios, Z the normal distribution, and c = 0.5772 (Euler and Mascheroni):

    SR0 = sqrt(V) * ((1 - c) * Z^-1(1 - 1 / N) + c * Z^-1(1 - 1 / (N * e)))     the best of N that are worth nothing
    DSR = Z((SR - SR0) * sqrt(T - 1) / sqrt(1 - g3 * SR + (g4 - 1) / 4 * SR^2))

Pure. Imports: nothing of ours. Imported by: run/sweep.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

from msgspec import Struct

EULER_MASCHERONI: Final = 0.5772156649015329
SAME: Final = 1e-9  # A deviation of so little of the mean is what rounding leaves of none.
_NORMAL: Final = NormalDist()


class Moments(Struct, frozen=True):
    """What is kept of a row of returns. `sharpe` is of one return: the mean over the deviation of a sample."""

    count: int
    sharpe: float
    skew: float
    kurtosis: float


def moments_of(returns: Sequence[float]) -> Moments | None:
    """Return the moments; None of fewer than two returns, or where all are the same."""
    count = len(returns)
    if count < 2:
        return None
    mean = math.fsum(returns) / count
    second = math.fsum((one - mean) ** 2 for one in returns) / count
    if second <= (mean * SAME) ** 2:
        return None
    third = math.fsum((one - mean) ** 3 for one in returns) / count
    fourth = math.fsum((one - mean) ** 4 for one in returns) / count
    return Moments(
        count=count,
        sharpe=mean / math.sqrt(second * count / (count - 1)),
        skew=third / second**1.5,
        kurtosis=fourth / second**2,
    )


def best_of_nothing(trials: int, variance: float) -> float:
    """Return the Sharpe ratio that the best of so many worthless trials is expected to have."""
    if trials < 2 or variance <= 0:
        return 0.0
    far = _NORMAL.inv_cdf(1 - 1 / trials)
    farther = _NORMAL.inv_cdf(1 - 1 / (trials * math.e))
    return math.sqrt(variance) * ((1 - EULER_MASCHERONI) * far + EULER_MASCHERONI * farther)


def probability_above(moments: Moments, threshold: float) -> float | None:
    """Return how likely the true ratio is above a threshold; None where the moments allow no answer."""
    sharpe = moments.sharpe
    spread = 1 - moments.skew * sharpe + (moments.kurtosis - 1) / 4 * sharpe * sharpe
    if spread <= 0 or moments.count < 2:
        return None
    return _NORMAL.cdf((sharpe - threshold) * math.sqrt(moments.count - 1) / math.sqrt(spread))
