"""Every REST method: who may call it, what it costs, who answers it. One row a method; the documents are drawn from it.

Pure. Imports: every handler. Imported by: door.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

from fathom.exchange.core import Rules
from fathom.exchange.rest import (
    account_funds,
    account_key,
    account_ledger,
    account_level3,
    account_orders,
    account_positions,
    account_trades,
    earn,
    exports,
    funding,
    public_book,
    public_trades,
    public_venue,
    subaccounts,
    trading_add,
    trading_cancel,
    trading_change,
)
from fathom.exchange.rest.call import Call, PrivateCall

# What a private call costs (rate-limits.md 1): `orders` are limited by the engine instead.
Cost = Literal["call", "history", "orders"]


class PublicMethod(Struct, frozen=True):
    """A method for anybody: GET, or POST."""

    name: str
    handler: Callable[[Call], object]


class PrivateMethod(Struct, frozen=True, kw_only=True):
    """A signed method: POST. The key needs one permission of `any_of`, if it names any, and every one of `all_of`."""

    name: str
    handler: Callable[[PrivateCall], object]
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    cost: Cost = "call"

    def calls(self, rules: Rules) -> int:
        """Return what a call adds to the key's counter."""
        return 0 if self.cost == "orders" else rules.history_call_cost if self.cost == "history" else 1


def _view(name: str, handler: Callable[[PrivateCall], object], *permissions: str, cost: Cost = "call") -> PrivateMethod:
    return PrivateMethod(name=name, handler=handler, any_of=permissions, cost=cost)


def _trade(
    name: str, handler: Callable[[PrivateCall], object], *any_of: str, all_of: tuple[str, ...] = ()
) -> PrivateMethod:
    return PrivateMethod(name=name, handler=handler, any_of=any_of, all_of=all_of, cost="orders")


def _fund(name: str, handler: Callable[[PrivateCall], object], *all_of: str) -> PrivateMethod:
    return PrivateMethod(name=name, handler=handler, all_of=all_of)


_FUNDS: Final = "query-funds"
_OPEN: Final = "query-open-trades"
_CLOSED: Final = "query-closed-trades"
_LEDGER: Final = "query-ledger"
_EXPORT: Final = "export-data"
_MODIFY: Final = "modify-trades"
_CLOSE: Final = "close-trades"
_DEPOSIT: Final = "add-funds"
_WITHDRAW: Final = "withdraw-funds"
_EARN: Final = "earn-funds"

METHODS: Final[tuple[PublicMethod | PrivateMethod, ...]] = (
    PublicMethod("Time", public_venue.time),
    PublicMethod("SystemStatus", public_venue.system_status),
    PublicMethod("Assets", public_venue.assets),
    PublicMethod("AssetPairs", public_venue.asset_pairs),
    PublicMethod("Ticker", public_trades.ticker),
    PublicMethod("OHLC", public_trades.ohlc),
    PublicMethod("Depth", public_book.depth),
    PublicMethod("GroupedBook", public_book.grouped_book),
    PublicMethod("Trades", public_trades.trades),
    PublicMethod("Spread", public_trades.spread),
    PublicMethod("PreTrade", public_book.pre_trade),
    PublicMethod("PostTrade", public_trades.post_trade),
    _view("Balance", account_funds.balance, _FUNDS),
    _view("BalanceEx", account_funds.balance_ex, _FUNDS),
    _view("CreditLines", account_funds.credit_lines, _FUNDS),
    _view("TradeBalance", account_funds.trade_balance, _OPEN),
    _view("OpenOrders", account_orders.open_orders, _OPEN),
    _view("ClosedOrders", account_orders.closed_orders, _CLOSED, cost="history"),
    _view("QueryOrders", account_orders.query_orders, _OPEN, _CLOSED),
    _view("OrderAmends", account_orders.order_amends, _OPEN, _CLOSED),
    _view("TradesHistory", account_trades.trades_history, _CLOSED, cost="history"),
    _view("QueryTrades", account_trades.query_trades, _CLOSED, cost="history"),
    _view("OpenPositions", account_positions.open_positions, _OPEN),
    _view("Ledgers", account_ledger.ledgers, _LEDGER, cost="history"),
    _view("QueryLedgers", account_ledger.query_ledgers, _LEDGER, cost="history"),
    _view("TradeVolume", account_funds.trade_volume, _FUNDS),
    _view("Level3", account_level3.level3, _OPEN),
    _view("AddExport", exports.add_export, _EXPORT),
    _view("ExportStatus", exports.export_status, _EXPORT),
    _view("RetrieveExport", exports.retrieve_export, _EXPORT),
    _view("RemoveExport", exports.remove_export, _EXPORT),
    _view("GetApiKeyInfo", account_key.get_api_key_info),
    _view("GetWebSocketsToken", account_key.get_websockets_token, "create-ws-token"),
    _trade("AddOrder", trading_add.add_order, _MODIFY),
    _trade("AddOrderBatch", trading_add.add_order_batch, all_of=(_MODIFY, _CLOSE)),
    _trade("AmendOrder", trading_change.amend_order, _MODIFY, _CLOSE),
    _trade("EditOrder", trading_change.edit_order, all_of=(_MODIFY, _CLOSE)),
    _trade("CancelOrder", trading_cancel.cancel_order, _MODIFY, _CLOSE),
    _trade("CancelAll", trading_cancel.cancel_all, _MODIFY, _CLOSE),
    _trade("CancelAllOrdersAfter", trading_cancel.cancel_all_orders_after, _MODIFY, _CLOSE),
    _trade("CancelOrderBatch", trading_cancel.cancel_order_batch, _MODIFY, _CLOSE),
    _fund("DepositMethods", funding.deposit_methods, _FUNDS, _DEPOSIT),
    _fund("DepositAddresses", funding.deposit_addresses, _FUNDS),
    _fund("DepositStatus", funding.deposit_status, _FUNDS),
    _fund("WithdrawMethods", funding.withdraw_methods, _FUNDS, _WITHDRAW),
    _fund("WithdrawAddresses", funding.withdraw_addresses, _FUNDS, _WITHDRAW),
    _fund("WithdrawInfo", funding.withdraw_info, _FUNDS, _WITHDRAW),
    _fund("Withdraw", funding.withdraw, _WITHDRAW),
    _view("WithdrawStatus", funding.withdraw_status, _WITHDRAW, _LEDGER),
    _fund("WithdrawCancel", funding.withdraw_cancel, _WITHDRAW),
    _fund("WalletTransfer", funding.wallet_transfer, _FUNDS),
    _fund("CreateSubaccount", subaccounts.create_subaccount, _WITHDRAW),
    _fund("AccountTransfer", subaccounts.account_transfer, _WITHDRAW),
    _view("Earn/Strategies", earn.strategies),
    _view("Earn/Allocations", earn.allocations, _FUNDS),
    _view("Earn/Allocate", earn.allocate, _EARN),
    _view("Earn/Deallocate", earn.allocate, _EARN),
    _view("Earn/AllocateStatus", earn.allocation_status, _EARN, _FUNDS),
    _view("Earn/DeallocateStatus", earn.allocation_status, _EARN, _FUNDS),
)

PUBLIC: Final[Mapping[str, PublicMethod]] = MappingProxyType(
    {method.name: method for method in METHODS if isinstance(method, PublicMethod)}
)
PRIVATE: Final[Mapping[str, PrivateMethod]] = MappingProxyType(
    {method.name: method for method in METHODS if isinstance(method, PrivateMethod)}
)
