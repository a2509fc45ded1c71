"""How far a value is below its highest, and for how long it was.

Pure. Imports: nothing. Imported by: portfolio/statistics, tally.
"""


class Drawdown:
    """The largest fall from a peak, the present one, and the longest time below a peak. Constant memory."""

    __slots__ = ("longest_ns", "most", "most_share", "now", "peak", "peak_ns", "since_ns")

    def __init__(self) -> None:
        self.peak: float | None = None
        self.peak_ns = 0
        self.now = 0.0  # Below the peak, as an amount.
        self.since_ns = 0  # For how long it is below the peak; 0 at a peak.
        self.most = 0.0
        self.most_share = 0.0  # Of the peak that it fell from; only a peak above zero has a share.
        self.longest_ns = 0

    @property
    def share(self) -> float:
        """The present fall as a share of the peak."""
        return self.now / self.peak if self.peak is not None and self.peak > 0 else 0.0

    def add(self, time_ns: int, value: float) -> None:
        """Take a value in. Times never go back."""
        if self.peak is None or value >= self.peak:
            if self.peak is not None and self.now > 0:  # It took until now to come back.
                self.longest_ns = max(self.longest_ns, time_ns - self.peak_ns)
            self.peak, self.peak_ns, self.now, self.since_ns = value, time_ns, 0.0, 0
            return
        self.now = self.peak - value
        self.since_ns = time_ns - self.peak_ns
        self.longest_ns = max(self.longest_ns, self.since_ns)
        self.most = max(self.most, self.now)
        self.most_share = max(self.most_share, self.share)
