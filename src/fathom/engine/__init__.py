"""The sequencer and its loop; nothing about trading."""

from fathom.engine.engine import FOLLOW_UPS_MAX, WORLD, Engine, Log
from fathom.engine.loop import Arrival, World, run
from fathom.engine.replay import Difference, Nowhere, Replayed, replay

__all__ = [
    "FOLLOW_UPS_MAX",
    "WORLD",
    "Arrival",
    "Difference",
    "Engine",
    "Log",
    "Nowhere",
    "Replayed",
    "World",
    "replay",
    "run",
]
