"""Chaos in virtual time: the exchange of this machine, the bot's edges, and a weather that breaks everything between.

Front door.

Pure. Imports: its own files. Imported by: the front door of sim.
"""

from fathom.sim.chaos.our_orders import Names
from fathom.sim.chaos.rough import START_NS, SYMBOLS, RoughWorld
from fathom.sim.chaos.weather import ACCOUNT, Crash, Weather, weather_of

__all__ = ["ACCOUNT", "START_NS", "SYMBOLS", "Crash", "Names", "RoughWorld", "Weather", "weather_of"]
