"""Faults on purpose: what may go wrong between a venue and its clients, played by time, count or chance under a seed.

Front door. docs/faults.md describes every kind.

Pure. Imports: its own files. Imported by: rest, sessions, v1, control, exchange.
"""

from fathom.exchange.faults.faults import Faults
from fathom.exchange.faults.kinds import KINDS, Kind
from fathom.exchange.faults.line import Line
from fathom.exchange.faults.reading import read_fault, read_faults
from fathom.exchange.faults.spec import FaultSpec
from fathom.exchange.faults.venue_acts import FaultyVenue, rescaled

__all__ = ["KINDS", "FaultSpec", "Faults", "FaultyVenue", "Kind", "Line", "read_fault", "read_faults", "rescaled"]
