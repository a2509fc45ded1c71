"""Earn: strategies, what is allocated to them, allocating and taking back (rest.md 9).

Pure. Imports: endpoint, reading. Imported by: the front door, registry.
"""

from decimal import Decimal
from typing import ClassVar, Literal

from fathom.protocol.rest.endpoint import Endpoint, RestRequest, act, view
from fathom.protocol.rest.reading import Row

LockType = Literal["flex", "bonded", "timed", "instant"]


class EarnType(Row, frozen=True, kw_only=True):
    """How something is done, in one word of Kraken's."""

    type: str


class Apr(Row, frozen=True, kw_only=True):
    """What a strategy is expected to yield, in percent a year."""

    low: Decimal
    high: Decimal


class EarnStrategy(Row, frozen=True, kw_only=True):
    """One strategy. Fees in percent, bounds in the asset's units."""

    id: str
    asset: str
    lock_type: EarnType | None = None
    apr_estimate: Apr | None = None
    user_min_allocation: Decimal | None = None
    user_cap: Decimal | None = None
    allocation_fee: Decimal | None = None
    deallocation_fee: Decimal | None = None
    auto_compound: EarnType | None = None
    yield_source: EarnType | None = None
    can_allocate: bool = False
    can_deallocate: bool = False
    allocation_restriction_info: tuple[str, ...] = ()


class StrategiesResult(Row, frozen=True, kw_only=True):
    """A page of strategies; `next_cursor` asks for the next where there is one."""

    items: tuple[EarnStrategy, ...]
    next_cursor: str | None = None


class EarnStrategies(RestRequest[StrategiesResult], frozen=True, kw_only=True):
    """The strategies there are. Needs no permission."""

    endpoint: ClassVar[Endpoint] = view("Earn/Strategies", json=True)

    ascending: bool | None = None
    asset: str | None = None
    cursor: str | None = None
    limit: int | None = None
    lock_type: tuple[LockType, ...] = ()


class EarnAmount(Row, frozen=True, kw_only=True):
    """An amount in the asset's units, and in the currency that was asked for."""

    native: Decimal = Decimal(0)
    converted: Decimal = Decimal(0)


class EarnPart(Row, frozen=True, kw_only=True):
    """A part of what is allocated, such as what is still bonding."""

    native: Decimal = Decimal(0)
    converted: Decimal = Decimal(0)
    allocation_count: int | None = None


class EarnAmounts(Row, frozen=True, kw_only=True):
    """Where the allocated amount is on its way in or out."""

    total: EarnAmount = EarnAmount()
    bonding: EarnPart | None = None
    exit_queue: EarnPart | None = None
    pending: EarnPart | None = None
    unbonding: EarnPart | None = None


class EarnAllocation(Row, frozen=True, kw_only=True):
    """What is in one strategy."""

    strategy_id: str
    native_asset: str
    amount_allocated: EarnAmounts = EarnAmounts()
    total_rewarded: EarnAmount | None = None


class AllocationsResult(Row, frozen=True, kw_only=True):
    """What is allocated in all, in `converted_asset`, and where."""

    converted_asset: str = "USD"
    total_allocated: Decimal = Decimal(0)
    total_rewarded: Decimal = Decimal(0)
    items: tuple[EarnAllocation, ...] = ()
    next_cursor: str | None = None


class EarnAllocations(RestRequest[AllocationsResult], frozen=True, kw_only=True):
    """What is allocated."""

    endpoint: ClassVar[Endpoint] = view("Earn/Allocations", "query-funds", json=True)

    ascending: bool | None = None
    converted_asset: str | None = None
    hide_zero_allocations: bool | None = None


class EarnAllocate(RestRequest[bool], frozen=True, kw_only=True):
    """Put so much into a strategy. It is done later: EarnAllocateStatus tells. One at a time a strategy."""

    endpoint: ClassVar[Endpoint] = act("Earn/Allocate", "earn-funds", json=True)

    strategy_id: str
    amount: Decimal


class EarnDeallocate(RestRequest[bool], frozen=True, kw_only=True):
    """Take so much out of a strategy. It is done later: EarnDeallocateStatus tells."""

    endpoint: ClassVar[Endpoint] = act("Earn/Deallocate", "earn-funds", json=True)

    strategy_id: str
    amount: Decimal


class EarnPending(Row, frozen=True, kw_only=True):
    """Whether it is still under way."""

    pending: bool


class EarnAllocateStatus(RestRequest[EarnPending], frozen=True, kw_only=True):
    """Whether the last allocation is still under way."""

    endpoint: ClassVar[Endpoint] = view("Earn/AllocateStatus", "earn-funds", "query-funds", json=True)

    strategy_id: str


class EarnDeallocateStatus(RestRequest[EarnPending], frozen=True, kw_only=True):
    """Whether the last deallocation is still under way."""

    endpoint: ClassVar[Endpoint] = view("Earn/DeallocateStatus", "earn-funds", "query-funds", json=True)

    strategy_id: str
