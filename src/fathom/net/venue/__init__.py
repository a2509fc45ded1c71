"""Venues: which URLs a name stands for.

Front door.

Imports: domain. Imported by: net, run.
"""

from fathom.net.venue.venue import ENDPOINTS, Endpoint, Venue, is_loopback_host

__all__ = ["ENDPOINTS", "Endpoint", "Venue", "is_loopback_host"]
