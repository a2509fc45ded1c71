"""Every socket: the servers of an exchange on this machine, and the client.

Front door.

Imports: domain, protocol, and the libraries that speak HTTP and WebSocket. Imported by: run.
"""

from fathom.net.loop import run_loop
from fathom.net.server import Certificate, HttpServer, WsServer, make_certificate

__all__ = ["Certificate", "HttpServer", "WsServer", "make_certificate", "run_loop"]
