"""Who may come in: API keys and their signatures, session tokens, call counters, connection attempts.

Front door.

Pure. Imports: its own files. Imported by: rest, sessions, v1, control, exchange.
"""

from fathom.exchange.access.body import Fields, Value, read_fields
from fathom.exchange.access.call_counter import CallCounters, PublicCalls
from fathom.exchange.access.connection_attempts import ConnectionAttempts
from fathom.exchange.access.key import PERMISSIONS, ApiKey, make_key_pair
from fathom.exchange.access.keyring import Keyring
from fathom.exchange.access.lockout import Lockout
from fathom.exchange.access.nonces import Nonces
from fathom.exchange.access.signature import api_sign, signature_matches
from fathom.exchange.access.tokens import Tokens

__all__ = [
    "PERMISSIONS",
    "ApiKey",
    "CallCounters",
    "ConnectionAttempts",
    "Fields",
    "Keyring",
    "Lockout",
    "Nonces",
    "PublicCalls",
    "Tokens",
    "Value",
    "api_sign",
    "make_key_pair",
    "read_fields",
    "signature_matches",
]
