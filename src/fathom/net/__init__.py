"""Every socket: servers today, the client next.

Front door.

Imports: domain, protocol, and the libraries that speak HTTP and WebSocket. Imported by: run.
"""

from fathom.net.http_server import HttpServer
from fathom.net.loop import run_loop
from fathom.net.tls import Certificate, make_certificate
from fathom.net.ws_server import WsServer

__all__ = ["Certificate", "HttpServer", "WsServer", "make_certificate", "run_loop"]
