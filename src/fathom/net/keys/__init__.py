"""Keys: where they come from, how they are changed while we run, and that nobody sees them.

Front door.

Imports: domain, protocol. Imported by: net, run.
"""

from fathom.net.keys.credentials import Credentials
from fathom.net.keys.finding import find_credentials, look_for_credentials
from fathom.net.keys.redaction import Redactor
from fathom.net.keys.rotation import KeyNews, KeyRotation
from fathom.net.keys.secret import Secret
from fathom.net.keys.source import Found, Source

__all__ = [
    "Credentials",
    "Found",
    "KeyNews",
    "KeyRotation",
    "Redactor",
    "Secret",
    "Source",
    "find_credentials",
    "look_for_credentials",
]
