"""The document that an exchange leaves for its next run: its form, and how it is read and checked.

Pure. Imports: access, bank, core, listing, domain. Imported by: saving, exchange.
"""

import dataclasses
from base64 import b64decode
from collections.abc import Iterable, Iterator
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, get_type_hints

import msgspec
from msgspec import Meta, Struct

from fathom.domain import LocalError
from fathom.exchange.access import PERMISSIONS
from fathom.exchange.access.keyring import KEYS_MAX
from fathom.exchange.bank import FEES, LENDER, Fill, LedgerEntry, Position, Tier
from fathom.exchange.bank.ledger import ACCOUNTS_MAX
from fathom.exchange.core import Order
from fathom.exchange.listing import Listing

FORMAT: Final = "fathom exchange"
VERSION: Final = 1
ENDED: Final = frozenset({"filled", "canceled", "expired"})
PRECISION_MAX: Final = 18  # Of a pair or an asset; more is damage.
AMOUNT_DIGITS_MAX: Final = 60  # Of a balance; more is damage, and could fill the memory.

Precision = Annotated[int, Meta(ge=0, le=PRECISION_MAX)]
# An order but for its account, the one it stands under.
ORDER_FIELDS: Final = tuple(field.name for field in dataclasses.fields(Order) if field.name != "account")
_EXACT: Final = Context(prec=2 * AMOUNT_DIGITS_MAX, traps=[InvalidOperation, Inexact])
_T = TypeVar("_T")


def _form_fields() -> Iterator[tuple[str, Any] | tuple[str, Any, Any]]:
    """Yield those fields with their types and defaults."""
    types = get_type_hints(Order)
    for field in dataclasses.fields(Order):
        if field.name not in ORDER_FIELDS:
            continue
        if field.default_factory is not dataclasses.MISSING:
            yield field.name, types[field.name], msgspec.field(default_factory=field.default_factory)
        elif field.default is not dataclasses.MISSING:
            yield field.name, types[field.name], field.default
        else:
            yield field.name, types[field.name]


if TYPE_CHECKING:
    OrderForm = Order
else:
    OrderForm = msgspec.defstruct(
        "OrderForm", _form_fields(), kw_only=True, omit_defaults=True, forbid_unknown_fields=True
    )


class SavedPair(Struct, frozen=True, forbid_unknown_fields=True):
    """What a pair's ticks and lots are, and the number of its next trade."""

    price_precision: Precision
    qty_precision: Precision
    next_trade_id: Annotated[int, Meta(ge=1)]


class SavedAccount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One client. Histories are oldest first."""

    name: str
    number: str
    tier: Tier
    balances: dict[str, Decimal]
    volumes: dict[int, int]  # Units of USD by day since 1970.
    ledger: list[LedgerEntry]
    fills: list[Fill]
    closed: list[OrderForm]
    positions: list[Position]
    positions_closed: list[Position]


class SavedKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One API key."""

    key: str
    secret: str
    account: str
    label: str
    permissions: list[str]
    otp: str | None
    created_ns: int
    modified_ns: int
    last_used_ns: int | None
    nonce_window: int
    nonce_highest: int
    nonce_floor: int
    nonces_used: list[int]

    def __repr__(self) -> str:
        return f"SavedKey(account={self.account!r})"  # No secret.


