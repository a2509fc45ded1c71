"""How patient a REST client is, and how much it takes at once.

Imports: domain. Imported by: the files of this folder, the front door.
"""

from dataclasses import dataclass
from typing import Final

from fathom.domain import LocalError

MIB: Final = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class RestTerms:
    """Every default is meant to be left alone. Times in seconds."""

    deadline_s: float = 20.0  # Of a call as a whole: waiting for its turn, repeating and all.
    order_deadline_s: float = 5.0  # Of a call that changes orders: later than this nobody wants it any more.
    attempt_s: float = 8.0  # For one answer, where the call may be sent again.
    connect_s: float = 5.0  # For the name, TCP and TLS.
    close_s: float = 1.0  # For the goodbye of TLS.
    keep_alive_s: float = 20.0  # Idle connections are let go before the other side does it.
    tries_max: int = 4  # Of a call that may be repeated, and of connecting.
    nonce_tries_max: int = 4  # Of a call whose nonce was refused; many of those lead to a lockout.
    backoff_s: float = 0.25  # Before the second try; then twice as long each time, up to
    backoff_s_max: float = 5.0
    connections_max: int = 10
    public_at_once_max: int = 4
    waiting_max: int = 256  # Private calls that wait for their turn; one more is refused.
    nonce_window: bool = False  # The key has a nonce window: private calls need not go one by one.
    nonce_window_at_once_max: int = 4
    overtaken_s: float = 1.0  # Whoever has no answer for so long is overtaken by a cancel.
    answer_bytes_max: int = 64 * MIB  # The longest answers (AssetPairs) have about one; exports have more.

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if not isinstance(value, bool) and not value > 0:
                raise LocalError(name, f"must be above 0, not {value}")
        least = self.public_at_once_max + self.private_at_once_max
        if self.connections_max < least:
            raise LocalError("connections_max", f"must be at least {least}: a cancel waits for no connection")

    @property
    def private_at_once_max(self) -> int:
        """Return how many private calls may be without an answer: those in order, and cancels that overtake."""
        return self.nonce_window_at_once_max + 2
