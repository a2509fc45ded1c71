"""How long each request of an order took, stage by stage, from the log's times and from OrderTimed.

| stage | from | to |
|---|---|---|
| `log` | the approval's place in the log | the answer's place in the log |
| `decide` | the approval's place in the log: when the frame that set it off came in | the bytes are ready |
| `send` | the bytes are ready | they are handed to the socket |
| `out` | that | the venue has it (`time_in`, by the clock offset) |
| `venue` | `time_in` | `time_out` |
| `back` | `time_out`, by the clock offset | the answer is here |
| `answer` | handed to the socket | the answer is here |

Pure. Imports: domain, histogram. Imported by: portfolio/statistics.
"""

from typing import Final, Literal

from fathom.domain import OrderTimed
from fathom.portfolio.histogram import Histogram

Stage = Literal["log", "decide", "send", "out", "venue", "back", "answer"]
Request = Literal["add", "amend", "cancel"]

STAGES: Final[tuple[Stage, ...]] = ("log", "decide", "send", "out", "venue", "back", "answer")
REQUESTS: Final[tuple[Request, ...]] = ("add", "amend", "cancel")


class OrderTimes:
    """A histogram of each request and stage that was ever told."""

    def __init__(self) -> None:
        self.histograms: dict[tuple[str, Stage], Histogram] = {}
        self.offset_ns: int | None = None  # The venue's clock less ours.

    def add(self, request: str, stage: Stage, ns: int) -> None:
        """Count one."""
        key = (request, stage)
        if key not in self.histograms:
            if request not in REQUESTS:
                return  # A word of another version.
            self.histograms[key] = Histogram()
        self.histograms[key].add(ns)

    def timed(self, told: OrderTimed, *, approved_ns: int | None) -> None:
        """Take in how one request went."""
        request, sent_ns = told.request, told.sent_ns
        ready_ns = told.encoded_ns
        if approved_ns is not None:
            self.add(request, "decide", (sent_ns if ready_ns is None else ready_ns) - approved_ns)
        if ready_ns is not None:
            self.add(request, "send", sent_ns - ready_ns)
        self.add(request, "answer", told.received_ns - sent_ns)
        if told.time_in_ns is None or told.time_out_ns is None:
            return
        self.add(request, "venue", told.time_out_ns - told.time_in_ns)
        if self.offset_ns is not None:
            self.add(request, "out", told.time_in_ns - self.offset_ns - sent_ns)
            self.add(request, "back", told.received_ns - (told.time_out_ns - self.offset_ns))
