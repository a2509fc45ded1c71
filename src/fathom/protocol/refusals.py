"""What an error text means for the request that it answers: refused for certain, or nobody knows.

Pure. Imports: nothing. Imported by: translate.
"""

from typing import Final

# errors.md 4: after these an order may exist all the same. Blanks and case vary in what Kraken sends.
UNSURE_PREFIXES: Final = (
    "eservice:unavailable",
    "eservice:busy",
    "eservice:deadline elapsed",
    "egeneral:internal error",
    "edatabase:internal error",
    "eorder:reduce only:position is closed",  # Matched as far as possible before the rest was cancelled (6).
)

# Every other text of errors.md 2 to 7, by what it begins with, leaves no order behind.
CERTAIN_PREFIXES: Final = (
    "eapi:",
    "eauth:",
    "eaccount:",
    "esession:",
    "eorder:",
    "equery:",
    "etrade:",
    "ebm:",
    "egeneral:permission denied",
    "egeneral:invalid arguments",
    "egeneral:temporary lockout",
    "egeneral:too many requests",
    "egeneral:unknown method",
    "eservice:throttled",
    "eservice:market in",
    "currency pair not",
    "exceeded msg rate",
    "malformed request",
    "private data and trading are unavailable",
    "token(s) not found",
    "unsupported event",
    "unsupported field",
)


def surely_refused(error: str) -> bool:
    """Tell whether the refused request surely left nothing at the venue. A text nobody knows is not certain."""
    text = ":".join(part.strip() for part in error.casefold().split(":"))
    if text.startswith(UNSURE_PREFIXES):
        return False
    return text.startswith(CERTAIN_PREFIXES) or text.endswith("field must be a number_float")
