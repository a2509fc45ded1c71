"""Funding: one method an asset, made-up addresses, withdrawals that leave the account for nowhere (rest.md 7).

Pure. Imports: bank, call, names, paging. Imported by: methods.
"""

import hashlib
from decimal import Decimal
from typing import Any, Final

from fathom.exchange.bank import LedgerEntry, Refusal
from fathom.exchange.listing import Asset
from fathom.exchange.rest.call import PrivateCall
from fathom.exchange.rest.envelope import Refused, invalid
from fathom.exchange.rest.names import find_asset
from fathom.exchange.rest.paging import read_span
from fathom.protocol import SECOND_NS

DEPOSITS_MAX: Final = 25  # Of the two views, in one answer.
WITHDRAWALS_MAX: Final = 500
# What may be withdrawn to: one key an asset, by this name.
WITHDRAW_KEY: Final = "main"
# What Kraken calls the ways; clients know these names by heart. Other assets go by their symbol.
METHODS: Final = {
    "BTC": "Bitcoin",
    "ETH": "Ether (Hex)",
    "USDT": "Tether USD (ERC20)",
    "SOL": "Solana",
    "XRP": "Ripple XRP",
    "DOGE": "Dogecoin",
    "LTC": "Litecoin",
    "DOT": "Polkadot",
    "LINK": "Link",
    "XMR": "Monero",
    "ATOM": "Cosmos",
    "BCH": "Bitcoin Cash",
    "XLM": "Stellar XLM",
    "TRX": "Tron",
    "ALGO": "Algorand",
    "MATIC": "Polygon (MATIC)",
    "KSM": "Kusama",
    "ETC": "Ether Classic (Hex)",
    "ZEC": "Zcash (Transparent)",
}


def deposit_methods(call: PrivateCall) -> object:
    """Return the one way to bring an asset in."""
    asset = _asset(call)
    return [
        {
            "method": _method(asset),
            "limit": False,
            "fee": asset.amount_text(0),
            "gen-address": not asset.is_fiat,
            "minimum": asset.amount_text(1),
        }
    ]


def deposit_addresses(call: PrivateCall) -> object:
    """Return the one address of an account and asset. Nobody ever sends there."""
    asset = _asset(call)
    if call.form.required("method") != _method(asset):
        raise Refused("EFunding:No funding method")
    digest = hashlib.sha256(f"{call.account.number}/{asset.symbol}".encode()).hexdigest()
    return [{"address": f"0x{digest[:40]}", "expiretm": "0", "new": call.form.boolean("new")}]


def deposit_status(call: PrivateCall) -> object:
    """Return the deposits, newest first."""
    rows = _moves(call, "deposit", most=DEPOSITS_MAX)
    return {"deposit": rows, "next_cursor": None} if _cursor(call) else rows


def withdraw_methods(call: PrivateCall) -> object:
    """Return the one way to take each asset out: over a network of its own name."""
    assets, network = _assets(call), call.form.text("network")
    return [
        {"asset": asset.rest_id, "method": _method(asset), "network": asset.symbol, "minimum": asset.amount_text(1)}
        for asset in assets
        if network in {None, asset.symbol}
    ]


def withdraw_addresses(call: PrivateCall) -> object:
    """Return the one address of each asset that may be withdrawn to."""
    form = call.form
    key, method, verified = form.text("key"), form.text("method"), form.boolean("verified", default=True)
    return [
        {
            "address": f"fathom-{asset.symbol.lower()}",
            "asset": asset.rest_id,
            "method": _method(asset),
            "key": WITHDRAW_KEY,
            "verified": True,
        }
        for asset in _assets(call)
        if verified and key in {None, WITHDRAW_KEY} and method in {None, _method(asset)}
    ]


def withdraw_info(call: PrivateCall) -> object:
    """Return what a withdrawal would come to: there is no fee."""
    asset, units = _withdrawal(call)
    free = max(call.bank.available(call.account, asset.symbol), 0)
    return {
        "method": _method(asset),
        "limit": asset.amount_text(free),
        "amount": asset.amount_text(units),
        "fee": asset.amount_text(0),
    }


