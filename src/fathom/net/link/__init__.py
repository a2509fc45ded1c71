"""One WebSocket connection, kept up: sockets, TLS, the session, reconnecting within the machine's budget.

Imports: domain, kernel, protocol, picows. Imported by: client, and the front door of net.
"""

from fathom.net.link.attempts import Attempts, attempts_for
from fathom.net.link.collector import Collector, CollectorTerms
from fathom.net.link.link import Hears, Link, RawTap
from fathom.net.link.socket import UpgradeRefused
from fathom.net.link.terms import LinkTerms, tls_context
from fathom.net.link.timing import RequestTiming
from fathom.net.link.tokens import TokenSource
from fathom.net.link.waiting import Answers, OnAnswers

__all__ = [
    "Answers",
    "Attempts",
    "Collector",
    "CollectorTerms",
    "Hears",
    "Link",
    "LinkTerms",
    "OnAnswers",
    "RawTap",
    "RequestTiming",
    "TokenSource",
    "UpgradeRefused",
    "attempts_for",
    "tls_context",
]
