"""When to connect again (websocket-v2.md 2.2): at once a handful of times, then with growing waits, and never not.

Pure. Imports: times. Imported by: the front door of session.
"""

from random import Random
from typing import Final, Literal

from msgspec import Struct

from fathom.protocol.times import SECOND_NS

Ending = Literal[
    "dropped",  # A connection that was, or an attempt that found nobody.
    "maintenance",  # The venue said that it is down, or closed with a code that says so.
    "refused",  # HTTP 429 or 403: too many attempts from here, and each more makes it longer.
]


class ReconnectTerms(Struct, frozen=True):
    """The waits. Kraken's own client: two at once, then 5 s doubling to 30 s, up to 750 ms of jitter."""

    at_once: int = 3  # Attempts after a drop that do not wait, until a connection was stable.
    first_wait_ns: int = 5 * SECOND_NS  # Kraken asks for at least so much after maintenance.
    wait_max_ns: int = 30 * SECOND_NS
    refused_wait_ns: int = 60 * SECOND_NS  # Doubling with each refusal. A ban lasts ten minutes.
    refused_max_ns: int = 600 * SECOND_NS
    jitter_max_ns: int = 750_000_000
    stable_ns: int = 30 * SECOND_NS  # A connection that held so long forgives what was before.


STANDARD: Final = ReconnectTerms()


class Reconnect:
    """How often it failed in a row, and so how long to wait. There is no last attempt."""

    __slots__ = ("_failures", "_opened_ns", "_refusals", "_rng", "_terms")

    def __init__(self, *, rng: Random, terms: ReconnectTerms = STANDARD) -> None:
        self._rng = rng
        self._terms = terms
        self._failures = 0
        self._refusals = 0  # Of these. Drops before a refusal do not make its wait longer.
        self._opened_ns: int | None = None

    @property
    def failures(self) -> int:
        """Endings in a row without a stable connection between."""
        return self._failures

    def opened(self, *, now_ns: int) -> None:
        """A connection is there."""
        self._opened_ns = now_ns

    def ended(self, ending: Ending, *, now_ns: int) -> int:
        """Note that a connection, or an attempt, came to its end; return when to try next, in ns."""
        terms = self._terms
        if self._opened_ns is not None and now_ns - self._opened_ns >= terms.stable_ns:
            self._failures = self._refusals = 0
        self._opened_ns = None
        self._failures += 1
        jitter_ns = self._rng.randint(0, terms.jitter_max_ns)
        match ending:
            case "dropped" if self._failures <= terms.at_once:
                # The first at once; the next a little apart, as many connections may have dropped together.
                return now_ns + (0 if self._failures == 1 else jitter_ns)
            case "dropped":
                growing = self._failures - terms.at_once - 1
            case "maintenance":
                growing = self._failures - 1
            case "refused":
                self._refusals += 1
                wait_ns = terms.refused_wait_ns << min(self._refusals - 1, 16)
                return now_ns + min(wait_ns, terms.refused_max_ns) + jitter_ns
        return now_ns + min(terms.first_wait_ns << min(growing, 16), terms.wait_max_ns) + jitter_ns
