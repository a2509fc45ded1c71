"""One known error text of Kraken, and how rows that ask for the same are told together.

Pure. Imports: domain. Imported by: the files of rows beside it, table.
"""

from collections.abc import Mapping

from msgspec import Struct

from fathom.domain import Fault, Retry


class Row(Struct, frozen=True, kw_only=True):
    """One known text, by how it begins."""

    prefix: str
    meaning: str
    fault: Fault
    retry: Retry
    advice: str
    wait_s: float | None = None
    order_may_exist: bool = False


def rows(
    fault: Fault,
    retry: Retry,
    advice: str,
    texts: Mapping[str, str],
    *,
    wait_s: float | None = None,
    order_may_exist: bool = False,
) -> list[Row]:
    """Return a row for each of the texts (and what it means) that ask for the same."""
    return [
        Row(
            prefix=prefix,
            meaning=meaning,
            fault=fault,
            retry=retry,
            advice=advice,
            wait_s=wait_s,
            order_may_exist=order_may_exist,
        )
        for prefix, meaning in texts.items()
    ]
