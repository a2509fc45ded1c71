"""The library: what a user imports and connects with.

Front door.

Imports: domain, kernel, protocol, keys, link, rest, venue. Imported by: the front door of net.
"""

from fathom.net.client.connecting import GivenSource, connect
from fathom.net.client.events import (
    AccountCleared,
    AccountInDoubt,
    AttemptsUnshared,
    BookLost,
    BookVerified,
    CallbackFailed,
    ClientEvent,
    FrameOdd,
    Gap,
    KeyChanged,
    LinkDown,
    LinkFailed,
    LinkUp,
    RequestCleared,
    RequestInDoubt,
    StreamOverran,
    SubscriptionFailed,
    SwitchChanged,
    VenueStatus,
)
from fathom.net.client.feeds.account import Account
from fathom.net.client.feeds.live_book import LiveBook
from fathom.net.client.feeds.pairs import modern_name
from fathom.net.client.feeds.streams import Stream
from fathom.net.client.kraken import Kraken
from fathom.net.client.options import Options
from fathom.net.client.ordering.orders import Orders
from fathom.net.client.ordering.results import (
    BatchAdded,
    BatchItem,
    OrderAdded,
    OrderAmended,
    OrderChanged,
    OrderEdited,
    OrdersCanceled,
    SwitchSet,
)
from fathom.net.client.ordering.sending import OnResult
from fathom.net.client.rates import Rates
from fathom.net.client.safety.switch import DeadMansSwitch

__all__ = [
    "Account",
    "AccountCleared",
    "AccountInDoubt",
    "AttemptsUnshared",
    "BatchAdded",
    "BatchItem",
    "BookLost",
    "BookVerified",
    "CallbackFailed",
    "ClientEvent",
    "DeadMansSwitch",
    "FrameOdd",
    "Gap",
    "GivenSource",
    "KeyChanged",
    "Kraken",
    "LinkDown",
    "LinkFailed",
    "LinkUp",
    "LiveBook",
    "OnResult",
    "Options",
    "OrderAdded",
    "OrderAmended",
    "OrderChanged",
    "OrderEdited",
    "Orders",
    "OrdersCanceled",
    "Rates",
    "RequestCleared",
    "RequestInDoubt",
    "Stream",
    "StreamOverran",
    "SubscriptionFailed",
    "SwitchChanged",
    "SwitchSet",
    "VenueStatus",
    "connect",
    "modern_name",
]
