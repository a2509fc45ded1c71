"""Virtual time: recorded arrivals, and a venue on paper behind links that take their time."""

from fathom.sim.fills import Resting, Take, Taken
from fathom.sim.paper import PaperVenue, Request
from fathom.sim.paper_floor import Fees
from fathom.sim.playback import LATENCY_NS, Playback, RecordedFrame, merged, shifted

__all__ = [
    "LATENCY_NS",
    "Fees",
    "PaperVenue",
    "Playback",
    "RecordedFrame",
    "Request",
    "Resting",
    "Take",
    "Taken",
    "merged",
    "shifted",
]
