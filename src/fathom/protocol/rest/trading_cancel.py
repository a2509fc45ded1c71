"""CancelOrder, CancelAll, CancelAllOrdersAfter, CancelOrderBatch: what takes risk away (rest.md 6).

Pure. Imports: endpoint, reading, checks. Imported by: the front door, registry.
"""

from typing import ClassVar, Final

from fathom.protocol.rest.checks import check_count, check_one_of, check_range
from fathom.protocol.rest.endpoint import Endpoint, RestRequest, trade
from fathom.protocol.rest.reading import Count, Row, TimeNs

BATCH_MAX: Final = 50  # Ids in one call.
TIMEOUT_S_MAX: Final = 86_399
_EITHER: Final = ("modify-trades", "close-trades")


class Cancelled(Row, frozen=True, kw_only=True):
    """How many orders; `pending`: they are not gone yet."""

    count: Count
    pending: bool = False


class CancelOrder(RestRequest[Cancelled], frozen=True, kw_only=True):
    """Cancel one order by Kraken's id or ours; `txid` may be a userref, which several orders may have."""

    endpoint: ClassVar[Endpoint] = trade("CancelOrder", *_EITHER, urgent=True)

    txid: str | None = None
    cl_ord_id: str | None = None

    def __post_init__(self) -> None:
        check_one_of(txid=self.txid, cl_ord_id=self.cl_ord_id)


class CancelAll(RestRequest[Cancelled], frozen=True, kw_only=True):
    """Cancel every order of the account."""

    endpoint: ClassVar[Endpoint] = trade("CancelAll", *_EITHER, urgent=True)


class DeadMansSwitch(Row, frozen=True, kw_only=True):
    """When it was set and when it fires; 0 where it is off."""

    current: TimeNs
    trigger: TimeNs


class _SwitchWire(Row, frozen=True, kw_only=True):
    currentTime: TimeNs  # noqa: N815 - Kraken's spelling.
    triggerTime: TimeNs = TimeNs(0)  # noqa: N815 - Kraken's spelling; an int.


def _switch(wire: _SwitchWire) -> DeadMansSwitch:
    return DeadMansSwitch(current=wire.currentTime, trigger=wire.triggerTime)


class CancelAllOrdersAfter(RestRequest[DeadMansSwitch], frozen=True, kw_only=True):
    """Cancel everything in `timeout` seconds unless this comes again before; 0 switches it off."""

    endpoint: ClassVar[Endpoint] = trade("CancelAllOrdersAfter", *_EITHER, urgent=True, wire=_SwitchWire, made=_switch)

    timeout: int

    def __post_init__(self) -> None:
        check_range("timeout", self.timeout, least=0, most=TIMEOUT_S_MAX)


class CancelOrderBatch(RestRequest[Cancelled], frozen=True, kw_only=True):
    """Cancel 1 to 50 orders: Kraken's ids, userrefs as texts, and our own ids, mixed."""

    endpoint: ClassVar[Endpoint] = trade("CancelOrderBatch", *_EITHER, urgent=True, json=True)

    orders: tuple[str, ...]

    def __post_init__(self) -> None:
        check_count("orders", self.orders, most=BATCH_MAX)