class Saved(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The document. Amounts are decimal texts where they stand alone, and units, ticks and lots in rows."""

    format: str
    version: int
    run: Annotated[int, Meta(ge=0)]  # How many runs there were before the one that wrote it.
    saved_ns: int  # The venue's time.
    assets: dict[str, Precision]  # Their decimals.
    pairs: dict[str, SavedPair]
    fees: dict[str, Decimal]  # The balances of the venue's own accounts.
    lender: dict[str, Decimal]
    accounts: list[SavedAccount]
    keys: list[SavedKey]

    def units(self, asset: str, amount: Decimal) -> int:
        """Return an amount in units of the asset, which is one of `assets`."""
        return int(amount.scaleb(self.assets[asset], context=_EXACT))


class _Head(Struct):
    """What says which document it is, in every version."""

    format: str = ""
    version: int = 0


def load(content: bytes, *, listing: Listing) -> Saved:
    """Read a document for an exchange that lists this.

    Raises LocalError where it is none, is damaged, or names what is not listed; `restore` takes all others.
    """
    head = _decoded(content, _Head)
    if head.format != FORMAT:
        raise LocalError("state", "is not the state of an exchange: name another folder")
    if head.version != VERSION:
        raise LocalError("state", f"has version {head.version} of the form, and this fathom reads version {VERSION}")
    saved = _decoded(content, Saved)
    _check_assets(saved, listing)
    _check_pairs(saved, listing)
    _check_accounts(saved)
    _check_keys(saved)
    return saved


def _decoded(content: bytes, form: type[_T]) -> _T:
    try:
        return msgspec.json.decode(content, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _damaged(str(error)) from None


def _damaged(why: str) -> LocalError:
    return LocalError("state", f"is damaged: {why.rstrip('.')}; bring it back from a copy, or name another folder")


def _check_assets(saved: Saved, listing: Listing) -> None:
    """Every asset that somebody has or had is listed, with the decimals it had."""
    for asset in _assets_named(saved):
        listed = listing.assets.get(asset)
        if listed is None:
            raise LocalError(
                "state", f"has {asset}, which this run does not list: list more pairs, or name another folder"
            )
        decimals = saved.assets.get(asset)
        if decimals is None:
            raise _damaged(f"it does not say how many decimals {asset} has")
        if decimals != listed.decimals:
            raise LocalError("state", f"has {asset} with {decimals} decimals, and this fathom {listed.decimals}")
    for amounts in (saved.fees, saved.lender, *(account.balances for account in saved.accounts)):
        for asset, amount in amounts.items():
            if not _is_amount(amount, decimals=saved.assets[asset]):
                raise _damaged(f"{amount} is no amount of {asset}")


def _is_amount(amount: Decimal, *, decimals: int) -> bool:
    if not amount.is_finite() or abs(amount.adjusted()) > AMOUNT_DIGITS_MAX:
        return False
    try:
        units = amount.scaleb(decimals, context=_EXACT)
    except (Inexact, InvalidOperation):
        return False
    return units == units.to_integral_value(context=_EXACT)


def _assets_named(saved: Saved) -> set[str]:
    named = {*saved.fees, *saved.lender}
    for account in saved.accounts:
        named.update(account.balances)
        named.update(entry.asset for entry in account.ledger)
        named.update(fill.fee_asset for fill in account.fills)
    return named


def _check_pairs(saved: Saved, listing: Listing) -> None:
    """Every pair that somebody traded is listed."""
    for account in saved.accounts:
        rows = (account.fills, account.closed, account.positions, account.positions_closed)
        for symbol in sorted({row.symbol for part in rows for row in part}):
            if listing.pair(symbol) is None:
                raise LocalError(
                    "state",
                    f"has orders in {symbol}, which this run does not list: list it too, or name another folder",
                )
            if symbol not in saved.pairs:
                raise _damaged(f"it does not say which precisions {symbol} has")


def _check_accounts(saved: Saved) -> None:
    _check_new([FEES, LENDER, *(account.name for account in saved.accounts)], "account", most=ACCOUNTS_MAX)
    _check_new((form.order_id for account in saved.accounts for form in account.closed), "order")
    _check_new((position.position_id for account in saved.accounts for position in account.positions), "position")
    for account in saved.accounts:
        for form in account.closed:
            if form.status not in ENDED:
                raise _damaged(f"the order {form.order_id} is closed and has status {form.status}")
        for position in account.positions:
            if position.leverage < 1 or not 0 <= position.closed_lots < position.qty_lots:
                raise _damaged(f"the position {position.position_id} is not open")


def _check_keys(saved: Saved) -> None:
    _check_new((api_key.key for api_key in saved.keys), "key", most=KEYS_MAX)
    names = {account.name for account in saved.accounts}
    for api_key in saved.keys:
        if api_key.account not in names:
            raise _damaged(f"a key is of {api_key.account}, which is no account")
        if unknown := sorted(set(api_key.permissions) - set(PERMISSIONS)):
            raise _damaged(f"a key of {api_key.account} has the permission {unknown[0]}, which is none")
        try:
            b64decode(api_key.secret, validate=True)
        except ValueError:
            raise _damaged(f"the secret of a key of {api_key.account} is no base64") from None


def _check_new(names: Iterable[str], kind: str, *, most: int | None = None) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise _damaged(f"the {kind} {name} is there twice")
        seen.add(name)
    if most is not None and len(seen) > most:
        raise _damaged(f"{len(seen)} {kind}s are more than {most}")
