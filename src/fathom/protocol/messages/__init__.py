"""Kraken's WebSocket v2 as types: every message of both directions, spelled as Kraken spells.

Front door of the messages.

Pure. Imports: its own files. Imported by: codec, strict, rules, building, translate, session.
"""

from msgspec import Struct

from fathom.protocol.messages.account import (
    Balance,
    BalancesSnapshot,
    BalancesUpdate,
    Contingent,
    Execution,
    ExecutionsMessage,
    Fee,
    LedgerEntry,
    TriggerState,
    Wallet,
)
from fathom.protocol.messages.admin import (
    Emergency,
    HeartbeatMessage,
    Maintenance,
    NextStep,
    Pong,
    PongResult,
    StatusMessage,
    SystemState,
)
from fathom.protocol.messages.market import (
    Asset,
    Book,
    BookMessage,
    Candle,
    InstrumentMessage,
    Instruments,
    Level,
    Level3Book,
    Level3Message,
    Level3Order,
    OhlcMessage,
    Pair,
    Ticker,
    TickerMessage,
    Trade,
    TradeMessage,
)
from fathom.protocol.messages.orders import (
    AddOrder,
    AddOrderParams,
    AmendOrder,
    AmendOrderParams,
    BatchAdd,
    BatchAddParams,
    BatchCancel,
    BatchCancelParams,
    BatchOrder,
    CancelAll,
    CancelAllOrdersAfter,
    CancelAllOrdersAfterParams,
    CancelAllParams,
    CancelOrder,
    CancelOrderParams,
    Conditional,
    EditOrder,
    EditOrderParams,
    Triggers,
)
from fathom.protocol.messages.requests import (
    BalancesParams,
    BookParams,
    ChannelParams,
    ExecutionsParams,
    InstrumentParams,
    Level3Params,
    OhlcParams,
    Ping,
    PrivateParams,
    PublicParams,
    Subscribe,
    TickerParams,
    TradeParams,
    Unsubscribe,
)
from fathom.protocol.messages.responses import (
    AddOrderResponse,
    AddOrderResult,
    AmendOrderResponse,
    AmendOrderResult,
    BatchAddItem,
    BatchAddOrders,
    BatchAddResponse,
    BatchCancelResponse,
    CancelAfterResult,
    CancelAllOrdersAfterResponse,
    CancelAllResponse,
    CancelCount,
    CancelOrderResponse,
    CancelOrderResult,
    EditOrderResponse,
    EditOrderResult,
    FailedResponse,
    SubscribeResponse,
    SubscribeResult,
    UnsubscribeResponse,
)
from fathom.protocol.messages.wire import (
    BookDepth,
    ConditionalType,
    EventTrigger,
    FeePreference,
    Level3Depth,
    MessageType,
    OhlcInterval,
    OrderSide,
    PriceType,
    StpType,
    Token,
    TriggerReference,
    Wire,
    WireOrderType,
    WireTimeInForce,
)


class UnknownMessage(Struct, frozen=True):
    """A frame of a channel or method that nobody told us of: counted, never fatal. `what` names it."""

    what: str
    frame: bytes


class MalformedFrame(Struct, frozen=True):
    """A frame that is not JSON, or has not the shape of its channel. `reason` says where."""

    reason: str
    frame: bytes


ChannelMessage = (
    StatusMessage
    | HeartbeatMessage
    | TickerMessage
    | BookMessage
    | TradeMessage
    | OhlcMessage
    | InstrumentMessage
    | ExecutionsMessage
    | BalancesSnapshot
    | BalancesUpdate
    | Level3Message
)
SuccessResponse = (
    SubscribeResponse
    | UnsubscribeResponse
    | AddOrderResponse
    | AmendOrderResponse
    | EditOrderResponse
    | CancelOrderResponse
    | CancelAllResponse
    | CancelAllOrdersAfterResponse
    | BatchAddResponse
    | BatchCancelResponse
)
Response = SuccessResponse | FailedResponse | Pong
Message = ChannelMessage | Response | UnknownMessage | MalformedFrame
Request = (
    Subscribe
    | Unsubscribe
    | Ping
    | AddOrder
    | AmendOrder
    | EditOrder
    | CancelOrder
    | CancelAll
    | CancelAllOrdersAfter
    | BatchAdd
    | BatchCancel
)

__all__ = [
    "AddOrder",
    "AddOrderParams",
    "AddOrderResponse",
    "AddOrderResult",
    "AmendOrder",
    "AmendOrderParams",
    "AmendOrderResponse",
    "AmendOrderResult",
    "Asset",
    "Balance",
    "BalancesParams",
    "BalancesSnapshot",
    "BalancesUpdate",
    "BatchAdd",
    "BatchAddItem",
    "BatchAddOrders",
    "BatchAddParams",
    "BatchAddResponse",
    "BatchCancel",
    "BatchCancelParams",
    "BatchCancelResponse",
    "BatchOrder",
    "Book",
    "BookDepth",
    "BookMessage",
    "BookParams",
    "CancelAfterResult",
    "CancelAll",
    "CancelAllOrdersAfter",
    "CancelAllOrdersAfterParams",
    "CancelAllOrdersAfterResponse",
    "CancelAllParams",
    "CancelAllResponse",
    "CancelCount",
    "CancelOrder",
    "CancelOrderParams",
    "CancelOrderResponse",
    "CancelOrderResult",
    "Candle",
    "ChannelMessage",
    "ChannelParams",
    "Conditional",
    "ConditionalType",
    "Contingent",
    "EditOrder",
    "EditOrderParams",
    "EditOrderResponse",
    "EditOrderResult",
    "Emergency",
    "EventTrigger",
    "Execution",
    "ExecutionsMessage",
    "ExecutionsParams",
    "FailedResponse",
    "Fee",
    "FeePreference",
    "HeartbeatMessage",
    "InstrumentMessage",
    "InstrumentParams",
    "Instruments",
    "LedgerEntry",
    "Level",
    "Level3Book",
    "Level3Depth",
    "Level3Message",
    "Level3Order",
    "Level3Params",
    "Maintenance",
    "MalformedFrame",
    "Message",
    "MessageType",
    "NextStep",
    "OhlcInterval",
    "OhlcMessage",
    "OhlcParams",
    "OrderSide",
    "Pair",
    "Ping",
    "Pong",
    "PongResult",
    "PriceType",
    "PrivateParams",
    "PublicParams",
    "Request",
    "Response",
    "StatusMessage",
    "StpType",
    "Subscribe",
    "SubscribeResponse",
    "SubscribeResult",
    "SuccessResponse",
    "SystemState",
    "Ticker",
    "TickerMessage",
    "TickerParams",
    "Token",
    "Trade",
    "TradeMessage",
    "TradeParams",
    "TriggerReference",
    "TriggerState",
    "Triggers",
    "UnknownMessage",
    "Unsubscribe",
    "UnsubscribeResponse",
    "Wallet",
    "Wire",
    "WireOrderType",
    "WireTimeInForce",
]
