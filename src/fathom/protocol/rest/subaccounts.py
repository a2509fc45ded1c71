"""CreateSubaccount, AccountTransfer: for institutions (rest.md 8).

Pure. Imports: endpoint, reading. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import ClassVar

from msgspec import field

from fathom.protocol.rest.endpoint import Endpoint, RestRequest, act
from fathom.protocol.rest.reading import Row


class CreateSubaccount(RestRequest[bool], frozen=True, kw_only=True):
    """Open a subaccount."""

    endpoint: ClassVar[Endpoint] = act("CreateSubaccount", "withdraw-funds")

    username: str
    email: str


class AccountTransferred(Row, frozen=True, kw_only=True):
    """The transfer; pending or complete."""

    transfer_id: str
    status: str


class AccountTransfer(RestRequest[AccountTransferred], frozen=True, kw_only=True):
    """Move money between accounts, by their public numbers: `ABCD 1234 EFGH 5678`."""

    endpoint: ClassVar[Endpoint] = act("AccountTransfer", "withdraw-funds")

    asset: str
    amount: Decimal
    source: str = field(name="from")
    target: str = field(name="to")
    asset_class: str | None = None
