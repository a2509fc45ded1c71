"""Ledgers, QueryLedgers: everything that changed a balance (rest.md 5).

Pure. Imports: endpoint, reading, checks, account_funds. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import ClassVar, Literal

from fathom.protocol.rest.account_funds import Rebase
from fathom.protocol.rest.checks import check_count
from fathom.protocol.rest.endpoint import Endpoint, RestRequest, view
from fathom.protocol.rest.reading import Count, Row, TimeNs

IDS_MAX = 20  # In one call of QueryLedgers.
LedgerType = Literal[
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
]


class LedgerInfo(Row, frozen=True, kw_only=True):
    """One entry, in the asset's own units: `amount` with its sign, `fee` comes off besides."""

    refid: str
    time: TimeNs
    type: str
    subtype: str = ""
    aclass: str = "currency"
    asset: str
    amount: Decimal
    fee: Decimal
    balance: Decimal | None = None


class LedgersResult(Row, frozen=True, kw_only=True):
    """A page of 50 entries, newest first, and how many there are in all."""

    ledger: dict[str, LedgerInfo]
    count: Count | None = None


class Ledgers(RestRequest[LedgersResult], frozen=True, kw_only=True):
    """Entries of the ledger. `start` (exclusive) and `end` (inclusive) are seconds since 1970 or an entry's id."""

    endpoint: ClassVar[Endpoint] = view("Ledgers", "query-ledger", counter="history")

    asset: tuple[str, ...] = ()
    aclass: str | None = None
    type: LedgerType | None = None
    start: str | None = None
    end: str | None = None
    ofs: int | None = None
    without_count: bool | None = None
    rebase_multiplier: Rebase | None = None


class QueryLedgers(RestRequest[dict[str, LedgerInfo]], frozen=True, kw_only=True):
    """The entries of 1 to 20 ids."""

    endpoint: ClassVar[Endpoint] = view("QueryLedgers", "query-ledger", counter="history")

    id: tuple[str, ...]
    trades: bool | None = None
    rebase_multiplier: Rebase | None = None

    def __post_init__(self) -> None:
        check_count("id", self.id, most=IDS_MAX)
