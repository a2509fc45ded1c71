"""The sockets of a server: plain HTTP, WebSocket, and a throw-away certificate for both.

They know nothing of Kraken; who serves does (`protocol/doors.py` is what they say to each other).

Imports: domain, protocol, and the libraries that speak HTTP and WebSocket. Imported by: the front door of net.
"""

from fathom.net.server.http_server import HttpServer
from fathom.net.server.tls import Certificate, make_certificate
from fathom.net.server.ws_server import WsServer

__all__ = ["Certificate", "HttpServer", "WsServer", "make_certificate"]
