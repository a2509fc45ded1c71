"""What a request must keep to whatever the market: counts, ranges, one id and not two (rest.md 5 and 6).

Pure. Imports: domain. Imported by: the requests.
"""

from collections.abc import Sized
from typing import Any

from fathom.domain import LocalError

INT32_MAX = 2**31 - 1


def check_count(field: str, items: Sized, *, most: int, least: int = 1) -> None:
    """Raise LocalError where there are too few or too many."""
    if not least <= len(items) <= most:
        raise LocalError(field, f"{least} to {most} in one call, not {len(items)}")


def check_range(field: str, value: int | None, *, least: int, most: int) -> None:
    """Raise LocalError where a number is out of range."""
    if value is not None and not least <= value <= most:
        raise LocalError(field, f"{least} to {most}, not {value}")


def check_userref(userref: int | None) -> None:
    """Raise LocalError where it has more than 32 bits."""
    check_range("userref", userref, least=-INT32_MAX - 1, most=INT32_MAX)


def check_one_of(**ids: Any) -> None:
    """Raise LocalError unless just one of these is given."""
    if sum(value is not None for value in ids.values()) != 1:
        raise LocalError(" or ".join(ids), "give just one of them")
