"""Recorded markets stepped over in virtual time: the venue with our orders in its queues, and the ways to it."""

from fathom.sim.stepped.latency import LatencyModel, Ways
from fathom.sim.stepped.pace import Pace, TierName
from fathom.sim.stepped.step_fees import StepFees
from fathom.sim.stepped.step_ground import QUEUES, Queue, StepGround
from fathom.sim.stepped.step_venue import Queued, StepVenue
from fathom.sim.stepped.step_world import StepWorld, Window

__all__ = [
    "QUEUES",
    "LatencyModel",
    "Pace",
    "Queue",
    "Queued",
    "StepFees",
    "StepGround",
    "StepVenue",
    "StepWorld",
    "TierName",
    "Ways",
    "Window",
]
