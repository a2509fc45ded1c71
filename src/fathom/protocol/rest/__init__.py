"""Kraken's REST on the wire: requests and results typed, signing, the envelope.

Front door.

Pure. Imports: domain. Imported by: net.
"""

from fathom.protocol.rest.signing import api_sign

__all__ = ["api_sign"]
