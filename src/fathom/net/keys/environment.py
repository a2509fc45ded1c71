"""A key from the environment.

Imports: credentials, secret, source. Imported by: finding.
"""

import os
from collections.abc import Mapping
from typing import Final

from fathom.net.keys.credentials import Credentials
from fathom.net.keys.secret import Secret
from fathom.net.keys.source import joined

KEY: Final = "FATHOM_API_KEY"
SECRET: Final = "FATHOM_API_SECRET"  # noqa: S105 - The name of it.
OTP: Final = "FATHOM_API_OTP"


class EnvironmentSource:
    """FATHOM_API_KEY, FATHOM_API_SECRET, and FATHOM_API_OTP where the key has a second factor."""

    name = "the environment"
    changes = False

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment

    def read(self) -> Credentials | None:
        """Return the key. A variable that is set to nothing is as good as none."""
        otp = Secret(self._environment.get(OTP, ""))
        secret = Secret(self._environment.get(SECRET, ""))
        return joined(
            self._environment.get(KEY) or None,
            secret if secret.reveal() else None,
            otp if otp.reveal() else None,
            names=(KEY, SECRET),
            place=self.name,
        )
