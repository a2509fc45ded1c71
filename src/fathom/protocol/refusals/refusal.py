"""What an error text means for the request that it answers: an exception to raise, and whether it was surely refused.

Pure. Imports: domain, table. Imported by: the front door.
"""

from collections.abc import Sequence
from typing import Final

from fathom.domain import Fault, KeyRefused, LimitRefused, Refused, Retry, VenueRefused
from fathom.protocol.refusals.table import normal, row_of

_CLASSES: Final[dict[Fault, type[Refused]]] = {"key": KeyRefused, "limit": LimitRefused, "venue": VenueRefused}
_SEVERITY: Final[dict[Retry, int]] = {"later": 0, "auth": 1, "fix": 2, "no": 3}
_THROTTLED: Final = "eservice:throttled:"
_DIGITS_MAX: Final = 12  # Of a unix time in seconds; a longer number is none.


def refusal_of(text: str) -> Refused:
    """Return the exception for an error text, ready to raise. A text nobody knows is final, and an order may exist."""
    row = row_of(text)
    if row is None:
        return Refused(text)
    return _CLASSES.get(row.fault, Refused)(
        text,
        fault=row.fault,
        retry=row.retry,
        wait_s=row.wait_s,
        order_may_exist=row.order_may_exist,
        advice=row.advice,
        until_s=_until_s(text),
    )


def refusal_of_all(texts: Sequence[str]) -> Refused:
    """Return one exception for an answer with several texts: the gravest, with all of what they said.

    An order may exist where any of them leaves it open; the wait is the longest.
    """
    if len(texts) == 1:
        return refusal_of(texts[0])
    refusals = [refusal_of(text) for text in texts] or [Refused("")]
    gravest = max(refusals, key=lambda refusal: (refusal.order_may_exist, _SEVERITY[refusal.retry]))
    waits = [refusal.wait_s for refusal in refusals if refusal.wait_s is not None]
    untils = [refusal.until_s for refusal in refusals if refusal.until_s is not None]
    return type(gravest)(
        "; ".join(texts),
        fault=gravest.fault,
        retry=gravest.retry,
        wait_s=max(waits, default=None),
        order_may_exist=gravest.order_may_exist,
        advice=gravest.advice,
        until_s=max(untils, default=None),
    )


def surely_refused(error: str) -> bool:
    """Tell whether the refused request surely left nothing at the venue. A text nobody knows is not certain."""
    row = row_of(error)
    return row is not None and not row.order_may_exist


def _until_s(text: str) -> int | None:
    """Return the unix second that `EService:Throttled: <unix>` names."""
    said = normal(text)
    digits = said.removeprefix(_THROTTLED)
    if digits == said or not digits.isdecimal() or not digits.isascii() or len(digits) > _DIGITS_MAX:
        return None
    return int(digits)
