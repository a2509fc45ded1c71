"""Everything that may stand in the log.

Pure. Imports: every file of events. Imported by: log, the front door.
"""

from fathom.domain.events.account import (
    AccountAgreed,
    AccountDisputed,
    AccountSeen,
    AccountWanted,
    BalancesSeen,
    DisputeSettled,
    FeesSeen,
    ForeignCancelWanted,
    ForeignOrderSeen,
    ForeignTraded,
    FundsMoved,
    MarginSeen,
    MarginUnknown,
    OrderLookupWanted,
)
from fathom.domain.events.decisions import (
    AmendApproved,
    AmendDenied,
    CancelApproved,
    LimitsChanged,
    LimitsRefused,
    OrderApproved,
    OrderDenied,
    TradingHalted,
    TradingResumed,
)
from fathom.domain.events.market import (
    BookFlawed,
    BookMoved,
    BookQuarantined,
    BookTrusted,
    CandleClosed,
    FrameUnknown,
    InstrumentChanged,
    Level3Moved,
    Level3Quarantined,
    Level3Trusted,
    TradesSeen,
    VenueStatusChanged,
)
from fathom.domain.events.running import (
    HaltOrdered,
    HealthSeen,
    LimitsOrdered,
    ResumeOrdered,
    RunResumed,
    RunStarted,
    RunStopped,
    TimerFired,
)
from fathom.domain.events.venue import (
    AmendRejected,
    AnswerOverdue,
    CancelRejected,
    ClosePlaced,
    OrderAbsent,
    OrderAccepted,
    OrderAmended,
    OrderCanceled,
    OrderFilled,
    OrderRejected,
    OrderTimed,
    OrderTraded,
    RateSeen,
)
from fathom.domain.events.wants import (
    AlgoEnded,
    AlgoStopWanted,
    AlgoWanted,
    AmendWanted,
    BracketWanted,
    CancelWanted,
    OrderWanted,
    TimerWanted,
)
from fathom.domain.events.wire import (
    FrameReceived,
    LinkDropped,
    LinkOpened,
    MarketStepped,
)

Event = (
    RunStarted
    | RunStopped
    | TimerFired
    | RunResumed
    | HaltOrdered
    | ResumeOrdered
    | LimitsOrdered
    | HealthSeen
    | FrameReceived
    | LinkDropped
    | LinkOpened
    | MarketStepped
    | BalancesSeen
    | AccountSeen
    | ForeignOrderSeen
    | ForeignTraded
    | FundsMoved
    | MarginSeen
    | MarginUnknown
    | FeesSeen
    | AccountWanted
    | OrderLookupWanted
    | AccountAgreed
    | AccountDisputed
    | DisputeSettled
    | ForeignCancelWanted
    | OrderAccepted
    | OrderRejected
    | OrderTraded
    | OrderFilled
    | OrderCanceled
    | OrderAmended
    | AmendRejected
    | CancelRejected
    | AnswerOverdue
    | OrderAbsent
    | OrderTimed
    | ClosePlaced
    | RateSeen
    | InstrumentChanged
    | BookMoved
    | BookQuarantined
    | BookTrusted
    | BookFlawed
    | TradesSeen
    | VenueStatusChanged
    | FrameUnknown
    | Level3Moved
    | Level3Quarantined
    | Level3Trusted
    | CandleClosed
    | OrderWanted
    | AmendWanted
    | CancelWanted
    | TimerWanted
    | BracketWanted
    | AlgoWanted
    | AlgoStopWanted
    | AlgoEnded
    | OrderApproved
    | OrderDenied
    | AmendApproved
    | AmendDenied
    | CancelApproved
    | TradingHalted
    | TradingResumed
    | LimitsChanged
    | LimitsRefused
)
