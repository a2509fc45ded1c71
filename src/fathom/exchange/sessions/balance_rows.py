"""The rows of `balances` (websocket-v2.md 7.2): totals in the snapshot, ledger entries afterwards.

Pure. Imports: bank, feeds, listing. Imported by: private_feeds.
"""

from typing import Final

from fathom.exchange.bank import Account, LedgerEntry
from fathom.exchange.feeds import micros_text
from fathom.exchange.listing import Listing

# The category of each type of entry. Of a margin trade's legs `type` is margin, of a settlement's settled.
_CATEGORIES: Final = {
    "trade": "trade",
    "margin": "margin-trade",
    "settled": "margin-settle",
    "rollover": "marginrollover",
    "deposit": "deposit",
    "withdrawal": "withdrawal",
    "credit": "credit",
    "conversion": "conversion",
}


def total_rows(account: Account, listing: Listing) -> list[str]:
    """Return a row an asset that the account ever had, by name."""
    rows = []
    for asset in sorted(account.balances):
        balance = listing.asset(asset).amount_text(account.balances[asset])
        rows.append(
            f'{{"asset":"{asset}","asset_class":"currency","balance":{balance},'
            f'"wallets":[{{"type":"spot","id":"main","balance":{balance}}}]}}'
        )
    return rows


def entry_row(entry: LedgerEntry, listing: Listing) -> str:
    """Return the row of one ledger entry. `amount` is gross: the balance moves by it less `fee`."""
    text = listing.asset(entry.asset).amount_text
    subtype = f'"subtype":"{entry.subtype}",' if entry.subtype else ""
    category = _CATEGORIES.get(entry.type)
    return (
        f'{{"ledger_id":"{entry.ledger_id}","ref_id":"{entry.ref_id}","timestamp":"{micros_text(entry.time_ns)}",'
        f'"type":"{entry.type}",{subtype}"asset":"{entry.asset}","asset_class":"currency",'
        + (f'"category":"{category}",' if category is not None else "")
        + f'"wallet_type":"spot","wallet_id":"main","amount":{text(entry.amount_units)},'
        f'"fee":{text(entry.fee_units)},"balance":{text(entry.balance_units)}}}'
    )
