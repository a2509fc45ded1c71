"""DepositMethods, DepositAddresses, DepositStatus: money coming in (rest.md 7).

Pure. Imports: endpoint, reading, account_funds. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import ClassVar

from msgspec import field

from fathom.protocol.rest.account_funds import Rebase
from fathom.protocol.rest.endpoint import Endpoint, RestRequest, act, view
from fathom.protocol.rest.reading import Row, TimeNs


class DepositMethod(Row, frozen=True, kw_only=True):
    """A way in. Amounts in the asset's units; `limit` is False where there is none."""

    method: str
    limit: Decimal | bool = False
    fee: Decimal | None = None
    address_setup_fee: Decimal | None = field(name="address-setup-fee", default=None)
    gen_address: bool = field(name="gen-address", default=False)
    minimum: Decimal | None = None


class DepositMethods(RestRequest[tuple[DepositMethod, ...]], frozen=True, kw_only=True):
    """The ways to bring an asset in."""

    endpoint: ClassVar[Endpoint] = view("DepositMethods", all_of=("query-funds", "add-funds"))

    asset: str
    aclass: str | None = None
    rebase_multiplier: Rebase | None = None


class DepositAddress(Row, frozen=True, kw_only=True):
    """Where to send to; `expiretm` is 0 where it does not expire. With `tag` or `memo` both must be given."""

    address: str
    expiretm: TimeNs | None = None
    new: bool = False
    tag: str | None = None
    memo: str | None = None


class DepositAddresses(RestRequest[tuple[DepositAddress, ...]], frozen=True, kw_only=True):
    """The addresses of one way in; `new` makes another, `amount` is for Lightning."""

    endpoint: ClassVar[Endpoint] = act("DepositAddresses", "query-funds")

    asset: str
    method: str
    aclass: str | None = None
    new: bool = False
    amount: Decimal | None = None


class Transfer(Row, frozen=True, kw_only=True):
    """One deposit or withdrawal, in the asset's units.

    `status`: Initial, Pending, EarlyConfirmed, Settled, Success, Failure; `status_prop` says more where there is more.
    """

    method: str = ""
    network: str | None = None
    aclass: str = "currency"
    asset: str
    refid: str
    txid: str | None = None
    info: str | None = None
    amount: Decimal
    fee: Decimal | None = None
    time: TimeNs
    status: str
    status_prop: str | None = field(name="status-prop", default=None)
    key: str | None = None
    originators: tuple[str, ...] | None = None


class Transfers(Row, frozen=True, kw_only=True):
    """A page, newest first; `next_cursor` asks for the next where there is one."""

    transfers: tuple[Transfer, ...]
    next_cursor: str | None = None


class _DepositsWire(Row, frozen=True, kw_only=True):
    deposit: tuple[Transfer, ...] = ()
    next_cursor: str | None = None


_Deposits = tuple[Transfer, ...] | _DepositsWire


def _deposits(wire: _Deposits) -> Transfers:
    if isinstance(wire, _DepositsWire):
        return Transfers(transfers=wire.deposit, next_cursor=wire.next_cursor)
    return Transfers(transfers=wire)


class DepositStatus(RestRequest[Transfers], frozen=True, kw_only=True):
    """The last deposits. `cursor` is `true` for the first page of several, then what the last page said."""

    endpoint: ClassVar[Endpoint] = view("DepositStatus", "query-funds", wire=_Deposits, made=_deposits)

    asset: str | None = None
    aclass: str | None = None
    method: str | None = None
    start: str | None = None  # Seconds since 1970.
    end: str | None = None
    cursor: str | None = None
    limit: int | None = None
    rebase_multiplier: Rebase | None = None
