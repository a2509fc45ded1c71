"""The sequencer and its loop; nothing about trading."""

from fathom.engine.engine import FOLLOW_UPS_MAX, WORLD, Engine, Log
from fathom.engine.loop import Arrival, World, run
from fathom.engine.replay import Difference, Nowhere, Replayed, replay
from fathom.engine.whisper import Whisper

__all__ = [
    "FOLLOW_UPS_MAX",
    "WORLD",
    "Arrival",
    "Difference",
    "Engine",
    "Log",
    "Nowhere",
    "Replayed",
    "Whisper",
    "World",
    "replay",
    "run",
]
