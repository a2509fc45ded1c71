"""Ledgers, QueryLedgers (rest.md 5).

Pure. Imports: bank, call, names, paging. Imported by: methods, exports.
"""

from typing import Any, Final

from fathom.exchange.bank import LedgerEntry
from fathom.exchange.listing import Listing
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused
from fathom.exchange.rest.forms import time_number
from fathom.exchange.rest.names import find_asset
from fathom.exchange.rest.paging import page, read_span

QUERIED_MAX: Final = 20  # More ids in one call are refused.
ASSETS_MAX: Final = 500
TYPES: Final = (
    "all",
    "trade",
    "deposit",
    "withdrawal",
    "transfer",
    "margin",
    "adjustment",
    "rollover",
    "credit",
    "settled",
    "staking",
    "dividend",
    "sale",
    "nft_rebate",
)


def ledgers(call: PrivateCall) -> object:
    """Return a page of the account's ledger, newest first."""
    form = call.form
    names = form.names("asset", most=ASSETS_MAX)
    assets = {find_asset(call.listing, name).symbol for name in names if name != "all"}
    any_asset = not names or "all" in names
    kind = form.word("type", *TYPES) or "all"
    is_currency = (form.text("aclass") or "currency") == "currency"
    entries = {entry.ledger_id: entry for entry in _entries(call)}
    span = read_span(form, time_of=lambda ledger_id: entries[ledger_id].time_ns if ledger_id in entries else None)
    matching = [
        entry
        for entry in reversed(entries.values())
        if is_currency
        and (any_asset or entry.asset in assets)
        and kind in {"all", entry.type}
        and span.holds(entry.time_ns)
    ]
    shown, count = page(form, matching)
    rows = {entry.ledger_id: ledger_row(entry, call.listing) for entry in shown}
    return {"ledger": rows} if count is None else {"count": count, "ledger": rows}


def query_ledgers(call: PrivateCall) -> object:
    """Return the entries of these ids; one that is unknown refuses them all."""
    ledger_ids = call.form.names("id", most=QUERIED_MAX)
    entries = {entry.ledger_id: entry for entry in _entries(call)}
    if not ledger_ids or any(ledger_id not in entries for ledger_id in ledger_ids):
        raise Refused("EGeneral:Invalid arguments:id")
    return {ledger_id: ledger_row(entries[ledger_id], call.listing) for ledger_id in ledger_ids}


def ledger_row(entry: LedgerEntry, listing: Listing) -> dict[str, Any]:
    """Return one entry."""
    asset = listing.asset(entry.asset)
    return {
        "refid": entry.ref_id,
        "time": time_number(entry.time_ns),
        "type": entry.type,
        "subtype": entry.subtype,
        "aclass": "currency",
        "asset": asset.rest_id,
        "amount": asset.amount_text(entry.amount_units),
        "fee": asset.amount_text(entry.fee_units),
        "balance": asset.amount_text(entry.balance_units),
    }


def _entries(call: PrivateCall) -> list[LedgerEntry]:
    return [entry for entry in call.account.ledger if entry.time_ns <= call.as_of_ns]
