"""Every endpoint by Kraken's name for it, and requests built from texts, as a command line has them.

Pure. Imports: domain, endpoint, the requests. Imported by: the front door.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import DecodeError, Struct
from msgspec.json import Decoder
from msgspec.structs import FieldInfo, fields

from fathom.domain import LocalError
from fathom.protocol.rest import (
    account_funds,
    account_key,
    account_ledger,
    account_orders,
    account_trades,
    earn,
    exports,
    funding_deposits,
    funding_withdrawals,
    public_book,
    public_trades,
    public_venue,
    subaccounts,
    trading_add,
    trading_cancel,
    trading_change,
)
from fathom.protocol.rest.endpoint import RestRequest

NEAR_MAX: Final = 3  # Names that are offered in place of one that is not known.
REQUESTS: Final[tuple[type[RestRequest[Any]], ...]] = (
    public_venue.Time,
    public_venue.SystemStatus,
    public_venue.Assets,
    public_venue.AssetPairs,
    public_trades.Ticker,
    public_trades.OHLC,
    public_book.Depth,
    public_book.GroupedBook,
    public_book.Level3,
    public_trades.Trades,
    public_trades.Spread,
    public_book.PreTrade,
    public_trades.PostTrade,
    account_funds.Balance,
    account_funds.BalanceEx,
    account_funds.CreditLines,
    account_funds.TradeBalance,
    account_funds.TradeVolume,
    account_orders.OpenOrders,
    account_orders.ClosedOrders,
    account_orders.QueryOrders,
    account_orders.OrderAmends,
    account_trades.TradesHistory,
    account_trades.QueryTrades,
    account_trades.OpenPositions,
    account_ledger.Ledgers,
    account_ledger.QueryLedgers,
    exports.AddExport,
    exports.ExportStatus,
    exports.RetrieveExport,
    exports.RemoveExport,
    account_key.GetApiKeyInfo,
    account_key.GetWebSocketsToken,
    trading_add.AddOrder,
    trading_add.AddOrderBatch,
    trading_change.AmendOrder,
    trading_change.EditOrder,
    trading_cancel.CancelOrder,
    trading_cancel.CancelAll,
    trading_cancel.CancelAllOrdersAfter,
    trading_cancel.CancelOrderBatch,
    funding_deposits.DepositMethods,
    funding_deposits.DepositAddresses,
    funding_deposits.DepositStatus,
    funding_withdrawals.WithdrawMethods,
    funding_withdrawals.WithdrawAddresses,
    funding_withdrawals.WithdrawInfo,
    funding_withdrawals.Withdraw,
    funding_withdrawals.WithdrawStatus,
    funding_withdrawals.WithdrawCancel,
    funding_withdrawals.WalletTransfer,
    subaccounts.CreateSubaccount,
    subaccounts.AccountTransfer,
    earn.EarnStrategies,
    earn.EarnAllocations,
    earn.EarnAllocate,
    earn.EarnDeallocate,
    earn.EarnAllocateStatus,
    earn.EarnDeallocateStatus,
)
ENDPOINTS: Final[Mapping[str, type[RestRequest[Any]]]] = MappingProxyType(
    {request.endpoint.name: request for request in REQUESTS}
)
_TRUE: Final = frozenset({"true", "yes", "1"})
_FALSE: Final = frozenset({"false", "no", "0"})
_JSON: Final = Decoder(float_hook=Decimal)


def build_request(name: str, params: Mapping[str, str]) -> RestRequest[Any]:
    """Return the request of this endpoint with these parameters, by Kraken's names for both.

    Lists have commas between, `close[price]=1` nests, and lists of orders are JSON. Raises LocalError, with the
    nearest names, for what is not known, and for a value that is not what it should be.
    """
    request = ENDPOINTS.get(name)
    if request is None:
        raise LocalError("endpoint", f"there is no {name[:60]}{_near(name, ENDPOINTS)}")
    built: RestRequest[Any] = _build(request, params, of=name)
    return built


def parameters(request: type[Struct]) -> dict[str, FieldInfo]:
    """Return the parameters of a request by Kraken's names."""
    return {field.encode_name: field for field in fields(request)}


