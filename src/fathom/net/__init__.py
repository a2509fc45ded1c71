"""Every socket: the client of Kraken, with its keys, venues, REST and links; and the servers of a local exchange.

Front door.

Imports: domain, kernel, protocol, and the libraries that speak HTTP and WebSocket. Imported by: run, cli, the package.
"""

from fathom.net.client import (
    Account,
    AttemptsUnshared,
    BookLost,
    BookVerified,
    CallbackFailed,
    ClientEvent,
    DeadMansSwitch,
    FrameOdd,
    Gap,
    KeyChanged,
    Kraken,
    LinkDown,
    LinkFailed,
    LinkUp,
    LiveBook,
    Options,
    OrderAdded,
    OrderAmended,
    OrderEdited,
    OrdersCanceled,
    RequestCleared,
    RequestInDoubt,
    Stream,
    StreamOverran,
    SubscriptionFailed,
    SwitchChanged,
    VenueStatus,
    connect,
    modern_name,
)
from fathom.net.clock import clock_ns
from fathom.net.keys import Credentials, Redactor
from fathom.net.link import CollectorTerms, Link, LinkTerms, RawTap, tls_context
from fathom.net.loop import run_loop
from fathom.net.rest import RestClient, RestTerms
from fathom.net.server import Certificate, HttpServer, WsServer, make_certificate
from fathom.net.state_dir import state_dir
from fathom.net.venue import Choice, Note, Venue, choose_venue, credentials_for, left_note, look_for_key

__all__ = [
    "Account",
    "AttemptsUnshared",
    "BookLost",
    "BookVerified",
    "CallbackFailed",
    "Certificate",
    "Choice",
    "ClientEvent",
    "CollectorTerms",
    "Credentials",
    "DeadMansSwitch",
    "FrameOdd",
    "Gap",
    "HttpServer",
    "KeyChanged",
    "Kraken",
    "Link",
    "LinkDown",
    "LinkFailed",
    "LinkTerms",
    "LinkUp",
    "LiveBook",
    "Note",
    "Options",
    "OrderAdded",
    "OrderAmended",
    "OrderEdited",
    "OrdersCanceled",
    "RawTap",
    "Redactor",
    "RequestCleared",
    "RequestInDoubt",
    "RestClient",
    "RestTerms",
    "Stream",
    "StreamOverran",
    "SubscriptionFailed",
    "SwitchChanged",
    "Venue",
    "VenueStatus",
    "WsServer",
    "choose_venue",
    "clock_ns",
    "connect",
    "credentials_for",
    "left_note",
    "look_for_key",
    "make_certificate",
    "modern_name",
    "run_loop",
    "state_dir",
    "tls_context",
]
