"""Every error text of Kraken that is known (errors.md 2 to 9), and how a text finds its row.

Blanks after colons and upper or lower case do not matter, and the longest known beginning wins. A "*" at the beginning
of a row stands for a field's name.

Pure. Imports: row, the files of rows beside it. Imported by: refusal.
"""

from typing import Final

from fathom.protocol.refusals.order_rows import CHANGING, MONEY, PLACING
from fathom.protocol.refusals.row import Row
from fathom.protocol.refusals.service_rows import ACCESS, FORM, LIMITS, SERVICE
from fathom.protocol.refusals.subscription_rows import SUBSCRIBING

TABLE: Final[tuple[Row, ...]] = (
    *ACCESS,
    *LIMITS,
    *SERVICE,
    *FORM,
    *PLACING,
    *CHANGING,
    *MONEY,
    *SUBSCRIBING,
)


def normal(text: str) -> str:
    """Return the text as texts are compared: small letters, single blanks, none beside a colon."""
    return ":".join(" ".join(part.split()) for part in text.casefold().split(":"))


# Longest first: the first that fits is the longest that fits.
_BEGINNINGS: Final = sorted(
    ((normal(row.prefix), row) for row in TABLE if not row.prefix.startswith("*")), key=lambda pair: -len(pair[0])
)
_ENDINGS: Final = tuple((normal(row.prefix.removeprefix("*")), row) for row in TABLE if row.prefix.startswith("*"))


def row_of(text: str) -> Row | None:
    """Return the row of an error text; None for one that nobody knows."""
    said = normal(text)
    for beginning, row in _BEGINNINGS:
        if said.startswith(beginning) and not said[len(beginning) : len(beginning) + 1].isalnum():
            return row
    for ending, row in _ENDINGS:
        if said.endswith(ending):
            return row
    return None
