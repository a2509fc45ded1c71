"""Keys: where they come from, how they are changed while we run, and that nobody sees them.

Front door.

Imports: domain, protocol. Imported by: net, run.
"""

from fathom.net.keys.credentials import Credentials
from fathom.net.keys.finding import NoKey, find_credentials, look_for_credentials
from fathom.net.keys.fitness import (
    ROTATION_DAYS,
    Caller,
    ask_key_info,
    check_rotation_days,
    judge_key,
    refuse_unfit_key,
)
from fathom.net.keys.redaction import Redactor
from fathom.net.keys.rotation import KeyNews, KeyRotation
from fathom.net.keys.secret import Secret
from fathom.net.keys.source import Found, Source

__all__ = [
    "ROTATION_DAYS",
    "Caller",
    "Credentials",
    "Found",
    "KeyNews",
    "KeyRotation",
    "NoKey",
    "Redactor",
    "Secret",
    "Source",
    "ask_key_info",
    "check_rotation_days",
    "find_credentials",
    "judge_key",
    "look_for_credentials",
    "refuse_unfit_key",
]
