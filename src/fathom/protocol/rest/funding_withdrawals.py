"""Withdrawals and transfers between wallets: money going out (rest.md 7). What trades must have no key for these.

Pure. Imports: endpoint, reading, account_funds, funding_deposits. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import ClassVar

from msgspec import field

from fathom.protocol.rest.account_funds import Rebase
from fathom.protocol.rest.endpoint import Endpoint, RestRequest, act, view
from fathom.protocol.rest.funding_deposits import Transfer, Transfers
from fathom.protocol.rest.reading import Row


class WithdrawMethod(Row, frozen=True, kw_only=True):
    """A way out; `minimum` in the asset's units."""

    asset: str
    method: str
    network: str | None = None
    minimum: Decimal | None = None


class WithdrawMethods(RestRequest[tuple[WithdrawMethod, ...]], frozen=True, kw_only=True):
    """The ways to take an asset out."""

    endpoint: ClassVar[Endpoint] = view("WithdrawMethods", all_of=("query-funds", "withdraw-funds"))

    asset: str | None = None
    aclass: str | None = None
    network: str | None = None
    rebase_multiplier: Rebase | None = None


class WithdrawAddress(Row, frozen=True, kw_only=True):
    """An address that may be withdrawn to, by the `key` it was saved under."""

    address: str
    asset: str
    method: str
    key: str
    tag: str | None = None
    verified: bool = False


class WithdrawAddresses(RestRequest[tuple[WithdrawAddress, ...]], frozen=True, kw_only=True):
    """The addresses that may be withdrawn to."""

    endpoint: ClassVar[Endpoint] = view("WithdrawAddresses", all_of=("query-funds", "withdraw-funds"))

    asset: str | None = None
    aclass: str | None = None
    method: str | None = None
    key: str | None = None
    verified: bool | None = None


class WithdrawInfoResult(Row, frozen=True, kw_only=True):
    """What a withdrawal would come to, in the asset's units."""

    method: str
    limit: Decimal
    amount: Decimal
    fee: Decimal


class WithdrawInfo(RestRequest[WithdrawInfoResult], frozen=True, kw_only=True):
    """What a withdrawal would come to."""

    endpoint: ClassVar[Endpoint] = view("WithdrawInfo", all_of=("query-funds", "withdraw-funds"))

    asset: str
    key: str
    amount: Decimal


class RefId(Row, frozen=True, kw_only=True):
    """What the transfer is called from now on."""

    refid: str


class Withdraw(RestRequest[RefId], frozen=True, kw_only=True):
    """Take money out. Never repeated. `address` is checked against what `key` was saved for."""

    endpoint: ClassVar[Endpoint] = act("Withdraw", "withdraw-funds")

    asset: str
    key: str
    amount: Decimal
    aclass: str | None = None
    address: str | None = None
    max_fee: Decimal | None = None
    rebase_multiplier: Rebase | None = None


class _WithdrawalsWire(Row, frozen=True, kw_only=True):
    withdrawals: tuple[Transfer, ...] = ()
    withdrawal: tuple[Transfer, ...] = ()  # The documents do not say which.
    next_cursor: str | None = None


_Withdrawals = tuple[Transfer, ...] | _WithdrawalsWire


def _withdrawals(wire: _Withdrawals) -> Transfers:
    if isinstance(wire, _WithdrawalsWire):
        return Transfers(transfers=wire.withdrawals or wire.withdrawal, next_cursor=wire.next_cursor)
    return Transfers(transfers=wire)


class WithdrawStatus(RestRequest[Transfers], frozen=True, kw_only=True):
    """The last withdrawals. `cursor` as in DepositStatus."""

    endpoint: ClassVar[Endpoint] = view(
        "WithdrawStatus", "withdraw-funds", "query-ledger", wire=_Withdrawals, made=_withdrawals
    )

    asset: str | None = None
    aclass: str | None = None
    method: str | None = None
    start: str | None = None  # Seconds since 1970.
    end: str | None = None
    cursor: str | None = None
    limit: int | None = None
    rebase_multiplier: Rebase | None = None


class WithdrawCancel(RestRequest[bool], frozen=True, kw_only=True):
    """Take a withdrawal back, if it is not under way yet."""

    endpoint: ClassVar[Endpoint] = act("WithdrawCancel", "withdraw-funds")

    asset: str
    refid: str


class WalletTransfer(RestRequest[RefId], frozen=True, kw_only=True):
    """Move money from the spot wallet to the futures wallet: `Spot Wallet`, `Futures Wallet`."""

    endpoint: ClassVar[Endpoint] = act("WalletTransfer", "query-funds")

    asset: str
    source: str = field(name="from")
    target: str = field(name="to")
    amount: Decimal
