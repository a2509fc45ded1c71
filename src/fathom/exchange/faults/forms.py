"""The forms that a fault's values must have, each with the sentence that says so.

Pure. Imports: methods. Imported by: kinds, reading.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from fathom.exchange.faults.methods import plain_method

STEPS_MAX: Final = 20  # Of one cycle.
STEP_S_MAX: Final = 86_400


class Form(Struct, frozen=True):
    """`read` returns the value as a fault keeps it, or None where it does not fit: then `rule` says what would."""

    read: Callable[[Any], Any]
    rule: str


def number(least: int, most: int, *, above: bool = False) -> Form:
    """A number from `least` on, or above it, up to `most`."""

    def read(value: Any) -> float | None:
        known = _finite(value)
        if known is None or known > most or known < least or (above and known == least):
            return None
        return float(known)

    return Form(read, f"must be a number {'above' if above else 'from'} {least}, at most {most}")


def whole(least: int, most: int) -> Form:
    """A whole number."""

    def read(value: Any) -> int | None:
        return value if type(value) is int and least <= value <= most else None

    return Form(read, f"must be a whole number from {least} to {most}")


def decimal() -> Form:
    """A number above zero whose digits count, as text or not."""

    def read(value: Any) -> Decimal | None:
        known = _finite(_decimal(value) if isinstance(value, str) else value)
        return known if known is not None and known > 0 else None

    return Form(read, "must be a number above 0")


def text(length_max: int) -> Form:
    """A text that is not empty, not endless and on one line."""

    def read(value: Any) -> str | None:
        return value if isinstance(value, str) and value.isprintable() and 0 < len(value) <= length_max else None

    return Form(read, f"must be a text of 1 to {length_max} characters on one line")


def word(*words: str | int) -> Form:
    """One of these."""

    def read(value: Any) -> Any:
        return value if type(value) in (str, int) and value in words else None

    return Form(read, f"must be one of {', '.join(map(str, words))}")


def flag() -> Form:
    """True or false."""
    return Form(lambda value: value if isinstance(value, bool) else None, "must be true or false")


def method(known: Sequence[str] = ()) -> Form:
    """A method as any door spells it; `known` are v2's spellings of those that there are, or none where any will do."""
    plain = {plain_method(name) for name in known}

    def read(value: Any) -> str | None:
        if not isinstance(value, str) or not value.replace("_", "").isalnum() or len(value) > 64:
            return None
        return value if not plain or plain_method(value) in plain else None

    return Form(read, f"must be one of {', '.join(known)}" if known else "must be the name of a method")


def steps(*words: str) -> Form:
    """Words, each with the seconds that it lasts."""

    def read(value: Any) -> tuple[tuple[str, float], ...] | None:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= STEPS_MAX:
            return None
        read_steps = [_step(step, words) for step in value]
        return None if None in read_steps else tuple(step for step in read_steps if step is not None)

    return Form(read, f'must be up to {STEPS_MAX} of ["word", seconds], with the words {", ".join(words)}')


def _step(step: Any, words: Sequence[str]) -> tuple[str, float] | None:
    if not isinstance(step, list | tuple) or len(step) != 2 or step[0] not in words:
        return None
    seconds = _finite(step[1])
    return (step[0], float(seconds)) if seconds is not None and 0 < seconds <= STEP_S_MAX else None


def _finite(value: Any) -> Decimal | None:
    """Return the number exactly as written; TOML knows nan and inf, and true is no number here."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    known = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    return known if known.is_finite() and abs(known.adjusted()) < 100 else None


def _decimal(value: str) -> Decimal | None:
    digits = value.replace(".", "", 1)
    return Decimal(value) if digits.isascii() and digits.isdigit() and len(digits) <= 40 else None
