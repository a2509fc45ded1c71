"""Whether a call that failed is made again, when, and what its caller is told where it is not.

What changes orders or moves money is never sent again once it may have arrived: the caller is told Unsure, and looks.
What Kraken refused for certain may be sent again by anybody.

Imports: domain, protocol; pool, terms. Imported by: client.
"""

from random import Random
from typing import Any, Final

from fathom.domain import FathomError, Refused, RemoteError, Unsure, VenueRefused
from fathom.net.rest.pool import NoAnswerError, NotSentError
from fathom.net.rest.terms import RestTerms
from fathom.protocol import refusals, rest

NONCE: Final = "EAPI:Invalid nonce"
THROTTLED: Final = "EService:Throttled"
RATE: Final = frozenset({"EAPI:Rate limit exceeded", "EGeneral:Too many requests"})
RATE_S: Final = 5.0  # rate-limits.md 6: several seconds; longer where calls went on.
RATE_S_MAX: Final = 15.0
_NONCE_S: Final = 0.02
_NONCE_ADVICE: Final = (
    "another program used this key with finer or later nonces: give each program a key of its own, "
    "make a new key for this one, or set a nonce window for the key at Kraken"
)


class Repeats:
    """The tries of one call."""

    def __init__(self, request: rest.RestRequest[Any], terms: RestTerms, random: Random) -> None:
        self._request = request
        self._terms = terms
        self._random = random
        self._may_repeat = rest.may_repeat(request)
        self.tries = 0
        self._nonces_refused = 0

    def wait_s(self, error: FathomError, *, now_ns: int) -> float | None:
        """Return how long to wait before the next try; None: there is none."""
        self.tries += 1
        left = self.tries < self._terms.tries_max
        if isinstance(error, NotSentError):
            may = error.again and (self._may_repeat or not error.connected)
            return max(self._backoff_s(), error.wait_s) if left and may else None
        if isinstance(error, NoAnswerError):
            return self._backoff_s() if left and error.again and self._may_repeat else None
        if isinstance(error, Refused):
            return self._refused_wait_s(error, left=left, now_ns=now_ns)
        return None

    def final(self, error: FathomError) -> FathomError:
        """Return what to raise where the call is not made again."""
        if isinstance(error, Refused) and _prefix(error) == NONCE:
            return Refused(error.text, fault="key", retry="no", order_may_exist=False, advice=_NONCE_ADVICE)
        if self._may_repeat:
            return error
        in_doubt = isinstance(error, NoAnswerError | RemoteError) or (
            isinstance(error, VenueRefused) and error.order_may_exist
        )
        return Unsure(self._request.endpoint.name, getattr(self._request, "cl_ord_id", None)) if in_doubt else error

    def _refused_wait_s(self, refusal: Refused, *, left: bool, now_ns: int) -> float | None:
        prefix = _prefix(refusal)
        if prefix == NONCE:
            self._nonces_refused += 1
            if self._nonces_refused >= self._terms.nonce_tries_max:
                return None
            return self._random.uniform(0, _NONCE_S * 2.0**self._nonces_refused)
        if not left:
            return None
        if prefix == THROTTLED:
            return refusal.wait_from(now_ns)
        if prefix in RATE:
            return min(RATE_S_MAX, RATE_S * 2.0 ** (self.tries - 1)) * self._random.uniform(1.0, 1.2)
        if isinstance(refusal, VenueRefused) and refusal.order_may_exist and self._may_repeat:
            return self._backoff_s()
        return None

    def _backoff_s(self) -> float:
        """Return a wait that doubles, with jitter: not all who lost a connection come back at once."""
        most = min(self._terms.backoff_s_max, self._terms.backoff_s * 2.0 ** (self.tries - 1))
        return self._random.uniform(most / 2, most)


def _prefix(refusal: Refused) -> str:
    row = refusals.row_of(refusal.text)
    return "" if row is None else row.prefix
