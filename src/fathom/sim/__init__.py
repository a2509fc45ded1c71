"""Virtual time: recorded arrivals, a venue on paper behind links that take their time, and chaos."""

from fathom.sim.chaos import (
    ACCOUNT,
    PEER,
    START_NS,
    SYMBOLS,
    Agenda,
    Crash,
    Line,
    Process,
    RoughWorld,
    Weather,
    weather_of,
)
from fathom.sim.fills import Resting, Take, Taken
from fathom.sim.paper import BookVenue
from fathom.sim.paper_floor import Fees
from fathom.sim.paper_venue import PaperVenue, Request
from fathom.sim.playback import LATENCY_NS, Playback, RecordedFrame, merged, shifted

__all__ = [
    "ACCOUNT",
    "LATENCY_NS",
    "PEER",
    "START_NS",
    "SYMBOLS",
    "Agenda",
    "BookVenue",
    "Crash",
    "Fees",
    "Line",
    "PaperVenue",
    "Playback",
    "Process",
    "RecordedFrame",
    "Request",
    "Resting",
    "RoughWorld",
    "Take",
    "Taken",
    "Weather",
    "merged",
    "shifted",
    "weather_of",
]
