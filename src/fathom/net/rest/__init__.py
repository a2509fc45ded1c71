"""REST: one client for public and private calls, with nonces, counters, deadlines and typed errors.

Front door.

Imports: domain, protocol, keys, link, venue. Imported by: the front door of net, client.
"""

from fathom.net.rest.answers import Answered
from fathom.net.rest.client import RestClient
from fathom.net.rest.nonces import NonceAuthority
from fathom.net.rest.shared import shared_authority
from fathom.net.rest.terms import RestTerms

__all__ = ["Answered", "NonceAuthority", "RestClient", "RestTerms", "shared_authority"]
