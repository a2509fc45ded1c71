"""The few errors there are, and whose fault each is.

    FathomError
    ├── LocalError     we were about to break Kraken's rules, or the user ours; nothing was sent
    ├── RemoteError    Kraken broke them: the session closes and starts again
    ├── LinkError      the wire broke: `net` retries, within its budget
    ├── AuthError      the key is wrong: nobody retries
    ├── JournalError   the disk broke: cancel what is open, then stop
    ├── Refused        Kraken understood us and said no; it knows whether and when to ask again
    │   ├── KeyRefused      ... for the key, its signature or its rights: an AuthError too, nobody retries
    │   ├── LimitRefused    ... for a limit: after a wait, or with less
    │   └── VenueRefused    ... for its own state: maintenance, busy, broken inside
    └── Unsure         no answer came: it may or may not have been done; look before sending again

Pure. Imports: nothing. Imported by: every room but kernel.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, Literal

# Whose fault a refusal is. "key": the API key or its rights; "account": what the account may do; "limit": too much or
# too fast; "venue": Kraken's own state; "request": how it was asked; "order": what was ordered; "unknown": a new text.
Fault = Literal["key", "account", "limit", "venue", "request", "order", "unknown"]

# May the same be sent again. "fix": only changed; "later": after the wait; "auth": with a new token.
Retry = Literal["no", "fix", "later", "auth"]

# No wait that Kraken names is believed to be longer: a wrong clock or text must not silence us for a year.
WAIT_S_MAX: Final = 900.0
WAIT_S_MIN: Final = 1.0
_TEXT_MAX = 500  # Of Kraken's own words, so that a page sent by mistake does not flood a log.


class FathomError(Exception):
    """Anything that fathom says is wrong; its text is one sentence for a person, with what to do."""


class LocalError(FathomError):
    """We, or the user, were about to break a rule. Nothing was sent.

    `field` names what is wrong as the user or the wire spells it, `rule` says what would be right.
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(field, rule)  # Both, so that it can cross to another process and back.
        self.field = field
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.field}: {self.rule}"


class RemoteError(FathomError):
    """Kraken sent what its own documents exclude. The session closes and starts again."""


class LinkError(FathomError):
    """The wire broke. `net` retries, within its budget."""


class AuthError(FathomError):
    """The key, its signature or its rights are wrong. Nobody retries."""


class JournalError(FathomError):
    """The journal cannot be written or is not whole. Cancel what is open, then stop."""


class Refused(FathomError):
    """Kraken understood us and said no. `text` is as Kraken wrote it, `advice` one sentence on what to do.

    `wait_s` is how long to wait before the same may be sent again, None where that does not help or nobody knows how
    long. `until_s` is the unix second that Kraken named instead: `wait_from` knows both. `order_may_exist` tells
    whether an order request that got this answer may have made, filled or left an order all the same.
    """

    def __init__(
        self,
        text: str,
        *,
        fault: Fault = "unknown",
        retry: Retry = "no",
        wait_s: float | None = None,
        order_may_exist: bool = True,
        advice: str = "nobody knows this text: look at what is open before anything is sent again",
        until_s: int | None = None,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.fault: Fault = fault
        self.retry: Retry = retry
        self.wait_s = wait_s
        self.order_may_exist = order_may_exist
        self.advice = advice
        self.until_s = until_s

    def __str__(self) -> str:
        said = "".join(letter if letter.isprintable() else " " for letter in self.text[:_TEXT_MAX]).strip()
        return f"Kraken refused ({said or 'without a word'}): {self.advice}"

    def __reduce__(self) -> tuple[Callable[[], "Refused"], tuple[()]]:
        """Take everything along to another process."""
        again = partial(
            type(self),
            self.text,
            fault=self.fault,
            retry=self.retry,
            wait_s=self.wait_s,
            order_may_exist=self.order_may_exist,
            advice=self.advice,
            until_s=self.until_s,
        )
        return again, ()

    def wait_from(self, now_ns: int) -> float | None:
        """Return the seconds to wait from `now_ns` (unix), by the time that Kraken named where it named one."""
        if self.until_s is None:
            return self.wait_s
        return min(WAIT_S_MAX, max(WAIT_S_MIN, self.until_s - now_ns / 1e9))


class KeyRefused(Refused, AuthError):
    """Kraken refused the key, its signature or its rights. Nobody retries."""


class LimitRefused(Refused):
    """Kraken refused for a limit: too much, too many or too fast."""


class VenueRefused(Refused):
    """Kraken refused for its own state: maintenance, busy, an error inside."""


class Unsure(FathomError):
    """No answer came: it may or may not have been done. Look before anything is sent again.

    `what` is the method that was sent, `cl_ord_id` our id of the order, where it was for one.
    """

    def __init__(self, what: str, cl_ord_id: str | None = None) -> None:
        super().__init__(what, cl_ord_id)
        self.what = what
        self.cl_ord_id = cl_ord_id

    def __str__(self) -> str:
        of = f" of order {self.cl_ord_id}" if self.cl_ord_id is not None else ""
        return f"nobody knows whether Kraken did {self.what}{of}: look at what is open before it is sent again"
