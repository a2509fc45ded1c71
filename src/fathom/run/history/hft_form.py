"""Tapes in the form of hftbacktest's arrays: 64 bytes an event, prices and quantities as floats.

Times of both clocks never go back in them: where the venue's says nothing it is the recorder's, and it is never later
than that one, as its own library asks for. What did not verify is left out.

Imports: domain, kernel, store, fallen. Imported by: export_command.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from fathom.domain import LocalError
from fathom.kernel import MISMATCH
from fathom.kernel import rows as tape
from fathom.run.history.fallen import with_fallen
from fathom.store.history import need_history, row_type

DEPTH, TRADE, CLEAR, SNAPSHOT, ADD, CANCEL, MODIFY = 1, 2, 3, 4, 10, 11, 12
AT_THE_VENUE, HERE, BUY, SELL = 1 << 31, 1 << 30, 1 << 29, 1 << 28
VERDICT: Final = 3  # The bits of a row's flags.


def event_type() -> Any:
    """Return numpy's form of an event."""
    np = need_history("numpy")
    return np.dtype(
        [
            ("ev", "<u8"), ("exch_ts", "<i8"), ("local_ts", "<i8"), ("px", "<f8"), ("qty", "<f8"),
            ("order_id", "<u8"), ("ival", "<i8"), ("fval", "<f8"),
        ],
        align=True,
    )  # fmt: skip


def events_of(tapes: Iterable[memoryview], *, cut: bool) -> Any:
    """Return the events of tapes of one symbol, in their order.

    `cut`: with those that delete what falls out of the depth, of which the venue tells nothing: hftbacktest knows no
    depth, and would keep it.

    Raises LocalError where the pair's precision changes between them: a float would not say so.
    """
    np = need_history("numpy")
    pieces = [np.frombuffer(rows, row_type()) for rows in tapes]
    rows = np.concatenate(pieces) if pieces else np.zeros(0, row_type())
    kinds = rows["kind"] & 254
    scales = rows[kinds == tape.CLEAR]
    if len(np.unique(scales["price"])) > 1 or len(np.unique(scales["qty"])) > 1:
        raise LocalError("export", "the pair's precision changes within it: export the days before and after apart")
    places = (int(scales["price"][0]), int(scales["qty"][0])) if len(scales) else (0, 0)
    keep = _believed(rows, kinds)
    rows = with_fallen(rows[keep]) if cut else rows[keep]
    kinds = rows["kind"] & 254
    events = np.zeros(len(rows), event_type())
    is_clear = kinds == tape.CLEAR
    events["ev"] = _codes(rows, kinds) | AT_THE_VENUE | HERE
    events["local_ts"] = rows["local_ns"]
    events["exch_ts"] = _venue_times(rows)
    events["px"] = np.where(is_clear, np.nan, rows["price"] / 10.0 ** places[0])
    events["qty"] = np.where(is_clear, 0.0, rows["qty"] / 10.0 ** places[1])
    is_order = np.isin(kinds, (tape.ADD, tape.MODIFY, tape.DELETE))
    events["order_id"] = np.where(is_order, rows["order"], 0).astype("u8")
    events["ival"] = np.where(kinds == tape.TRADE, rows["order"], 0)  # The trade's id.
    # Both sides are cleared, by an event each.
    doubled = np.repeat(np.arange(len(events)), np.where(is_clear, 2, 1))
    events = events[doubled]
    second = np.zeros(len(events), bool)
    second[1:] = doubled[1:] == doubled[:-1]
    cleared = is_clear[doubled]
    events["ev"][cleared & ~second] |= np.uint64(BUY)
    events["ev"][cleared & second] |= np.uint64(SELL)
    return events


def _believed(rows: Any, kinds: Any) -> Any:
    """Tell which rows are events: not those in doubt, nor those that say that something is missing."""
    np = need_history("numpy")
    in_doubt = (rows["flags"] & VERDICT) == MISMATCH
    return ~in_doubt & (kinds != tape.GAP) & ~(np.isin(kinds, (tape.MODIFY, tape.DELETE)) & (rows["order"] == 0))


def _codes(rows: Any, kinds: Any) -> Any:
    np = need_history("numpy")
    is_ask = (rows["kind"] & 1) == 1
    is_snapshot = (rows["flags"] & tape.SNAPSHOT) != 0
    conditions = [
        kinds == tape.CLEAR,
        (kinds == tape.LEVEL) & is_snapshot,
        kinds == tape.LEVEL,
        kinds == tape.TRADE,
        kinds == tape.ADD,
        kinds == tape.MODIFY,
    ]
    codes = np.select(conditions, [CLEAR, SNAPSHOT, DEPTH, TRADE, ADD, MODIFY], CANCEL).astype("u8")
    sides = np.where(kinds == tape.CLEAR, 0, np.where(is_ask, SELL, BUY)).astype("u8")
    return codes | sides


def _venue_times(rows: Any) -> Any:
    """Return times of the venue that never go back, and are never later than when we had it."""
    np = need_history("numpy")
    told = np.where(rows["venue_ns"] < 0, rows["local_ns"], rows["venue_ns"])
    return np.maximum.accumulate(np.minimum(told, rows["local_ns"]))
