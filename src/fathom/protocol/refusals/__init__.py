"""Kraken's error texts as a table: whose fault, retry or not and when, and whether an order may exist all the same.

Pure. Imports: domain. Imported by: translate, the front door.
"""

from fathom.protocol.refusals.outcome import NOT_REACHED, Outcome, order_may_exist
from fathom.protocol.refusals.refusal import refusal_of, refusal_of_all, surely_refused
from fathom.protocol.refusals.row import Row
from fathom.protocol.refusals.table import TABLE, row_of

__all__ = [
    "NOT_REACHED",
    "TABLE",
    "Outcome",
    "Row",
    "order_may_exist",
    "refusal_of",
    "refusal_of_all",
    "row_of",
    "surely_refused",
]
