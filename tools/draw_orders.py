"""Draws the life of an order, as its code has it, into docs/orders.md.

Run it after a change of the table in src/fathom/orders/state.py; a test finds a page that is not current.
"""

from collections.abc import Iterator
from pathlib import Path

from fathom.orders import FINAL, TRANSITIONS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "orders.md"

INTRODUCTION = """\
# The life of an order

Written by `tools/draw_orders.py` from the table in `src/fathom/orders/state.py`; change it there.

Each column is a state, each row something that is said of an order; the cell is the state after it. A name in bold is
a change. An empty cell is what cannot happen: the order stays as it was and remembers what was said, the reconciler
disputes the symbol, nothing new is ordered there, and what turned up against all rules is cancelled, until the venue's
account explains it (docs/reconciliation.md).

* `approved`: risk approved it; it is on its way to the venue.
* `unsure`: no answer came in time. It may exist; reconciliation asks before anything else is done.
* `open`: it is known to be at the venue.
* `filled`, `canceled`, `rejected`: final. What was on its way when it ended may still be told.
"""

CLOSING = """\
What the table does not say:

* A fill told again, as after a reconnect, counts once: it is known by order and execution id.
* A fill beyond the quantity counts, for the venue's word on money is what reconciles; it is counted as overfilled.
* A second venue order under one of our ids, and a fill of another pair or side than the order's, are contradictions,
  as above. A fill of an order that never rested is one too, and counts: it is money.
* `OrderAmended` comes of our own amend or of the venue's own doing, as when it restates an order; of a stop at the
  market it changes the trigger.
* `OrderCanceled` is any end before all is filled: ours, a post-only refusal, the rest of an ioc, an expired gtd, or an
  order that the venue does not have any more. What was filled before stays filled.
* What is said may come by the private stream, or be found by the reconciler in the account that REST shows: the same
  words, and a fill told both ways counts once.
* An unanswered amend holds room for its worse form until it is answered; that the answer is overdue is no answer. The
  reconciler answers for a venue that never does.

Why an order is in its state: `fathom orders JOURNAL ID` lists the entries that moved it.
"""


def drawn() -> str:
    """Return the whole page."""
    return "\n".join([INTRODUCTION, *_table(), "", CLOSING])


def _table() -> Iterator[str]:
    states = list(TRANSITIONS)
    kinds = dict.fromkeys(kind for row in TRANSITIONS.values() for kind in row)
    yield "| | " + " | ".join(f"`{state}`{' (final)' if state in FINAL else ''}" for state in states) + " |"
    yield "|---" * (len(states) + 1) + "|"
    for kind in kinds:
        cells = []
        for state in states:
            after = TRANSITIONS[state].get(kind)
            cells.append("" if after is None else after if after == state else f"**{after}**")
        yield f"| {kind.__name__} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(drawn())
