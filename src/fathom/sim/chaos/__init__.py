"""Chaos in virtual time: the exchange of this machine, the way to it, and a weather that breaks everything between.

Front door.

Pure. Imports: its own files. Imported by: the front door of sim.
"""

from fathom.sim.chaos.agenda import Agenda
from fathom.sim.chaos.line import Line
from fathom.sim.chaos.rough import PEER, START_NS, SYMBOLS, Process, RoughWorld
from fathom.sim.chaos.weather import ACCOUNT, Crash, Weather, weather_of

__all__ = [
    "ACCOUNT",
    "PEER",
    "START_NS",
    "SYMBOLS",
    "Agenda",
    "Crash",
    "Line",
    "Process",
    "RoughWorld",
    "Weather",
    "weather_of",
]
