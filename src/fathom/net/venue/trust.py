"""Whom a client trusts: the machine's authorities, and one more where a venue names it.

Imports: domain. Imported by: the front door, asking, probe.
"""

import ssl
from pathlib import Path

from fathom.domain import LocalError


def client_tls(authority: Path | None) -> ssl.SSLContext:
    """Return a context that verifies certificates and names; TLS 1.3 where the server has it, never below 1.2."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authority is not None:
        try:
            context.load_verify_locations(authority)
        except (OSError, ssl.SSLError) as error:
            raise LocalError("authority", f"cannot use {authority}: {error}") from None
    return context
