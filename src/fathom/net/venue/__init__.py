"""Venues: which URLs a name stands for, and which key is for them.

Front door.

Imports: domain, keys, aiohttp. Imported by: net, run.
"""

from fathom.net.venue.asking import ask_venue
from fathom.net.venue.choosing import DEFAULT, Choice, choose_venue, credentials_for, look_for_key
from fathom.net.venue.probe import ClockSample, Probe, Probed, open_probe, probe_endpoint
from fathom.net.venue.running import Note, SampleKey, left_note, running_exchanges
from fathom.net.venue.table import read_venue, venue_of_table
from fathom.net.venue.venue import ENDPOINTS, Endpoint, Venue, is_loopback_host
from fathom.net.venue.venues import KRAKEN, KRAKEN_BETA

__all__ = [
    "DEFAULT",
    "ENDPOINTS",
    "KRAKEN",
    "KRAKEN_BETA",
    "Choice",
    "ClockSample",
    "Endpoint",
    "Note",
    "Probe",
    "Probed",
    "SampleKey",
    "Venue",
    "ask_venue",
    "choose_venue",
    "credentials_for",
    "is_loopback_host",
    "left_note",
    "look_for_key",
    "open_probe",
    "probe_endpoint",
    "read_venue",
    "running_exchanges",
    "venue_of_table",
]
