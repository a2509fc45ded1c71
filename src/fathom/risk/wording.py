"""How the figures of a refusal are told. Nobody reckons with what is rounded here.

Pure. Imports: nothing. Imported by: the checks, risk/losses, risk/risk.
"""

from decimal import Context, Decimal
from typing import Final

ROUNDED: Final = Context(prec=28)


def percent(part: Decimal, whole: Decimal) -> str:
    """Return a share as a percentage."""
    return "all" if whole <= 0 else f"{ROUNDED.divide(part, whole):.2%}"