def _build(kind: type[Any], params: Mapping[str, str], *, of: str) -> Any:
    known, hints = parameters(kind), get_type_hints(kind)
    nested: dict[str, dict[str, str]] = {}
    values: dict[str, Any] = {}
    for name, text in params.items():
        outer, bracket, inner = name.partition("[")
        field = known.get(outer if bracket else name)
        if field is None or (bracket and not inner.endswith("]")):
            raise LocalError(name[:60], f"{of} has no such parameter{_near(name, known)}")
        if bracket:
            nested.setdefault(outer, {})[inner[:-1]] = text
        else:
            values[field.name] = _read(hints[field.name], text, name)
    for outer, parts in nested.items():
        field = known[outer]
        struct = next((one for one in _choices(hints[field.name]) if _is_struct(one)), None)
        if struct is None:
            raise LocalError(f"{outer}[...]", f"{of} takes {outer} as one value")
        values[field.name] = _build(struct, parts, of=f"{of} {outer}")
    for name, field in known.items():
        if field.required and field.name not in values:
            raise LocalError(name, f"{of} needs it: write {name}=...")
    return kind(**values)


def _choices(hint: Any) -> tuple[Any, ...]:
    """Return what a value may be, None left out."""
    options = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    return tuple(option for option in options if option is not NoneType)


def _read(hint: Any, text: str, name: str) -> Any:
    """Return the value that a text says, by the annotation of its field."""
    for choice in _choices(hint):
        value = _read_one(choice, text, name)
        if value is not None:
            return value
    raise LocalError(name, f"{text[:60]!r} is not {_wanted(_choices(hint))}")


def _read_one(kind: Any, text: str, name: str) -> Any:
    """Return the value, or None where the text says none of this kind."""
    if get_origin(kind) is Literal:
        return next((word for word in get_args(kind) if str(word) == text), None)
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        if _is_struct(inner):
            return _read_json(kind, text, name)
        return tuple(_read(inner, part.strip(), name) for part in text.split(",") if part.strip())
    if _is_struct(kind):
        return _read_json(kind, text, name)
    if kind is bool:
        return True if text.lower() in _TRUE else False if text.lower() in _FALSE else None
    if kind is int:
        return int(text) if text.isascii() and text.removeprefix("-").isdigit() else None
    if kind is Decimal:
        return _read_decimal(text)
    assert kind is str, kind
    return text


def _read_decimal(text: str) -> Decimal | None:
    """Return an amount. A sign in front is a relative price's, for which there is another type."""
    if not text[:1].isdigit() and text[:1] != ".":
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _read_json(kind: Any, text: str, name: str) -> Any:
    """Return a table, or a list of them, from JSON: each is built as from texts, so the same rules hold."""
    try:
        value = _JSON.decode(text)
    except (DecodeError, ValueError) as error:
        raise LocalError(name, f"must be JSON: {error}") from None
    many = get_origin(kind) is tuple
    rows = value if many else [value]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise LocalError(name, f"must be {'a list of tables' if many else 'a table'} as JSON")
    struct = get_args(kind)[0] if many else kind
    built = tuple(_build(struct, _texts(row), of=name) for row in rows)
    return built if many else built[0]


def _texts(row: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in row.items():
        full = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict):
            texts |= _texts(value, full)
        elif isinstance(value, bool):
            texts[full] = "true" if value else "false"
        elif value is not None:
            texts[full] = format(value, "f") if isinstance(value, Decimal) else str(value)
    return texts


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _wanted(choices: tuple[Any, ...]) -> str:
    words = [str(word) for choice in choices if get_origin(choice) is Literal for word in get_args(choice)]
    if words:
        return f"one of {', '.join(words)}"
    names = {bool: "true or false", int: "a whole number", Decimal: "an amount"}
    return " or ".join(names.get(choice, "what it takes") for choice in choices)


def _near(name: str, known: Mapping[str, Any]) -> str:
    by_fold = {one.casefold(): one for one in known}
    near = [by_fold[fold] for fold in get_close_matches(name.casefold(), by_fold, n=NEAR_MAX, cutoff=0.5)]
    if near:
        return f": did you mean {', '.join(near)}?"
    return f": it has {', '.join(known)}" if 0 < len(known) < 30 else ""
