"""The answers to requests (websocket-v2.md 4.2, 8 and 9).

An answer with `success` true has a type of its method; every refusal is a FailedResponse, whatever was asked.

Pure. Imports: wire. Imported by: codec, translate.
"""

from typing import Literal

from fathom.protocol.messages.wire import Wire


class SubscribeResult(Wire, frozen=True, kw_only=True):
    """What was subscribed or unsubscribed, one symbol an answer. A channel uses its part of the fields."""

    channel: str
    symbol: str | None = None
    snapshot: bool | None = None
    depth: int | None = None
    interval: int | None = None
    event_trigger: str | None = None
    snap_orders: bool | None = None
    snap_trades: bool | None = None
    snapshot_trades: bool | None = None
    order_status: bool | None = None
    ratecounter: bool | None = None
    maxratecount: int | None = None  # The account's engine rate limit: 60, 125 or 180.
    rebased: bool | None = None
    users: str | None = None
    include_tokenized_assets: bool | None = None
    execution_venue: str | None = None
    warnings: tuple[str, ...] = ()


class SubscribeResponse(Wire, frozen=True, kw_only=True, tag_field="method", tag="subscribe"):
    """One symbol of a subscribe was taken."""

    result: SubscribeResult
    success: Literal[True]
    time_in: str
    time_out: str
    req_id: int | None = None


class UnsubscribeResponse(Wire, frozen=True, kw_only=True, tag_field="method", tag="unsubscribe"):
    """One symbol of an unsubscribe was taken."""

    result: SubscribeResult
    success: Literal[True]
    time_in: str
    time_out: str
    req_id: int | None = None


class AddOrderResult(Wire, frozen=True, kw_only=True):
    """`order_id` is Kraken's; it may be absent after `validate`."""

    order_id: str | None = None
    cl_ord_id: str | None = None
    order_userref: int | None = None
    warnings: tuple[str, ...] = ()


class AddOrderResponse(Wire, frozen=True, kw_only=True, tag_field="method", tag="add_order"):
    """The order was taken (8.1). It may still be cancelled at once: post-only, self trade."""

    success: Literal[True]
    time_in: str
    time_out: str
    result: AddOrderResult = AddOrderResult()
    req_id: int | None = None


class AmendOrderResult(Wire, frozen=True, kw_only=True):
    """The order by the id that was asked with."""

    amend_id: str | None = None
    order_id: str | None = None
    cl_ord_id: str | None = None
    warnings: tuple[str, ...] = ()


class AmendOrderResponse(Wire, frozen=True, kw_only=True, tag_field="method", tag="amend_order"):
    """The amend was done (8.2)."""

    success: Literal[True]
    time_in: str
    time_out: str
    result: AmendOrderResult
    req_id: int | None = None


class EditOrderResult(Wire, frozen=True, kw_only=True):
    """`order_id` is the new order's."""

    order_id: str | None = None
    original_order_id: str | None = None
    warnings: tuple[str, ...] = ()


class EditOrderResponse(Wire, frozen=True, kw_only=True, tag_field="method", tag="edit_order"):
    """The order was replaced (8.3)."""

    success: Literal[True]
    time_in: str
    time_out: str
    result: EditOrderResult = EditOrderResult()
    req_id: int | None = None


class CancelOrderResult(Wire, frozen=True, kw_only=True):
    """One order, by the id that was asked with."""

    order_id: str | None = None
    cl_ord_id: str | None = None
    order_userref: int | None = None
    warnings: tuple[str, ...] = ()


class CancelOrderResponse(Wire, frozen=True, kw_only=True, tag_field="method", tag="cancel_order"):
    """One of the orders is cancelled; each has an answer of its own, in any order (8.4)."""

    success: Literal[True]
    time_in: str
    time_out: str
    result: CancelOrderResult
    req_id: int | None = None


class CancelCount(Wire, frozen=True, kw_only=True):
    """How many orders went."""

    count: int
    warnings: tuple[str, ...] = ()


class CancelAllResponse(Wire, frozen=True, kw_only=True, tag_field="method", tag="cancel_all"):
    """All orders of the account are cancelled (8.5)."""

    success: Literal[True]
    time_in: str
    time_out: str
    result: CancelCount
    req_id: int | None = None


class CancelAfterResult(Wire, frozen=True, kw_only=True):
    """Kraken's clock, and when it will cancel, to the second: `0`, as text or number, where switched off."""

    currentTime: str  # noqa: N815 - as Kraken spells it
    triggerTime: str | int  # noqa: N815 - as Kraken spells it
    warnings: tuple[str, ...] = ()


class CancelAllOrdersAfterResponse(Wire, frozen=True, kw_only=True, tag_field="method", tag="cancel_all_orders_after"):
    """The dead man's switch is set, or off (8.6)."""

    success: Literal[True]
    time_in: str
    time_out: str
    result: CancelAfterResult
    req_id: int | None = None


class BatchAddItem(Wire, frozen=True, kw_only=True):
    """One order of a batch. One that failed alone has `error` and no `order_id`."""

    order_id: str | None = None
    cl_ord_id: str | None = None
    order_userref: int | None = None
    error: str | None = None
    success: bool | None = None
    warnings: tuple[str, ...] = ()


class BatchAddOrders(Wire, frozen=True, kw_only=True):
    """The form of one peer's fixtures; the documents and captures have the bare array."""

    orders: tuple[BatchAddItem, ...]
    warnings: tuple[str, ...] = ()


class BatchAddResponse(Wire, frozen=True, kw_only=True, tag_field="method", tag="batch_add"):
    """The batch was taken, though single orders in it may have failed (8.7)."""

    success: Literal[True]
    time_in: str
    time_out: str
    result: tuple[BatchAddItem, ...] | BatchAddOrders = ()
    req_id: int | None = None

    @property
    def items(self) -> tuple[BatchAddItem, ...]:
        """The orders in the order of the request, from either form."""
        return self.result.orders if isinstance(self.result, BatchAddOrders) else self.result


class BatchCancelResponse(Wire, frozen=True, kw_only=True, tag_field="method", tag="batch_cancel"):
    """The documents give `result.count`, a capture of 2024 has `orders_cancelled` instead (8.8)."""

    success: Literal[True]
    time_in: str
    time_out: str
    result: CancelCount | None = None
    orders_cancelled: int | None = None
    req_id: int | None = None

    @property
    def count(self) -> int | None:
        """How many orders went, from either form; None where Kraken did not say."""
        return self.result.count if self.result is not None else self.orders_cancelled


class FailedResponse(Wire, frozen=True, kw_only=True):
    """A refusal of anything (section 9). `method` is `error` for what was not JSON, and may differ from ours.

    A wrong token adds `channel` and `status`; a refused symbol comes in `symbol`, one answer each.
    """

    error: str
    method: str = ""
    success: Literal[False] = False
    time_in: str | None = None
    time_out: str | None = None
    req_id: int | None = None
    symbol: str | None = None
    channel: str | None = None
    status: str | None = None