def withdraw(call: PrivateCall) -> object:
    """Take money out of the account."""
    asset, units = _withdrawal(call)
    entry = call.bank.withdraw(call.account, asset.symbol, units, now_ns=call.now_ns)
    if isinstance(entry, Refusal):
        raise Refused(entry.error)
    return {"refid": entry.ref_id}


def withdraw_status(call: PrivateCall) -> object:
    """Return the withdrawals, newest first."""
    rows = _moves(call, "withdrawal", most=WITHDRAWALS_MAX)
    return {"withdrawals": rows, "next_cursor": None} if _cursor(call) else rows


def withdraw_cancel(call: PrivateCall) -> object:
    """Refuse: what was withdrawn is gone at once."""
    _asset(call)
    call.form.required("refid")
    raise Refused("EFunding:Unknown reference id")


def wallet_transfer(call: PrivateCall) -> object:
    """Refuse: there is no futures wallet here."""
    _amount(call, _asset(call))
    if call.form.required("from") != "Spot Wallet" or call.form.required("to") != "Futures Wallet":
        raise invalid("from")
    raise Refused("EAccount:Invalid permissions")


def _asset(call: PrivateCall) -> Asset:
    return find_asset(call.listing, call.form.required("asset"))


def _assets(call: PrivateCall) -> list[Asset]:
    """Return the asset that is named, or all."""
    name = call.form.text("asset")
    return list(call.listing.assets.values()) if name is None else [find_asset(call.listing, name)]


def _amount(call: PrivateCall, asset: Asset) -> int:
    """Return the amount in the asset's units, cut to its decimals."""
    amount = call.form.decimal("amount")
    units = 0 if amount is None else int(amount.scaleb(asset.decimals))
    if units <= 0 or units >= 2**63:
        raise Refused("EFunding:Invalid amount")
    return units


def _withdrawal(call: PrivateCall) -> tuple[Asset, int]:
    asset = _asset(call)
    if call.form.required("key") != WITHDRAW_KEY:
        raise Refused("EFunding:Unknown withdraw key")
    units = _amount(call, asset)
    fee_max = call.form.decimal("max_fee")
    if fee_max is not None and fee_max < Decimal(0):
        raise Refused("EFunding:Max fee exceeded")
    return asset, units


def _cursor(call: PrivateCall) -> bool:
    """Tell whether the client pages: with `cursor=true`, or the text of a page. There is one page only."""
    text = call.form.text("cursor")
    return text is not None and text.lower() not in {"false", "0"}


def _moves(call: PrivateCall, kind: str, *, most: int) -> list[dict[str, Any]]:
    name, method = call.form.text("asset"), call.form.text("method")
    symbol = None if name is None else find_asset(call.listing, name).symbol
    span = read_span(call.form, time_of=lambda _: None)
    limit = call.form.integer("limit", least=1, most=WITHDRAWALS_MAX) or most
    entries = [
        entry
        for entry in reversed(call.account.ledger)
        if entry.type == kind
        and symbol in {None, entry.asset}
        and method in {None, _method(call.listing.asset(entry.asset))}
        and entry.time_ns <= call.as_of_ns
        and span.holds(entry.time_ns)
    ]
    return [_move_row(entry, call.listing.asset(entry.asset)) for entry in entries[: min(limit, most)]]


def _move_row(entry: LedgerEntry, asset: Asset) -> dict[str, Any]:
    row: dict[str, Any] = {
        "method": _method(asset),
        "aclass": "currency",
        "asset": asset.rest_id,
        "refid": entry.ref_id,
        "txid": entry.ledger_id,
        "info": f"fathom-{asset.symbol.lower()}",
        "amount": asset.amount_text(abs(entry.amount_units)),
        "fee": asset.amount_text(entry.fee_units),
        "time": entry.time_ns // SECOND_NS,
        "status": "Success",
    }
    return row if entry.type == "deposit" else row | {"network": asset.symbol, "key": WITHDRAW_KEY}


def _method(asset: Asset) -> str:
    return "Bank transfer" if asset.is_fiat else METHODS.get(asset.symbol, asset.symbol)
