"""Keys: where they come from, how they are changed while we run, and that nobody sees them.

Front door.

Imports: domain, protocol. Imported by: net, run.
"""

from fathom.net.keys.credentials import Credentials
from fathom.net.keys.secret import Secret

__all__ = ["Credentials", "Secret"]
