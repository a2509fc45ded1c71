"""A key from the keyring of the desktop: Secret Service, KWallet, Keychain.

Imports: domain, credentials, secret, source, the library `keyring`. Imported by: finding.
"""

import threading
from importlib import import_module
from queue import Empty, SimpleQueue
from typing import Any, Final

from fathom.domain import LocalError
from fathom.net.keys.credentials import Credentials
from fathom.net.keys.secret import Secret
from fathom.net.keys.source import joined

SERVICE: Final = "fathom"
NAMES: Final = ("api-key", "api-secret", "api-otp")
ANSWER_S_MAX: Final = 60.0  # It may ask a person to unlock it.


class KeyringSource:
    """The entries `api-key`, `api-secret` and perhaps `api-otp` of a service; `keyring set fathom api-key` writes one.

    It needs the extra `keyring`. Without that, or on a machine that has no keyring, it holds nothing, unless `asked`
    says that somebody counts on it: then both are errors.
    """

    changes = False  # Each look may open a window that asks for a password.

    def __init__(self, service: str = SERVICE, *, asked: bool = False, answer_s_max: float = ANSWER_S_MAX) -> None:
        self._service = service
        self._asked = asked
        self._answer_s_max = answer_s_max
        self.name = f"the system keyring (service {service})"

    def read(self) -> Credentials | None:
        """Return the key in it."""
        try:
            library = import_module("keyring")
        except ImportError:
            if not self._asked:
                return None
            raise LocalError(
                "key", "the system keyring needs the extra `keyring`: pip install 'fathom-trader[keyring]'"
            ) from None
        answers: SimpleQueue[list[Secret | None] | str | None] = SimpleQueue()
        # A thread of its own, as the keyring may wait for a person for ever; it ends with the process.
        threading.Thread(target=self._ask, args=(library, answers), daemon=True, name="keyring").start()
        try:
            answer = answers.get(timeout=self._answer_s_max)
        except Empty:
            answer = f"did not answer within {self._answer_s_max:g} s: unlock it"
        if isinstance(answer, str) or answer is None:
            if answer is None and not self._asked:
                return None
            raise LocalError("key", f"{self.name} {answer or 'is not there: this machine has none'}")
        key, secret, otp = answer
        return joined(None if key is None else key.reveal(), secret, otp, names=(NAMES[0], NAMES[1]), place=self.name)

    def _ask(self, library: Any, answers: "SimpleQueue[list[Secret | None] | str | None]") -> None:
        """Put the three texts, or what is wrong; None where there is no keyring at all."""
        try:
            texts = [library.get_password(self._service, name) for name in NAMES]
        except library.errors.NoKeyringError:
            answers.put(None)
        except (library.errors.KeyringError, OSError, RuntimeError) as error:
            answers.put(f"cannot be read ({type(error).__name__}): unlock it")
        else:
            answers.put([Secret(text) if text else None for text in texts])
